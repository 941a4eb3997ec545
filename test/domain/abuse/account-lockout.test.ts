import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryAccountLedger } from '../../../src/adapters/account-ledger/memory.ts';
import {
  AccountLockout,
  type Admission,
  type LockPolicy,
  standingOf,
} from '../../../src/domain/abuse/account-lockout.ts';
import type { AccountLedger } from '../../../src/domain/ports/account-ledger.ts';
import { InterleavingAccountLedger } from '../../fakes/interleaving-account-ledger.ts';
import { type Interruptible, interruptible } from '../../fakes/interruptible.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const minutes = (count: number) => count * 60_000;
const hours = (count: number) => minutes(60 * count);
const DAY_MS = hours(24);
const YEAR_MS = 365 * DAY_MS;

const policy: LockPolicy = {
  lockAfter: 10,
  firstLockMs: minutes(15),
  earlyMaxLockMs: hours(1),
  maxLockMs: DAY_MS,
  maxFailures: 100,
};
const endless: LockPolicy = { ...policy, maxFailures: undefined };

describe('How an account stands', () => {
  const lastAttemptAt = Date.UTC(2026, 0, 15, 12);
  const standing = (attemptCount: number, sinceMs = 0, by = policy) =>
    standingOf({ attemptCount, lastAttemptAt, sends: {} }, by, lastAttemptAt + sinceMs);

  it.each([0, 1, 9])('is open after %i failures', (count) => {
    expect(standing(count)).toEqual({ kind: 'open' });
  });

  it.each([
    [10, minutes(15)],
    [11, minutes(30)],
    [12, hours(1)],
    [13, hours(1)],
    [19, hours(1)],
    [20, DAY_MS],
    [99, DAY_MS],
  ])('A14: is locked for a bounded while after %i failures: %i ms', (count, lockMs) => {
    expect(standing(count)).toEqual({ kind: 'locked', until: lastAttemptAt + lockMs });
    expect(standing(count, lockMs - 1)).toMatchObject({ kind: 'locked' });
    expect(standing(count, lockMs)).toEqual({ kind: 'open' });
  });

  it('is never locked for longer than the longest lock', () => {
    const short = { ...policy, maxLockMs: minutes(20) };
    for (const count of [11, 19, 20, 99]) {
      expect(standing(count, 0, short)).toEqual({
        kind: 'locked',
        until: lastAttemptAt + minutes(20),
      });
    }
  });

  it.each([100, 101])('A12: is blocked after %i failures, whatever time passes', (count) => {
    expect(standing(count)).toEqual({ kind: 'blocked' });
    expect(standing(count, 10 * YEAR_MS)).toEqual({ kind: 'blocked' });
  });

  it.each([100, 5000])('is never blocked where that is turned off: %i failures', (count) => {
    const until = lastAttemptAt + DAY_MS;
    expect(standing(count, 0, endless)).toEqual({ kind: 'locked', until });
    expect(standing(count, DAY_MS, endless)).toEqual({ kind: 'open' });
  });
});

