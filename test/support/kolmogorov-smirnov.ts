/** The two-sample Kolmogorov-Smirnov test: whether two samples may come of one distribution. */

/** The largest distance between the samples' distribution functions, from 0 to 1. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const share = (sample: readonly number[], limit: number) =>
    sample.filter((value) => value <= limit).length / sample.length;
  return Math.max(...[...a, ...b].map((limit) => Math.abs(share(a, limit) - share(b, limit))));
}

/** What samples of one distribution exceed once in a hundred times (Smirnov's c(0.01) = 1.628). */
export function criticalDistance(a: readonly number[], b: readonly number[]): number {
  return 1.628 * Math.sqrt((a.length + b.length) / (a.length * b.length));
}
