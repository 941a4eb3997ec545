import { describe, expect, it } from 'vitest';
import { MemorySmsTraffic } from '../../../src/adapters/sms-traffic/memory.ts';
import { describeSmsTrafficContract } from '../../contracts/sms-traffic.contract.ts';

describeSmsTrafficContract('memory', () => [new MemorySmsTraffic()]);

describe('MemorySmsTraffic', () => {
  it('forgets a day once its last code can have been answered', async () => {
    const day = Date.UTC(2026, 0, 15);
    const traffic = new MemorySmsTraffic();
    await traffic.reserve('SG', undefined, day);
    await traffic.reserve('SG', undefined, day + 2 * 86_400_000);
    expect((await traffic.read('SG', day)).conversion).toEqual({ sent: 0, converted: 0 });
  });
});
