import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Challenge } from '../../domain/challenge.ts';
import type { ChallengeRepository, Saved, Taken } from '../../domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../domain/sign-in.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';
import { fromStored, STORED_BYTES, toStored } from './lib/stored-challenge.ts';
import {
  fromStoredV1,
  type StoredChallengeV1,
  storedChallengeV1,
} from './lib/stored-challenge-v1.ts';

/** Bytes of the stored form and its seal, an HMAC-SHA-256: 200 characters of base64url. */
const REFERENCE = /^[\w-]{200}$/;

const sealedV1 = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ ...storedChallengeV1.entries, seal: v.string() }),
);

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

  referTo(challenge: Challenge, scope: SignInScope): string {
    const stored = toStored(challenge);
    const seal = this.#keys.sign('challenge', sealedParts(stored.toString('base64url'), scope));
    return Buffer.concat([stored, Buffer.from(seal, 'base64url')]).toString('base64url');
  }

  async recognises(reference: string, scope: SignInScope): Promise<boolean> {
    return this.#read(reference, scope) !== undefined;
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    return this.#read(reference, scope);
  }

  async save(challenge: Challenge): Promise<Saved> {
    return { kind: 'saved', challenge };
  }

  async takeAnswer(): Promise<Taken> {
    return { kind: 'taken' };
  }

  async consume(): Promise<Taken> {
    return { kind: 'taken' };
  }

  afterAnswer(challenge: Challenge): Challenge {
    return { ...challenge, failures: challenge.failures + 1 };
  }

  #read(reference: string, scope: SignInScope): Challenge | undefined {
    if (!REFERENCE.test(reference)) {
      return this.#readV1(reference, scope);
    }
    const sealed = Buffer.from(reference, 'base64url');
    const stored = sealed.subarray(0, STORED_BYTES);
    const seal = sealed.subarray(STORED_BYTES).toString('base64url');
    const parts = sealedParts(stored.toString('base64url'), scope);
    return this.#keys.verify(seal, 'challenge', parts) ? fromStored(stored) : undefined;
  }

  #readV1(reference: string, scope: SignInScope): Challenge | undefined {
    const parsed = v.safeParse(sealedV1, reference);
    if (!parsed.success) {
      return undefined;
    }
    const { seal, ...stored } = parsed.output;
    const parts = sealedParts(JSON.stringify(stored satisfies StoredChallengeV1), scope);
    return this.#keys.verify(seal, 'challenge', parts) ? fromStoredV1(stored) : undefined;
  }
}

function sealedParts(stored: string, scope: SignInScope): string[] {
  return [stored, scope.userPoolId, scope.clientId, scope.username];
}
