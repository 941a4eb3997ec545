/** Everything that can be kept in DynamoDB, in one table. The container loads this file, and the AWS SDK with it, only where it is chosen. */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../domain/ports/clock.ts';
import { DynamoDbAccountLedger } from './account-ledger/dynamodb.ts';
import { DynamoDbChallengeRepository } from './challenge-repository/dynamodb.ts';
import { DynamoDbIdempotencyStore } from './idempotency-store/dynamodb.ts';
import { DynamoDbTable } from './lib/dynamodb-table.ts';
import type { HmacKeyRing } from './lib/hmac-key-ring.ts';
import { DynamoDbSmsTraffic } from './sms-traffic/dynamodb.ts';

/** One table, and every adapter that keeps something in it. */
export class DynamoDbStore {
  readonly #table: DynamoDbTable;

  /**
   * @param clientConfig what differs from the environment's settings.
   * @param timeoutMs how long one call may take.
   */
  constructor(tableName: string, clientConfig?: DynamoDBClientConfig, timeoutMs?: number) {
    this.#table = new DynamoDbTable(tableName, clientConfig, timeoutMs);
  }

  challengeRepository(keys: HmacKeyRing, clock: Clock): DynamoDbChallengeRepository {
    return new DynamoDbChallengeRepository(this.#table, keys, clock);
  }

  /** @param holdMs how long a round is kept after it was acquired, or prolonged. */
  idempotencyStore(keys: HmacKeyRing, clock: Clock, holdMs: number): DynamoDbIdempotencyStore {
    return new DynamoDbIdempotencyStore(this.#table, keys, clock, holdMs);
  }

  accountLedger(keys: HmacKeyRing): DynamoDbAccountLedger {
    return new DynamoDbAccountLedger(this.#table, keys);
  }

  smsTraffic(): DynamoDbSmsTraffic {
    return new DynamoDbSmsTraffic(this.#table);
  }

  /** Does what only a first call would have to wait for, without a call. Never rejects. */
  prepare(): Promise<void> {
    return this.#table.prepare();
  }

  /** Closes the connections that are open. */
  close(): void {
    this.#table.close();
  }
}
