import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../../src/adapters/dynamodb-store.ts';
import { DynamoDbTable } from '../../../src/adapters/lib/dynamodb-table.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { newChallenge } from '../../../src/domain/challenge.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import {
  describeOnEachDynamoDb,
  PATIENCE_MS,
  type TestDynamoDb,
  useDynamoDb,
} from '../../support/dynamodb.ts';
import {
  type DynamoDbFault,
  type FaultyDynamoDb,
  startFaultyDynamoDb,
} from '../../support/dynamodb-faults.ts';
import { KEY } from '../../support/keys.ts';

/** Shorter than the function's, so that a hung store does not hold up the tests. */
const TIMEOUT_MS = 600;

/** Faults on the way to the newest table. */
function useFaultyDynamoDb(dynamoDb: TestDynamoDb): () => FaultyDynamoDb {
  let faulty: FaultyDynamoDb;
  beforeAll(async () => {
    await dynamoDb.stores();
    faulty = await startFaultyDynamoDb(dynamoDb.url());
    return () => faulty.close();
  });
  beforeEach(() => {
    faulty.always(undefined);
    faulty.next();
    faulty.requests.length = 0;
  });
  return () => faulty;
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error) => (error instanceof StoreError ? error.failure : error),
  );

const throttled = { status: 400, name: 'ProvisionedThroughputExceededException' };
const serverError = { status: 500, name: 'InternalServerError' };
const increment = { update: 'ADD #n :one', values: { one: 1 } };

