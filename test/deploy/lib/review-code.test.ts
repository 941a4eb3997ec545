import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEasyToGuess, newReviewCode } from '../../../deploy/lib/review-code.ts';

describe('The code of a review number', () => {
  it.each([
    ['all the same', '88888888'],
    ['of few digits', '12121331'],
    ['counted up', '12345678'],
    ['counted down', '98765432'],
    ['counted over nine', '78901234'],
    ['a run with something behind it', '12345093'],
    ['half of it twice', '30583058'],
    ['a mirror', '30588503'],
    ['a day, its year in front', '19840317'],
    ['a day, its year behind', '17031984'],
    ['a day as Americans write it', '03171984'],
    ['a day with something before it', '7717031984'],
  ])('is easy to guess where it is %s', (_, code) => {
    expect(isEasyToGuess(code)).toBe(true);
  });

  it.each(['30582914', '0719365824', '91840377'])('is not in %s', (code) => {
    expect(isEasyToGuess(code)).toBe(false);
  });

  it('is made anew until it is not easy to guess', () => {
    const drawn = ['00000000', '12345678', '30582914', '91840377'];
    const generator = { generate: () => drawn.shift() ?? '' };
    expect(newReviewCode(generator, 8)).toBe('30582914');
  });

  it('is hardly ever made anew: nearly all codes are left to guess among', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 });
    const codes = fc.sample(digits, { numRuns: 20_000, seed: 1 }).map((code) => code.join(''));
    const easy = codes.filter(isEasyToGuess);
    expect(easy.length / codes.length).toBeLessThan(0.2);
  });
});
