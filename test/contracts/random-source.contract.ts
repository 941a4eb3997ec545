import { describe, expect, it } from 'vitest';
import type { RandomSource } from '../../src/domain/ports/random-source.ts';

const DRAWS = 100_000;
const BINS = 10;
// Chi-squared with 9 degrees of freedom passes this once in ten million.
const CHI_SQUARED_LIMIT = 49;

export function describeRandomSourceContract(name: string, create: () => RandomSource): void {
  describe(`RandomSource contract: ${name}`, () => {
    it('draws numbers from 0 up to, and not including, 1, all equally likely', () => {
      const source = create();
      const counts = new Array<number>(BINS).fill(0);
      for (let i = 0; i < DRAWS; i++) {
        const bin = Math.floor(source.next() * BINS);
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      expect(counts).toHaveLength(BINS);
      const expected = DRAWS / BINS;
      const chiSquared = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      expect(chiSquared).toBeLessThan(CHI_SQUARED_LIMIT);
    });
  });
}
