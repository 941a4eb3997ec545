import { randomBytes } from 'node:crypto';
import { type RateLimit, type Take, takeFrom } from '../../domain/abuse/rate-limit.ts';
import type {
  AccountLedger,
  AccountRecord,
  CountRange,
  GuardedWrite,
} from '../../domain/ports/account-ledger.ts';
import { StoreError } from '../../domain/ports/store-error.ts';
import { EXPIRY_ATTRIBUTE, expirySeconds, type Item } from '../lib/dynamodb-item.ts';
import type { Change, DynamoDbTable, Written } from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';
import {
  ATTEMPTS,
  atTime,
  hasTaken,
  isOutdated,
  recordOf,
  takeChange,
} from './lib/account-item.ts';
import { KeyCheck } from './lib/key-check.ts';

/** Writes of one call, each undone by another container's, before it gives up. */
const TRIES = 10;

/**
 * Counts in DynamoDB, one item an account; each count is one conditional write where nobody else
 * counts at the same time. Each write leaves a token of its own in the item, by which it knows itself
 * when it is made again. A count that may be forgotten no longer counts, but `read` and
 * `clearAttempts` still see it until something is counted or DynamoDB has deleted it.
 */
export class DynamoDbAccountLedger implements AccountLedger {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;
  readonly #keyCheck: KeyCheck;
  #keyNoted = false;
  /** What each record was read from. */
  readonly #items = new WeakMap<AccountRecord, Item>();

  constructor(table: DynamoDbTable, keys: HmacKeyRing) {
    this.#table = table;
    this.#keys = keys;
    this.#keyCheck = new KeyCheck(table, keys);
  }

  async read(account: string): Promise<AccountRecord> {
    return this.#record((await this.#table.find(this.itemKey(account))) ?? {});
  }

  async registerAttempt(
    account: string,
    range: CountRange,
    at: number,
    keepUntil: number | undefined,
  ): Promise<GuardedWrite> {
    const token = newToken();
    let item: Item = {};
    for (let tries = 0; tries < TRIES; tries++) {
      const anew = isOutdated(item, at);
      const change = attemptChange({ range, at, keepUntil, token, anew });
      const written = await this.#update(account, change);
      item = written.item;
      const { attemptTokens } = item;
      if (attemptTokens instanceof Set && attemptTokens.has(token)) {
        return { kind: 'done', record: this.#record(item) };
      }
      const record = this.#record(item, atTime(item, at));
      if (record.attemptCount < range.from || record.attemptCount >= range.below) {
        return { kind: 'refused', record };
      }
    }
    throw contended();
  }

  async clearAttempts(
    account: string,
    range: CountRange,
    keepUntil: number,
  ): Promise<GuardedWrite> {
    const version = newToken();
    const { item } = await this.#update(account, {
      update: `SET #version = :version, #${EXPIRY_ATTRIBUTE} = :expiry REMOVE ${ATTEMPTS}`,
      condition: within(range),
      values: { ...range, version, expiry: expirySeconds(keepUntil) },
    });
    const done = item.version === version;
    return { kind: done ? 'done' : 'refused', record: this.#record(item) };
  }

  async takeSend(
    account: string,
    limits: readonly RateLimit[],
    at: number,
    keepUntil: number,
    known?: AccountRecord,
  ): Promise<Take> {
    if (limits.length === 0) {
      return { kind: 'allowed', meter: known?.sends ?? {} };
    }
    const token = newToken();
    let item = this.#itemOf(known) ?? (await this.#table.find(this.itemKey(account))) ?? {};
    for (let tries = 0; tries < TRIES; tries++) {
      const take = takeFrom(recordOf(item).sends, limits, at);
      if (take.kind === 'refused') {
        return take;
      }
      const change = takeChange(item, { limits, meter: take.meter, token, at, keepUntil });
      const written = await this.#update(account, change);
      item = written.item;
      if (hasTaken(item, token)) {
        return { kind: 'allowed', meter: recordOf(item).sends };
      }
    }
    throw contended();
  }

  async forget(account: string): Promise<void> {
    await this.#table.delete(this.itemKey(account));
  }

  async #update(account: string, change: Change): Promise<Written> {
    const update = this.#table.update(this.itemKey(account), change);
    if (this.#keyNoted) {
      return update;
    }
    this.#keyNoted = true;
    const [written] = await Promise.all([update, this.#keyCheck.note()]);
    return written;
  }

  /** @param valid what still counts of the item. */
  #record(item: Item, valid = item): AccountRecord {
    const record = recordOf(valid);
    this.#items.set(record, item);
    return record;
  }

  #itemOf(known: AccountRecord | undefined): Item | undefined {
    return known && this.#items.get(known);
  }

  /** What the account's item is found by. */
  itemKey(account: string): string {
    return `account#${this.#keys.lookupKey(['account', account])}`;
  }
}

interface Attempt {
  readonly range: CountRange;
  readonly at: number;
  readonly keepUntil: number | undefined;
  readonly token: string;
  /** In place of a count that may be forgotten. */
  readonly anew: boolean;
}

function attemptChange({ range, at, keepUntil, token, anew }: Attempt): Change {
  const keep = keepUntil !== undefined;
  // A range of one counts once by itself, and drops the tokens of before: the set stays small.
  const alone = anew || range.below - range.from === 1;
  const sets = [
    '#version = :token, #lastAt = :at',
    ...(anew ? ['#attempts = :one'] : []),
    ...(alone ? ['#attemptTokens = :tokens'] : []),
    ...(keep ? [`#attemptsUntil = :keepUntil, #${EXPIRY_ATTRIBUTE} = :expiry`] : []),
  ];
  const adds = [...(anew ? [] : ['#attempts :one']), ...(alone ? [] : ['#attemptTokens :tokens'])];
  return {
    update: [
      `SET ${sets.join(', ')}`,
      adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
      keep ? '' : `REMOVE #attemptsUntil, #${EXPIRY_ATTRIBUTE}`,
    ].join(' '),
    condition: anew
      ? '#attemptsUntil <= :at'
      : `(${within(range)}) AND (attribute_not_exists(#attemptsUntil) OR #attemptsUntil > :at) AND NOT contains(#attemptTokens, :token)`,
    values: {
      one: 1,
      at,
      token,
      tokens: new Set([token]),
      ...(!anew && range),
      ...(keep && { keepUntil, expiry: expirySeconds(keepUntil) }),
    },
  };
}

/** The condition that the count is in a range, by its values `from` and `below`. */
function within({ from }: CountRange): string {
  const counted = '#attempts >= :from AND #attempts < :below';
  return from === 0 ? `attribute_not_exists(#attempts) OR (${counted})` : counted;
}

function newToken(): string {
  return randomBytes(9).toString('base64url');
}

function contended(): StoreError {
  return new StoreError('throttled', new Error('Other containers kept changing the account.'));
}
