import { describe, expect, it } from 'vitest';
import { DynamoDbIdempotencyStore } from '../../../src/adapters/idempotency-store/dynamodb.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import {
  describeIdempotencyStoreContract,
  HOLD_MS,
} from '../../contracts/idempotency-store.contract.ts';
import { interruptible } from '../../fakes/interruptible.ts';
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

    it('keeps a prolonged round in the table for as long', async () => {
      const clock = new ManualClock();
      const [stores] = await dynamoDb.stores();
      const store = stores.idempotencyStore(keys, clock, HOLD_MS);
      const claimant = { holder: 'a', challengeId: 'c', busyUntil: clock.now() + 4000 };
      await store.acquire('round', claimant);
      await store.complete('round', 'a', { status: 'SENT', reference: 'c' });
      clock.advance(10_000);
      await store.prolong('round', 'a', 'b');
      const item = await dynamoDb.table().find(`round#${keys.lookupKey(['round', 'round'])}`);
      expect(item?.expiresAt).toBe((clock.now() + HOLD_MS) / 1000);
    });

    it('knows that it has prolonged a round where the answer to the write got lost', async () => {
      const clock = new ManualClock();
      await dynamoDb.stores();
      const table = interruptible(dynamoDb.table());
      const store = new DynamoDbIdempotencyStore(table, keys, clock, HOLD_MS);
      const claimant = { holder: 'a', challengeId: 'c', busyUntil: clock.now() + 4000 };
      await store.acquire('round', claimant);
      await store.complete('round', 'a', { status: 'SENT', reference: 'c' });
      // As the table does when it heard no answer: the same write once more.
      table.before('update', async (key, change) => {
        await dynamoDb.table().update(key, change);
      });
      expect(await store.prolong('round', 'a', 'b')).toBe(true);
      expect(await store.prolong('round', 'a', 'c')).toBe(false);
    });

    it('has the caller ask again where a round is freed while it is taken over', async () => {
      const clock = new ManualClock();
      const [other] = await dynamoDb.stores(1);
      const others = other.idempotencyStore(keys, clock, HOLD_MS);
      const table = interruptible(dynamoDb.table());
      const store = new DynamoDbIdempotencyStore(table, keys, clock, HOLD_MS);
      const claimant = (holder: string) => ({
        holder,
        challengeId: `challenge of ${holder}`,
        busyUntil: clock.now() + 4000,
      });
      await others.acquire('round', claimant('a'));
      clock.advance(4000);
      table.before('update', async (_, { condition }) => {
        if (condition?.startsWith('#holder = :before')) {
          await others.release('round', 'a');
        }
      });
      expect(await store.acquire('round', claimant('b'))).toEqual({
        kind: 'in-progress',
        busyUntil: clock.now(),
        challengeId: 'challenge of b',
      });
      expect(await store.acquire('round', claimant('b'))).toMatchObject({ kind: 'acquired' });
    });
  });
});
