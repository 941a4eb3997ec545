import { describe, expect, it } from 'vitest';
import type { Pseudonymizer } from '../../src/domain/ports/pseudonymizer.ts';
import { KEY, OTHER_KEY } from '../support/keys.ts';

/** How pseudonymizers may differ. */
export interface PseudonymizerTraits {
  /** Why it does without a key: for fakes alone. */
  readonly unkeyed?: string;
}

/** @param make one with this key. */
export function describePseudonymizerContract(
  name: string,
  make: (key: Uint8Array) => Pseudonymizer,
  { unkeyed }: PseudonymizerTraits = {},
): void {
  const create = () => make(KEY);
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

    it('looks at long identities to their end', () => {
      const [one, other] = ['a', 'b'].map((end) => create().pseudonym('x'.repeat(10_000) + end));
      expect(one).not.toBe(other);
    });

    it.skipIf(unkeyed)(
      `gives another pseudonym under another key${unkeyed ? ` (skipped: ${unkeyed})` : ''}`,
      () => {
        expect(make(OTHER_KEY).pseudonym('6f1c-user')).not.toBe(create().pseudonym('6f1c-user'));
      },
    );

    it.each(['', '+12025554567', '🔐\r\n', 'x'.repeat(10_000)])('takes any text', (identity) => {
      expect(create().pseudonym(identity)).toMatch(/^[0-9a-f]{16}$/);
    });
  });
}
