/** Everything that can be kept in DynamoDB, in one table. The container loads this file, and the AWS SDK with it, only where it is chosen. */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../domain/ports/clock.ts';
import { DynamoDbChallengeRepository } from './challenge-repository/dynamodb.ts';
import { DynamoDbConversionCounter } from './conversion-counter/dynamodb.ts';
import { DynamoDbFailureCounter } from './failure-counter/dynamodb.ts';
import { DynamoDbTable } from './lib/dynamodb-table.ts';
import type { HmacKeyRing } from './lib/hmac-key-ring.ts';
import { DynamoDbRateLimiter } from './rate-limiter/dynamodb.ts';
import { DynamoDbRoundClaims } from './round-claims/dynamodb.ts';

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

  /** @param holdMs how long a claim is kept after it was settled, or should have been. */
  roundClaims(keys: HmacKeyRing, clock: Clock, holdMs: number): DynamoDbRoundClaims {
    return new DynamoDbRoundClaims(this.#table, keys, clock, holdMs);
  }

  rateLimiter(keys: HmacKeyRing, clock: Clock): DynamoDbRateLimiter {
    return new DynamoDbRateLimiter(this.#table, keys, clock);
  }

  failureCounter(keys: HmacKeyRing): DynamoDbFailureCounter {
    return new DynamoDbFailureCounter(this.#table, keys);
  }

  conversionCounter(): DynamoDbConversionCounter {
    return new DynamoDbConversionCounter(this.#table);
  }

  /** Closes the connections that are open. */
  close(): void {
    this.#table.close();
  }
}
