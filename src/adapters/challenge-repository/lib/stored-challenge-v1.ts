/** A challenge as version 1 of the stored form kept it. Read for one release, for sign-ins that are under way at the upgrade; never written. */
import * as v from 'valibot';
import type { Challenge, Code } from '../../../domain/challenge.ts';

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
export const storedChallengeV1 = v.strictObject({
  v: v.literal(1),
  id: v.string(),
  code: storedCode,
  sends: count,
  fails: count,
  resend: time,
});

/** A challenge in its stored form of version 1. */
export type StoredChallengeV1 = v.InferOutput<typeof storedChallengeV1>;

/** The challenge that it stands for. */
export function fromStoredV1({ id, code, sends, fails, resend }: StoredChallengeV1): Challenge {
  return {
    id,
    code: codeOf(code),
    sends,
    refusedSends: 0,
    failures: fails,
    resendAt: resend,
    shownUntil: 'exp' in code ? code.exp : 0,
    version: 0,
  };
}

function codeOf(code: StoredChallengeV1['code']): Code {
  switch (code.k) {
    case 'live':
      return {
        kind: 'live',
        digest: code.d,
        issuedAt: code.iat,
        expiresAt: code.exp,
        ...(code.fb !== undefined && { feedbackReference: code.fb }),
        unbound: true,
      };
    case 'decoy':
      return { kind: 'decoy', issuedAt: code.iat, expiresAt: code.exp };
    case 'used':
    case 'none':
      return { kind: code.k };
  }
}
