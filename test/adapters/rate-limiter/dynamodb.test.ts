import { describe, expect, it } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { describeRateLimiterContract } from '../../contracts/rate-limiter.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { describeOnEachDynamoDb, PATIENCE_MS } from '../../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../../support/dynamodb-faults.ts';
import { KEY } from '../../support/keys.ts';

const keys = new HmacKeyRing([KEY]);
const HOUR = 3_600_000;
const limits = [
  { max: 2, windowMs: HOUR / 6 },
  { max: 3, windowMs: HOUR },
];

describeOnEachDynamoDb((dynamoDb) => {
  describeRateLimiterContract('dynamodb', async () => {
    const clock = new ManualClock();
    const [one, another = one] = await dynamoDb.stores();
    return { limiters: [one.rateLimiter(keys, clock), another.rateLimiter(keys, clock)], clock };
  });

  describe('DynamoDbRateLimiter', () => {
    it('A11: counts on where another container ended', async () => {
      const clock = new ManualClock();
      const [before, after = before] = await dynamoDb.stores();
      await before.rateLimiter(keys, clock).take('key', limits);
      await before.rateLimiter(keys, clock).take('key', limits);
      expect((await after.rateLimiter(keys, clock).take('key', limits)).kind).toBe('refused');
    });

    it('A36: gives at most one window more to containers whose clocks differ', async () => {
      const clock = new ManualClock();
      const fast = new ManualClock(clock.now() + 30_000);
      clock.advance(HOUR - 15_000);
      fast.advance(HOUR - 15_000);
      const [one, another = one] = await dynamoDb.stores();
      const limiters = [one.rateLimiter(keys, clock), another.rateLimiter(keys, fast)];
      const limit = { max: 3, windowMs: HOUR };
      const takes = [];
      for (let i = 0; i < 20; i++) {
        takes.push(await limiters[i % 2]?.take('key', [limit]));
      }
      expect(takes.filter((take) => take?.kind === 'allowed')).toHaveLength(6);
    });

    it('asks once for a take that is allowed', async () => {
      await dynamoDb.stores(1);
      const counted = await startFaultyDynamoDb(dynamoDb.url());
      const store = new DynamoDbStore(
        dynamoDb.tableName(),
        localClientConfig(counted.url),
        PATIENCE_MS,
      );
      const take = await store.rateLimiter(keys, new ManualClock()).take('key', limits);
      expect(take).toEqual({ kind: 'allowed' });
      expect(counted.requests).toEqual(['UpdateItem']);
      store.close();
      await counted.close();
    });

    it('lets an item expire with its longest window, and keeps no key in the open', async () => {
      const clock = new ManualClock();
      const [store] = await dynamoDb.stores();
      await store.rateLimiter(keys, clock).take('sends to phone +6591234567', limits);
      const digest = keys.lookupKey(['rate-limit', 'sends to phone +6591234567']);
      const window = `w${HOUR}_${clock.now()}`;
      const item = await dynamoDb.table().find(`rate-limit#${digest}#${window}`);
      expect(item).toMatchObject({ [window]: 1, expiresAt: (clock.now() + HOUR) / 1000 });
      expect(JSON.stringify(item)).not.toContain('91234567');
    });
  });
});
