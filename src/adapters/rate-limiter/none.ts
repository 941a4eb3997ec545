import type { Take, Usage } from '../../domain/abuse/rate-limit.ts';
import type { RateLimiter } from '../../domain/ports/rate-limiter.ts';

/** No limits at all: each sign-in's own are the only ones. */
export class NoRateLimiter implements RateLimiter {
  async take(): Promise<Take> {
    return { kind: 'allowed' };
  }

  async usage(): Promise<readonly Usage[]> {
    return [];
  }

  async reset(): Promise<void> {}
}
