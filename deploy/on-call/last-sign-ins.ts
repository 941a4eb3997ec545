/** The newest sign-ins of users, as far as the table can be asked for them: by the name of a first round. */

import {
  challengeItemKey,
  DynamoDbChallengeRepository,
} from '../../src/adapters/challenge-repository/dynamodb.ts';
import { SystemClock } from '../../src/adapters/clock/system.ts';
import { roundItemKey } from '../../src/adapters/idempotency-store/dynamodb.ts';
import type { Item } from '../../src/adapters/lib/dynamodb-item.ts';
import type { DynamoDbTable } from '../../src/adapters/lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import { nameOf } from '../../src/domain/create-request.ts';

/** A user's newest sign-in at one app client. */
export interface LastSignIn {
  readonly appClient: string;
  /** Epoch milliseconds; later by up to `claimMs` where it was begun twice. */
  readonly begunAt: number;
  /** What the client was told of its first round; undefined where that never ended. */
  readonly told: string | undefined;
  /** Undefined where it is not kept here, or under keys that we have not. */
  readonly challenge: Challenge | undefined;
  /** The keys of its items. */
  readonly itemKeys: readonly string[];
}

/** Whom to look for. */
export interface SignInNames {
  readonly userPoolId: string;
  readonly clientIds: readonly string[];
  /** Each as Cognito calls a user, with the number that it has of them. */
  readonly users: readonly { readonly username: string; readonly number: string | undefined }[];
}

/**
 * Those that DynamoDB has not deleted yet, the newest first. Rounds that ask for a new code go by
 * what the session holds, which nobody has but Cognito.
 *
 * @param claimMs how long the function holds a round.
 * @throws StoreError
 */
export async function findLastSignIns(
  table: DynamoDbTable,
  keys: HmacKeyRing,
  { userPoolId, users, clientIds }: SignInNames,
  claimMs: number,
): Promise<readonly LastSignIn[]> {
  const challenges = new DynamoDbChallengeRepository(table, keys, new SystemClock());
  const found: LastSignIn[] = [];
  for (const { username, number } of users) {
    for (const clientId of clientIds) {
      const scope = { userPoolId, clientId, username };
      const first = { rounds: [], resendRequested: false, resendAttribute: false };
      const key = roundItemKey(keys, nameOf({ scope, phone: { number }, ...first }));
      const item: Item | undefined = await table.find(key);
      if (item === undefined) continue;
      const { challengeId, heldUntil, status, reference } = item;
      found.push({
        appClient: clientId,
        begunAt: Number(heldUntil) - claimMs,
        told: typeof status === 'string' ? status : undefined,
        challenge:
          typeof reference === 'string' ? await challenges.find(reference, scope) : undefined,
        itemKeys: [key, challengeItemKey(String(challengeId))],
      });
    }
  }
  return found.sort((one, other) => other.begunAt - one.begunAt);
}
