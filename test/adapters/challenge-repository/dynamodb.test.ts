import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import type { Item } from '../../../src/adapters/lib/dynamodb-item.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacOtpHasher } from '../../../src/adapters/otp-hasher/hmac.ts';
import { type Challenge, newChallenge } from '../../../src/domain/challenge.ts';
import { describeChallengeRepositoryContract } from '../../contracts/challenge-repository.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { describeOnEachDynamoDb } from '../../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../../support/dynamodb-faults.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';
import { V1 } from '../../support/stored-in-version-1.ts';
import { V2 } from '../../support/stored-in-version-2.ts';

describeOnEachDynamoDb((dynamoDb) => {
  const clock = new ManualClock();
  let store: DynamoDbStore;
  beforeAll(async () => {
    [store] = await dynamoDb.stores(1);
  });

  const repositoryUnder = (...keys: [Uint8Array, ...Uint8Array[]]) =>
    store.challengeRepository(new HmacKeyRing(keys), clock);

  describeChallengeRepositoryContract('dynamodb', () => repositoryUnder(KEY));

  function write(key: string, values: Item) {
    const sets = Object.keys(values).map((name) => `#${name} = :${name}`);
    return dynamoDb.table().update(key, { update: `SET ${sets.join(', ')}`, values });
  }

  const scope = { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: '+6591234567' };
  const live = (id: string): Challenge => ({
    ...newChallenge(id),
    code: { kind: 'live', digest: `${'d'.repeat(42)}A`, issuedAt: 1, expiresAt: 2 },
  });

  describe('DynamoDbChallengeRepository', () => {
    it('tells a foreign reference without a read', async () => {
      const repository = repositoryUnder(KEY);
      const reference = repository.referTo(newChallenge(repository.nextId()), scope);
      const faulty = await startFaultyDynamoDb(dynamoDb.url());
      onTestFinished(() => faulty.close());
      const elsewhere = new DynamoDbStore('no table', localClientConfig(faulty.url));
      onTestFinished(() => elsewhere.close());
      const blind = elsewhere.challengeRepository(new HmacKeyRing([KEY]), clock);
      expect(await blind.recognises(reference, scope)).toBe(true);
      const other = { ...scope, username: 'user-b' };
      expect(await blind.find(reference, other)).toBeUndefined();
      expect(faulty.requests).toEqual([]);
    });

    it('keeps neither the user nor the scope, and lets the item expire', async () => {
      const repository = repositoryUnder(KEY);
      const challenge = live(repository.nextId());
      await repository.save(challenge);
      const item = await dynamoDb.table().find(`challenge#${challenge.id}`);
      expect(item?.expiresAt).toBe((clock.now() + 3_600_000) / 1000);
      expect(JSON.stringify(item)).not.toMatch(/91234567|eu-west-1_Pool|client/);
    });

    it('reads what was written before refused sends were counted', async () => {
      const repository = repositoryUnder(KEY);
      const { challenge, state, scope } = V2;
      await write(`challenge#${challenge.id}`, { state, version: 1 });
      const reference = repository.referTo(newChallenge(challenge.id), scope);
      expect(await repository.find(reference, scope)).toEqual({
        ...challenge,
        refusedSends: 0,
        failures: 0,
        version: 1,
      });
    });

    it('finds under a new key what was saved under the one before', async () => {
      const before = repositoryUnder(KEY);
      const challenge = live(before.nextId());
      await before.save(challenge);
      const reference = before.referTo(challenge, scope);
      expect(await repositoryUnder(OTHER_KEY, KEY).find(reference, scope)).toBeDefined();
      expect(await repositoryUnder(OTHER_KEY).find(reference, scope)).toBeUndefined();
    });

    it.each([
      ['no state', { tries: 1 }],
      ['a state that was cut short', { state: V2.state.slice(0, 100), version: 1 }],
      ['a state of no version that there was', { state: `_${V2.state.slice(1)}`, version: 1 }],
      ['a code of no kind that there is', { state: `Av${V2.state.slice(2)}`, version: 1 }],
    ])('finds no challenge in an item that holds %s', async (_, item) => {
      const repository = repositoryUnder(KEY);
      const challenge = live(repository.nextId());
      await write(`challenge#${challenge.id}`, item);
      const reference = repository.referTo(challenge, scope);
      expect(await repository.find(reference, scope)).toBeUndefined();
      expect(await repository.takeAnswer(challenge, 1)).toEqual({ kind: 'exhausted' });
    });
  });

  describe('A write whose answer got lost', () => {
    /** A repository on a connection that loses the answer to the next request. */
    async function createWorld() {
      const faulty = await startFaultyDynamoDb(dynamoDb.url());
      onTestFinished(() => faulty.close());
      const fragile = new DynamoDbStore(dynamoDb.tableName(), localClientConfig(faulty.url), 5000);
      onTestFinished(() => fragile.close());
      const repository = fragile.challengeRepository(new HmacKeyRing([KEY]), clock);
      const unsaved = live(repository.nextId());
      return { repository, unsaved, loseAnAnswer: () => faulty.next('lose the answer') };
    }

    it('is no conflict with itself', async () => {
      const { repository, unsaved, loseAnAnswer } = await createWorld();
      loseAnAnswer();
      const saved = await repository.save(unsaved);
      expect(saved).toEqual({ kind: 'saved', challenge: { ...unsaved, version: 1 } });
      loseAnAnswer();
      expect(await repository.save({ ...unsaved, version: 1 })).toMatchObject({ kind: 'saved' });
    });

    it('takes one answer, the last one included', async () => {
      const { repository, unsaved, loseAnAnswer } = await createWorld();
      await repository.save(unsaved);
      const challenge = { ...unsaved, version: 1 };
      loseAnAnswer();
      expect(await repository.takeAnswer(challenge, 2)).toEqual({ kind: 'taken' });
      loseAnAnswer();
      expect(await repository.takeAnswer(challenge, 2)).toEqual({ kind: 'taken' });
      expect(await repository.takeAnswer(challenge, 2)).toEqual({ kind: 'exhausted' });
    });

    it('consumes for the caller who made it', async () => {
      const { repository, unsaved, loseAnAnswer } = await createWorld();
      await repository.save(unsaved);
      const challenge = { ...unsaved, version: 1 };
      loseAnAnswer();
      expect(await repository.consume(challenge, 3)).toEqual({ kind: 'taken' });
      expect(await repository.consume(challenge, 3)).toEqual({ kind: 'used' });
    });
  });

  describe('A challenge that was written down in version 1', () => {
    const itemKey = `challenge#${V1.id}`;

    async function createWorld(more: Item = {}, item: Item = V1.item) {
      await dynamoDb.table().delete(itemKey);
      await write(itemKey, { ...item, ...more });
      return repositoryUnder(KEY);
    }

    it('is found by its id, for its scope, with what was counted', async () => {
      const repository = await createWorld();
      const challenge = await repository.find(V1.id, V1.scope);
      expect(challenge).toMatchObject({ id: V1.id, sends: 1, failures: 1, version: 0 });
      expect(await repository.recognises(V1.id, V1.scope)).toBe(true);
      expect(await repository.find(V1.id, { ...V1.scope, username: 'user-b' })).toBeUndefined();
    });

    it('keeps its code, which signs in once', async () => {
      const repository = await createWorld();
      const challenge = await repository.find(V1.id, V1.scope);
      const digest = challenge?.code.kind === 'live' ? challenge.code.digest : '';
      expect(challenge?.code).toMatchObject({ kind: 'live', unbound: true });
      const binding = { challengeId: V1.id, scope: V1.scope };
      expect(new HmacOtpHasher(new HmacKeyRing([KEY])).matches(V1.code, binding, digest)).toBe(
        true,
      );
      expect(challenge && (await repository.consume(challenge, 3))).toEqual({ kind: 'taken' });
      expect((await repository.find(V1.id, V1.scope))?.code).toEqual({ kind: 'used' });
    });

    it('is found as it was out', async () => {
      const repository = await createWorld();
      expect(await repository.find(V1.id, V1.scope)).toEqual({
        id: V1.id,
        code: {
          kind: 'live',
          digest: V1.item.code,
          issuedAt: V1.issuedAt,
          expiresAt: V1.issuedAt + 300_000,
          feedbackReference: '0:abc',
          unbound: true,
        },
        sends: 1,
        refusedSends: 0,
        failures: 1,
        resendAt: V1.issuedAt + 30_000,
        shownUntil: V1.issuedAt + 300_000,
        version: 0,
      });
    });

    it.each([
      [0, 1],
      [1, 1],
      [2, 2],
    ])('has the answers that were counted beside it: %i beside 1', async (answers, failures) => {
      const repository = await createWorld({ answers });
      expect(await repository.find(V1.id, V1.scope)).toMatchObject({ failures });
    });

    it('takes answers to a decoy, which had no mark', async () => {
      const { code: _, ...unmarked } = V1.item;
      const [issuedAt, expiresAt] = [V1.issuedAt, V1.issuedAt + 300_000];
      const decoy = { k: 'decoy', iat: issuedAt, exp: expiresAt };
      const state = JSON.stringify({ ...JSON.parse(V1.item.state), code: decoy });
      const repository = await createWorld({ state }, unmarked);
      const challenge = await repository.find(V1.id, V1.scope);
      const code = { kind: 'decoy', issuedAt, expiresAt };
      expect(challenge).toMatchObject({ code, shownUntil: expiresAt });
      expect(challenge && (await repository.takeAnswer(challenge, 2))).toEqual({ kind: 'taken' });
      expect(await repository.find(V1.id, V1.scope)).toMatchObject({ code, failures: 2 });
    });

    it('is not found by a reference around its id, nor once it was saved in another form', async () => {
      const repository = await createWorld();
      expect(await repository.find(`-${V1.id}`, V1.scope)).toBeUndefined();
      expect(await repository.find(`${V1.id}-`, V1.scope)).toBeUndefined();
      const later = await createWorld({ version: 1, state: V2.state });
      expect(await later.find(V1.id, V1.scope)).toBeUndefined();
    });

    it('stays used', async () => {
      const repository = await createWorld(V1.used);
      expect((await repository.find(V1.id, V1.scope))?.code).toEqual({ kind: 'used' });
    });

    it('takes answers on, and keeps its count through a resend', async () => {
      const repository = await createWorld();
      const challenge = await repository.find(V1.id, V1.scope);
      if (challenge === undefined) {
        throw new Error('It was not found.');
      }
      expect(await repository.takeAnswer(challenge, 3)).toEqual({ kind: 'taken' });
      const answered = await repository.find(V1.id, V1.scope);
      expect(answered).toMatchObject({ failures: 2, version: 0 });
      const saved = await repository.save({ ...challenge, ...answered, code: live('').code });
      expect(saved).toMatchObject({ kind: 'saved' });
      const reference = repository.referTo(challenge, V1.scope);
      expect(await repository.find(reference, V1.scope)).toMatchObject({ failures: 2, version: 1 });
    });

    it.each(['used', 'none'] as const)('is found where its code is %s', async (k) => {
      const state = JSON.stringify({ ...JSON.parse(V1.item.state), code: { k } });
      const repository = await createWorld({ state });
      const challenge = await repository.find(V1.id, V1.scope);
      expect(challenge).toMatchObject({ code: { kind: k }, sends: 1, shownUntil: 0 });
    });

    it.each(['{', '{"v":2}', '[]'])('is not found where its state is %s', async (state) => {
      const repository = await createWorld({ state });
      expect(await repository.find(V1.id, V1.scope)).toBeUndefined();
    });
  });
});
