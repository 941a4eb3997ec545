import { describe, expect, it } from 'vitest';
import { Deadline, wholeMilliseconds } from '../../src/domain/deadline.ts';
import { ManualClock } from '../fakes/manual-clock.ts';

describe('A duration', () => {
  it.each([
    [1200, 1200],
    [1234.9, 1234],
    [0.4, 0],
    [-0.4, 0],
    [-1200, 0],
    [Number.NaN, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.POSITIVE_INFINITY, 2_147_483_647],
    [2 ** 40, 2_147_483_647],
  ])('of %d is %d whole milliseconds', (given, whole) => {
    expect(wholeMilliseconds(given)).toBe(whole);
    expect(() => AbortSignal.timeout(wholeMilliseconds(given))).not.toThrow();
  });
});

describe('A deadline', () => {
  it('comes nearer, passes, and stays passed', () => {
    const clock = new ManualClock();
    const deadline = Deadline.in(clock, 1000);
    clock.advance(400.5);
    expect(deadline).toMatchObject({ timeLeft: 600, passed: false });
    clock.advance(600);
    expect(deadline).toMatchObject({ timeLeft: 0, passed: true });
    clock.advance(5000);
    expect(deadline).toMatchObject({ timeLeft: 0, passed: true });
  });

  it('passes while the clock is set back', () => {
    const clock = new ManualClock();
    const deadline = Deadline.in(clock, 1000);
    clock.advance(1000);
    clock.set(-60_000);
    expect(deadline.passed).toBe(true);
  });

  it('does not pass because the clock is set forward', () => {
    const clock = new ManualClock();
    const deadline = Deadline.in(clock, 1000);
    clock.set(60_000);
    expect(deadline.timeLeft).toBe(1000);
  });

  it('is told to others by the time of day', () => {
    const clock = new ManualClock();
    const deadline = Deadline.in(clock, 1000);
    clock.advance(300);
    expect(deadline.time).toBe(clock.now() + 700);
  });

  it('is brought forward, and never put off', () => {
    const clock = new ManualClock();
    const deadline = Deadline.in(clock, 1000);
    expect(deadline.within(300).timeLeft).toBe(300);
    expect(deadline.within(3000).timeLeft).toBe(1000);
    expect(deadline.within(-1).timeLeft).toBe(0);
    expect(deadline.before(300).timeLeft).toBe(700);
    expect(deadline.before(3000).timeLeft).toBe(0);
  });
});
