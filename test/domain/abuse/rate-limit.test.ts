import { describe, expect, it } from 'vitest';
import { evaluate, type Usage, windowStart } from '../../../src/domain/abuse/rate-limit.ts';
import { seconds } from '../../support/domain.ts';

describe('A rate limit', () => {
  const perMinute = { max: 2, windowMs: seconds(60) };
  const perHour = { max: 5, windowMs: seconds(3600) };
  const perDay = { max: 10, windowMs: seconds(86_400) };

  function used(limit: typeof perMinute, taken: number): Usage {
    return { limit, taken, windowEnds: limit.windowMs };
  }

  it('allows a take while every window has room', () => {
    expect(evaluate([used(perMinute, 1), used(perHour, 4)])).toEqual({ kind: 'allowed' });
  });

  it('allows everything where there is no limit', () => {
    expect(evaluate([])).toEqual({ kind: 'allowed' });
  });

  it.each([2, 3])('refuses one more when %i of 2 are taken', (taken) => {
    expect(evaluate([used(perMinute, taken)])).toEqual({ kind: 'refused', retryAt: seconds(60) });
  });

  it('allows nothing where the limit is none at all', () => {
    expect(evaluate([used({ max: 0, windowMs: 1 }, 0)])).toMatchObject({ kind: 'refused' });
  });

  it('refuses when one window of several is full, until that one ends', () => {
    expect(evaluate([used(perMinute, 2), used(perHour, 4), used(perDay, 4)])).toEqual({
      kind: 'refused',
      retryAt: seconds(60),
    });
  });

  it('says to come back when the last of the full windows ends, wherever it stands', () => {
    const refused = { kind: 'refused', retryAt: seconds(3600) };
    expect(evaluate([used(perMinute, 2), used(perHour, 5), used(perDay, 5)])).toEqual(refused);
    expect(evaluate([used(perHour, 5), used(perMinute, 2), used(perDay, 5)])).toEqual(refused);
  });

  describe('counts in windows that', () => {
    const opens = Date.UTC(2026, 0, 15, 12);

    it.each([
      ['hold their first moment', opens, opens],
      ['hold what lies between', opens + seconds(1800), opens],
      ['hold their last moment', opens + seconds(3600) - 1, opens],
      ['lie end to end', opens + seconds(3600), opens + seconds(3600)],
    ])('%s', (_, now, start) => expect(windowStart(now, perHour)).toBe(start));

    it('begin at midnight UTC where they last a day', () => {
      expect(windowStart(opens, perDay)).toBe(Date.UTC(2026, 0, 15));
    });
  });
});
