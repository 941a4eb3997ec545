import { HOUR_MS, hourOf } from '../../domain/abuse/hour.ts';
import type { Conversion, ConversionCounter } from '../../domain/ports/conversion-counter.ts';
import { type DynamoDbTable, EXPIRY_ATTRIBUTE, expirySeconds } from '../lib/dynamodb-table.ts';

/** Counts in DynamoDB, one item a country and hour. */
export class DynamoDbConversionCounter implements ConversionCounter {
  readonly #table: DynamoDbTable;

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async read(country: string, sentAt: number): Promise<Conversion> {
    const item = (await this.#table.find(itemKey(country, sentAt))) ?? {};
    return { sent: Number(item.sent ?? 0), converted: Number(item.proven ?? 0) };
  }

  countSent(country: string, sentAt: number): Promise<void> {
    return this.#count('sent', country, sentAt);
  }

  countConverted(country: string, sentAt: number): Promise<void> {
    return this.#count('proven', country, sentAt);
  }

  async #count(counter: 'sent' | 'proven', country: string, sentAt: number): Promise<void> {
    await this.#table.update(itemKey(country, sentAt), {
      update: `ADD #${counter} :one SET #${EXPIRY_ATTRIBUTE} = :expiry`,
      // Long enough for the newest code of the hour to be answered.
      values: { one: 1, expiry: expirySeconds(sentAt + 2 * HOUR_MS) },
    });
  }
}

function itemKey(country: string, sentAt: number): string {
  return `conversion#${country}#${hourOf(sentAt)}`;
}
