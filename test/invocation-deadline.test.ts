import { describe, expect, it } from 'vitest';
import { InvocationDeadlines } from '../src/pipeline.ts';
import { ManualClock } from './fakes/manual-clock.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

describe('The deadline of an invocation', () => {
  it('A33: leaves Cognito its answer within 4.5 seconds of the call', () => {
    const deadlines = new InvocationDeadlines(new ManualClock(), 0);
    expect(deadlines.next(NO_LIMIT).timeLeft).toBeLessThan(4500);
  });

  it('A33: comes earlier by what the cold start took, for the first invocation alone', () => {
    const warm = new InvocationDeadlines(new ManualClock(), 0).next(NO_LIMIT).timeLeft;
    const deadlines = new InvocationDeadlines(new ManualClock(), 900);
    expect(deadlines.next(NO_LIMIT).timeLeft).toBe(warm - 900);
    expect(deadlines.next(NO_LIMIT).timeLeft).toBe(warm);
  });

  it('A33: comes before Lambda stops the function', () => {
    const deadlines = new InvocationDeadlines(new ManualClock(), 0);
    expect(deadlines.next(3000).timeLeft).toBe(2500);
  });

  it.each([
    ['a start of a fraction', 123.456, NO_LIMIT],
    ['a start that outlasted Cognito', 6000.5, NO_LIMIT],
    ['what Lambda leaves, in fractions', 0, 2999.7],
    ['an event that is over', 0, -5000],
  ])('A51: is whole milliseconds, and none below 0, after %s', (_, initMs, remainingMs) => {
    const { timeLeft } = new InvocationDeadlines(new ManualClock(), initMs).next(remainingMs);
    expect(Number.isInteger(timeLeft)).toBe(true);
    expect(timeLeft).toBeGreaterThanOrEqual(0);
    expect(() => AbortSignal.timeout(timeLeft)).not.toThrow();
  });

  it.each([3_600_000, -3_600_000])(
    'A52: stays where it is when the clock is set by %i ms',
    (by) => {
      const clock = new ManualClock();
      const deadline = new InvocationDeadlines(clock, 0).next(NO_LIMIT);
      const { timeLeft } = deadline;
      clock.set(by);
      expect(deadline.timeLeft).toBe(timeLeft);
    },
  );
});
