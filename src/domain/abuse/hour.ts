/** The hours that counts are kept by: one after the other from the epoch on. */
export const HOUR_MS = 3_600_000;

/** The number of the hour that a time (epoch milliseconds) lies in. */
export function hourOf(epochMs: number): number {
  return Math.floor(epochMs / HOUR_MS);
}
