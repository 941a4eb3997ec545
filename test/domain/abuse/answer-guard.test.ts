import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryFailureCounter } from '../../../src/adapters/failure-counter/memory.ts';
import { type Admission, AnswerGuard, standingOf } from '../../../src/domain/abuse/answer-guard.ts';
import { InterleavingFailureCounter } from '../../fakes/interleaving-failure-counter.ts';
import { type Interruptible, interruptible } from '../../fakes/interruptible.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { locks, seconds } from '../../support/domain.ts';

const minutes = (count: number) => seconds(60 * count);
const hours = (count: number) => minutes(60 * count);
const YEAR_MS = 365 * hours(24);

describe('How an account stands', () => {
  const lastAt = Date.UTC(2026, 0, 15, 12);
  const standing = (count: number, sinceMs = 0) =>
    standingOf({ count, lastAt }, locks, lastAt + sinceMs);

  it.each([0, 1, 9])('is open after %i failures', (count) => {
    expect(standing(count)).toEqual({ kind: 'open' });
  });

  it.each([
    [10, minutes(15)],
    [11, minutes(30)],
    [12, hours(1)],
    [13, hours(2)],
    [14, hours(4)],
    [15, hours(8)],
    [16, hours(16)],
    [17, hours(24)],
    [18, hours(24)],
    [99, hours(24)],
  ])('A14: is locked for a bounded while after %i failures: %i ms', (count, lockMs) => {
    expect(standing(count)).toEqual({ kind: 'locked', until: lastAt + lockMs });
    expect(standing(count, lockMs - 1)).toMatchObject({ kind: 'locked' });
    expect(standing(count, lockMs)).toEqual({ kind: 'open' });
  });

  it.each([100, 101])('A12: is blocked after %i failures, whatever time passes', (count) => {
    expect(standing(count)).toEqual({ kind: 'blocked' });
    expect(standing(count, 10 * YEAR_MS)).toEqual({ kind: 'blocked' });
  });
});

describe('The sendLimits of answers', () => {
  let clock: ManualClock;
  let failures: Interruptible<MemoryFailureCounter>;
  let sendLimits: AnswerGuard;
  beforeEach(() => {
    clock = new ManualClock();
    failures = interruptible(new MemoryFailureCounter());
    sendLimits = new AnswerGuard(failures, clock, locks);
  });

  const admitted = { kind: 'admitted', locks: false };
  const lastAdmitted = { kind: 'admitted', locks: true };
  const refused = { kind: 'refused' };

  async function admit(times: number, account = 'a') {
    const admissions: Admission[] = [];
    for (let i = 0; i < times; i++) {
      admissions.push(await sendLimits.admit(account));
    }
    return admissions;
  }

  /** Answers as soon as it is allowed, until so many have failed. */
  async function failInARow(times: number) {
    for (let count = 0; count < times; count++) {
      const standing = await sendLimits.standing('a');
      clock.advance(standing.kind === 'locked' ? standing.until - clock.now() : 0);
      await sendLimits.admit('a');
    }
    expect(await failures.read('a')).toMatchObject({ count: times });
  }

  it('counts a failure before anyone knows whether the answer is right', async () => {
    await sendLimits.admit('a');
    expect(await failures.read('a')).toEqual({ count: 1, lastAt: clock.now() });
  });

  it('admits ten answers, and says that the tenth locks', async () => {
    expect(await admit(12)).toEqual([...Array(9).fill(admitted), lastAdmitted, refused, refused]);
    expect(await sendLimits.standing('a')).toEqual({
      kind: 'locked',
      until: clock.now() + minutes(15),
    });
  });

  it('counts nothing while the account is locked, so that the lock does not grow', async () => {
    await admit(10);
    const locked = await failures.read('a');
    clock.advance(minutes(15) - 1);
    expect(await admit(50)).toEqual(Array(50).fill(refused));
    expect(await failures.read('a')).toEqual(locked);
    clock.advance(1);
    expect(await sendLimits.standing('a')).toEqual({ kind: 'open' });
  });

  it('admits exactly one answer after a lock, which locks again for longer', async () => {
    await admit(10);
    clock.advance(minutes(15));
    expect(await admit(2)).toEqual([lastAdmitted, refused]);
    expect(await sendLimits.standing('a')).toEqual({
      kind: 'locked',
      until: clock.now() + minutes(30),
    });
    clock.advance(minutes(30));
    expect(await admit(2)).toEqual([lastAdmitted, refused]);
    expect(await sendLimits.standing('a')).toEqual({
      kind: 'locked',
      until: clock.now() + hours(1),
    });
  });

  it('A12: admits 100 answers in all, however patient the guesser is', async () => {
    let admissions = 0;
    for (let day = 0; day < 200; day++) {
      admissions += (await admit(11)).filter(({ kind }) => kind === 'admitted').length;
      clock.advance(hours(24));
    }
    expect(admissions).toBe(100);
    expect(await sendLimits.standing('a')).toEqual({ kind: 'blocked' });
  });

  it('A12: keeps the count of a blocked account for ever, and any other for a year', async () => {
    let keptUntil: number | undefined;
    failures.before('add', (...args) => {
      keptUntil = args[3];
    });
    await failInARow(99);
    expect(keptUntil).toBe(clock.now() + YEAR_MS);
    clock.advance(hours(24));
    await sendLimits.admit('a');
    expect(keptUntil).toBeUndefined();
  });

  it('keeps the accounts apart', async () => {
    await admit(10, 'a');
    expect(await sendLimits.admit('a')).toEqual(refused);
    expect(await sendLimits.admit('b')).toEqual(admitted);
  });

  describe('A8: of 200 answers at once', () => {
    const admitAtOnce = async (times: number) => {
      const admissions = await Promise.all(
        Array.from({ length: times }, () => sendLimits.admit('a')),
      );
      return admissions.filter(({ kind }) => kind === 'admitted');
    };
    beforeEach(() => {
      sendLimits = new AnswerGuard(new InterleavingFailureCounter(failures), clock, locks);
    });

    it('admits ten, one of which locks', async () => {
      const admissions = await admitAtOnce(200);
      expect(admissions).toHaveLength(10);
      expect(admissions.filter((admission) => 'locks' in admission && admission.locks)).toEqual([
        lastAdmitted,
      ]);
      expect(await failures.read('a')).toMatchObject({ count: 10 });
    });

    it('admits what is left of ten', async () => {
      await admit(7);
      expect(await admitAtOnce(200)).toHaveLength(3);
    });

    it('admits one after a lock has run out', async () => {
      await admit(10);
      clock.advance(minutes(15));
      expect(await admitAtOnce(200)).toEqual([lastAdmitted]);
    });
  });

  describe('when the owner has shown up', () => {
    it.each([1, 10, 100])('A13: opens the account again after %i failures', async (count) => {
      await failInARow(count);
      await sendLimits.clear('a');
      expect(await sendLimits.standing('a')).toEqual({ kind: 'open' });
      expect(await admit(11)).toEqual([...Array(9).fill(admitted), lastAdmitted, refused]);
    });
  });

  it('A31: admits nothing while the counts can not be reached', async () => {
    failures.fail('add');
    await expect(sendLimits.admit('a')).rejects.toThrow('The store failed');
    failures.fail('read');
    await expect(sendLimits.admit('a')).rejects.toThrow('The store failed');
  });
});
