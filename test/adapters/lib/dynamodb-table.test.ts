import { setImmediate } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { DynamoDbTable } from '../../../src/adapters/lib/dynamodb-table.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
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

/** Shorter than the function's, so that a hung store does not hold up the tests. */
const TIMEOUT_MS = 1200;

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

interface BatchRequest {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
}

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

  describe('asked for several items at once', () => {
    const write = (...keys: readonly string[]) =>
      Promise.all(keys.map((each) => table.update(each, increment)));
    const findAll = (...keys: readonly string[]) =>
      Promise.all(keys.map(async (each) => (await table.find(each))?.pk));
    const requests = () => faulty().requests.filter((operation) => operation.endsWith('GetItem'));

    it('reads all of them by one call, as the last write left them', async () => {
      const [one, two, none] = [`${key}-1`, `${key}-2`, `${key}-none`];
      await write(one, two);
      expect(await findAll(two, none, one)).toEqual([two, undefined, one]);
      expect(requests()).toEqual(['BatchGetItem']);
      const [asked] = Object.values((faulty().newest() as BatchRequest).RequestItems);
      expect(asked).toMatchObject({ ConsistentRead: true });
    });

    it('reads one that several ask for once', async () => {
      await write(key);
      expect(await findAll(key, key, key)).toEqual([key, key, key]);
      expect(requests()).toEqual(['GetItem']);
    });

    it('reads what is asked for after promises that are kept, too', async () => {
      const later = async (each: string) => {
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
        return table.find(each);
      };
      await Promise.all([table.find(`${key}-now`), later(`${key}-later`)]);
      expect(requests()).toEqual(['BatchGetItem']);
    });

    it('asks anew for what is asked for while a read is under way', async () => {
      const first = table.find(key);
      await setImmediate();
      await write(key);
      expect((await table.find(key))?.pk).toBe(key);
      await first;
      expect(requests()).toEqual(['GetItem', 'GetItem']);
    });

    it('asks once more for those that a throttled partition left out, and for no other', async () => {
      const keys = [`${key}-1`, `${key}-2`, `${key}-3`];
      await write(...keys);
      faulty().next('leave an item out');
      expect(await findAll(...keys)).toEqual(keys);
      expect(requests()).toEqual(['BatchGetItem', 'BatchGetItem']);
      const [asked] = Object.values((faulty().newest() as BatchRequest).RequestItems);
      expect(asked?.Keys).toEqual([{ pk: { S: `${key}-3` } }]);
    });

    it.each<[string, DynamoDbFault, string]>([
      ['they are left out again', 'leave an item out', 'throttled'],
      ['the second try fails', serverError, 'unavailable'],
    ])('fails for those alone that were left out where %s', async (_, fault, failure) => {
      const keys = [`${key}-1`, `${key}-2`];
      await write(...keys);
      faulty().next('leave an item out', fault);
      const [read, leftOut] = keys.map((each) => table.find(each));
      expect(await Promise.all([read, failureOf(leftOut as Promise<unknown>)])).toEqual([
        { pk: keys[0], n: 1 },
        failure,
      ]);
      expect(requests()).toEqual(['BatchGetItem', 'BatchGetItem']);
    });

    it('fails for all where both tries do', async () => {
      faulty().always(serverError);
      const asked = [table.find(`${key}-1`), table.find(`${key}-2`)];
      expect(await Promise.all(asked.map(failureOf))).toEqual(['unavailable', 'unavailable']);
    });

    it('reads more than DynamoDB takes by one call by several', async () => {
      const keys = Array.from({ length: 101 }, (_, n) => `${key}-${n}`);
      await write(...keys.slice(98));
      const found = await findAll(...keys);
      expect(found.filter((pk) => pk !== undefined)).toEqual(keys.slice(98));
      expect(requests()).toEqual(['BatchGetItem', 'BatchGetItem']);
    });
  });

  it('is prepared without a call', async () => {
    await table.prepare();
    expect(faulty().requests).toHaveLength(0);
    expect(await table.update(key, increment)).toMatchObject({ kind: 'done' });
  });

  it('is prepared by a read and a write that DynamoDB would take', async () => {
    const info = vi.fn();
    const logger = { debug: vi.fn(), info, warn: vi.fn(), error: vi.fn() };
    const config = { ...localClientConfig(faulty().url), logger };
    const prepared = new DynamoDbTable('phone-otp', config, TIMEOUT_MS);
    onTestFinished(() => prepared.close());
    await prepared.prepare();
    const Key = { pk: { S: '' } };
    expect(info.mock.calls.map(([{ commandName, input }]) => [commandName, input])).toEqual([
      [
        'BatchGetItemCommand',
        { RequestItems: { 'phone-otp': { Keys: [Key], ConsistentRead: true } } },
      ],
      [
        'UpdateItemCommand',
        {
          TableName: 'phone-otp',
          Key,
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':n': { N: '0' } },
        },
      ],
    ]);
  });

  it('keeps its connection until it is closed', async () => {
    const own = new DynamoDbTable(
      dynamoDb.tableName(),
      localClientConfig(faulty().url),
      TIMEOUT_MS,
    );
    const { opened, open } = faulty().connections();
    await own.find(key);
    await own.update(key, increment);
    expect(faulty().connections()).toEqual({ opened: opened + 1, open: open + 1 });
    own.close();
    await vi.waitFor(() => expect(faulty().connections().open).toBe(open));
  });

  it('asks to be told by the same call what a condition met', async () => {
    await table.update(key, { ...increment, condition: 'attribute_not_exists(#n)' });
    expect(faulty().newest()).toMatchObject({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    await table.update(key, increment);
    expect(faulty().newest()).not.toHaveProperty('ReturnValuesOnConditionCheckFailure');
  });

  it.each<[string, DynamoDbFault]>([
    ['throttling', throttled],
    ['throttling by request rate', { status: 400, name: 'ThrottlingException' }],
    ['a fault of the server', serverError],
    ['a connection that died while the container was frozen', 'drop the connection'],
    ['no answer', 'hang'],
  ])('survives %s, by a second try', async (_, fault) => {
    faulty().next(fault);
    expect(await table.update(key, increment)).toEqual({ kind: 'done', item: { pk: key, n: 1 } });
    expect(faulty().requests).toHaveLength(2);
    expect((await table.find(key))?.n).toBe(1);
  });

  it('survives that all connections died while the container was frozen', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((other) => table.update(other, increment)));
    faulty().requests.length = 0;
    faulty().killConnections();
    expect(await table.update(key, increment)).toEqual({ kind: 'done', item: { pk: key, n: 1 } });
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
    expect(await skewed.update(key, increment)).toEqual({ kind: 'done', item: { pk: key, n: 1 } });
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

  it.each([
    ['an error', new Error('Region is missing')],
    ['no error at all', 'no region'],
  ])('says that it is unavailable where the SDK throws %s before it asks', async (_, thrown) => {
    const region = () => Promise.reject(thrown);
    const config = { ...localClientConfig(faulty().url), region };
    const misconfigured = new DynamoDbTable(dynamoDb.tableName(), config, TIMEOUT_MS);
    expect(await failureOf(misconfigured.find(key))).toBe('unavailable');
    expect(faulty().requests).toEqual([]);
    misconfigured.close();
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
      expect(await table.update('counted', increment)).toEqual({
        kind: 'done',
        item: { pk: 'counted', n: 1 },
      });
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

    it('passes over what is of a type that it does not use', async () => {
      const client = new DynamoDBClient(localClientConfig(dynamoDb.url()));
      const Item = { pk: { S: 'foreign' }, flag: { BOOL: true }, n: { N: '1' } };
      await client.send(new PutItemCommand({ TableName: dynamoDb.tableName(), Item }));
      client.destroy();
      expect(await dynamoDb.table().find('foreign')).toEqual({ pk: 'foreign', n: 1 });
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

  describe('A write that a condition guards', () => {
    const fresh = { ...increment, condition: 'attribute_not_exists(#n)' };

    it('tells what it found where the condition is not met, and changes nothing', async () => {
      const table = dynamoDb.table();
      await table.update('guarded', { ...increment, values: { one: 7 } });
      const found = { kind: 'unmet', item: { pk: 'guarded', n: 7 } };
      expect(await table.update('guarded', fresh)).toEqual(found);
      expect(await table.find('guarded')).toEqual(found.item);
    });

    it('tells of no item where there is none', async () => {
      const only = { ...increment, condition: 'attribute_exists(#n)' };
      expect(await dynamoDb.table().update('absent', only)).toEqual({ kind: 'unmet', item: {} });
      expect(await dynamoDb.table().find('absent')).toBeUndefined();
    });

    it('keeps sets of texts', async () => {
      const values = { some: new Set(['a', 'b']) };
      const written = await dynamoDb.table().update('set', { update: 'ADD #s :some', values });
      expect(written).toEqual({ kind: 'done', item: { pk: 'set', s: new Set(['a', 'b']) } });
    });
  });
});
