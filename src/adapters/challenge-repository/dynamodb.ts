import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Challenge } from '../../domain/challenge.ts';
import {
  AGAIN_AFTER_MS,
  AGAIN_WITHIN_MS,
  type Delivery,
  type TakenAnswer,
  takenBefore,
} from '../../domain/delivery.ts';
import type { ChallengeRepository, Saved, Taken } from '../../domain/ports/challenge-repository.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { SignInScope } from '../../domain/sign-in.ts';
import { EXPIRY_ATTRIBUTE, expirySeconds, type Item } from '../lib/dynamodb-item.ts';
import type { Change, DynamoDbTable } from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';
import { fromStored, toStored } from './lib/stored-challenge.ts';
import { fromStoredV1, storedChallengeV1 } from './lib/stored-challenge-v1.ts';

/** Milliseconds that an item is kept after its last save: longer than Cognito keeps a round open (15 minutes at most). */
const KEEP_MS = 3_600_000;

/** A UUID, which was all that version 1 referred by, and the seal of an HMAC-SHA-256. */
const REFERENCE = /^([0-9a-f-]{36})(?:\.([\w-]{43}))?$/;

/**
 * Keeps the challenge in DynamoDB: the reference is its id, sealed for its scope. `state` is written by
 * `save`, under a version. `tries` counts the wrong answers, `used` is the digest of the code that was used: where it is
 * that of the code that is out, the code has signed someone in. `right_` and `wrong_`, each with a delivery's name, hold
 * when Cognito called for an answer that was taken. No write touches what another
 * kind wrote, so no order of events makes a used code good again, or a spent try fresh.
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

  referTo({ id }: Challenge, scope: SignInScope): string {
    return `${id}.${this.#keys.sign('challenge', scopeParts(id, scope))}`;
  }

  async recognises(reference: string, scope: SignInScope): Promise<boolean> {
    return this.#isSealed(reference, scope) || (await this.find(reference, scope)) !== undefined;
  }

  async find(reference: string, scope: SignInScope): Promise<Challenge | undefined> {
    const [, id, seal] = REFERENCE.exec(reference) ?? [];
    if (id === undefined || (seal !== undefined && !this.#isSealed(reference, scope))) {
      return undefined;
    }
    const item = await this.#table.find(challengeItemKey(id));
    if (item === undefined) {
      return undefined;
    }
    return seal === undefined && !this.#isOfV1(item, id, scope) ? undefined : challengeOf(item);
  }

  async save(challenge: Challenge): Promise<Saved> {
    const version = challenge.version + 1;
    // Tells our own write from another's, even where the answer to the first try got lost.
    const savedBy = randomUUID();
    const code = codeMark({ ...challenge, version });
    const { sentIn } = challenge;
    // What version 1 had counted; a challenge of this one is counted by takeAnswer alone.
    const takenOver = version === 1 ? challenge.failures : 0;
    const removed = [code === undefined && '#code', sentIn === undefined && '#sentIn'];
    const written = await this.#table.update(challengeItemKey(challenge.id), {
      update:
        `SET #state = :state, #version = :version, #savedBy = :savedBy, #${EXPIRY_ATTRIBUTE} = :expiry` +
        (code === undefined ? '' : ', #code = :code') +
        (sentIn === undefined ? '' : ', #sentIn = :sentIn') +
        (takenOver > 0 ? ', #tries = :tries' : '') +
        (removed.some(Boolean) ? ` REMOVE ${removed.filter(Boolean).join(', ')}` : ''),
      condition: version === 1 ? 'attribute_not_exists(#version)' : '#version = :before',
      values: {
        state: toStored({ ...challenge, failures: 0 }).toString('base64url'),
        version,
        savedBy,
        expiry: expirySeconds(this.#clock.now() + KEEP_MS),
        ...(version > 1 && { before: challenge.version }),
        ...(code !== undefined && { code }),
        ...(sentIn !== undefined && { sentIn }),
        ...(takenOver > 0 && { tries: takenOver }),
      },
    });
    return written.item.savedBy === savedBy
      ? { kind: 'saved', challenge: { ...challenge, version } }
      : { kind: 'conflict', current: challengeOf(written.item) };
  }

  async takeAnswer(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken> {
    const answer = randomUUID();
    return this.#take(challenge, max, delivery, {
      isOurs: (item) => hasAnswer(item, answer),
      update:
        'ADD #tries :one, #answerIds :answer' +
        (delivery === undefined ? '' : ` SET #${WRONG}${delivery.name} = :calledAt`),
      condition: 'attribute_not_exists(#answerIds) OR NOT contains(#answerIds, :answerId)',
      values: { one: 1, answer: new Set([answer]), answerId: answer },
    });
  }

  async consume(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken> {
    const usedBy = randomUUID();
    return this.#take(challenge, max, delivery, {
      isOurs: (item) => item.usedBy === usedBy,
      update:
        'SET #used = #code, #usedBy = :usedBy' +
        (delivery === undefined ? '' : `, #${RIGHT}${delivery.name} = :calledAt`),
      condition: 'attribute_exists(#code)',
      values: { usedBy },
    });
  }

  /** Failures are the answers taken: there is nothing to add. */
  afterAnswer(challenge: Challenge): Challenge {
    return challenge;
  }

  async #take(
    challenge: Challenge,
    max: number,
    delivery: Delivery | undefined,
    { isOurs, update, condition, values }: TakingChange,
  ): Promise<Taken> {
    const code = codeMark(challenge);
    const stands = [
      code === undefined ? 'attribute_not_exists(#code)' : '#code = :code',
      '(attribute_not_exists(#used) OR #used <> #code)',
      '(attribute_not_exists(#tries) OR #tries < :max)',
      ...(delivery === undefined ? [] : [isNew(delivery)]),
    ];
    const written = await this.#table.update(challengeItemKey(challenge.id), {
      update,
      condition: `${stands.join(' AND ')} AND (${condition})`,
      values: {
        ...values,
        max,
        ...(code !== undefined && { code }),
        ...(delivery !== undefined && timesAround(delivery)),
      },
    });
    if (isOurs(written.item)) {
      return { kind: 'taken' };
    }
    const earlier = delivery && takenBefore({ answers: answersOf(written.item) }, delivery);
    if (earlier !== undefined) {
      return { kind: 'repeated', isRight: earlier.isRight };
    }
    const current = challengeOf(written.item);
    if (current === undefined || current.failures >= max) {
      return { kind: 'exhausted' };
    }
    return current.code.kind === 'used' ? { kind: 'used' } : { kind: 'replaced', current };
  }

  #isSealed(reference: string, scope: SignInScope): boolean {
    const [, id, seal] = REFERENCE.exec(reference) ?? [];
    return (
      id !== undefined &&
      seal !== undefined &&
      this.#keys.verify(seal, 'challenge', scopeParts(id, scope))
    );
  }

  #isOfV1({ scope: seal, version }: Item, id: string, scope: SignInScope): boolean {
    return (
      typeof seal === 'string' &&
      version === undefined &&
      this.#keys.verify(seal, 'challenge', scopeParts(id, scope))
    );
  }
}

