import { describe, expect, it } from 'vitest';
import {
  available,
  burstOf,
  everyMs,
  type Meter,
  mostInAWindow,
  nextAt,
  type RateLimit,
  type Take,
  takeFrom,
} from '../../../src/domain/abuse/rate-limit.ts';
import { SeededRandomSource } from '../../fakes/seeded-random-source.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.UTC(2026, 0, 15, 12);

const perTenMinutes = { max: 5, windowMs: 10 * MINUTE };
const perHour = { max: 10, windowMs: HOUR };
const perDay = { max: 20, windowMs: 24 * HOUR };

describe('A rate limit', () => {
  /** Takes at once, until it is refused. */
  function takeAll(limits: readonly RateLimit[], at = now, start: Meter = {}) {
    let meter = start;
    for (let taken = 0; ; taken++) {
      const take = takeFrom(meter, limits, at);
      if (take.kind === 'refused') {
        return { taken, meter, retryAt: take.retryAt };
      }
      meter = take.meter;
    }
  }

  it('gives half of its window at once, rounded up, then says when the next is due', () => {
    const { taken, retryAt } = takeAll([perTenMinutes]);
    expect(taken).toBe(3);
    expect(retryAt).toBe(now + 2 * MINUTE);
  });

  it('gives one more whenever one is due', () => {
    const { meter, retryAt } = takeAll([perTenMinutes]);
    expect(takeFrom(meter, [perTenMinutes], retryAt - 1)).toEqual({ kind: 'refused', retryAt });
    expect(takeAll([perTenMinutes], retryAt, meter).taken).toBe(1);
  });

  it('gives as many at once as ever after a pause, and no more', () => {
    const { meter } = takeAll([perTenMinutes]);
    expect(takeAll([perTenMinutes], now + 6 * MINUTE, meter).taken).toBe(3);
    expect(takeAll([perTenMinutes], now + 24 * HOUR, meter).taken).toBe(3);
  });

  it('takes from all limits, or from none, and is refused until the last allows it', () => {
    const { taken, meter, retryAt } = takeAll([perTenMinutes, { max: 6, windowMs: HOUR }]);
    expect(taken).toBe(3);
    expect(meter).toEqual({ [10 * MINUTE]: now + 6 * MINUTE, [HOUR]: now + 30 * MINUTE });
    expect(retryAt).toBe(now + 10 * MINUTE);
  });

  it('allows everything where there is no limit', () => {
    expect(takeFrom({}, [], now)).toEqual({ kind: 'allowed', meter: {} });
  });

  it('leaves what other limits have used', () => {
    const take = takeFrom({ [HOUR]: now + 1 }, [perTenMinutes], now);
    expect(take).toMatchObject({ meter: { [HOUR]: now + 1 } });
  });

  it.each([
    [{ max: 1, windowMs: MINUTE }, 1, 1],
    [{ max: 2, windowMs: MINUTE }, 2, 3],
    [{ max: 3, windowMs: MINUTE }, 3, 5],
    [{ max: 4, windowMs: MINUTE }, 3, 6],
    [perTenMinutes, 3, 7],
    [perHour, 5, 14],
    [perDay, 10, 29],
  ])('%j gives %i at once, and %i in a window at most', (limit, burst, most) => {
    expect(burstOf(limit)).toBe(burst);
    expect(mostInAWindow(limit)).toBe(most);
  });

  it('is exact where its window is no multiple of what it gives', () => {
    const uneven = { max: 7, windowMs: 10 * MINUTE };
    expect(everyMs(uneven)).toBe(85_715);
    expect(takeAll([uneven])).toMatchObject({ taken: 4, retryAt: now + 85_715 });
  });

  it('tells how many could be taken now, and when the next', () => {
    expect(available({}, perTenMinutes, now)).toBe(3);
    expect(nextAt({}, perTenMinutes)).toBeLessThanOrEqual(now);
    const { meter, retryAt } = takeAll([perTenMinutes]);
    expect(available(meter, perTenMinutes, now)).toBe(0);
    expect(nextAt(meter, perTenMinutes)).toBe(retryAt);
    expect(available(meter, perTenMinutes, now + 3 * MINUTE)).toBe(1);
    expect(available({ [10 * MINUTE]: now + 24 * HOUR }, perTenMinutes, now)).toBe(0);
  });

  describe.each([1, 2, 3, 4, 5, 6, 7, 8])('asked at random times (seed %i)', (seed) => {
    const { limits, asked } = askAtRandom(seed);
    const allowedAt = asked.flatMap(({ at, take }) => (take.kind === 'allowed' ? at : []));

    it('lets no window see more than it may', () => {
      for (const limit of limits) {
        const seen = allowedAt.map(
          (start, i) => allowedAt.slice(i).filter((at) => at < start + limit.windowMs).length,
        );
        expect(Math.max(...seen)).toBeLessThanOrEqual(mostInAWindow(limit));
      }
    });

    it('allows one exactly where it tells that one is available', () => {
      for (const { at, meter, take } of asked) {
        const possible = Math.min(...limits.map((limit) => available(meter, limit, at)));
        expect(take.kind === 'allowed').toBe(possible > 0);
      }
    });

    it('refuses no longer than one takes to refill, and keeps its word', () => {
      const longest = Math.max(...limits.map(everyMs));
      const refused = asked.filter(({ take }) => take.kind === 'refused');
      expect(refused.length).toBeGreaterThan(0);
      for (const { at, meter, take } of refused) {
        const retryAt = 'retryAt' in take ? take.retryAt : 0;
        expect(retryAt - at).toBeLessThanOrEqual(longest);
        expect(takeFrom(meter, limits, retryAt - 1).kind).toBe('refused');
        expect(takeFrom(meter, limits, retryAt).kind).toBe('allowed');
      }
    });
  });
});

/** Two limits, and what became of each time they were asked: mostly at once or soon, now and then after a pause. */
function askAtRandom(seed: number) {
  const random = new SeededRandomSource(seed);
  const pick = (below: number) => Math.floor(random.next() * below);
  const limits = [
    { max: 1 + pick(12), windowMs: (1 + pick(10)) * MINUTE + pick(1000) },
    { max: 1 + pick(20), windowMs: HOUR },
  ];
  const asked: { readonly at: number; readonly meter: Meter; readonly take: Take }[] = [];
  let meter: Meter = {};
  let at = now;
  for (let i = 0; i < 2000; i++) {
    at += pick(3) === 0 ? pick(pick(10) === 0 ? HOUR : MINUTE) : 0;
    const take = takeFrom(meter, limits, at);
    asked.push({ at, meter, take });
    meter = take.kind === 'allowed' ? take.meter : meter;
  }
  return { limits, asked };
}
