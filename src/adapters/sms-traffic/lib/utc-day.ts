/** Days of UTC, which counts of SMS are kept by. */

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** The day that a time (epoch milliseconds) lies in, such as `2026-01-15`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** The hour of that day, from 0 to 23. */
export function hourOfDay(epochMs: number): number {
  return new Date(epochMs).getUTCHours();
}

/** When the next day begins, in epoch milliseconds. */
export function nextDay(epochMs: number): number {
  return (Math.floor(epochMs / DAY_MS) + 1) * DAY_MS;
}
