import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

const LOOKUP_KEY = new Uint8Array(32).fill(3);

/** What one key after the other is to be, step by step. */
const ROTATION = [[KEY], [KEY, OTHER_KEY], [OTHER_KEY, KEY], [OTHER_KEY]] as const;
const ringsWith = (lookupSecret?: Uint8Array) =>
  ROTATION.map((secrets) => new HmacKeyRing(secrets, lookupSecret));
const [old, known, signing, renewed] = ringsWith() as [
  HmacKeyRing,
  HmacKeyRing,
  HmacKeyRing,
  HmacKeyRing,
];

describe('HmacKeyRing', () => {
  it('verifies what it signed, for that purpose and those parts alone', () => {
    const digest = old.sign('otp', ['ab', 'c']);
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect(old.verify(digest, 'otp', ['ab', 'c'])).toBe(true);
    expect(old.verify(digest, 'challenge', ['ab', 'c'])).toBe(false);
    expect(old.verify(digest, 'otp', ['a', 'bc'])).toBe(false);
  });

  it.each(['', 'short', 'é'.repeat(43), 'x'.repeat(10_000)])('verifies no other text', (text) => {
    expect(known.verify(text, 'otp', ['a'])).toBe(false);
  });

  it.each([
    ['the new key is appended', old, known],
    ['the new key is put in front', known, signing],
    ['the old key is dropped', signing, renewed],
  ])('verifies on either side what the other signs while %s', (_, before, after) => {
    expect(after.verify(before.sign('otp', ['a']), 'otp', ['a'])).toBe(true);
    expect(before.verify(after.sign('otp', ['a']), 'otp', ['a'])).toBe(true);
  });

  it('signs with the first key: an appended one is known and no more', () => {
    expect(known.sign('otp', ['a'])).toBe(old.sign('otp', ['a']));
    expect(signing.sign('otp', ['a'])).toBe(renewed.sign('otp', ['a']));
  });

  it('forgets what a key signed that was dropped', () => {
    expect(renewed.verify(old.sign('otp', ['a']), 'otp', ['a'])).toBe(false);
  });

  it('looks up by the same digest at every step under a secret of its own', () => {
    const digests = ringsWith(LOOKUP_KEY).map((ring) => ring.lookupKey(['account']));
    expect(new Set(digests).size).toBe(1);
    expect(digests[0]).not.toBe(old.lookupKey(['account']));
  });

  it('looks up by the last key without one', () => {
    const [first, ...others] = [old, known, signing, renewed].map((ring) => ring.lookupKey(['a']));
    const last = renewed.lookupKey(['a']);
    expect(first).not.toBe(last);
    expect(others).toEqual([last, first, last]);
  });

  it('finds again what it found without a secret of its own once the key in use is that secret', () => {
    expect(new HmacKeyRing([KEY], KEY).lookupKey(['a'])).toBe(old.lookupKey(['a']));
  });

  it('looks up as the version before did: what tables hold must be found', () => {
    const digest = 'nWvtUb_JAaq0WLpSmxv3qGQjnFz_KSeVJnGQ2Q0cxBE';
    expect(old.lookupKey(['account', 'phone +12025550100'])).toBe(digest);
  });

  it('names the same parts differently for another purpose', () => {
    expect(old.lookupKey(['a'], 'pseudonym')).not.toBe(old.lookupKey(['a']));
  });
});
