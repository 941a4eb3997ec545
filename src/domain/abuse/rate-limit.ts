/**
 * Limits that refill evenly: the generic cell rate algorithm, by which one more is allowed every
 * `windowMs / max` milliseconds, and some at once after a pause.
 *
 * @see ITU-T I.371, Annex A
 */

/** A cap on how often something may happen. */
export interface RateLimit {
  /** Takes that refill in one window. */
  readonly max: number;
  /** The window's length in milliseconds. */
  readonly windowMs: number;
}

/**
 * How far limits are used: for each limit, by its window's length, when it will be as good as unused
 * (epoch milliseconds). Absent, or in the past, where nothing is used.
 */
export type Meter = Readonly<Record<number, number>>;

/** Whether one more is allowed. */
export type Take =
  /** `meter` is how the limits stand once it is taken. */
  | { readonly kind: 'allowed'; readonly meter: Meter }
  /** From `retryAt` on, in epoch milliseconds, it will be, if nobody else takes one. */
  | { readonly kind: 'refused'; readonly retryAt: number };

/** What one more take would meet at `now` (epoch milliseconds). */
export function takeFrom(meter: Meter, limits: readonly RateLimit[], now: number): Take {
  const retryAt = Math.max(...limits.map((limit) => nextAt(meter, limit)), 0);
  if (retryAt > now) {
    return { kind: 'refused', retryAt };
  }
  const taken = limits.map((limit) => [
    limit.windowMs,
    usedUntil(meter, limit, now) + everyMs(limit),
  ]);
  return { kind: 'allowed', meter: { ...meter, ...Object.fromEntries(taken) } };
}

/** How many could be taken at once now, one after the other. */
export function available(meter: Meter, limit: RateLimit, now: number): number {
  const ahead = usedUntil(meter, limit, now) - now;
  return Math.max(0, Math.floor(burstOf(limit) - ahead / everyMs(limit)));
}

/**
 * How many may be taken at once after a pause: half of what a window refills, so that no window ever sees
 * more than half as many again, but up to three, which one sign-in with its resends may need.
 */
export function burstOf({ max }: RateLimit): number {
  return Math.max(Math.ceil(max / 2), Math.min(max, 3));
}

/** The most that any window of the limit's length can see. */
export function mostInAWindow(limit: RateLimit): number {
  return burstOf(limit) + limit.max - 1;
}

/** Milliseconds after which one more is refilled: whole ones, so that no sum of them is ever rounded. */
export function everyMs({ max, windowMs }: RateLimit): number {
  return Math.ceil(windowMs / max);
}

/** When the next one may be taken, in epoch milliseconds; in the past where one may be taken now. */
export function nextAt(meter: Meter, limit: RateLimit): number {
  return (meter[limit.windowMs] ?? 0) - (burstOf(limit) - 1) * everyMs(limit);
}

function usedUntil(meter: Meter, { windowMs }: RateLimit, now: number): number {
  return Math.max(meter[windowMs] ?? 0, now);
}
