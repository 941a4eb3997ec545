import { beforeEach, describe, expect, it } from 'vitest';
import { mostInAWindow } from '../../src/domain/abuse/rate-limit.ts';
import type { AccountLedger } from '../../src/domain/ports/account-ledger.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.UTC(2026, 0, 15, 12);
const later = now + MINUTE;
const DAY_ON = now + 24 * HOUR;
const none = { from: 0, below: 1 };
const any = { from: 0, below: 100 };
const UNKNOWN = { attemptCount: 0, lastAttemptAt: 0, sends: {} };

/** Three at once, then one every ten minutes. */
const hourly = { max: 6, windowMs: HOUR };
/** Four at once, then one every three hours. */
const daily = { max: 8, windowMs: 24 * HOUR };
const limits = [hourly, daily];

type Several = readonly [AccountLedger, ...AccountLedger[]];

/** @param create one ledger, or several that share their counts: as several containers do. */
export function describeAccountLedgerContract(
  name: string,
  create: () => Several | Promise<Several>,
): void {
  describe(`AccountLedger contract: ${name}`, () => {
    let ledgers: Several;
    let ledger: AccountLedger;
    beforeEach(async () => {
      ledgers = await create();
      ledger = ledgers[0];
    });

    const atOnce = <T>(callers: number, call: (ledger: AccountLedger) => Promise<T>) =>
      Promise.all(
        Array.from({ length: callers }, (_, i) => call(ledgers[i % ledgers.length] ?? ledger)),
      );

    async function take(times: number, at = now) {
      const kinds: string[] = [];
      for (let i = 0; i < times; i++) {
        kinds.push((await ledger.takeSend('account', limits, at, DAY_ON)).kind);
      }
      return kinds;
    }

    it('knows nothing of an account at first', async () => {
      expect(await ledger.read('account')).toEqual(UNKNOWN);
    });

    it('A11: shows every container the same counts', async () => {
      await ledger.registerAttempt('account', any, now, later);
      await ledger.takeSend('account', limits, now, DAY_ON);
      for (const other of ledgers) {
        expect(await other.read('account')).toEqual({
          attemptCount: 1,
          lastAttemptAt: now,
          sends: { [HOUR]: now + HOUR / 6, [24 * HOUR]: now + 3 * HOUR },
        });
      }
    });

    it('keeps accounts apart, whatever text they are known by', async () => {
      const accounts = ['', ' ', '+6591234567', 'a#b', '\u{1F510}\n', 'x'.repeat(10_000)];
      for (const [i, account] of accounts.entries()) {
        const counted = await ledger.registerAttempt(account, none, now + i, later);
        expect(counted.kind).toBe('done');
      }
      for (const [i, account] of accounts.entries()) {
        expect(await ledger.read(account)).toMatchObject({ lastAttemptAt: now + i });
      }
    });

    it('forgets an account, counts and limits', async () => {
      await take(3);
      await ledger.registerAttempt('account', any, now, undefined);
      await ledger.forget('account');
      await ledger.forget('nobody');
      expect(await ledger.read('account')).toEqual(UNKNOWN);
      expect(await take(1)).toEqual(['allowed']);
    });

    describe('counting wrong answers', () => {
      const register = (range = any, at = now) =>
        ledger.registerAttempt('account', range, at, at + HOUR);

      it('tells how many there are in a row, and when the newest was', async () => {
        await register();
        const record = { attemptCount: 2, lastAttemptAt: later, sends: {} };
        expect(await register(any, later)).toEqual({ kind: 'done', record });
        expect(await ledger.read('account')).toEqual(record);
      });

      it('adds nothing to a count that is out of range, and says how it stands', async () => {
        await register(none);
        const record = { attemptCount: 1, lastAttemptAt: now, sends: {} };
        for (const range of [none, { from: 2, below: 9 }]) {
          expect(await register(range, later)).toEqual({ kind: 'refused', record });
        }
        expect(await ledger.read('account')).toEqual(record);
        expect(await register({ from: 1, below: 2 }, later)).toMatchObject({ kind: 'done' });
      });

      it('A8: stops at the end of the range, for 200 callers at once', async () => {
        const writes = await atOnce(200, (each) =>
          each.registerAttempt('account', { from: 0, below: 7 }, now, later),
        );
        const counts = writes.flatMap(({ kind, record }) =>
          kind === 'done' ? record.attemptCount : [],
        );
        expect(counts.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 7 });
      });

      it('lets one of 50 callers at once into a range of one', async () => {
        await register();
        const writes = await atOnce(50, (each) =>
          each.registerAttempt('account', { from: 1, below: 2 }, now, later),
        );
        expect(writes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
      });

      it('begins anew where the count may be forgotten', async () => {
        await register();
        await register();
        expect(await register({ from: 1, below: 9 }, now + HOUR)).toMatchObject({
          kind: 'refused',
          record: { attemptCount: 0 },
        });
        expect(await register(none, now + HOUR)).toMatchObject({
          kind: 'done',
          record: { attemptCount: 1, lastAttemptAt: now + HOUR },
        });
        expect(await register(any, now + HOUR)).toMatchObject({ record: { attemptCount: 2 } });
      });

      it('lets a refused caller take an SMS by what it was told, where the count is outdated', async () => {
        await register();
        const at = now + HOUR;
        const { record } = await register({ from: 1, below: 9 }, at);
        const taken = await ledger.takeSend('account', limits, at, DAY_ON, record);
        expect(taken.kind).toBe('allowed');
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 0 });
      });

      it('begins anew for all of 50 callers at once', async () => {
        await register();
        const at = now + 2 * HOUR;
        await atOnce(50, (each) =>
          each.registerAttempt('account', { from: 0, below: 7 }, at, DAY_ON),
        );
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 7, lastAttemptAt: at });
      });

      it('keeps a count that is never to be forgotten', async () => {
        await register();
        await ledger.registerAttempt('account', any, now, undefined);
        const years = now + 10 * 365 * 24 * HOUR;
        await take(1, years);
        expect(await register(any, years)).toMatchObject({ record: { attemptCount: 3 } });
      });

      it('leaves the limits on SMS alone', async () => {
        await take(3);
        await register();
        await register(any, now + HOUR);
        expect(await take(1)).toEqual(['refused']);
      });
    });

    describe('starting the count of wrong answers anew', () => {
      const clear = (range = any) => ledger.clearAttempts('account', range, DAY_ON);

      it('A13: forgets the wrong answers, and not the SMS', async () => {
        await take(3);
        await ledger.registerAttempt('account', any, now, later);
        const cleared = await clear();
        expect(cleared).toMatchObject({ kind: 'done', record: { attemptCount: 0 } });
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 0, lastAttemptAt: 0 });
        expect(await take(1)).toEqual(['refused']);
        const again = await ledger.registerAttempt('account', none, now, later);
        expect(again.kind).toBe('done');
      });

      it('does nothing to a count that is out of range, and says how it stands', async () => {
        await ledger.registerAttempt('account', any, now, later);
        const record = { attemptCount: 1, lastAttemptAt: now, sends: {} };
        expect(await clear(none)).toEqual({ kind: 'refused', record });
        expect(await ledger.read('account')).toEqual(record);
        expect(await clear({ from: 1, below: 2 })).toMatchObject({ kind: 'done' });
        expect(await clear({ from: 1, below: 2 })).toMatchObject({ kind: 'refused' });
      });

      it('is done where there was nothing to forget', async () => {
        expect(await clear()).toEqual({ kind: 'done', record: UNKNOWN });
      });
    });

    describe('taking SMS', () => {
      it('allows some at once, then says when the next is allowed', async () => {
        expect(await take(3)).toEqual(['allowed', 'allowed', 'allowed']);
        const retryAt = now + HOUR / 6;
        const early = await ledger.takeSend('account', limits, retryAt - 1, DAY_ON);
        expect(early).toEqual({ kind: 'refused', retryAt });
        expect(await take(2, retryAt)).toEqual(['allowed', 'refused']);
      });

      it('tells how the limits stand once it is taken', async () => {
        const taken = await ledger.takeSend('account', limits, now, DAY_ON);
        const { sends } = await ledger.read('account');
        expect(taken).toEqual({ kind: 'allowed', meter: sends });
      });

      it.each([
        ['the shorter window first', [hourly, daily]],
        ['the longer window first', [daily, hourly]],
      ])('takes from every limit, or from none: %s', async (_, inOrder) => {
        for (let i = 0; i < 5; i++) {
          await ledger.takeSend('account', inOrder, now, DAY_ON);
        }
        expect(await ledger.read('account')).toMatchObject({
          sends: { [HOUR]: now + HOUR / 2, [24 * HOUR]: now + 9 * HOUR },
        });
      });

      it('allows everything where there is no limit', async () => {
        for (let i = 0; i < 5; i++) {
          const taken = await ledger.takeSend('account', [], now, DAY_ON);
          expect(taken).toEqual({ kind: 'allowed', meter: {} });
        }
      });

      it('lets no window see more than it may, however often it is asked', async () => {
        const allowedAt: number[] = [];
        for (let at = now; at < now + 3 * HOUR; at += MINUTE) {
          const { kind } = await ledger.takeSend('account', [hourly], at, DAY_ON);
          if (kind === 'allowed') {
            allowedAt.push(at);
          }
        }
        const inAWindow = allowedAt.map(
          (start) => allowedAt.filter((at) => at >= start && at < start + HOUR).length,
        );
        expect(Math.max(...inAWindow)).toBe(mostInAWindow(hourly));
        // Three at once, had all been asked for at once; then one every ten minutes.
        expect(allowedAt.slice(0, 5)).toEqual(
          [0, 1, 2, 10, 20].map((minutes) => now + minutes * MINUTE),
        );
      });

      it('A36: never gives more than the limits, for 50 callers at once', async () => {
        const takes = await atOnce(50, (each) => each.takeSend('account', limits, now, DAY_ON));
        expect(takes.filter(({ kind }) => kind === 'allowed')).toHaveLength(3);
        expect(await ledger.read('account')).toMatchObject({ sends: { [HOUR]: now + HOUR / 2 } });
      });

      it('A36: nor for 50 that all know how it stood before', async () => {
        await take(1);
        const known = await Promise.all(ledgers.map((each) => each.read('account')));
        const takes = await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            ledgers[i % ledgers.length]?.takeSend(
              'account',
              limits,
              now,
              DAY_ON,
              known[i % known.length],
            ),
          ),
        );
        expect(takes.filter((each) => each?.kind === 'allowed')).toHaveLength(2);
      });

      it('loses no wrong answer that is counted at the same time', async () => {
        await Promise.all([
          take(4),
          atOnce(5, (each) => each.registerAttempt('account', any, now, DAY_ON)),
        ]);
        expect(await ledger.read('account')).toMatchObject({
          attemptCount: 5,
          sends: { [HOUR]: now + HOUR / 2 },
        });
      });

      it('forgets wrong answers that may be forgotten, and no others', async () => {
        await ledger.registerAttempt('account', any, now, later);
        await take(1, later - 1);
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 1 });
        await take(1, later);
        expect(await ledger.read('account')).toMatchObject({ attemptCount: 0 });
      });
    });
  });
}
