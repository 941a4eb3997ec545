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

/** The value that this share of all lie below. */
export function quantileOf(values: readonly number[], share: number): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    share,
  );
}

/** How much each value is above the one before it, by the straight line that fits all of them best. */
export function growthOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [together, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    together += (i - middle) * (value - mean);
    squares += (i - middle) ** 2;
  }
  return together / squares;
}

/** Between two values, their share of each. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
  return below + (above - below) * (place % 1);
}
