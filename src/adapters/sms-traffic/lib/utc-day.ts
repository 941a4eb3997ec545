/** Days of UTC, which counts of SMS are kept by. */

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** The day that a time (epoch milliseconds) lies in, such as `2026-01-15`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** How far into that day a time is, in milliseconds. */
export function timeOfDay(epochMs: number): number {
  return epochMs - (nextDay(epochMs) - DAY_MS);
}

/** When the next day begins, in epoch milliseconds. */
export function nextDay(epochMs: number): number {
  return (Math.floor(epochMs / DAY_MS) + 1) * DAY_MS;
}
