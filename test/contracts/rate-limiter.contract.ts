import { beforeEach, describe, expect, it } from 'vitest';
import type { RateLimiter } from '../../src/domain/ports/rate-limiter.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';

export interface RateLimiterWorld {
  /** One, or several that share their counts: as several containers do. */
  readonly limiters: readonly [RateLimiter, ...RateLimiter[]];
  readonly clock: ManualClock;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const twice = { max: 2, windowMs: 10 * MINUTE };
const thrice = { max: 3, windowMs: HOUR };

/** @param create a world in which nothing was taken yet, at a full hour. */
export function describeRateLimiterContract(
  name: string,
  create: () => RateLimiterWorld | Promise<RateLimiterWorld>,
): void {
  describe(`RateLimiter contract: ${name}`, () => {
    let limiter: RateLimiter;
    let world: RateLimiterWorld;
    beforeEach(async () => {
      world = await create();
      limiter = world.limiters[0];
    });

    async function taken(times: number, key = 'key', limits = [twice, thrice]) {
      const kinds: string[] = [];
      for (let i = 0; i < times; i++) {
        kinds.push((await limiter.take(key, limits)).kind);
      }
      return kinds;
    }

    it('allows as many takes as the window has, and refuses the next', async () => {
      expect(await taken(4, 'key', [thrice])).toEqual(['allowed', 'allowed', 'allowed', 'refused']);
    });

    it('says when the next take is allowed', async () => {
      const start = world.clock.now();
      await taken(2);
      world.clock.advance(MINUTE);
      const refused = { kind: 'refused', retryAt: start + twice.windowMs };
      expect(await limiter.take('key', [twice, thrice])).toEqual(refused);
      world.clock.advance(9 * MINUTE);
      expect(await limiter.take('key', [twice, thrice])).toEqual({ kind: 'allowed' });
    });

    it('refuses until no window is full any more', async () => {
      const start = world.clock.now();
      await taken(2);
      world.clock.advance(10 * MINUTE);
      await taken(1);
      const refused = { kind: 'refused', retryAt: start + HOUR };
      expect(await limiter.take('key', [twice, thrice])).toEqual(refused);
      world.clock.advance(50 * MINUTE);
      expect(await limiter.take('key', [twice, thrice])).toEqual({ kind: 'allowed' });
    });

    it('takes from every window or from none', async () => {
      await taken(5);
      const usages = await limiter.usage('key', [twice, thrice]);
      expect(usages.map(({ taken }) => taken)).toEqual([2, 2]);
    });

    it('tells how the windows stand without taking', async () => {
      const start = world.clock.now();
      await taken(1);
      await limiter.usage('key', [twice, thrice]);
      expect(await limiter.usage('key', [twice, thrice])).toEqual([
        { limit: twice, taken: 1, windowEnds: start + twice.windowMs },
        { limit: thrice, taken: 1, windowEnds: start + thrice.windowMs },
      ]);
    });

    it('counts every key for itself', async () => {
      await taken(3, 'one');
      expect(await taken(1, 'another')).toEqual(['allowed']);
    });

    it('forgets on request what a key has taken, and nothing else', async () => {
      await taken(2, 'one');
      await taken(2, 'another');
      await limiter.reset('one', [twice, thrice]);
      expect(await taken(3, 'one')).toEqual(['allowed', 'allowed', 'refused']);
      expect(await taken(1, 'another')).toEqual(['refused']);
    });

    it('allows everything where there is no limit', async () => {
      expect(await taken(2, 'key', [])).toEqual(['allowed', 'allowed']);
      expect(await limiter.usage('key', [])).toEqual([]);
      await limiter.reset('key', []);
    });

    it('takes any text as a key', async () => {
      for (const key of ['', ' ', '+6591234567', 'a#b', '\u{1F510}\n', 'x'.repeat(10_000)]) {
        expect(await taken(3, key)).toEqual(['allowed', 'allowed', 'refused']);
      }
    });

    it('A36: never gives more than the limit, to however many callers at once', async () => {
      const limit = { max: 7, windowMs: HOUR };
      const takes = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          world.limiters[i % world.limiters.length]?.take('key', [limit]),
        ),
      );
      expect(takes.filter((take) => take?.kind === 'allowed')).toHaveLength(7);
      const [usage] = await limiter.usage('key', [limit]);
      expect(usage?.taken).toBe(7);
    });
  });
}
