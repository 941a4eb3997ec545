import { describe, expect, it } from 'vitest';
import { describeConversionCounterContract } from '../../contracts/conversion-counter.contract.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';

describeOnEachDynamoDb((dynamoDb) => {
  describeConversionCounterContract('dynamodb', async () => {
    const [one, another = one] = await dynamoDb.stores();
    return [one.conversionCounter(), another.conversionCounter()];
  });

  describe('DynamoDbConversionCounter', () => {
    it('lets an hour expire once its last code can have been answered', async () => {
      const [store] = await dynamoDb.stores();
      const hour = Date.UTC(2026, 0, 15, 12);
      await store.conversionCounter().countSent('SG', hour);
      const item = await dynamoDb.table().find(`conversion#SG#${hour / 3_600_000}`);
      expect(item).toMatchObject({ sent: 1, expiresAt: (hour + 7_200_000) / 1000 });
    });
  });
});
