import {
  evaluate,
  type RateLimit,
  type Take,
  type Usage,
  windowStart,
} from '../../domain/abuse/rate-limit.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { RateLimiter } from '../../domain/ports/rate-limiter.ts';
import {
  type DynamoDbTable,
  EXPIRY_ATTRIBUTE,
  expirySeconds,
  type Item,
} from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/**
 * Counts in DynamoDB. One item holds all that a key takes in its longest window, with an attribute
 * for each shorter window. So an allowed take is one conditional write, and Time to Live clears up.
 */
export class DynamoDbRateLimiter implements RateLimiter {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;
  readonly #clock: Clock;

  constructor(table: DynamoDbTable, keys: HmacKeyRing, clock: Clock) {
    this.#table = table;
    this.#keys = keys;
    this.#clock = clock;
  }

  async take(key: string, limits: readonly RateLimit[]): Promise<Take> {
    if (limits.length === 0) {
      return { kind: 'allowed' };
    }
    const now = this.#clock.now();
    const attributes = limits.map((limit) => attributeOf(limit, now));
    const taken = await this.#table.update(this.#itemKey(key, limits, now), {
      update: `ADD ${attributes.map((name) => `#${name} :one`).join(', ')} SET #${EXPIRY_ATTRIBUTE} = :expiry`,
      condition: attributes
        .map((name, i) => `(attribute_not_exists(#${name}) OR #${name} < :max${i})`)
        .join(' AND '),
      values: {
        one: 1,
        expiry: expirySeconds(now + longest(limits).windowMs),
        ...Object.fromEntries(limits.map(({ max }, i) => [`max${i}`, max])),
      },
    });
    if (taken !== undefined) {
      return { kind: 'allowed' };
    }
    const refusal = evaluate(await this.#usageAt(now, key, limits));
    // Cleared by someone else meanwhile.
    return refusal.kind === 'refused' ? refusal : { kind: 'refused', retryAt: now };
  }

  usage(key: string, limits: readonly RateLimit[]): Promise<readonly Usage[]> {
    return this.#usageAt(this.#clock.now(), key, limits);
  }

  async reset(key: string, limits: readonly RateLimit[]): Promise<void> {
    if (limits.length > 0) {
      await this.#table.delete(this.#itemKey(key, limits, this.#clock.now()));
    }
  }

  async #usageAt(now: number, key: string, limits: readonly RateLimit[]): Promise<Usage[]> {
    const item: Item =
      limits.length === 0 ? {} : ((await this.#table.find(this.#itemKey(key, limits, now))) ?? {});
    return limits.map((limit) => ({
      limit,
      taken: Number(item[attributeOf(limit, now)] ?? 0),
      windowEnds: windowStart(now, limit) + limit.windowMs,
    }));
  }

  #itemKey(key: string, limits: readonly RateLimit[], now: number): string {
    const digest = this.#keys.lookupKey(['rate-limit', key]);
    return `rate-limit#${digest}#${attributeOf(longest(limits), now)}`;
  }
}

function attributeOf(limit: RateLimit, now: number): string {
  return `w${limit.windowMs}_${windowStart(now, limit)}`;
}

function longest(limits: readonly RateLimit[]): RateLimit {
  return limits.reduce((a, b) => (b.windowMs > a.windowMs ? b : a));
}
