import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacOtpHasher } from '../../../src/adapters/otp-hasher/hmac.ts';
import type { CodeBinding, OtpHasher } from '../../../src/domain/ports/otp-hasher.ts';
import { describeOtpHasherContract } from '../otp-hasher.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const hasher = (key: Uint8Array) => new HmacOtpHasher(new HmacKeyRing([key]));

/** Sees another code, or another binding, than it was given. */
function seeing(see: (code: string, binding: CodeBinding) => readonly [string, CodeBinding]) {
  return (key: Uint8Array) =>
    altered<OtpHasher>(hasher(key), (sound) => ({
      digest: (code, binding) => sound.digest(...see(code, binding)),
      matches: (code, binding, digest) => sound.matches(...see(code, binding), digest),
    }));
}

/** Digests in a way of its own. */
function digesting(digest: (code: string, binding: CodeBinding, key: Uint8Array) => string) {
  return (key: Uint8Array): OtpHasher => ({
    digest: (code, binding) => digest(code, binding, key),
    matches: (code, binding, offered) => digest(code, binding, key) === offered,
  });
}

export const OTP_HASHERS = suitesOf('hasher', describeOtpHasherContract, hasher, {
  'forgets the challenge': [
    'refuses the code in A15: another challenge',
    seeing((code, binding) => [code, { ...binding, challengeId: '' }]),
  ],
  'forgets the number': [
    'refuses the code in another number',
    seeing((code, { challengeId, scope }) => [code, { challengeId, scope }]),
  ],
  'forgets the app client': [
    'refuses the code in another app client',
    seeing((code, { scope, ...rest }) => [code, { ...rest, scope: { ...scope, clientId: '' } }]),
  ],
  'takes codes for numbers': [
    'refuses every other code',
    seeing((code, binding) => [String(Number(code)), binding]),
  ],
  'joins the parts without a mark between them': [
    'keeps neighbouring parts of the binding apart',
    digesting((code, { challengeId, scope, number = '' }, key) =>
      createHmac('sha256', key)
        .update([challengeId, ...Object.values(scope), number, code].join(''))
        .digest('base64url'),
    ),
  ],
  'hashes without a key': [
    'gives another digest under another key',
    digesting((code, binding) =>
      createHash('sha256')
        .update(JSON.stringify([code, binding]))
        .digest('base64url'),
    ),
  ],
  'shows the code': [
    'does not show the code in the digest',
    digesting((code, binding) => JSON.stringify([code, binding])),
  ],
  'throws where the lengths differ': [
    'A28: answers false to nothing as a digest',
    (key) =>
      altered<OtpHasher>(hasher(key), (sound) => ({
        matches: (code, binding, digest) =>
          timingSafeEqual(Buffer.from(sound.digest(code, binding)), Buffer.from(digest)),
      })),
  ],
});
