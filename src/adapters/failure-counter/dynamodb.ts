import type { CountRange, FailureCounter, Failures } from '../../domain/ports/failure-counter.ts';
import { type DynamoDbTable, EXPIRY_ATTRIBUTE, expirySeconds } from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/** Counts in DynamoDB, one item an account; a failure is one conditional write. */
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

  async add(
    account: string,
    { from, below }: CountRange,
    at: number,
    keepUntil?: number,
  ): Promise<number | undefined> {
    const keep = keepUntil !== undefined;
    const inRange = '(#failures >= :from AND #failures < :below)';
    const item = await this.#table.update(this.#itemKey(account), {
      update:
        'ADD #failures :one SET #lastAt = :at' +
        (keep ? `, #${EXPIRY_ATTRIBUTE} = :expiry` : ` REMOVE #${EXPIRY_ATTRIBUTE}`),
      condition: from === 0 ? `attribute_not_exists(#failures) OR ${inRange}` : inRange,
      values: { one: 1, at, from, below, ...(keep && { expiry: expirySeconds(keepUntil) }) },
    });
    return item && Number(item.failures);
  }

  async clear(account: string): Promise<void> {
    await this.#table.delete(this.#itemKey(account));
  }

  #itemKey(account: string): string {
    return `failures#${this.#keys.lookupKey(['failures', account])}`;
  }
}
