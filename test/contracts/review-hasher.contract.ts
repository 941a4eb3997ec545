import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { ReviewHasher } from '../../src/domain/ports/review-hasher.ts';

const NUMBER = '+12025550100' as PhoneNumber;
const OTHER_NUMBER = '+12025550101' as PhoneNumber;
const CODE = '30582914';
const UNTIL = '2027-02-24';

export function describeReviewHasherContract(name: string, create: () => ReviewHasher): void {
  describe(`ReviewHasher contract: ${name}`, () => {
    it('gives the same digests everywhere', () => {
      expect(create().numberDigest(NUMBER)).toBe(create().numberDigest(NUMBER));
      expect(create().codeDigest(CODE, NUMBER, UNTIL)).toBe(
        create().codeDigest(CODE, NUMBER, UNTIL),
      );
    });

    it('binds a code to its number and its last day', () => {
      const hasher = create();
      const digests = [
        hasher.codeDigest(CODE, NUMBER, UNTIL),
        hasher.codeDigest('30582915', NUMBER, UNTIL),
        hasher.codeDigest(CODE, OTHER_NUMBER, UNTIL),
        hasher.codeDigest(CODE, NUMBER, '2027-02-25'),
        hasher.numberDigest(NUMBER),
        hasher.numberDigest(OTHER_NUMBER),
      ];
      expect(new Set(digests).size).toBe(digests.length);
    });

    it('shows neither the number nor the code', () => {
      const hasher = create();
      expect(hasher.numberDigest(NUMBER)).not.toContain('2025550100');
      expect(hasher.codeDigest(CODE, NUMBER, UNTIL)).not.toContain(CODE);
    });

    it.each(['', '1', '0'.repeat(10)])('takes %j for a code', (code) => {
      expect(create().codeDigest(code, NUMBER, UNTIL)).not.toBe('');
    });
  });
}
