import { storeErrorOf } from '../../../domain/ports/store-error.ts';
import type { DynamoDbTable } from '../../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../../lib/hmac-key-ring.ts';

const ITEM_KEY = 'key-check';

/** Tells by one item whether a table's counts are kept under our key: under another they would all seem to be zero. */
export class KeyCheck {
  readonly #table: DynamoDbTable;
  readonly #digest: string;

  constructor(table: DynamoDbTable, keys: HmacKeyRing) {
    this.#table = table;
    this.#digest = keys.lookupKey(['key-check']);
  }

  /** Notes our key in place of any other: where lookups go by a new one, the counts start anew under it. That the store fails is let pass. */
  async note(): Promise<void> {
    const change = { update: 'SET #digest = :digest', values: { digest: this.#digest } };
    await storeErrorOf(this.#table.update(ITEM_KEY, change));
  }

  /**
   * Whether the counts are kept under our key, which they are as long as there are none.
   *
   * @throws StoreError
   */
  async fits(): Promise<boolean> {
    const item = await this.#table.find(ITEM_KEY);
    return item === undefined || item.digest === this.#digest;
  }
}
