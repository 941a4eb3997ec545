import { describe, expect, it } from 'vitest';
import { NoSmsTraffic } from '../../../src/adapters/sms-traffic/none.ts';

describe('NoSmsTraffic', () => {
  it('allows every SMS, and counts none', async () => {
    const traffic = new NoSmsTraffic();
    const conversion = { sent: 0, converted: 0 };
    for (let i = 0; i < 3; i++) {
      expect(await traffic.reserve()).toEqual({ kind: 'reserved', conversion });
      await traffic.countConverted();
      await traffic.giveBack();
    }
    expect(await traffic.read()).toEqual({ conversion, usedUntil: 0 });
  });
});
