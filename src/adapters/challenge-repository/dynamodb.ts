import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Challenge } from '../../domain/challenge.ts';
import type { ChallengeRepository } from '../../domain/ports/challenge-repository.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { SignInScope } from '../../domain/sign-in.ts';
import {
  type Condition,
  type DynamoDbTable,
  EXPIRY_ATTRIBUTE,
  expirySeconds,
  type Item,
} from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';
import { fromStored, storedChallenge, toStored } from './lib/stored-challenge.ts';

/** Milliseconds that an item is kept after its last change: longer than Cognito keeps a round open (15 minutes at most). */
const KEEP_MS = 3_600_000;

/**
 * Keeps the challenge in DynamoDB: the reference is its id alone. An item holds its scope as a
 * keyed digest. It holds the digest of the code that is out, and that of the code that was used:
 * where the two are equal, the code has signed someone in. No write touches what another wrote, so
 * no order of events makes a used code good again.
 */
export class DynamoDbChallengeRepository implements ChallengeRepository {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;
  readonly #clock: Clock;

  constructor(table: DynamoDbTable, keys: HmacKeyRing, clock: Clock) {
    this.#table = table;
    this.#keys = keys;
    this.#clock = clock;
  }

  nextId(): string {
    return randomUUID();
  }

  async save(challenge: Challenge, scope: SignInScope): Promise<string> {
    const code = challenge.code.kind === 'live' ? challenge.code.digest : undefined;
    await this.#table.update(itemKey(challenge.id), {
      update:
        `SET #state = :state, #scope = :scope, #${EXPIRY_ATTRIBUTE} = :expiry` +
        (code === undefined ? ' REMOVE #code' : ', #code = :code'),
      values: {
        state: JSON.stringify(toStored(challenge)),
        scope: this.#keys.sign('challenge', scopeParts(challenge.id, scope)),
        expiry: expirySeconds(this.#clock.now() + KEEP_MS),
        ...(code !== undefined && { code }),
      },
    });
    return challenge.id;
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    if (!isId(reference)) {
      return undefined;
    }
    const item = await this.#table.find(itemKey(reference));
    const genuine =
      typeof item?.scope === 'string' &&
      this.#keys.verify(item.scope, 'challenge', scopeParts(reference, scope));
    return genuine ? challengeOf(item) : undefined;
  }

  async takeAnswer(
    reference: string,
    scope: SignInScope,
    max: number,
  ): Promise<Challenge | undefined> {
    if (!isId(reference)) {
      return undefined;
    }
    const genuine = this.#genuine(reference, scope);
    const item = await this.#table.update(itemKey(reference), {
      update: 'ADD #answers :one',
      condition: `${genuine.condition} AND (attribute_not_exists(#answers) OR #answers < :max)`,
      values: { one: 1, max, ...genuine.values },
    });
    return item && challengeOf(item);
  }

  async consume(reference: string, scope: SignInScope): Promise<boolean> {
    if (!isId(reference)) {
      return false;
    }
    const genuine = this.#genuine(reference, scope);
    // Tells our own mark from another's where the answer to the first try got lost.
    const user = randomUUID();
    const consumed = await this.#table.update(itemKey(reference), {
      update: 'SET #used = #code, #usedBy = :user',
      condition: `${genuine.condition} AND attribute_exists(#code) AND (attribute_not_exists(#used) OR #used <> #code)`,
      values: { user, ...genuine.values },
    });
    const item = consumed ?? (await this.#table.find(itemKey(reference)));
    return item?.usedBy === user;
  }

  /** The item is of our making, and this scope's: under any of the keys, since one may be new. */
  #genuine(reference: string, scope: SignInScope): Condition {
    const digests = this.#keys.signatures('challenge', scopeParts(reference, scope));
    return {
      condition: `#scope IN (${digests.map((_, i) => `:scope${i}`).join(', ')})`,
      values: Object.fromEntries(digests.map((digest, i) => [`scope${i}`, digest])),
    };
  }
}

const storedText = v.pipe(v.string(), v.parseJson(), storedChallenge);

function challengeOf({ state, code, used, answers }: Item): Challenge | undefined {
  const parsed = v.safeParse(storedText, state);
  if (!parsed.success) {
    return undefined;
  }
  const counted = answers === undefined ? {} : { answersTaken: Number(answers) };
  const challenge = { ...fromStored(parsed.output), ...counted };
  return used !== undefined && used === code ? { ...challenge, code: { kind: 'used' } } : challenge;
}

/** Ids are of `nextId`'s making; DynamoDB refuses keys over 2 kB. */
function isId(reference: string): boolean {
  return /^[0-9a-f-]{36}$/.test(reference);
}

function itemKey(id: string): string {
  return `challenge#${id}`;
}

function scopeParts(id: string, { userPoolId, clientId, username }: SignInScope): string[] {
  return ['scope', id, userPoolId, clientId, username];
}
