/** How long a sign-in waits for DynamoDB: round trips one after the other, each of which costs time on Lambda. */

import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../deploy/local/client-config.ts';
import { startLocalDynamoDb } from '../deploy/local/dynamodb.ts';
import { DynamoDbStore } from '../src/adapters/dynamodb-store.ts';
import { createContainer } from '../src/container/container.ts';
import { readConfig } from '../src/container/open-adapters.ts';
import { TOKENS } from '../src/container/tokens.ts';
import { handlerOf } from '../src/create-handler.ts';
import { FakeSmsGateway } from './fakes/fake-sms-gateway.ts';
import { interruptible } from './fakes/interruptible.ts';
import { startRoundTripCounter } from './support/dynamodb-round-trips.ts';
import { DURABLE, ENV } from './support/function.ts';
import { SignInDriver } from './support/sign-in-driver.ts';
import { BUDGETS, measureStoreUse, readsAndWrites, waits } from './support/store-round-trips.ts';

describe('A sign-in with everything in DynamoDB', () => {
  const atFirstTry = {
    'first Define': 0,
    'first Create': 4,
    'Verify, right': 3,
    'Define, after it': 0,
  };
  const withDetours = {
    'first Define': 0,
    'first Create': 4,
    'Verify, wrong': 3,
    'Define, after it': 1,
    'Create, after it': 1,
    'Verify, for a resend': 0,
    'Define, for a resend': 1,
    'Create, for a resend': 4,
    'Verify, right': 3,
    'Define, after the right answer': 0,
  };

  it.each([
    ['without budgets', {}],
    ['with both', BUDGETS],
  ])('waits for it so many times, event by event: %s', async (_, budgets) => {
    const use = await measureStoreUse(budgets);
    expect(waits(use.firstOfTheProcess)).toEqual(atFirstTry);
    expect(waits(use.atFirstTry)).toEqual(atFirstTry);
    expect(waits(use.withDetours)).toEqual(withDetours);
  });

  it('waits for it no more often just after midnight, when the day before is read with each', async () => {
    const use = await measureStoreUse(BUDGETS, Date.UTC(2026, 0, 15, 0, 1));
    expect(waits(use.atFirstTry)).toEqual(atFirstTry);
    expect(waits(use.withDetours)).toEqual(withDetours);
    // Of the country, before it is counted and when; of all SMS when they are counted.
    expect(readsAndWrites(use.atFirstTry)).toEqual({ reads: 7, writes: 9 });
  });

  it('makes as many reads and writes as the docs say', async () => {
    const plain = await measureStoreUse();
    expect(readsAndWrites(plain.atFirstTry)).toEqual({ reads: 4, writes: 8 });
    const budgeted = await measureStoreUse(BUDGETS);
    expect(readsAndWrites(budgeted.atFirstTry)).toEqual({ reads: 4, writes: 9 });
    // Once for each process: the country's day before, that of all SMS, and under which key it counts.
    expect(readsAndWrites(budgeted.firstOfTheProcess)).toEqual({ reads: 6, writes: 10 });
  });
});

describe('The first Create of a process', () => {
  it('reads all that it decides by with one call', async () => {
    const { firstOfTheProcess } = await measureStoreUse();
    const create = firstOfTheProcess.find(({ event }) => event === 'first Create');
    const calls = create?.roundTrips.flat() ?? [];
    // The account, its country's counts of today and of the day before, and what operators have stopped.
    expect(calls.filter(({ operation }) => operation.endsWith('GetItem'))).toEqual([
      { operation: 'BatchGetItem', items: 4 },
    ]);
  });
});

describe('Twenty sign-ins of one user at once', () => {
  it('wait for each other by few calls, and send one SMS', async () => {
    const { handler, roundTrips, phone } = await startFunction();
    // Long enough for all of them to begin before the first one is done.
    phone.before('send', () => setTimeout(700));
    const drivers = Array.from({ length: 20 }, () => new SignInDriver(handler));
    await Promise.all(drivers.map((driver) => driver.start()));
    expect(phone.outbox).toHaveLength(1);
    // Each acquires once (twice, where it waited), reads six items, and looks some times.
    expect(roundTrips.flat().length).toBeLessThanOrEqual(20 * 14);
  });
});

describe('The count of round trips', () => {
  const one = { operation: 'GetItem', items: 1 };

  it('takes calls that wait for none of each other for one', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), get(), get()]);
    expect(roundTrips).toEqual([[one, one, one]]);
  });

  it('takes a call that needed the answer of another for the next', async () => {
    const { get, roundTrips } = await startClient();
    await get();
    await get();
    expect(roundTrips).toEqual([[one], [one]]);
  });

  it('takes the longest chain where there are several', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), get().then(get), get().then(get).then(get)]);
    expect(roundTrips.map((calls) => calls.length)).toEqual([3, 2, 1]);
  });

  it('takes a call that comes some turns later, but waited for no answer, for the same', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), new Promise((resolve) => setImmediate(resolve)).then(get)]);
    expect(roundTrips).toEqual([[one, one]]);
  });
});

/** The function in one container, with the system's clock, on a DynamoDB whose calls are counted. */
async function startFunction() {
  const server = await startLocalDynamoDb(DURABLE.TABLE_NAME);
  onTestFinished(() => server.close());
  const counter = await startRoundTripCounter(server.url);
  onTestFinished(() => counter.close());
  const store = new DynamoDbStore(DURABLE.TABLE_NAME, localClientConfig(counter.url), 20_000);
  onTestFinished(() => store.close());
  const phone = interruptible(new FakeSmsGateway());
  const adapters = { smsGateway: phone, dynamoDb: store };
  const container = createContainer(readConfig({ ...ENV, ...DURABLE }), adapters);
  container.get(TOKENS.logger).setLogLevel('SILENT');
  return { handler: handlerOf(container), roundTrips: counter.roundTrips, phone };
}

async function startClient() {
  const server = await startLocalDynamoDb('table');
  onTestFinished(() => server.close());
  const counter = await startRoundTripCounter(server.url);
  onTestFinished(() => counter.close());
  const client = new DynamoDBClient(localClientConfig(counter.url));
  onTestFinished(() => client.destroy());
  const get = () =>
    client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'any' } } }));
  return { get, roundTrips: counter.roundTrips };
}
