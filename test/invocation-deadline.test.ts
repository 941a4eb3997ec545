import { describe, expect, it } from 'vitest';
import { invocationDeadlines } from '../src/invocation-deadline.ts';

describe('The deadline of an invocation', () => {
  it('A33: leaves Cognito its answer within 4.5 seconds of the call', () => {
    const deadlineOf = invocationDeadlines(0);
    expect(deadlineOf(1_000_000)).toBeLessThan(1_004_500);
  });

  it('A33: comes earlier by what the cold start took, for the first invocation alone', () => {
    const deadlineOf = invocationDeadlines(900);
    const warm = invocationDeadlines(0);
    expect(deadlineOf(1_000_000)).toBe(warm(1_000_000) - 900);
    expect(deadlineOf(2_000_000)).toBe(warm(2_000_000));
  });
});
