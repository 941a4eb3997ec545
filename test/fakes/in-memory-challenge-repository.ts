import { randomUUID } from 'node:crypto';
import type { Challenge } from '../../src/domain/challenge.ts';
import { type Delivery, type TakenAnswer, takenBefore } from '../../src/domain/delivery.ts';
import type {
  ChallengeRepository,
  Saved,
  Taken,
} from '../../src/domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** Challenges in a map; a reference is the challenge's id and the scope that it is good for. */
export class InMemoryChallengeRepository implements ChallengeRepository {
  readonly #challenges = new Map<string, Challenge>();
  /** Digests of codes that were used. */
  readonly #used = new Set<string>();
  readonly #tries = new Map<string, number>();
  readonly #answers = new Map<string, readonly TakenAnswer[]>();

  nextId(): string {
    return randomUUID();
  }

  referTo({ id }: Challenge, scope: SignInScope): string {
    return `${id} ${seal(scope)}`;
  }

  async recognises(reference: string, scope: SignInScope): Promise<boolean> {
    return new RegExp(`^[0-9a-f-]{36} ${seal(scope)}$`).test(reference);
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    return (await this.recognises(reference, scope))
      ? this.#current(reference.slice(0, 36))
      : undefined;
  }

  async save(challenge: Challenge): Promise<Saved> {
    const { id, version } = challenge;
    if ((this.#challenges.get(id)?.version ?? 0) !== version) {
      return { kind: 'conflict', current: this.#current(id) };
    }
    const saved = { ...structuredClone(challenge), version: version + 1 };
    this.#challenges.set(id, saved);
    return { kind: 'saved', challenge: saved };
  }

  async takeAnswer(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken> {
    const refusal = this.#refusal(challenge, max, delivery);
    if (refusal === undefined) {
      this.#tries.set(challenge.id, (this.#tries.get(challenge.id) ?? 0) + 1);
      this.#note(challenge, delivery, false);
    }
    return refusal ?? { kind: 'taken' };
  }

  async consume(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken> {
    const refusal = this.#refusal(challenge, max, delivery);
    if (refusal === undefined && challenge.code.kind === 'live') {
      this.#used.add(challenge.code.digest);
      this.#note(challenge, delivery, true);
    }
    return refusal ?? { kind: 'taken' };
  }

  afterAnswer(challenge: Challenge): Challenge {
    return challenge;
  }

  #note({ id }: Challenge, delivery: Delivery | undefined, isRight: boolean): void {
    if (delivery !== undefined) {
      const others = (this.#answers.get(id) ?? []).filter(({ name }) => name !== delivery.name);
      this.#answers.set(id, [...others, { ...delivery, isRight }]);
    }
  }

  #refusal({ id, code }: Challenge, max: number, delivery?: Delivery): Taken | undefined {
    const current = this.#current(id);
    const earlier = current && delivery && takenBefore(current, delivery);
    if (earlier !== undefined) {
      return { kind: 'repeated', isRight: earlier.isRight };
    }
    if (current === undefined || current.failures >= max) {
      return { kind: 'exhausted' };
    }
    if (current.code.kind === 'used') {
      return { kind: 'used' };
    }
    return JSON.stringify(mark(current.code)) === JSON.stringify(mark(code))
      ? undefined
      : { kind: 'replaced', current };
  }

  #current(id: string): Challenge | undefined {
    const saved = this.#challenges.get(id);
    const answers = this.#answers.get(id);
    const isUsed = saved?.code.kind === 'live' && this.#used.has(saved.code.digest);
    return (
      saved && {
        ...saved,
        failures: this.#tries.get(id) ?? 0,
        ...(isUsed && { code: { kind: 'used' } }),
        ...(answers !== undefined && { answers }),
      }
    );
  }
}

/** What tells two codes apart. */
function mark(code: Challenge['code']) {
  return code.kind === 'live' ? code.digest : code;
}

function seal({ userPoolId, clientId, username }: SignInScope): string {
  return Buffer.from(JSON.stringify([userPoolId, clientId, username])).toString('base64url');
}
