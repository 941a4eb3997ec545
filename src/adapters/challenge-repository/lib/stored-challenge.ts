/** A challenge as it is kept: short keys, since a session carries every round's copy to every trigger. */
import * as v from 'valibot';
import type { Challenge } from '../../../domain/challenge.ts';

const VERSION = 1;

const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

const storedCode = v.variant('k', [
  v.strictObject({
    k: v.literal('live'),
    d: v.string(),
    iat: time,
    exp: time,
    fb: v.optional(v.string()),
  }),
  v.strictObject({ k: v.literal('decoy'), iat: time, exp: time }),
  v.strictObject({ k: v.literal('used') }),
  v.strictObject({ k: v.literal('none') }),
]);

/** The stored form of version 1. Times are epoch milliseconds. */
export const storedChallenge = v.strictObject({
  v: v.literal(VERSION),
  id: v.string(),
  code: storedCode,
  sends: count,
  fails: count,
  resend: time,
});

/** A challenge in its stored form. */
export type StoredChallenge = v.InferOutput<typeof storedChallenge>;

/** The stored form of a challenge. */
export function toStored({ id, code, sends, failures, resendAt }: Challenge): StoredChallenge {
  return { v: VERSION, id, code: toStoredCode(code), sends, fails: failures, resend: resendAt };
}

function toStoredCode(code: Challenge['code']): StoredChallenge['code'] {
  switch (code.kind) {
    case 'live':
      return {
        k: 'live',
        d: code.digest,
        iat: code.issuedAt,
        exp: code.expiresAt,
        ...(code.feedbackReference !== undefined && { fb: code.feedbackReference }),
      };
    case 'decoy':
      return { k: 'decoy', iat: code.issuedAt, exp: code.expiresAt };
    case 'used':
    case 'none':
      return { k: code.kind };
  }
}

/** The challenge that a stored form stands for. */
export function fromStored({ id, code, sends, fails, resend }: StoredChallenge): Challenge {
  return { id, code: fromStoredCode(code), sends, failures: fails, resendAt: resend };
}

function fromStoredCode(code: StoredChallenge['code']): Challenge['code'] {
  switch (code.k) {
    case 'live':
      return {
        kind: 'live',
        digest: code.d,
        issuedAt: code.iat,
        expiresAt: code.exp,
        ...(code.fb !== undefined && { feedbackReference: code.fb }),
      };
    case 'decoy':
      return { kind: 'decoy', issuedAt: code.iat, expiresAt: code.exp };
    case 'used':
    case 'none':
      return { kind: code.k };
  }
}
