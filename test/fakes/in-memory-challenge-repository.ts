import type { Challenge } from '../../src/domain/challenge.ts';
import type { ChallengeRepository } from '../../src/domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** Challenges in a map; a reference is the challenge's id. */
export class InMemoryChallengeRepository implements ChallengeRepository {
  readonly #challenges = new Map<string, Challenge>();
  /** Digests of codes that were used. */
  readonly #consumed = new Set<string>();
  readonly #answers = new Map<string, number>();
  #lastId = 0;

  nextId(): string {
    this.#lastId += 1;
    return `challenge-${this.#lastId}`;
  }

  async save(challenge: Challenge, scope: SignInScope): Promise<string> {
    this.#challenges.set(key(challenge.id, scope), structuredClone(challenge));
    return challenge.id;
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    const saved = this.#challenges.get(key(reference, scope));
    const answersTaken = this.#answers.get(key(reference, scope));
    const challenge = saved && { ...saved, ...(answersTaken !== undefined && { answersTaken }) };
    return challenge?.code.kind === 'live' && this.#consumed.has(challenge.code.digest)
      ? { ...challenge, code: { kind: 'used' } }
      : challenge;
  }

  async takeAnswer(
    reference: string,
    scope: SignInScope,
    max: number,
  ): Promise<Challenge | undefined> {
    const taken = this.#answers.get(key(reference, scope)) ?? 0;
    if (taken >= max || !this.#challenges.has(key(reference, scope))) {
      return undefined;
    }
    this.#answers.set(key(reference, scope), taken + 1);
    return this.find(reference, scope);
  }

  async consume(reference: string, scope: SignInScope): Promise<boolean> {
    const code = this.#challenges.get(key(reference, scope))?.code;
    if (code?.kind !== 'live' || this.#consumed.has(code.digest)) {
      return false;
    }
    this.#consumed.add(code.digest);
    return true;
  }
}

function key(id: string, { userPoolId, clientId, username }: SignInScope): string {
  return JSON.stringify([id, userPoolId, clientId, username]);
}
