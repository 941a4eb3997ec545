import { describe, expect, it } from 'vitest';
import type { Timer } from '../../src/domain/ports/timer.ts';

/** @param create the timer, and what tells the milliseconds that have gone by for those who wait with it. */
export function describeTimerContract(
  name: string,
  create: () => { readonly timer: Timer; readonly elapsed: () => number },
): void {
  describe(`Timer contract: ${name}`, () => {
    it('lets as much time pass as was asked for', async () => {
      const { timer, elapsed } = create();
      await timer.sleep(30);
      // The system's timers may be a fraction early.
      expect(elapsed()).toBeGreaterThanOrEqual(29);
    });

    it('lets others go on meanwhile', async () => {
      const { timer } = create();
      const order: string[] = [];
      const sleeping = timer.sleep(30).then(() => order.push('the sleeper'));
      await Promise.resolve().then(() => order.push('another'));
      await sleeping;
      expect(order).toEqual(['another', 'the sleeper']);
    });

    it.each([0, -1])('does not wait for %i milliseconds', async (milliseconds) => {
      const { timer, elapsed } = create();
      await timer.sleep(milliseconds);
      // A machine that has much to do is late by itself.
      expect(elapsed()).toBeLessThan(1000);
    });
  });
}
