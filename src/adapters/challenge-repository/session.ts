import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Challenge } from '../../domain/challenge.ts';
import type { ChallengeRepository } from '../../domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../domain/sign-in.ts';
import type { HmacKeyRing } from '../hmac-key-ring.ts';

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
  v.strictObject({ k: v.literal('none') }),
]);

/** A challenge as it travels: short keys, since Cognito carries every round's copy to every trigger. */
const storedChallenge = v.strictObject({
  v: v.literal(VERSION),
  id: v.string(),
  code: storedCode,
  sends: count,
  fails: count,
  resend: time,
});

const sealed = v.strictObject({ ...storedChallenge.entries, seal: v.string() });

type StoredChallenge = v.InferOutput<typeof storedChallenge>;

/**
 * Keeps the challenge in the sign-in's own session, which Cognito carries from round to round and
 * never shows to the client: the reference *is* the challenge, sealed for its scope. It needs no
 * database, and so it can't tell a challenge that was used before: Cognito's single-use session
 * strings are what stops a replay here.
 */
export class SessionChallengeRepository implements ChallengeRepository {
  readonly #keys: HmacKeyRing;

  constructor(keys: HmacKeyRing) {
    this.#keys = keys;
  }

  nextId(): string {
    return randomUUID();
  }

  async save(challenge: Challenge, scope: SignInScope): Promise<string> {
    const stored = toStored(challenge);
    const seal = this.#keys.sign('challenge', sealedParts(stored, scope));
    return JSON.stringify({ ...stored, seal });
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    const parsed = v.safeParse(sealed, parseJson(reference));
    if (!parsed.success) {
      return undefined;
    }
    const { seal, ...stored } = parsed.output;
    const genuine = this.#keys.verify(seal, 'challenge', sealedParts(stored, scope));
    return genuine ? fromStored(stored) : undefined;
  }

  async consume(): Promise<boolean> {
    return true;
  }
}

function sealedParts(stored: StoredChallenge, scope: SignInScope): string[] {
  return [JSON.stringify(stored), scope.userPoolId, scope.clientId, scope.username];
}

function toStored({ id, code, sends, failures, resendAt }: Challenge): StoredChallenge {
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
    case 'none':
      return { k: 'none' };
  }
}

function fromStored({ id, code, sends, fails, resend }: StoredChallenge): Challenge {
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
    case 'none':
      return { kind: 'none' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
