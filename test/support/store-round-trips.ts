/** How often a sign-in with everything in DynamoDB waits for it, event by event. */
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { startLocalDynamoDb } from '../../deploy/local/dynamodb.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { createContainer } from '../../src/container/container.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { TOKENS } from '../../src/container/tokens.ts';
import { handlerOf } from '../../src/create-handler.ts';
import type { Handler } from '../../src/pipeline.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InstantTimer } from '../fakes/instant-timer.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { type Call, type RoundTrip, startRoundTripCounter } from './dynamodb-round-trips.ts';
import { DURABLE, ENV } from './function.ts';
import { SignInDriver, userWithNumber } from './sign-in-driver.ts';

/** More than the function allows: here, each call takes as long as it takes. */
const PATIENCE_MS = 20_000;

/** Every limit that costs a call: both budgets, of all that may be set. */
export const BUDGETS = { SENDS_PER_COUNTRY_HOUR: '100000', SENDS_PER_HOUR: '100000' };

export interface StoreUse {
  /** Each event of the process's first sign-in, whose first answer is right: it notes its key, too. */
  readonly firstOfTheProcess: readonly EventRoundTrips[];
  /** Each event of a sign-in whose first answer is right. */
  readonly atFirstTry: readonly EventRoundTrips[];
  /** Each event of one with a wrong answer, then a resend, then the right answer. */
  readonly withDetours: readonly EventRoundTrips[];
}

export interface EventRoundTrips {
  readonly event: string;
  readonly roundTrips: readonly RoundTrip[];
}

/** @param beginAt epoch milliseconds; noon unless told otherwise. */
export async function measureStoreUse(
  env: Readonly<Record<string, string>> = {},
  beginAt?: number,
): Promise<StoreUse> {
  const server = await startLocalDynamoDb(DURABLE.TABLE_NAME);
  const counter = await startRoundTripCounter(server.url);
  const config = localClientConfig(counter.url);
  const store = new DynamoDbStore(DURABLE.TABLE_NAME, config, PATIENCE_MS);
  try {
    const clock = new ManualClock(beginAt);
    const phone = new FakeSmsGateway();
    const container = createContainer(readConfig({ ...ENV, ...DURABLE, ...env }), {
      smsGateway: phone,
      dynamoDb: store,
      clock,
      timer: new InstantTimer(),
    });
    container.get(TOKENS.logger).setLogLevel('SILENT');
    const handler = handlerOf(container);
    /** Plays a sign-in, whose events are called so, in their order. */
    const record = async (
      events: readonly string[],
      number: string,
      play: (driver: SignInDriver) => Promise<unknown>,
    ) => {
      const recorded: EventRoundTrips[] = [];
      const recording = async (...call: Parameters<Handler>) => {
        const before = counter.roundTrips.length;
        const answer = await handler(...call);
        const event = events[recorded.length] ?? 'one too many';
        recorded.push({ event, roundTrips: counter.roundTrips.slice(before) });
        return answer;
      };
      const driver = new SignInDriver(recording as typeof handler, userWithNumber(number));
      const end = await play(driver);
      if (JSON.stringify(end) !== JSON.stringify({ kind: 'tokens' })) {
        throw new Error(`The sign-in ended in ${JSON.stringify(end)}.`);
      }
      return recorded;
    };
    const signIn = async (driver: SignInDriver) => {
      await driver.start();
      return driver.answer(phone.lastCode);
    };
    return {
      firstOfTheProcess: await record(AT_FIRST_TRY, '+6591234500', signIn),
      atFirstTry: await record(AT_FIRST_TRY, '+6591234501', signIn),
      withDetours: await record(WITH_DETOURS, '+6591234502', async (driver) => {
        await driver.start();
        await driver.answer('000000');
        clock.advance(31_000);
        await driver.resend();
        return driver.answer(phone.lastCode);
      }),
    };
  } finally {
    store.close();
    await Promise.all([counter.close(), server.close()]);
  }
}

const AT_FIRST_TRY = ['first Define', 'first Create', 'Verify, right', 'Define, after it'];
const WITH_DETOURS = [
  'first Define',
  'first Create',
  'Verify, wrong',
  'Define, after it',
  'Create, after it',
  'Verify, for a resend',
  'Define, for a resend',
  'Create, for a resend',
  'Verify, right',
  'Define, after the right answer',
];

/** How often each event waits for DynamoDB, by its name. */
export function waits(events: readonly EventRoundTrips[]): Record<string, number> {
  return Object.fromEntries(events.map(({ event, roundTrips }) => [event, roundTrips.length]));
}

/** How many items all of them read and write, which is what DynamoDB is paid for. */
export function readsAndWrites(events: readonly EventRoundTrips[]): {
  readonly reads: number;
  readonly writes: number;
} {
  const calls = events.flatMap(({ roundTrips }) => roundTrips.flat());
  const itemsOf = (chosen: readonly Call[]) => chosen.reduce((sum, { items }) => sum + items, 0);
  const reads = calls.filter(({ operation }) => operation.endsWith('GetItem'));
  return { reads: itemsOf(reads), writes: itemsOf(calls) - itemsOf(reads) };
}
