import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import { DynamoDbSmsTraffic } from '../../../src/adapters/sms-traffic/dynamodb.ts';
import { describeSmsTrafficContract } from '../../contracts/sms-traffic.contract.ts';
import { interruptible } from '../../fakes/interruptible.ts';
import { describeOnEachDynamoDb, PATIENCE_MS } from '../../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../../support/dynamodb-faults.ts';

const HOUR = 3_600_000;
const noon = Date.UTC(2026, 0, 15, 12);
const budget = { max: 10, windowMs: HOUR };

describeOnEachDynamoDb((dynamoDb) => {
  describeSmsTrafficContract('dynamodb', async () => {
    const [one, another = one] = await dynamoDb.stores();
    return [one.smsTraffic(), another.smsTraffic()];
  });

  describe('DynamoDbSmsTraffic', () => {
    it('keeps one item a place and day, until its last code can have been answered', async () => {
      const [store] = await dynamoDb.stores(1);
      const traffic = store.smsTraffic();
      await traffic.reserve('SG', budget, noon);
      await traffic.countConverted('SG', noon + HOUR);
      const pk = 'traffic#SG#2026-01-15';
      expect(await dynamoDb.table().find(pk)).toEqual({
        pk,
        sent_12: 1,
        converted_13: 1,
        usedUntil: noon + HOUR / 10,
        expiresAt: Date.UTC(2026, 0, 17) / 1000,
      });
    });

    it('gives up where other containers keep using the budget', async () => {
      await dynamoDb.stores(1);
      const table = interruptible(dynamoDb.table());
      table.instead('update', async () => ({ kind: 'unmet', item: {} }));
      const reserved = new DynamoDbSmsTraffic(table).reserve('SG', budget, noon);
      await expect(reserved).rejects.toMatchObject({ failure: 'throttled' });
    });

    describe('on its way to DynamoDB', () => {
      const start = async () => {
        await dynamoDb.stores(1);
        const faulty = await startFaultyDynamoDb(dynamoDb.url());
        const store = new DynamoDbStore(
          dynamoDb.tableName(),
          localClientConfig(faulty.url),
          PATIENCE_MS,
        );
        onTestFinished(async () => {
          store.close();
          await faulty.close();
        });
        return { faulty, store, traffic: store.smsTraffic() };
      };
      let world: Awaited<ReturnType<typeof start>>;
      beforeEach(async () => {
        world = await start();
      });

      it('asks once for each SMS, whether the budget is in use or not', async () => {
        const { faulty, traffic } = world;
        await traffic.reserve('SG', budget, noon);
        await traffic.reserve('SG', budget, noon);
        await traffic.reserve('SG', budget, noon + 2 * HOUR);
        await traffic.reserve('SG', undefined, noon);
        await traffic.giveBack('SG', budget, noon);
        await traffic.countConverted('SG', noon);
        expect(faulty.requests).toEqual(Array(6).fill('UpdateItem'));
      });

      it('asks once more where it can not know that another container uses the budget', async () => {
        const { faulty, store, traffic } = world;
        await store.smsTraffic().reserve('SG', budget, noon);
        await traffic.reserve('SG', budget, noon);
        await traffic.reserve('SG', budget, noon);
        expect(faulty.requests.filter((name) => name === 'UpdateItem')).toHaveLength(4);
      });

      it('counts an SMS, at worst twice, where nobody heard of the first write', async () => {
        const { faulty, traffic } = world;
        faulty.next('lose the answer');
        expect(await traffic.reserve('SG', budget, noon)).toEqual({
          kind: 'reserved',
          conversion: { sent: 2, converted: 0 },
        });
        expect((await traffic.read('SG', noon)).usedUntil).toBe(noon + HOUR / 5);
      });
    });
  });
});
