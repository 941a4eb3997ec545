/** A cap on how often something may happen. Windows lie end to end from the epoch on, the same for every key. */
export interface RateLimit {
  /** Takes that one window allows. */
  readonly max: number;
  /** The window's length in milliseconds. */
  readonly windowMs: number;
}

/** How far the window that is open now has been used. */
export interface Usage {
  readonly limit: RateLimit;
  readonly taken: number;
  /** When the next window opens, in epoch milliseconds. */
  readonly windowEnds: number;
}

/** Whether one more was allowed. */
export type Take =
  | { readonly kind: 'allowed' }
  /** From `retryAt` on, in epoch milliseconds, no window is full. */
  | { readonly kind: 'refused'; readonly retryAt: number };

/** What one more take would meet. */
export function evaluate(usages: readonly Usage[]): Take {
  const full = usages.filter(({ taken, limit }) => taken >= limit.max);
  return full.length === 0
    ? { kind: 'allowed' }
    : { kind: 'refused', retryAt: Math.max(...full.map(({ windowEnds }) => windowEnds)) };
}

/** When the window that holds `now` opened. */
export function windowStart(now: number, { windowMs }: RateLimit): number {
  return now - (now % windowMs);
}
