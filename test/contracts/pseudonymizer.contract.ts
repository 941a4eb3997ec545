import { describe, expect, it } from 'vitest';
import type { Pseudonymizer } from '../../src/domain/ports/pseudonymizer.ts';

export function describePseudonymizerContract(name: string, create: () => Pseudonymizer): void {
  describe(`Pseudonymizer contract: ${name}`, () => {
    it('gives one identity one pseudonym, of 16 hexadecimal digits', () => {
      expect(create().pseudonym('6f1c-user')).toMatch(/^[0-9a-f]{16}$/);
      expect(create().pseudonym('6f1c-user')).toBe(create().pseudonym('6f1c-user'));
    });

    it('gives different identities different pseudonyms', () => {
      const pseudonymizer = create();
      const pseudonyms = Array.from({ length: 1000 }, (_, i) => pseudonymizer.pseudonym(`u${i}`));
      expect(new Set(pseudonyms).size).toBe(1000);
    });

    it.each(['', '+12025554567', '🔐\r\n', 'x'.repeat(10_000)])('takes any text', (identity) => {
      expect(create().pseudonym(identity)).toMatch(/^[0-9a-f]{16}$/);
    });
  });
}
