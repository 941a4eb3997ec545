/** How long a sign-in waits for DynamoDB: round trips one after the other, each of which costs time on Lambda. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../deploy/local/client-config.ts';
import { startLocalDynamoDb } from '../deploy/local/dynamodb.ts';
import { startRoundTripCounter } from './support/dynamodb-round-trips.ts';
import { BUDGETS, measureStoreUse, readsAndWrites, waits } from './support/store-round-trips.ts';

describe('A sign-in with everything in DynamoDB', () => {
  it('waits for it so many times, event by event', async () => {
    const { atFirstTry, withDetours } = await measureStoreUse();
    expect(waits(atFirstTry)).toEqual({
      'first Define': 0,
      'first Create': 6,
      'Verify, right': 4,
      'Define, after it': 1,
    });
    expect(waits(withDetours)).toEqual({
      'first Define': 0,
      'first Create': 6,
      'Verify, wrong': 2,
      'Define, after it': 1,
      'Create, after it': 4,
      'Verify, for a resend': 0,
      'Define, for a resend': 1,
      'Create, for a resend': 7,
      'Verify, right': 4,
      'Define, after the right answer': 1,
    });
  });

  it('waits twice more to send where both budgets are set', async () => {
    const { atFirstTry, withDetours } = await measureStoreUse(BUDGETS);
    expect(waits(atFirstTry)).toMatchObject({ 'first Create': 8, 'Verify, right': 4 });
    expect(waits(withDetours)).toMatchObject({
      'first Create': 8,
      'Create, after it': 4,
      'Create, for a resend': 9,
    });
  });

  it('makes as many reads and writes as the README says', async () => {
    const { atFirstTry } = await measureStoreUse();
    expect(readsAndWrites(atFirstTry)).toEqual({ reads: 3, writes: 12 });
  });
});

describe('The count of round trips', () => {
  it('takes calls that wait for none of each other for one', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), get(), get()]);
    expect(roundTrips).toEqual([['GetItem', 'GetItem', 'GetItem']]);
  });

  it('takes a call that needed the answer of another for the next', async () => {
    const { get, roundTrips } = await startClient();
    await get();
    await get();
    expect(roundTrips).toEqual([['GetItem'], ['GetItem']]);
  });

  it('takes the longest chain where there are several', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), get().then(get), get().then(get).then(get)]);
    expect(roundTrips.map((calls) => calls.length)).toEqual([3, 2, 1]);
  });

  it('takes a call that comes some turns later, but waited for no answer, for the same', async () => {
    const { get, roundTrips } = await startClient();
    await Promise.all([get(), new Promise((resolve) => setImmediate(resolve)).then(get)]);
    expect(roundTrips).toEqual([['GetItem', 'GetItem']]);
  });
});

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