describe('DynamoDbTable', () => {
  const dynamoDb = useDynamoDb();
  const faulty = useFaultyDynamoDb(dynamoDb);
  let table: DynamoDbTable;
  let items = 0;
  let key: string;
  beforeAll(() => {
    table = new DynamoDbTable(dynamoDb.tableName(), localClientConfig(faulty().url), TIMEOUT_MS);
    return () => table.close();
  });
  beforeEach(() => {
    items += 1;
    key = `item-${items}`;
  });

  it('reads what the last write left, whichever replica is asked', async () => {
    await table.find(key);
    expect(faulty().newest()).toMatchObject({ ConsistentRead: true });
  });

  it.each<[string, DynamoDbFault]>([
    ['throttling', throttled],
    ['throttling by request rate', { status: 400, name: 'ThrottlingException' }],
    ['a fault of the server', serverError],
    ['a connection that died while the container was frozen', 'drop the connection'],
    ['no answer', 'hang'],
  ])('survives %s, by a second try', async (_, fault) => {
    faulty().next(fault);
    expect(await table.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty().requests).toHaveLength(2);
    expect((await table.find(key))?.n).toBe(1);
  });

  it('survives that all connections died while the container was frozen', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((other) => table.find(other)));
    faulty().requests.length = 0;
    faulty().killConnections();
    expect(await table.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty().requests).toHaveLength(2);
  });

  it('survives a clock that is wrong, by the time that DynamoDB answers with', async () => {
    const skewed = new DynamoDbTable(
      dynamoDb.tableName(),
      localClientConfig(faulty().url),
      TIMEOUT_MS,
    );
    const date = new Date(Date.now() + 3_600_000);
    faulty().next({ status: 400, name: 'InvalidSignatureException', date });
    expect(await skewed.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty().requests).toHaveLength(2);
    skewed.close();
  });

  it.each<[string, DynamoDbFault, number]>([
    ['throttled', throttled, 2],
    ['unavailable', serverError, 2],
    ['unavailable', 'drop the connection', 2],
    ['timed-out', 'hang', 2],
    ['table-missing', { status: 400, name: 'ResourceNotFoundException' }, 1],
    ['access-denied', { status: 400, name: 'AccessDeniedException' }, 1],
    ['access-denied', { status: 400, name: 'UnrecognizedClientException' }, 1],
    ['table-missing', { status: 400, name: 'ValidationException' }, 1],
  ])('says %s when every request meets %o', async (failure, fault, requests) => {
    faulty().always(fault);
    expect(await failureOf(table.update(key, increment))).toBe(failure);
    expect(faulty().requests).toHaveLength(requests);
    expect(await failureOf(table.find(key))).toBe(failure);
    expect(await failureOf(table.delete(key))).toBe(failure);
  });

  it('says that nobody listens', async () => {
    const nobody = new DynamoDbTable(
      dynamoDb.tableName(),
      localClientConfig('http://127.0.0.1:9'),
      600,
    );
    expect(await failureOf(nobody.find(key))).toBe('unavailable');
    nobody.close();
  });

  it('gives up a hung store within its time, the second try included', async () => {
    faulty().always('hang');
    const start = performance.now();
    await failureOf(table.find(key));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describeOnEachDynamoDb((dynamoDb) => {
  const faulty = useFaultyDynamoDb(dynamoDb);

  describe('DynamoDbTable', () => {
    const tableNamed = (name: string) => {
      const table = new DynamoDbTable(name, localClientConfig(faulty().url), PATIENCE_MS);
      onTestFinished(() => table.close());
      return table;
    };

    it('asks once where all is well', async () => {
      const table = tableNamed(dynamoDb.tableName());
      expect(await table.update('counted', increment)).toEqual({ pk: 'counted', n: 1 });
      expect(faulty().requests).toEqual(['UpdateItem']);
    });

    it('deletes an item only where it meets the condition', async () => {
      const table = tableNamed(dynamoDb.tableName());
      await table.update('deleted', increment);
      const only = (n: number) => ({ condition: '#n = :n', values: { n } });
      expect(await table.delete('deleted', only(2))).toBe(false);
      expect(await table.delete('deleted', only(1))).toBe(true);
      expect(await table.find('deleted')).toBeUndefined();
    });

    it('says that the table is missing', async () => {
      expect(await failureOf(tableNamed('another').find('item'))).toBe('table-missing');
    });

    it('takes a table with another key for a missing one', async () => {
      const client = new DynamoDBClient(localClientConfig(dynamoDb.url()));
      const name = `${dynamoDb.tableName()}-by-id`;
      await client.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      client.destroy();
      const table = tableNamed(name);
      expect(await failureOf(table.find('item'))).toBe('table-missing');
      expect(await failureOf(table.update('item', increment))).toBe('table-missing');
    });
  });

  describe('A write whose answer got lost', () => {
    const keys = new HmacKeyRing([KEY]);
    const clock = new ManualClock();
    const scope = { userPoolId: 'pool', clientId: 'client', username: 'user' };
    let store: DynamoDbStore;
    beforeAll(() => {
      store = new DynamoDbStore(dynamoDb.tableName(), localClientConfig(faulty().url), PATIENCE_MS);
      return () => store.close();
    });

    it('still consumes a code for the one who asked, and for nobody else', async () => {
      const repository = store.challengeRepository(keys, clock);
      const code = { kind: 'live', digest: 'keyed-digest', issuedAt: 1, expiresAt: 2 } as const;
      const challenge = { ...newChallenge(repository.nextId()), code };
      const reference = await repository.save(challenge, scope);
      faulty().next('lose the answer');
      expect(await repository.consume(reference, scope)).toBe(true);
      expect(await repository.consume(reference, scope)).toBe(false);
    });

    it('still claims a round for the one who asked, and for nobody else', async () => {
      const claims = store.roundClaims(keys, clock, 10_000);
      faulty().next('lose the answer');
      expect(await claims.claim('round', clock.now() + 1000)).toMatchObject({ kind: 'won' });
      expect((await claims.claim('round', clock.now() + 1000)).kind).toBe('open');
    });

    it('counts a failure, at worst twice', async () => {
      const failures = store.failureCounter(keys);
      faulty().next('lose the answer');
      expect(await failures.add('account', { from: 0, below: 9 }, 1, 2)).toBe(2);
      expect((await failures.read('account')).count).toBe(2);
    });
  });
});
