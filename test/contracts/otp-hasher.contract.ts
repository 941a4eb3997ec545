import { describe, expect, it } from 'vitest';
import type { CodeBinding, OtpHasher } from '../../src/domain/ports/otp-hasher.ts';
import { KEY, OTHER_KEY } from '../support/keys.ts';

const binding: CodeBinding = {
  challengeId: 'challenge-a',
  scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
  number: '+6591234567',
};
const { scope } = binding;

const strangeText: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['one character', '1'],
  ['control characters', '\u0000\r\n\u001b[31m'],
  ['Unicode', '١٢٣٤٥٦🔐é'],
  ['a lone surrogate', '\ud800'],
  ['100 kB', '7'.repeat(100_000)],
];

/** How hashers may differ. */
export interface OtpHasherTraits {
  /** Why it does without a key: for fakes alone. */
  readonly unkeyed?: string;
}

/** @param make one with this key. */
export function describeOtpHasherContract(
  name: string,
  make: (key: Uint8Array) => OtpHasher,
  { unkeyed }: OtpHasherTraits = {},
): void {
  const create = () => make(KEY);
  describe(`OtpHasher contract: ${name}`, () => {
    it('knows a code again by its digest', () => {
      const hasher = create();
      expect(hasher.matches('012345', binding, hasher.digest('012345', binding))).toBe(true);
    });

    it('gives the same digest to the same code in the same challenge', () => {
      expect(create().digest('012345', binding)).toBe(create().digest('012345', binding));
    });

    it('refuses every other code', () => {
      const hasher = create();
      const digest = hasher.digest('012345', binding);
      for (const other of ['012346', '12345', '0123450', '']) {
        expect(hasher.matches(other, binding, digest)).toBe(false);
      }
    });

    it.each<readonly [string, CodeBinding]>([
      ['A15: another challenge', { ...binding, challengeId: 'challenge-b' }],
      ['another number', { ...binding, number: '+6598765432' }],
      ['no number', { challengeId: binding.challengeId, scope }],
      ['A16: another user', { ...binding, scope: { ...scope, username: 'user-b' } }],
      ['another app client', { ...binding, scope: { ...scope, clientId: 'other' } }],
      ['another user pool', { ...binding, scope: { ...scope, userPoolId: 'eu-west-1_Other' } }],
    ])('refuses the code in %s', (_, other) => {
      const hasher = create();
      expect(hasher.matches('012345', other, hasher.digest('012345', binding))).toBe(false);
    });

    it('keeps neighbouring parts of the binding apart', () => {
      const hasher = create();
      const one = { challengeId: 'x', scope: { ...scope, userPoolId: 'yz' } };
      const two = { challengeId: 'xy', scope: { ...scope, userPoolId: 'z' } };
      expect(hasher.digest('012345', one)).not.toBe(hasher.digest('012345', two));
    });

    it('does not show the code in the digest', () => {
      expect(create().digest('8675309421', binding)).not.toContain('8675309421');
    });

    it.skipIf(unkeyed)(
      `gives another digest under another key${unkeyed ? ` (skipped: ${unkeyed})` : ''}`,
      () => {
        const digest = make(OTHER_KEY).digest('012345', binding);
        expect(digest).not.toBe(create().digest('012345', binding));
        expect(create().matches('012345', binding, digest)).toBe(false);
      },
    );

    it.each(strangeText)('A28: answers false to %s as a code, without throwing', (_, text) => {
      const hasher = create();
      expect(hasher.matches(text, binding, hasher.digest('012345', binding))).toBe(false);
    });

    it.each(strangeText)('A28: answers false to %s as a digest, without throwing', (_, text) => {
      expect(create().matches('012345', binding, text)).toBe(false);
    });
  });
}
