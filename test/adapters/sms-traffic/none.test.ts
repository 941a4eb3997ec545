import { describe, expect, it } from 'vitest';
import { NoSmsTraffic } from '../../../src/adapters/sms-traffic/none.ts';

describe('NoSmsTraffic', () => {
  it('allows every SMS, and counts and stops none', async () => {
    const traffic = new NoSmsTraffic();
    const none = { sent: 0, converted: 0 };
    const before = { latest: 0, pending: none, hour: none, day: none };
    for (let i = 0; i < 3; i++) {
      expect(await traffic.reserve()).toEqual({ kind: 'reserved', before });
      await traffic.countConverted();
      await traffic.giveBack();
    }
    expect(await traffic.stop()).toEqual(new Set());
    expect(await traffic.resume()).toEqual(new Set());
    expect(await traffic.read()).toEqual({ ...before, usedUntil: 0, stopped: undefined });
  });
});
