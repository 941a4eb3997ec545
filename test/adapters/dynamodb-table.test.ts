import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { DynamoDbTable } from '../../src/adapters/dynamodb-table.ts';
import { HmacKeyRing } from '../../src/adapters/hmac-key-ring.ts';
import { newChallenge } from '../../src/domain/challenge.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import {
  type DynamoDbFault,
  type FaultyDynamoDb,
  startFaultyDynamoDb,
} from '../support/dynamodb-faults.ts';
import { KEY } from '../support/keys.ts';

/** Shorter than the function's, so that a hung store does not hold up the tests. */
const TIMEOUT_MS = 600;

const dynamoDb = useDynamoDb();
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

const throttled = { status: 400, name: 'ProvisionedThroughputExceededException' };
const serverError = { status: 500, name: 'InternalServerError' };
const increment = { update: 'ADD #n :one', values: { one: 1 } };

describe('DynamoDbTable', () => {
  let table: DynamoDbTable;
  let items = 0;
  let key: string;
  beforeAll(() => {
    table = new DynamoDbTable('table-1', localClientConfig(faulty.url), TIMEOUT_MS);
    return () => table.close();
  });
  beforeEach(() => {
    items += 1;
    key = `item-${items}`;
  });

  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => 'none',
      (error) => (error instanceof StoreError ? error.failure : error),
    );

  it('asks once where all is well', async () => {
    expect(await table.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty.requests).toEqual(['UpdateItem']);
  });

  it('reads what the last write left, whichever replica is asked', async () => {
    await table.find(key);
    expect(faulty.newest()).toMatchObject({ ConsistentRead: true });
  });

  it.each<[string, DynamoDbFault]>([
    ['throttling', throttled],
    ['throttling by request rate', { status: 400, name: 'ThrottlingException' }],
    ['a fault of the server', serverError],
    ['a connection that died while the container was frozen', 'drop the connection'],
    ['no answer', 'hang'],
  ])('survives %s, by a second try', async (_, fault) => {
    faulty.next(fault);
    expect(await table.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty.requests).toHaveLength(2);
    expect((await table.find(key))?.n).toBe(1);
  });

  it('survives that all connections died while the container was frozen', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((other) => table.find(other)));
    faulty.requests.length = 0;
    faulty.killConnections();
    expect(await table.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty.requests).toHaveLength(2);
  });

  it('survives a clock that is wrong, by the time that DynamoDB answers with', async () => {
    const skewed = new DynamoDbTable('table-1', localClientConfig(faulty.url), TIMEOUT_MS);
    const date = new Date(Date.now() + 3_600_000);
    faulty.next({ status: 400, name: 'InvalidSignatureException', date });
    expect(await skewed.update(key, increment)).toEqual({ pk: key, n: 1 });
    expect(faulty.requests).toHaveLength(2);
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
    faulty.always(fault);
    expect(await failureOf(table.update(key, increment))).toBe(failure);
    expect(faulty.requests).toHaveLength(requests);
    expect(await failureOf(table.find(key))).toBe(failure);
    expect(await failureOf(table.delete(key))).toBe(failure);
  });

  it('says that the table is missing, and that nobody listens', async () => {
    const elsewhere = new DynamoDbTable('another', localClientConfig(faulty.url), TIMEOUT_MS);
    expect(await failureOf(elsewhere.find(key))).toBe('table-missing');
    const nobody = new DynamoDbTable('table-1', localClientConfig('http://127.0.0.1:9'), 600);
    expect(await failureOf(nobody.find(key))).toBe('unavailable');
    elsewhere.close();
    nobody.close();
  });

  it('gives up a hung store within its time, the second try included', async () => {
    faulty.always('hang');
    const start = performance.now();
    await failureOf(table.find(key));
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('deletes an item only where it meets the condition', async () => {
    await table.update(key, increment);
    const only = (n: number) => ({ condition: '#n = :n', values: { n } });
    expect(await table.delete(key, only(2))).toBe(false);
    expect(await table.delete(key, only(1))).toBe(true);
    expect(await table.find(key)).toBeUndefined();
  });
});

describe('A write whose answer got lost', () => {
  const keys = new HmacKeyRing([KEY]);
  const clock = new ManualClock();
  const scope = { userPoolId: 'pool', clientId: 'client', username: 'user' };
  let store: DynamoDbStore;
  beforeAll(() => {
    store = new DynamoDbStore('table-1', localClientConfig(faulty.url), TIMEOUT_MS);
    return () => store.close();
  });

  it('still consumes a code for the one who asked, and for nobody else', async () => {
    const repository = store.challengeRepository(keys, clock);
    const code = { kind: 'live', digest: 'keyed-digest', issuedAt: 1, expiresAt: 2 } as const;
    const challenge = { ...newChallenge(repository.nextId()), code };
    const reference = await repository.save(challenge, scope);
    faulty.next('lose the answer');
    expect(await repository.consume(reference, scope)).toBe(true);
    expect(await repository.consume(reference, scope)).toBe(false);
  });

  it('still claims a round for the one who asked, and for nobody else', async () => {
    const claims = store.roundClaims(keys, clock, 10_000);
    faulty.next('lose the answer');
    expect(await claims.claim('round', clock.now() + 1000)).toMatchObject({ kind: 'won' });
    expect((await claims.claim('round', clock.now() + 1000)).kind).toBe('open');
  });

  it('counts a failure, at worst twice', async () => {
    const failures = store.failureCounter(keys);
    faulty.next('lose the answer');
    expect(await failures.add('account', { from: 0, below: 9 }, 1, 2)).toBe(2);
    expect((await failures.read('account')).count).toBe(2);
  });
});
