import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import {
  describeIdempotencyStoreContract,
  HOLD_MS,
} from '../../contracts/idempotency-store.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';
import { KEY } from '../../support/keys.ts';

const keys = new HmacKeyRing([KEY]);

describeOnEachDynamoDb((dynamoDb) => {
  describeIdempotencyStoreContract('dynamodb', async () => {
    const clock = new ManualClock();
    const [one, another = one] = await dynamoDb.stores();
    return {
      stores: [
        one.idempotencyStore(keys, clock, HOLD_MS),
        another.idempotencyStore(keys, clock, HOLD_MS),
      ],
      clock,
    };
  });

  describe('DynamoDbIdempotencyStore', () => {
    it('lets a round expire, and keeps it as a keyed digest alone', async () => {
      const clock = new ManualClock();
      const [store] = await dynamoDb.stores();
      const round = 'user +6591234567';
      await store.idempotencyStore(keys, clock, HOLD_MS).acquire(round, {
        holder: 'a',
        challengeId: 'c',
        busyUntil: clock.now() + 4000,
      });
      const item = await dynamoDb.table().find(`round#${keys.lookupKey(['round', round])}`);
      expect(item?.expiresAt).toBe((clock.now() + HOLD_MS) / 1000);
      expect(JSON.stringify(item)).not.toContain('91234567');
    });
  });
});
