import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Challenge } from '../../domain/challenge.ts';
import type { ChallengeRepository } from '../../domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../domain/sign-in.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';
import {
  fromStored,
  type StoredChallenge,
  storedChallenge,
  toStored,
} from './lib/stored-challenge.ts';

const sealed = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ ...storedChallenge.entries, seal: v.string() }),
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

  async save(challenge: Challenge, scope: SignInScope): Promise<string> {
    const stored = toStored(challenge);
    const seal = this.#keys.sign('challenge', sealedParts(stored, scope));
    return JSON.stringify({ ...stored, seal });
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    const parsed = v.safeParse(sealed, reference);
    if (!parsed.success) {
      return undefined;
    }
    const { seal, ...stored } = parsed.output;
    const genuine = this.#keys.verify(seal, 'challenge', sealedParts(stored, scope));
    return genuine ? fromStored(stored) : undefined;
  }

  takeAnswer(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    return this.find(reference, scope);
  }

  async consume(): Promise<boolean> {
    return true;
  }
}

function sealedParts(stored: StoredChallenge, scope: SignInScope): string[] {
  return [JSON.stringify(stored), scope.userPoolId, scope.clientId, scope.username];
}
