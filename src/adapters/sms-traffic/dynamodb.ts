import { burstOf, everyMs, type RateLimit } from '../../domain/abuse/rate-limit.ts';
import type {
  Conversion,
  RecentSms,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';
import { StoreError } from '../../domain/ports/store-error.ts';
import { EXPIRY_ATTRIBUTE, expirySeconds, type Item } from '../lib/dynamodb-item.ts';
import type { Change, DynamoDbTable, Written } from '../lib/dynamodb-table.ts';
import { spend } from './lib/budget.ts';
import { stopOf } from './lib/stops.ts';
import { DAY_MS, dayOf, nextDay, timeOfDay } from './lib/utc-day.ts';
import { BUCKET, beforeNewest, beginOf, HOUR, recentSms, type Span } from './lib/windows.ts';

/** Writes of one call, each forestalled by another container's, before it gives up. */
const TRIES = 10;

/** How long after midnight the day before may still change: its codes are answered for ten minutes at most. */
const SETTLES_AFTER_MS = 3_600_000;

/**
 * Counts in DynamoDB, one item a place and day of UTC: a budget is unused again at midnight, and gives
 * its burst once more. An SMS is one write, which guesses by what this container last saw of the place
 * whether its budget is in use, and is made again where that was wrong. Beside it, the item of the day
 * before is read for the windows that reach back over midnight, and the one that says what is stopped.
 */
export class DynamoDbSmsTraffic implements SmsTraffic {
  readonly #table: DynamoDbTable;
  /** Each place's newest item as it was last seen, by place: there are few. */
  readonly #seen = new Map<string, Item>();
  /** Each place's item of the day before, once it can't change any more. */
  readonly #settled = new Map<string, { readonly key: string; readonly item: Item }>();

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async read(place: string, at: number): Promise<Traffic> {
    const [item = {}, dayBefore, stops = {}] = await Promise.all([
      this.#table.find(itemKey(place, at)),
      this.#findDayBefore(place, at),
      this.#table.find(STOPS_KEY),
    ]);
    this.#seen.set(place, item);
    const stopped = stopOf(place, stoppedIn(stops));
    return { ...recentIn(item, dayBefore, at), usedUntil: usedUntilIn(item), stopped };
  }

  async reserve(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const [counted, dayBefore] = await Promise.all([
      this.#count(place, budget, at),
      this.#findDayBefore(place, at),
    ]);
    return counted.kind === 'refused'
      ? counted
      : { kind: 'reserved', before: beforeNewest(recentIn(counted.item, dayBefore, at)) };
  }

  async probe(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const [{ kind, item }, dayBefore] = await Promise.all([
      // A write, as `reserve` makes one: so that nobody can tell by the time that it takes.
      this.#update(place, at, {
        update: `${this.#removeStale(place, at)}SET #${EXPIRY_ATTRIBUTE} = :expiry`,
        values: { expiry: expiryOf(at), ...(budget && { latest: latest(budget, at) }) },
        ...(budget && { condition: 'attribute_not_exists(#usedUntil) OR #usedUntil <= :latest' }),
      }),
      this.#findDayBefore(place, at),
    ]);
    const spending = budget && kind === 'unmet' && spend(usedUntilIn(item), budget, at);
    return spending && spending.kind === 'refused'
      ? spending
      : { kind: 'reserved', before: recentIn(item, dayBefore, at) };
  }

  async giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void> {
    const [bucket, hour] = [sentIn(BUCKET, at), sentIn(HOUR, at)];
    await this.#update(place, at, {
      update: `SET #${bucket} = #${bucket} - :one, #${hour} = #${hour} - :one${budget ? ', #usedUntil = #usedUntil - :every' : ''}`,
      condition: `#${bucket} >= :one${budget ? ' AND attribute_exists(#usedUntil)' : ''}`,
      values: { one: 1, ...(budget && { every: everyMs(budget) }) },
    });
  }

  async countConverted(place: string, sentAt: number, by: 1 | -1 = 1): Promise<void> {
    const [bucket, hour] = [convertedIn(BUCKET, sentAt), convertedIn(HOUR, sentAt)];
    await this.#table.update(itemKey(place, sentAt), {
      update: `ADD #${bucket} :by, #${hour} :by SET #${EXPIRY_ATTRIBUTE} = :expiry`,
      values: { by, expiry: expiryOf(sentAt) },
    });
  }

  async stop(place: string): Promise<ReadonlySet<string>> {
    return this.#changeStops('ADD', place);
  }

  async resume(place: string): Promise<ReadonlySet<string>> {
    return this.#changeStops('DELETE', place);
  }

  async #changeStops(clause: 'ADD' | 'DELETE', place: string): Promise<ReadonlySet<string>> {
    const values = { place: new Set([place]) };
    return stoppedIn(
      (await this.#table.update(STOPS_KEY, { update: `${clause} #places :place`, values })).item,
    );
  }

  async #count(place: string, budget: RateLimit | undefined, at: number): Promise<Counted> {
    for (let tries = 0; tries < TRIES; tries++) {
      const inUse = usedUntilIn(this.#seen.get(place) ?? {}) >= at;
      const sent = countSent(at, this.#removeStale(place, at));
      const change = budget === undefined ? sent : reserveFrom(budget, at, inUse, sent);
      const { kind, item } = await this.#update(place, at, change);
      if (kind === 'done') {
        return { kind: 'counted', item };
      }
      const spending = budget && spend(usedUntilIn(item), budget, at);
      if (spending?.kind === 'refused') {
        return spending;
      }
    }
    throw new StoreError('throttled', new Error('Other containers kept using the budget.'));
  }

  async #update(place: string, at: number, change: Change): Promise<Written> {
    const written = await this.#table.update(itemKey(place, at), change);
    this.#seen.set(place, written.item);
    return written;
  }

  async #findDayBefore(place: string, at: number): Promise<Item> {
    const key = itemKey(place, at - DAY_MS);
    const settled = this.#settled.get(place);
    if (settled?.key === key) {
      return settled.item;
    }
    const item = (await this.#table.find(key)) ?? {};
    if (timeOfDay(at) >= SETTLES_AFTER_MS) {
      this.#settled.set(place, { key, item });
    }
    return item;
  }

  /** Takes the buckets out that no window reaches any more: a write costs by the size of its item. */
  #removeStale(place: string, at: number): string {
    const oldest = indexOf(BUCKET, at) - BUCKET.inWindow + 1;
    const stale = Object.keys(this.#seen.get(place) ?? {}).filter((name) => {
      const [, index] = BUCKET_COUNT.exec(name) ?? [];
      return Number(index) < oldest;
    });
    return stale.length === 0 ? '' : `REMOVE ${stale.map((name) => `#${name}`).join(', ')} `;
  }
}

