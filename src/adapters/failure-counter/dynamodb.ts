import type { FailureCounter, Failures } from '../../domain/ports/failure-counter.ts';
import { type DynamoDbTable, EXPIRY_ATTRIBUTE, expirySeconds } from '../dynamodb-table.ts';
import type { HmacKeyRing } from '../hmac-key-ring.ts';

/** Counts in DynamoDB, one item an account; a write goes through only where it read the newest count. */
export class DynamoDbFailureCounter implements FailureCounter {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;

  constructor(table: DynamoDbTable, keys: HmacKeyRing) {
    this.#table = table;
    this.#keys = keys;
  }

  async read(account: string): Promise<Failures> {
    const item = (await this.#table.find(this.#itemKey(account))) ?? {};
    return { count: Number(item.failures ?? 0), lastAt: Number(item.lastAt ?? 0) };
  }

  add(account: string, expected: number, at: number, keepUntil?: number): Promise<boolean> {
    const keep = keepUntil !== undefined;
    return this.#table.update(this.#itemKey(account), {
      update:
        'SET #failures = :next, #lastAt = :at' +
        (keep ? `, #${EXPIRY_ATTRIBUTE} = :expiry` : ` REMOVE #${EXPIRY_ATTRIBUTE}`),
      condition: expected === 0 ? 'attribute_not_exists(#failures)' : '#failures = :expected',
      values: {
        next: expected + 1,
        at,
        ...(expected > 0 && { expected }),
        ...(keep && { expiry: expirySeconds(keepUntil) }),
      },
    });
  }

  async clear(account: string): Promise<void> {
    await this.#table.delete(this.#itemKey(account));
  }

  #itemKey(account: string): string {
    return `failures#${this.#keys.sign('store-key', ['failures', account])}`;
  }
}