describe('The lockout', () => {
  let clock: ManualClock;
  let ledger: Interruptible<AccountLedger>;
  let lockout: AccountLockout;
  beforeEach(() => {
    clock = new ManualClock();
    ledger = interruptible<AccountLedger>(new MemoryAccountLedger());
    lockout = new AccountLockout(ledger, clock, policy);
  });

  const a = { name: 'a', known: true };
  const nobodys = { name: 'n', known: false };
  const admitted = (attemptCount: number): Admission => ({
    kind: 'admitted',
    locks: attemptCount >= 10,
    attemptCount,
    nearsStop: attemptCount >= 50,
  });
  const refused = { kind: 'refused' };
  const countsTo = (last: number) => Array.from({ length: last }, (_, i) => admitted(i + 1));
  const standing = async (account = a) => lockout.standing(await ledger.read(account.name));

  async function register(times: number, account = a) {
    const admissions: Admission[] = [];
    for (let i = 0; i < times; i++) {
      admissions.push(await lockout.registerAttempt(account));
    }
    return admissions;
  }

  /** Answers as soon as it is allowed, until so many have failed. */
  async function failInARow(times: number, account = a) {
    for (let count = 0; count < times; count++) {
      const now = await standing(account);
      clock.advance(now.kind === 'locked' ? now.until - clock.now() : 0);
      await lockout.registerAttempt(account);
    }
    expect(await ledger.read(account.name)).toMatchObject({ attemptCount: times });
  }

  it('counts ten wrong answers, and says that the tenth locks', async () => {
    expect(await register(12)).toEqual([...countsTo(10), refused, refused]);
    expect(await standing()).toEqual({ kind: 'locked', until: clock.now() + minutes(15) });
  });

  it('counts nothing while the account is locked, so that the lock does not grow', async () => {
    await register(10);
    const locked = await ledger.read('a');
    clock.advance(minutes(15) - 1);
    expect(await register(50)).toEqual(Array(50).fill(refused));
    expect(await ledger.read('a')).toEqual(locked);
    clock.advance(1);
    expect(await standing()).toEqual({ kind: 'open' });
  });

  it('lets exactly one answer through after a lock, which locks again for longer', async () => {
    await register(10);
    clock.advance(minutes(15));
    expect(await register(2)).toEqual([admitted(11), refused]);
    expect(await standing()).toEqual({ kind: 'locked', until: clock.now() + minutes(30) });
    clock.advance(minutes(30));
    expect(await register(2)).toEqual([admitted(12), refused]);
    expect(await standing()).toEqual({ kind: 'locked', until: clock.now() + hours(1) });
  });

  it('A12: counts 100 answers in all, however patient the guesser is', async () => {
    let admissions = 0;
    for (let day = 0; day < 200; day++) {
      admissions += (await register(11)).filter(({ kind }) => kind === 'admitted').length;
      clock.advance(DAY_MS);
    }
    expect(admissions).toBe(100);
    expect(await standing()).toEqual({ kind: 'blocked' });
  });

  it('A12: keeps the count of a blocked account for ever, and any other for a year', async () => {
    let keptUntil: number | undefined;
    ledger.before('registerAttempt', (...args) => {
      keptUntil = args[3];
    });
    await failInARow(99);
    expect(keptUntil).toBe(clock.now() + YEAR_MS);
    clock.advance(DAY_MS);
    await lockout.registerAttempt(a);
    expect(keptUntil).toBeUndefined();
  });

  it('announces the stop from half of the way on', async () => {
    await failInARow(48);
    clock.advance(DAY_MS);
    expect(await register(1)).toMatchObject([{ attemptCount: 49, nearsStop: false }]);
    clock.advance(DAY_MS);
    expect(await register(1)).toMatchObject([{ attemptCount: 50, nearsStop: true }]);
  });

  it('stops no account, and announces nothing, where that is turned off', async () => {
    lockout = new AccountLockout(ledger, clock, endless);
    await failInARow(150);
    clock.advance(DAY_MS);
    expect(await register(1)).toMatchObject([{ attemptCount: 151, nearsStop: false }]);
  });

  it('keeps the accounts apart', async () => {
    await register(10);
    expect(await register(1)).toEqual([refused]);
    expect(await register(1, { name: 'b', known: true })).toEqual([admitted(1)]);
  });

  describe('for a number that belongs to nobody', () => {
    it('counts as for any other, and says that nobody is locked', async () => {
      const admissions = await register(12, nobodys);
      expect(admissions.map(({ kind }) => kind)).toEqual([
        ...Array(10).fill('admitted'),
        'refused',
        'refused',
      ]);
      expect(admissions.some((admission) => 'locks' in admission && admission.locks)).toBe(false);
    });

    it('starts anew a day after the newest wrong answer', async () => {
      await register(9, nobodys);
      clock.advance(DAY_MS);
      expect(await register(1, nobodys)).toMatchObject([{ attemptCount: 1 }]);
    });

    it('keeps no count for ever', async () => {
      lockout = new AccountLockout(ledger, clock, { ...policy, maxLockMs: minutes(1) });
      await failInARow(100, nobodys);
      expect(await register(1, nobodys)).toEqual([refused]);
      clock.advance(DAY_MS);
      expect(await register(1, nobodys)).toMatchObject([{ attemptCount: 1, nearsStop: false }]);
    });

    it('keeps it for as long as the limits on SMS last', async () => {
      lockout = new AccountLockout(ledger, clock, policy, { forgetAfterMs: 7 * DAY_MS });
      await register(1, nobodys);
      clock.advance(7 * DAY_MS - 1);
      expect(await register(1, nobodys)).toMatchObject([{ attemptCount: 2 }]);
    });
  });

  describe('A8: of 200 answers at once', () => {
    const registerAtOnce = async (times: number) => {
      const admissions = await Promise.all(
        Array.from({ length: times }, () => lockout.registerAttempt(a)),
      );
      return admissions.filter(({ kind }) => kind === 'admitted');
    };
    beforeEach(() => {
      lockout = new AccountLockout(new InterleavingAccountLedger(ledger), clock, policy);
    });

    it('counts ten, one of which locks', async () => {
      expect(await registerAtOnce(200)).toEqual(countsTo(10));
      expect(await ledger.read('a')).toMatchObject({ attemptCount: 10 });
    });

    it('counts what is left of ten', async () => {
      await register(7);
      expect(await registerAtOnce(200)).toHaveLength(3);
    });

    it('counts one after a lock has run out', async () => {
      await register(10);
      clock.advance(minutes(15));
      expect(await registerAtOnce(200)).toEqual([admitted(11)]);
    });

    it('lets a right one through after a lock only if no wrong one came first', async () => {
      await register(10);
      clock.advance(minutes(15));
      const [wrong, right] = await Promise.all([lockout.registerAttempt(a), lockout.clear(a)]);
      expect(wrong).toEqual(admitted(11));
      expect(right).toBe(false);
    });

    it('counts a wrong one anew that comes right after a right one', async () => {
      await register(10);
      clock.advance(minutes(15));
      const [right, wrong] = await Promise.all([lockout.clear(a), lockout.registerAttempt(a)]);
      expect(right).toBe(true);
      expect(wrong).toEqual(admitted(1));
    });
  });

  describe('when the answer is right', () => {
    it.each([0, 1, 9, 10, 20, 99])('A13: starts anew after %i failures', async (count) => {
      await failInARow(count);
      const before = await standing();
      clock.advance(before.kind === 'locked' ? before.until - clock.now() : 0);
      expect(await lockout.clear(a)).toBe(true);
      expect(await standing()).toEqual({ kind: 'open' });
      expect(await register(11)).toEqual([...countsTo(10), refused]);
    });

    it('lets no answer through while the account is locked', async () => {
      await register(10);
      clock.advance(minutes(15) - 1);
      expect(await lockout.clear(a)).toBe(false);
      expect(await ledger.read('a')).toMatchObject({ attemptCount: 10 });
    });

    it('A12: lets no answer through once only an operator opens the account', async () => {
      await failInARow(100);
      clock.advance(YEAR_MS);
      expect(await lockout.clear(a)).toBe(false);
    });

    it.each([
      [undefined, DAY_MS],
      [7 * DAY_MS, 7 * DAY_MS],
    ])('keeps what is known of the SMS: for %o, %i ms', async (forgetAfterMs, keptMs) => {
      lockout = new AccountLockout(ledger, clock, policy, {
        ...(forgetAfterMs && { forgetAfterMs }),
      });
      const kept: number[] = [];
      ledger.instead('clearAttempts', async (_account, _range, keepUntil) => {
        kept.push(keepUntil);
        return { kind: 'done', record: await ledger.read('a') };
      });
      await lockout.clear(a);
      expect(kept).toEqual([clock.now() + keptMs]);
    });
  });

  it('A31: lets nothing through while the counts can not be reached', async () => {
    ledger.fail('registerAttempt');
    ledger.fail('clearAttempts');
    await expect(lockout.registerAttempt(a)).rejects.toThrow('The store failed');
    await expect(lockout.clear(a)).rejects.toThrow('The store failed');
  });
});
