/** How long things take, for people. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long someone has to wait: to the second while that is worth watching, and never less than it is. */
export function waitText(milliseconds: number): string {
  if (milliseconds < 10 * MINUTE_MS) return stopwatch(milliseconds);
  return milliseconds <= 90 * MINUTE_MS
    ? `${Math.ceil(milliseconds / MINUTE_MS)} min`
    : `${Math.ceil(milliseconds / HOUR_MS)} h`;
}

/** `4:05`, as on a stopwatch. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
