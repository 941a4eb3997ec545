/** What must stay secret is neither in the log nor in the table, whatever happens. */
import { describe, expect, it } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { createFleet } from '../support/fleet.ts';
import { captureLog, setEnv } from '../support/function.ts';
import { type DrivenUser, SignInDriver, userWithNumber } from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();

/** The log, at its most talkative. */
function captureEverything() {
  setEnv({
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  });
  return captureLog();
}

/** Success, replay, lockout, throttling, double clicks and every fault of the store; returns the references. */
async function walk() {
  await dynamoDb.stores();
  const faulty = await startFaultyDynamoDb(dynamoDb.url());
  const store = new DynamoDbStore(dynamoDb.tableName(), localClientConfig(faulty.url), 800);
  const env = {
    RATE_LIMITER_FAILURE: 'open',
    UNPROVEN_SENDS_ALLOWANCE: '1',
    SENDS_PER_NUMBER: '14/1h',
  };
  const fleet = await createFleet({ ...dynamoDb, stores: async () => [store] }, { env });
  const drivers: SignInDriver[] = [];
  const signIn = async (user: DrivenUser) => {
    fleet.clock.advance(16_000);
    const driver = new SignInDriver(fleet.handler, user);
    drivers.push(driver);
    await driver.start();
    return driver;
  };

  const owner = userWithNumber('+6591234501');
  const first = await signIn(owner);
  await new SignInDriver(fleet.handler, owner).start();
  await first.answer(fleet.gateway.lastCode);
  await first.answer(fleet.gateway.lastCode);
  for (let i = 0; i < 9; i++) {
    const driver = await signIn(owner);
    await driver.answer('000000');
    await driver.answer('000000');
  }
  const victim = await signIn(userWithNumber('+6591234502'));
  const name = 'ValidationException';
  for (const fault of [
    'hang',
    'drop the connection',
    { status: 400, name, quotes: true },
  ] as const) {
    faulty.always(fault);
    await victim.check(fleet.gateway.lastCode);
    await victim.answer(fleet.gateway.lastCode).catch(() => {});
  }
  faulty.always(undefined);
  await faulty.close();
  store.close();
  return {
    codes: fleet.gateway.outbox.map(({ text }) => text.match(/\d{6}/)?.[0] ?? text),
    references: drivers.flatMap(({ session }) =>
      session.map(({ challengeMetadata }) => challengeMetadata ?? ''),
    ),
  };
}

describe('A45: the canary', () => {
  it('finds no code, no session and no number in the log, nor a code or a user in the table', async () => {
    const log = captureEverything();
    const { codes, references } = await walk();
    const outcomes = new Set(log.lines().map(({ outcome }) => outcome));
    for (const outcome of ['verified', 'repeated', 'throttled', 'withheld', 'rejected', 'fault']) {
      expect(outcomes).toContain(outcome);
    }
    const written = log.text();
    const kept = JSON.stringify(await dynamoDb.items());
    const found = (text: string, secrets: readonly string[]) =>
      secrets.filter((secret) => text.includes(secret));
    const wholeCodes = (text: string) =>
      codes.filter((code) => new RegExp(`\\b${code}\\b`).test(text));
    const users = ['91234501', '91234502', 'user-of-'];
    expect(new Set(codes).size).toBeGreaterThan(3);
    expect(wholeCodes(written)).toEqual([]);
    expect(wholeCodes(kept)).toEqual([]);
    expect(new Set(references).size).toBeGreaterThan(3);
    expect(found(written, references)).toEqual([]);
    expect(found(written, users)).toEqual([]);
    expect(found(kept, users)).toEqual([]);
  });
});
