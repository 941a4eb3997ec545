import { burstOf, everyMs, type RateLimit } from '../../domain/abuse/rate-limit.ts';
import type {
  Conversion,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';
import { StoreError } from '../../domain/ports/store-error.ts';
import {
  type Change,
  type DynamoDbTable,
  EXPIRY_ATTRIBUTE,
  expirySeconds,
  type Item,
} from '../lib/dynamodb-table.ts';
import { spend } from './lib/budget.ts';
import { DAY_MS, dayOf, hourOfDay, nextDay } from './lib/utc-day.ts';

/** Writes of one call, each forestalled by another container's, before it gives up. */
const TRIES = 10;

/**
 * Counts in DynamoDB, one item a place and day of UTC: a budget is unused again at midnight, and gives
 * its burst once more. An SMS is one write, which guesses by what this container last saw of the place
 * whether its budget is in use, and is made again where that was wrong.
 */
export class DynamoDbSmsTraffic implements SmsTraffic {
  readonly #table: DynamoDbTable;
  /** How far each place's budget was used when it was last seen, by place: there are few. */
  readonly #seen = new Map<string, number>();

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async read(place: string, at: number): Promise<Traffic> {
    const item = (await this.#table.find(itemKey(place, at))) ?? {};
    return { conversion: conversionOf(item, at), usedUntil: this.#note(place, item) };
  }

  async reserve(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    for (let tries = 0; tries < TRIES; tries++) {
      const change =
        budget === undefined
          ? countSent(at)
          : reserveFrom(budget, at, (this.#seen.get(place) ?? 0) >= at);
      const { kind, item } = await this.#table.update(itemKey(place, at), change);
      const usedUntil = this.#note(place, item);
      if (kind === 'done') {
        return { kind: 'reserved', conversion: conversionOf(item, at) };
      }
      const spending = budget && spend(usedUntil, budget, at);
      if (spending?.kind === 'refused') {
        return spending;
      }
    }
    throw new StoreError('throttled', new Error('Other containers kept using the budget.'));
  }

  async probe(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    // A write, as `reserve` is: so that nobody can tell by the time that it takes.
    const { kind, item } = await this.#table.update(itemKey(place, at), {
      update: `SET #${EXPIRY_ATTRIBUTE} = :expiry`,
      values: { expiry: expiryOf(at), ...(budget && { latest: latest(budget, at) }) },
      ...(budget && { condition: 'attribute_not_exists(#usedUntil) OR #usedUntil <= :latest' }),
    });
    const spending = budget && kind === 'unmet' && spend(this.#note(place, item), budget, at);
    return spending && spending.kind === 'refused'
      ? spending
      : { kind: 'reserved', conversion: conversionOf(item, at) };
  }

  async giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void> {
    const sent = `#${sentIn(at)}`;
    const { item } = await this.#table.update(itemKey(place, at), {
      update: `SET ${sent} = ${sent} - :one${budget ? ', #usedUntil = #usedUntil - :every' : ''}`,
      condition: `${sent} >= :one${budget ? ' AND attribute_exists(#usedUntil)' : ''}`,
      values: { one: 1, ...(budget && { every: everyMs(budget) }) },
    });
    this.#note(place, item);
  }

  async countConverted(place: string, sentAt: number, by: 1 | -1 = 1): Promise<void> {
    await this.#table.update(itemKey(place, sentAt), {
      update: `ADD #${convertedIn(sentAt)} :by SET #${EXPIRY_ATTRIBUTE} = :expiry`,
      values: { by, expiry: expiryOf(sentAt) },
    });
  }

  #note(place: string, { usedUntil = 0 }: Item): number {
    this.#seen.set(place, Number(usedUntil));
    return Number(usedUntil);
  }
}

function countSent(at: number): Change {
  return {
    update: `ADD #${sentIn(at)} :one SET #${EXPIRY_ATTRIBUTE} = :expiry`,
    values: { one: 1, expiry: expiryOf(at) },
  };
}

/** @param inUse whether the budget is taken for one that is in use at `at`. */
function reserveFrom(budget: RateLimit, at: number, inUse: boolean): Change {
  const every = everyMs(budget);
  const { update, values } = countSent(at);
  return inUse
    ? {
        update: `${update}, #usedUntil = #usedUntil + :every`,
        condition: '#usedUntil BETWEEN :at AND :latest',
        values: { ...values, at, every, latest: latest(budget, at) },
      }
    : {
        update: `${update}, #usedUntil = :usedUntil`,
        condition: 'attribute_not_exists(#usedUntil) OR #usedUntil < :at',
        values: { ...values, at, usedUntil: at + every },
      };
}

/** How far the budget may be used for one more at `at`. */
function latest(budget: RateLimit, at: number): number {
  return at + (burstOf(budget) - 1) * everyMs(budget);
}

function conversionOf(item: Item, at: number): Conversion {
  return { sent: Number(item[sentIn(at)] ?? 0), converted: Number(item[convertedIn(at)] ?? 0) };
}

function sentIn(at: number): string {
  return `sent_${hourOfDay(at)}`;
}

function convertedIn(at: number): string {
  return `converted_${hourOfDay(at)}`;
}

/** Two days after the day began: a code of its last minutes is answered on the next. */
function expiryOf(at: number): number {
  return expirySeconds(nextDay(at) + DAY_MS);
}

function itemKey(place: string, at: number): string {
  return `traffic#${place}#${dayOf(at)}`;
}
