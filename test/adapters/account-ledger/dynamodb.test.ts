import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbAccountLedger } from '../../../src/adapters/account-ledger/dynamodb.ts';
import { KeyCheck } from '../../../src/adapters/account-ledger/lib/key-check.ts';
import { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import { DynamoDbTable } from '../../../src/adapters/lib/dynamodb-table.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { describeAccountLedgerContract } from '../../contracts/account-ledger.contract.ts';
import { interruptible } from '../../fakes/interruptible.ts';
import { describeOnEachDynamoDb, PATIENCE_MS } from '../../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../../support/dynamodb-faults.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

const keys = new HmacKeyRing([KEY]);
const HOUR = 3_600_000;
const now = Date.UTC(2026, 0, 15, 12);
const limits = [
  { max: 5, windowMs: HOUR / 6 },
  { max: 10, windowMs: HOUR },
];
const any = { from: 0, below: 10 };
const account = 'phone +6591234567';
const itemKey = `account#${keys.lookupKey(['account', account])}`;

describeOnEachDynamoDb((dynamoDb) => {
  describeAccountLedgerContract('dynamodb', async () => {
    const [one, another = one] = await dynamoDb.stores();
    return [one.accountLedger(keys), another.accountLedger(keys)];
  });

  describe('DynamoDbAccountLedger', () => {
    const newLedger = async () => (await dynamoDb.stores(1))[0].accountLedger(keys);
    const item = () => dynamoDb.table().find(itemKey);
    const seconds = (epochMs: number) => epochMs / 1000;

    it('keeps one item an account, and no account in the open', async () => {
      const ledger = await newLedger();
      await ledger.registerAttempt(account, any, now, now + HOUR);
      await ledger.takeSend(account, limits, now, now + HOUR);
      expect(await item()).toMatchObject({
        attempts: 1,
        lastAt: now,
        used_600000: now + HOUR / 30,
        used_3600000: now + HOUR / 10,
      });
      const items = await dynamoDb.items();
      expect(items.map(({ pk }) => pk?.S).sort()).toEqual([itemKey, 'key-check']);
      expect(JSON.stringify(items)).not.toContain('91234567');
    });

    it('A12: counts on when a key is put in front', async () => {
      const [store] = await dynamoDb.stores(1);
      await store.accountLedger(keys).registerAttempt(account, any, now, now + HOUR);
      const renewed = store.accountLedger(new HmacKeyRing([OTHER_KEY, KEY]));
      expect(await renewed.read(account)).toMatchObject({ attemptCount: 1 });
    });

    it('lets an account expire when the last of it may be forgotten', async () => {
      const ledger = await newLedger();
      await ledger.takeSend(account, limits, now, now + HOUR);
      expect(await item()).toMatchObject({ expiresAt: seconds(now + HOUR) });
      await ledger.registerAttempt(account, any, now, now + 9 * HOUR);
      expect(await item()).toMatchObject({ expiresAt: seconds(now + 9 * HOUR) });
      await ledger.takeSend(account, limits, now, now + 2 * HOUR);
      expect(await item()).toMatchObject({ expiresAt: seconds(now + 9 * HOUR) });
      await ledger.takeSend(account, limits, now + 8 * HOUR, now + 10 * HOUR);
      expect(await item()).toMatchObject({ attempts: 1, expiresAt: seconds(now + 10 * HOUR) });
      await ledger.clearAttempts(account, any, now + 3 * HOUR);
      expect(await item()).toMatchObject({ expiresAt: seconds(now + 3 * HOUR) });
    });

    it('A12: never lets a count expire that must stay until an operator resets it', async () => {
      const ledger = await newLedger();
      await ledger.registerAttempt(account, any, now, now + HOUR);
      await ledger.registerAttempt(account, any, now, undefined);
      await ledger.takeSend(account, limits, now, now + HOUR);
      expect(await item()).toMatchObject({ attempts: 2 });
      expect(await item()).not.toHaveProperty('expiresAt');
    });

    it('remembers few of the writes that it made', async () => {
      const ledger = await newLedger();
      for (let i = 0; i < 30; i++) {
        await ledger.takeSend(account, limits, now + i * HOUR, now + 99 * HOUR);
        await ledger.registerAttempt(account, { from: i, below: i + 1 }, now, now + 99 * HOUR);
      }
      const { takes, attemptTokens } = (await item()) ?? {};
      expect(String(takes).split(' ')).toHaveLength(20);
      expect(attemptTokens).toHaveProperty('size', 1);
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
        const ledger = store.accountLedger(keys);
        // The first count of a process also notes its key.
        await ledger.clearAttempts('another', any, now);
        faulty.requests.length = 0;
        return { faulty, ledger, store };
      };
      let world: Awaited<ReturnType<typeof start>>;
      beforeEach(async () => {
        world = await start();
      });

      it('asks once for each count of an account that was read', async () => {
        const { faulty, ledger } = world;
        const known = await ledger.read(account);
        await ledger.takeSend(account, limits, now, now + HOUR, known);
        await ledger.registerAttempt(account, any, now, now + HOUR);
        await ledger.clearAttempts(account, any, now + HOUR);
        await ledger.takeSend(account, [], now, now + HOUR);
        expect(faulty.requests).toEqual(['GetItem', 'UpdateItem', 'UpdateItem', 'UpdateItem']);
      });

      it('refuses an SMS by what was read, without asking again', async () => {
        const { faulty, ledger } = world;
        for (let i = 0; i < 3; i++) {
          await ledger.takeSend(account, limits, now, now + HOUR);
        }
        const known = await ledger.read(account);
        faulty.requests.length = 0;
        const refused = await ledger.takeSend(account, limits, now, now + HOUR, known);
        expect(refused.kind).toBe('refused');
        expect(faulty.requests).toEqual([]);
      });

      it('counts a wrong answer once, though nobody heard of the first write', async () => {
        const { faulty, ledger } = world;
        faulty.next('lose the answer');
        const counted = await ledger.registerAttempt(account, any, now, now + HOUR);
        expect(counted).toMatchObject({ kind: 'done', record: { attemptCount: 1 } });
        expect(await ledger.read(account)).toMatchObject({ attemptCount: 1 });
      });

      it('counts it once in a range of one, and where it begins anew', async () => {
        const { faulty, ledger } = world;
        await ledger.registerAttempt(account, any, now, now + HOUR);
        faulty.next('lose the answer');
        const second = await ledger.registerAttempt(
          account,
          { from: 1, below: 2 },
          now,
          now + HOUR,
        );
        expect(second).toMatchObject({ kind: 'done', record: { attemptCount: 2 } });
        faulty.next(() => {}, 'lose the answer');
        const anew = await ledger.registerAttempt(account, any, now + HOUR, now + 2 * HOUR);
        expect(anew).toMatchObject({ kind: 'done', record: { attemptCount: 1 } });
      });

      it('knows its own write among those of others', async () => {
        const { faulty, ledger, store } = world;
        const other = store.accountLedger(keys);
        await other.registerAttempt(account, any, now, now + HOUR);
        faulty.next('lose the answer');
        const counts = await Promise.all([
          ledger.registerAttempt(account, any, now, now + HOUR),
          other.registerAttempt(account, any, now, now + HOUR),
        ]);
        expect(counts.map(({ kind }) => kind)).toEqual(['done', 'done']);
        expect(await ledger.read(account)).toMatchObject({ attemptCount: 3 });
      });

      it('starts a count anew, though nobody heard of the first write', async () => {
        const { faulty, ledger } = world;
        await ledger.registerAttempt(account, any, now, now + HOUR);
        faulty.next('lose the answer');
        const cleared = await ledger.clearAttempts(account, { from: 1, below: 2 }, now + HOUR);
        expect(cleared.kind).toBe('done');
      });

      it('takes one SMS, though nobody heard of the first write', async () => {
        const { faulty, ledger } = world;
        const known = await ledger.read(account);
        faulty.next('lose the answer');
        const taken = await ledger.takeSend(account, limits, now, now + HOUR, known);
        expect(taken.kind).toBe('allowed');
        expect(await ledger.read(account)).toMatchObject({
          sends: { [HOUR / 6]: now + HOUR / 30, [HOUR]: now + HOUR / 10 },
        });
      });
    });

    it('gives up where other containers keep changing the account', async () => {
      await dynamoDb.stores(1);
      const table = interruptible(dynamoDb.table());
      table.instead('update', async () => ({ kind: 'unmet', item: { version: 'of another' } }));
      const ledger = new DynamoDbAccountLedger(table, keys);
      const taken = ledger.takeSend(account, limits, now, now + HOUR);
      await expect(taken).rejects.toMatchObject({ failure: 'throttled' });
      const counted = ledger.registerAttempt(account, any, now, now + HOUR);
      await expect(counted).rejects.toMatchObject({ failure: 'throttled' });
    });
  });

  describe('KeyCheck', () => {
    const checks = async (...rings: HmacKeyRing[]) => {
      await dynamoDb.stores(1);
      return rings.map((ring) => new KeyCheck(dynamoDb.table(), ring));
    };
    const another = new HmacKeyRing([OTHER_KEY]);

    it('has nothing to say of a table without counts', async () => {
      const [check] = await checks(keys);
      expect(await check?.fits()).toBe(true);
    });

    it('notices another key', async () => {
      const [ours, theirs] = await checks(keys, another);
      await ours?.note();
      expect(await ours?.fits()).toBe(true);
      expect(await theirs?.fits()).toBe(false);
    });

    it('goes by the newest process, whose key may have taken the place of another', async () => {
      const [old, renewed] = await checks(keys, another);
      await old?.note();
      await renewed?.note();
      expect(await renewed?.fits()).toBe(true);
    });

    it('fails nothing where it can not be noted', async () => {
      const missing = new DynamoDbTable('missing', localClientConfig(dynamoDb.url()));
      onTestFinished(() => missing.close());
      const check = new KeyCheck(missing, keys);
      await expect(check.note()).resolves.toBeUndefined();
      await expect(check.fits()).rejects.toMatchObject({ failure: 'table-missing' });
    });
  });
});
