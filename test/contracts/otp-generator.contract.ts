import { describe, expect, it } from 'vitest';
import type { OtpGenerator } from '../../src/domain/ports/otp-generator.ts';

const CODES = 1_000_000;
const LENGTH = 6;
// Chi-squared with 9 degrees of freedom passes this once in ten million; six places are tested.
const CHI_SQUARED_LIMIT = 49;

/** @param notCryptographic why the source need not be cryptographic: for fakes alone. */
export function describeOtpGeneratorContract(
  name: string,
  create: () => OtpGenerator,
  { notCryptographic }: { readonly notCryptographic?: string } = {},
): void {
  describe(`OtpGenerator contract: ${name}`, () => {
    it.each([6, 7, 8, 9, 10])('A1: makes codes of %i digits and nothing else', (length) => {
      const generator = create();
      for (let i = 0; i < 1000; i++) {
        expect(generator.generate(length)).toMatch(new RegExp(`^\\d{${length}}$`));
      }
    });

    it('A1: keeps leading zeros', () => {
      const generator = create();
      const codes = Array.from({ length: 2000 }, () => generator.generate(LENGTH));
      expect(codes.some((code) => code.startsWith('0'))).toBe(true);
    });

    it('A3: finds every digit equally likely at every place', () => {
      const generator = create();
      const counts = Array.from({ length: LENGTH }, () => new Array<number>(10).fill(0));
      for (let i = 0; i < CODES; i++) {
        const code = generator.generate(LENGTH);
        counts.forEach((digits, place) => {
          digits[Number(code[place])] = (digits[Number(code[place])] ?? 0) + 1;
        });
      }
      for (const digits of counts) {
        const expected = CODES / 10;
        const chiSquared = digits.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
        expect(chiSquared).toBeLessThan(CHI_SQUARED_LIMIT);
      }
    });

    it.skipIf(notCryptographic)(
      `A2: does not repeat itself from one instance to the next${notCryptographic ? ` (skipped: ${notCryptographic})` : ''}`,
      () => {
        const sequence = () => {
          const generator = create();
          return Array.from({ length: 20 }, () => generator.generate(10)).join();
        };
        expect(sequence()).not.toBe(sequence());
      },
    );
  });
}
