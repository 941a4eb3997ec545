/** Whether two samples may come of one distribution: the two-sample Kolmogorov-Smirnov test, and how often one guesses right. */

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

/** How often the larger of two values, one of each sample, is that of `a`: 0.5 where they tell nothing (ties count half). */
export function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const wins = a.flatMap((one) =>
    b.map((other) => (one > other ? 1 : one === other ? 0.5 : 0) as number),
  );
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}
