import { describe, expect, it } from 'vitest';
import { SeededRandomSource } from '../fakes/seeded-random-source.ts';
import { criticalDistance, kolmogorovSmirnov } from './kolmogorov-smirnov.ts';

describe('The Kolmogorov-Smirnov distance', () => {
  it.each([
    ['equal samples', [1, 2, 3], [3, 1, 2], 0],
    ['samples that do not overlap', [1, 2], [3, 4], 1],
    ['one that lies in the middle of the other', [1, 2, 3, 4], [2.5], 0.5],
    ['samples that share a value', [1, 2, 2, 3], [2, 2, 3, 4], 0.25],
    ['samples of different sizes', [1, 2, 3, 4, 5], [1, 2], 0.6],
  ])('of %s', (_, a, b, distance) => {
    expect(kolmogorovSmirnov(a, b)).toBeCloseTo(distance, 12);
    expect(kolmogorovSmirnov(b, a)).toBeCloseTo(distance, 12);
  });

  it('may be 0.163 at most for two samples of 200, at the level of 1 %', () => {
    const sample = Array<number>(200).fill(0);
    expect(criticalDistance(sample, sample)).toBeCloseTo(0.1628, 12);
  });

  it('exceeds that about once in a hundred times for samples of one distribution', () => {
    const random = new SeededRandomSource();
    const draw = () => Array.from({ length: 200 }, () => random.next());
    const exceeding = Array.from({ length: 400 }, () => {
      const [a, b] = [draw(), draw()];
      return kolmogorovSmirnov(a, b) > criticalDistance(a, b);
    }).filter(Boolean).length;
    expect(exceeding).toBeLessThanOrEqual(10);
  });
});
