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
    it('keeps one item a place and day, as long as the windows of the next day reach', async () => {
      const [store] = await dynamoDb.stores(1);
      const traffic = store.smsTraffic();
      await traffic.reserve('SG', budget, noon);
      await traffic.countConverted('SG', noon + HOUR);
      const pk = 'traffic#SG#2026-01-15';
      expect(await dynamoDb.table().find(pk)).toEqual({
        pk,
        s144: 1,
        hs12: 1,
        c156: 1,
        hc13: 1,
        usedUntil: noon + HOUR / 10,
        expiresAt: Date.UTC(2026, 0, 17) / 1000,
      });
    });

    it('takes no more than the kB that one write unit covers, however busy the day', async () => {
      const [store] = await dynamoDb.stores(1);
      const traffic = store.smsTraffic();
      for (let at = Date.UTC(2026, 0, 15); at < Date.UTC(2026, 0, 16); at += HOUR / 12) {
        await traffic.reserve('SG', budget, at);
        await traffic.countConverted('SG', at);
      }
      const item = await dynamoDb.table().find('traffic#SG#2026-01-15');
      const { pk = '', expiresAt: _, usedUntil: __, ...counts } = item ?? {};
      // Twelve of five minutes and one that has just gone, and the hours.
      expect(Object.keys(counts).length).toBeLessThanOrEqual(2 * (13 + 24));
      // A number of up to eight digits takes five bytes, a time in milliseconds eight.
      const bytes = Object.keys(counts).reduce((sum, name) => sum + name.length + 5, 0);
      const rest = `pk${pk}expiresAtusedUntil`.length + 2 * 8;
      expect(bytes + rest).toBeLessThan(1024);
    });

    it('takes out what was left of the morning when SMS go on in the evening', async () => {
      const [store] = await dynamoDb.stores(1);
      const traffic = store.smsTraffic();
      await traffic.reserve('SG', budget, noon);
      await traffic.countConverted('SG', noon);
      await traffic.reserve('SG', budget, noon + 9 * HOUR);
      expect(await dynamoDb.table().find('traffic#SG#2026-01-15')).not.toHaveProperty('s144');
      expect((await traffic.read('SG', noon + 9 * HOUR)).day).toEqual({ sent: 2, converted: 1 });
    });

    it('keeps what is stopped in one item, which never expires', async () => {
      const [store] = await dynamoDb.stores(1);
      await store.smsTraffic().stop('SG');
      const pk = 'sending#stopped';
      expect(await dynamoDb.table().find(pk)).toEqual({ pk, places: new Set(['SG']) });
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
        expect(faulty.requests.filter((name) => name === 'UpdateItem')).toHaveLength(6);
      });

      it('reads the day before once, when its codes can not be answered any more', async () => {
        const { faulty, traffic } = world;
        const midnight = Date.UTC(2026, 0, 15);
        const ask = async (at: number) => {
          const before = faulty.itemsRead();
          await traffic.read('SG', at);
          await traffic.reserve('SG', budget, at);
          await traffic.probe('SG', budget, at);
          return faulty.itemsRead() - before;
        };
        // One of them is what operators have stopped.
        expect(await ask(midnight + HOUR - 1)).toBe(5);
        expect(await ask(midnight + HOUR)).toBe(3);
        expect(await ask(noon)).toBe(2);
        expect(await ask(noon + 24 * HOUR)).toBe(3);
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
        expect(await traffic.reserve('SG', budget, noon)).toMatchObject({
          kind: 'reserved',
          before: { latest: 1 },
        });
        expect((await traffic.read('SG', noon)).usedUntil).toBe(noon + HOUR / 5);
      });
    });
  });
});
