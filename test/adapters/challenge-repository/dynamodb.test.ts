import { beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { type Challenge, newChallenge } from '../../../src/domain/challenge.ts';
import { describeChallengeRepositoryContract } from '../../contracts/challenge-repository.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

describeOnEachDynamoDb((dynamoDb) => {
  const clock = new ManualClock();
  let store: DynamoDbStore;
  beforeAll(async () => {
    [store] = await dynamoDb.stores(1);
  });

  const repositoryUnder = (...keys: [Uint8Array, ...Uint8Array[]]) =>
    store.challengeRepository(new HmacKeyRing(keys), clock);

  describeChallengeRepositoryContract('dynamodb', () => repositoryUnder(KEY));

  describe('DynamoDbChallengeRepository', () => {
    const scope = { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: '+6591234567' };
    const live = (id: string): Challenge => ({
      ...newChallenge(id),
      code: { kind: 'live', digest: 'keyed-digest', issuedAt: 1, expiresAt: 2 },
    });

    it('hands out nothing but the id', async () => {
      const repository = repositoryUnder(KEY);
      const id = repository.nextId();
      expect(await repository.save(live(id), scope)).toBe(id);
    });

    it('keeps the user as a keyed digest alone, and lets the item expire', async () => {
      const repository = repositoryUnder(KEY);
      const id = await repository.save(live(repository.nextId()), scope);
      const item = await dynamoDb.table().find(`challenge#${id}`);
      expect(item?.expiresAt).toBe((clock.now() + 3_600_000) / 1000);
      expect(JSON.stringify(item)).not.toContain('91234567');
    });

    it('finds and consumes under a new key what was saved under the one before', async () => {
      const reference = await repositoryUnder(KEY).save(live(repositoryUnder(KEY).nextId()), scope);
      const renewed = repositoryUnder(OTHER_KEY, KEY);
      expect(await renewed.find(reference, scope)).toBeDefined();
      expect(await renewed.consume(reference, scope)).toBe(true);
    });

    it('finds and consumes nothing that was saved under a key that is gone', async () => {
      const reference = await repositoryUnder(KEY).save(live(repositoryUnder(KEY).nextId()), scope);
      const other = repositoryUnder(OTHER_KEY);
      expect(await other.find(reference, scope)).toBeUndefined();
      expect(await other.consume(reference, scope)).toBe(false);
    });
  });
});
