import { beforeEach, describe, expect, it } from 'vitest';
import type { FailureCounter } from '../../src/domain/ports/failure-counter.ts';

const now = Date.UTC(2026, 0, 15, 12);
const later = now + 60_000;
const none = { from: 0, below: 1 };
const any = { from: 0, below: 100 };

type Several = readonly [FailureCounter, ...FailureCounter[]];

/** @param create one counter, or several that share their counts: as several containers do. */
export function describeFailureCounterContract(
  name: string,
  create: () => Several | Promise<Several>,
): void {
  describe(`FailureCounter contract: ${name}`, () => {
    let counters: Several;
    let counter: FailureCounter;
    beforeEach(async () => {
      counters = await create();
      counter = counters[0];
    });

    it('knows of no failure at first', async () => {
      expect(await counter.read('account')).toEqual({ count: 0, lastAt: 0 });
    });

    it('counts failures, and remembers when the newest one was', async () => {
      expect(await counter.add('account', any, now, later)).toBe(1);
      expect(await counter.add('account', any, later, later)).toBe(2);
      expect(await counter.read('account')).toEqual({ count: 2, lastAt: later });
    });

    it('adds nothing to a count that is out of range', async () => {
      await counter.add('account', none, now, later);
      for (const range of [none, { from: 2, below: 9 }]) {
        expect(await counter.add('account', range, later, later)).toBeUndefined();
      }
      expect(await counter.read('account')).toEqual({ count: 1, lastAt: now });
      expect(await counter.add('account', { from: 1, below: 2 }, later, later)).toBe(2);
    });

    it('A8: never counts beyond the range, for however many callers at once', async () => {
      const added = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          counters[i % counters.length]?.add('account', { from: 0, below: 7 }, now, later),
        ),
      );
      const counts = added.filter((count) => count !== undefined).sort();
      expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(await counter.read('account')).toEqual({ count: 7, lastAt: now });
    });

    it('A11: shows every container the same count', async () => {
      await counter.add('account', none, now, later);
      for (const other of counters) {
        expect((await other.read('account')).count).toBe(1);
      }
    });

    it('keeps a count that is never to be forgotten', async () => {
      await counter.add('account', none, now, later);
      await counter.add('account', any, later);
      expect(await counter.read('account')).toEqual({ count: 2, lastAt: later });
    });

    it('A13: starts anew when it is cleared', async () => {
      await counter.add('account', none, now, later);
      await counter.clear('account');
      await counter.clear('nobody');
      expect(await counter.read('account')).toEqual({ count: 0, lastAt: 0 });
      expect(await counter.add('account', none, now, later)).toBe(1);
    });

    it('counts every account for itself, whatever text it is known by', async () => {
      const accounts = ['', ' ', '+6591234567', 'a#b', '\u{1F510}\n', 'x'.repeat(10_000)];
      for (const [i, account] of accounts.entries()) {
        expect(await counter.add(account, none, now + i, later)).toBe(1);
      }
      for (const [i, account] of accounts.entries()) {
        expect(await counter.read(account)).toEqual({ count: 1, lastAt: now + i });
      }
    });
  });
}
