import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { describeRoundClaimsContract, HOLD_MS } from '../../contracts/round-claims.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';
import { KEY } from '../../support/keys.ts';

const keys = new HmacKeyRing([KEY]);

describeOnEachDynamoDb((dynamoDb) => {
  describeRoundClaimsContract('dynamodb', async () => {
    const clock = new ManualClock();
    const [one, another = one] = await dynamoDb.stores();
    return {
      claims: [one.roundClaims(keys, clock, HOLD_MS), another.roundClaims(keys, clock, HOLD_MS)],
      clock,
    };
  });

  describe('DynamoDbRoundClaims', () => {
    it('lets a claim expire, and keeps no round in the open', async () => {
      const clock = new ManualClock();
      const [store] = await dynamoDb.stores();
      await store.roundClaims(keys, clock, HOLD_MS).claim('user +6591234567', clock.now() + 4000);
      const itemKey = `round#${keys.lookupKey(['round', 'user +6591234567'])}`;
      const item = await dynamoDb.table().find(itemKey);
      expect(item?.expiresAt).toBe((clock.now() + 14_000) / 1000);
      expect(JSON.stringify(item)).not.toContain('91234567');
    });
  });
});