/** What takes an answer, besides the conditions that all of them share. */
interface TakingChange extends Required<Change> {
  /** Whether an item that was found shows this very write. */
  isOurs(item: Item): boolean;
}

/** What the attributes begin with that hold when Cognito called for an answer; its delivery's name follows. */
const RIGHT = 'right_';
const WRONG = 'wrong_';

/** The condition that no other call for the event has brought the answer. */
function isNew({ name }: Delivery): string {
  const conditions = [RIGHT, WRONG].map((prefix) => {
    const at = `#${prefix}${name}`;
    return `(attribute_not_exists(${at}) OR NOT ${at} BETWEEN :earliest AND :latest OR ${at} BETWEEN :soonFrom AND :soonTo)`;
  });
  return conditions.join(' AND ');
}

/** The values of {@link isNew}, and the one to write. */
function timesAround({ calledAt }: Delivery) {
  return {
    calledAt,
    earliest: calledAt - AGAIN_WITHIN_MS,
    latest: calledAt + AGAIN_WITHIN_MS,
    soonFrom: calledAt - AGAIN_AFTER_MS + 1,
    soonTo: calledAt + AGAIN_AFTER_MS - 1,
  };
}

function answersOf(item: Item): readonly TakenAnswer[] {
  return Object.entries(item).flatMap(([name, calledAt]) => {
    const prefix = [RIGHT, WRONG].find((known) => name.startsWith(known));
    return prefix === undefined || typeof calledAt !== 'number'
      ? []
      : { name: name.slice(prefix.length), calledAt, isRight: prefix === RIGHT };
  });
}

function hasAnswer({ answerIds }: Item, answer: string): boolean {
  return answerIds instanceof Set && answerIds.has(answer);
}

const textV1 = v.pipe(v.string(), v.parseJson(), storedChallengeV1);

function challengeOf(item: Item): Challenge | undefined {
  const { state, version, sentIn, tries = 0, code, used } = item;
  if (typeof state !== 'string') {
    return undefined;
  }
  const answers = answersOf(item);
  const stored =
    version === undefined ? challengeOfV1(item) : fromStored(Buffer.from(state, 'base64url'));
  return (
    stored && {
      ...stored,
      ...(used !== undefined && used === code && { code: { kind: 'used' } }),
      failures: stored.failures + Number(tries),
      version: Number(version ?? 0),
      ...(typeof sentIn === 'string' && { sentIn }),
      ...(answers.length > 0 && { answers }),
    }
  );
}

function challengeOfV1({ state, answers }: Item): Challenge | undefined {
  const parsed = v.safeParse(textV1, state);
  if (!parsed.success) {
    return undefined;
  }
  const challenge = fromStoredV1(parsed.output);
  const counted = typeof answers === 'number' ? answers : 0;
  return { ...challenge, failures: Math.max(challenge.failures, counted) };
}

/** What tells whether another code is out by now. */
function codeMark({ code, version }: Challenge): string | undefined {
  switch (code.kind) {
    case 'live':
      return code.digest;
    case 'decoy':
      // Version 1 marked none.
      return version === 0 ? undefined : `decoy ${code.issuedAt}`;
    default:
      return undefined;
  }
}

/** What a challenge's item is found by. */
export function challengeItemKey(id: string): string {
  return `challenge#${id}`;
}

function scopeParts(id: string, { userPoolId, clientId, username }: SignInScope): string[] {
  return ['scope', id, userPoolId, clientId, username];
}