type Counted =
  | { readonly kind: 'counted'; readonly item: Item }
  | Extract<Reservation, { readonly kind: 'refused' }>;

/** @param removal what the write begins with. */
function countSent(at: number, removal: string): Change {
  return {
    update: `${removal}ADD #${sentIn(BUCKET, at)} :one, #${sentIn(HOUR, at)} :one SET #${EXPIRY_ATTRIBUTE} = :expiry`,
    values: { one: 1, expiry: expiryOf(at) },
  };
}

/** @param inUse whether the budget is taken for one that is in use at `at`. */
function reserveFrom(
  budget: RateLimit,
  at: number,
  inUse: boolean,
  { update, values }: Change,
): Change {
  const every = everyMs(budget);
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

function usedUntilIn({ usedUntil = 0 }: Item): number {
  return Number(usedUntil);
}

function recentIn(item: Item, dayBefore: Item, at: number): RecentSms {
  const today = nextDay(at) - DAY_MS;
  return recentSms((span, from) => conversionIn(from < today ? dayBefore : item, span, from), at);
}

function conversionIn(item: Item, span: Span, at: number): Conversion {
  return {
    sent: Number(item[sentIn(span, at)] ?? 0),
    converted: Number(item[convertedIn(span, at)] ?? 0),
  };
}

/** The names that a bucket's counts have in an item: short, as a write costs by the kB. */
const BUCKET_COUNT = /^[sc](\d+)$/;

function sentIn(span: Span, at: number): string {
  return `${span === HOUR ? 'hs' : 's'}${indexOf(span, at)}`;
}

function convertedIn(span: Span, at: number): string {
  return `${span === HOUR ? 'hc' : 'c'}${indexOf(span, at)}`;
}

/** Which of its day's spans it is, from 0. */
function indexOf(span: Span, at: number): number {
  return timeOfDay(beginOf(span, at)) / span.lengthMs;
}

/** Two days after the day began: a code of its last minutes is answered on the next. */
function expiryOf(at: number): number {
  return expirySeconds(nextDay(at) + DAY_MS);
}

/** The item of the places that operators have stopped, which never expires. */
const STOPS_KEY = 'sending#stopped';

function stoppedIn({ places }: Item): ReadonlySet<string> {
  return places instanceof Set ? places : new Set();
}

function itemKey(place: string, at: number): string {
  return `traffic#${place}#${dayOf(at)}`;
}
