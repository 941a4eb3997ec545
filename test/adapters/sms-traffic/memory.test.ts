import { describe, expect, it } from 'vitest';
import { MemorySmsTraffic } from '../../../src/adapters/sms-traffic/memory.ts';
import { describeSmsTrafficContract } from '../../contracts/sms-traffic.contract.ts';

describeSmsTrafficContract('memory', () => [new MemorySmsTraffic()]);

describe('MemorySmsTraffic', () => {
  it('forgets what no window reaches any more', async () => {
    const noon = Date.UTC(2026, 0, 15, 12);
    const traffic = new MemorySmsTraffic();
    await traffic.reserve('SG', undefined, noon);
    await traffic.reserve('SG', undefined, noon + 24 * 3_600_000);
    const nothing = { sent: 0, converted: 0 };
    expect(await traffic.read('SG', noon)).toMatchObject({ hour: nothing, day: nothing });
  });
});
