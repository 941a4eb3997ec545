/** What many runs of the same thing come to. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** A quarter of the values lie below. */
  readonly lowerQuartile: number;
  /** A quarter of the values lie above. */
  readonly upperQuartile: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  };
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

/** Between two values, their share of each. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
  return below + (above - below) * (place % 1);
}
