import type { RateLimit, Take, Usage } from '../abuse/rate-limit.ts';

/**
 * Counts what may happen only so often. A key is any text: what is kept of it outlives the call only
 * as a keyed digest.
 */
export interface RateLimiter {
  /**
   * Takes one from every limit's window, or from none: under concurrent callers no window ever gives
   * more than its limit.
   *
   * @throws `StoreError` when the counts can't be reached.
   */
  take(key: string, limits: readonly RateLimit[]): Promise<Take>;

  /**
   * How the windows stand, in the order of `limits`; nothing is taken.
   *
   * @throws `StoreError` when the counts can't be reached.
   */
  usage(key: string, limits: readonly RateLimit[]): Promise<readonly Usage[]>;

  /**
   * Forgets what the key has taken from the windows that are open now.
   *
   * @throws `StoreError` when the counts can't be reached.
   */
  reset(key: string, limits: readonly RateLimit[]): Promise<void>;
}
