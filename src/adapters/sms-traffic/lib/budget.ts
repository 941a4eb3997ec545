import { everyMs, nextAt, type RateLimit } from '../../../domain/abuse/rate-limit.ts';
import { nextDay } from './utc-day.ts';

/** What one more SMS would meet: how far the budget is used with it, or when it may be sent. */
export type Spending =
  | { readonly kind: 'allowed'; readonly usedUntil: number }
  | { readonly kind: 'refused'; readonly retryAt: number };

/**
 * What one more SMS at `at` would meet. The next day finds the budget unused.
 *
 * @param usedUntil how far the day's budget is used, in epoch milliseconds.
 */
export function spend(usedUntil: number, budget: RateLimit, at: number): Spending {
  const retryAt = nextAt({ [budget.windowMs]: usedUntil }, budget);
  return retryAt > at
    ? { kind: 'refused', retryAt: Math.min(retryAt, nextDay(at)) }
    : { kind: 'allowed', usedUntil: Math.max(usedUntil, at) + everyMs(budget) };
}
