import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { describeFailureCounterContract } from '../../contracts/failure-counter.contract.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

const keys = new HmacKeyRing([KEY]);

describeOnEachDynamoDb((dynamoDb) => {
  describeFailureCounterContract('dynamodb', async () => {
    const [one, another = one] = await dynamoDb.stores();
    return [one.failureCounter(keys), another.failureCounter(keys)];
  });

  describe('DynamoDbFailureCounter', () => {
    const any = { from: 0, below: 100 };
    const account = 'phone +6591234567';
    const itemKey = `failures#${keys.lookupKey(['failures', account])}`;

    it('lets a count expire when it may be forgotten, and keeps no account in the open', async () => {
      const [store] = await dynamoDb.stores();
      await store.failureCounter(keys).add(account, any, 1_000, 5_000);
      const item = await dynamoDb.table().find(itemKey);
      expect(item).toEqual({ pk: itemKey, failures: 1, lastAt: 1000, expiresAt: 5 });
    });

    it('A12: counts on when a key is put in front', async () => {
      const [store] = await dynamoDb.stores();
      await store.failureCounter(new HmacKeyRing([KEY])).add(account, any, 1_000, 5_000);
      const renewed = store.failureCounter(new HmacKeyRing([OTHER_KEY, KEY]));
      expect((await renewed.read(account)).count).toBe(1);
    });

    it('A12: never lets a count expire that must stay until an operator resets it', async () => {
      const [store] = await dynamoDb.stores();
      await store.failureCounter(keys).add(account, any, 1_000, 5_000);
      await store.failureCounter(keys).add(account, any, 2_000);
      const item = await dynamoDb.table().find(itemKey);
      expect(item).toEqual({ pk: itemKey, failures: 2, lastAt: 2000 });
    });
  });
});
