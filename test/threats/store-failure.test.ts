/** DynamoDB does not answer, or refuses: nobody gets in by that, and nobody pays for it unless they want to. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { createFleet, type Handler } from '../support/fleet.ts';
import { captureLog, setEnv } from '../support/function.ts';
import { SignInDriver } from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();
const denied = { status: 400, name: 'AccessDeniedException' };

/** The function, with its store behind the faults. */
async function createWorld(env: Readonly<Record<string, string>> = {}) {
  setEnv({ POWERTOOLS_METRICS_DISABLED: 'false' });
  const log = captureLog();
  const metric = (name: string) => log.lines().filter((line) => name in line);
  const faulty = await startFaultyDynamoDb(dynamoDb.url());
  onTestFinished(() => faulty.close());
  await dynamoDb.stores();
  const store = new DynamoDbStore(dynamoDb.tableName(), localClientConfig(faulty.url), 400);
  onTestFinished(() => store.close());
  const stores = { ...dynamoDb, stores: async () => [store] as [DynamoDbStore] };
  return { fleet: await createFleet(stores, { env }), faulty, log, metric };
}

describe('When the store can not be reached', () => {
  it.each([
    ['refuses', denied, 'access-denied'],
    ['hangs', 'hang', 'timed-out'],
  ] as const)('A31: because it %s, no answer is right', async (_, fault, failure) => {
    const { fleet, faulty, log, metric } = await createWorld();
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    faulty.always(fault);
    expect(await driver.check(fleet.gateway.lastCode)).toBe(false);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        outcome: 'rejected',
        level: 'WARN',
        reason: 'store-unavailable',
        fault: expect.objectContaining({ message: `The store failed: ${failure}` }),
      }),
    );
    expect(metric('store-fault')).toMatchObject([{ failure, 'store-fault': 1 }]);
  });

  it('A30: once an answer was right, the sign-in ends in tokens all the same', async () => {
    const { fleet, faulty } = await createWorld();
    const answering: Handler = async (event, context) => {
      const answer = await fleet.handler(event, context);
      if (event.triggerSource === 'VerifyAuthChallengeResponse_Authentication') {
        faulty.always({ status: 400, name: 'ProvisionedThroughputExceededException' });
      }
      return answer;
    };
    const driver = new SignInDriver(answering);
    await driver.start();
    expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
  });

  it('A31: the counts alone being out of reach is enough to refuse; the code stays good', async () => {
    const { fleet, faulty } = await createWorld({ CHALLENGE_REPOSITORY: 'session' });
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    faulty.always(denied);
    const step = await driver.answer(fleet.gateway.lastCode);
    expect(step).toMatchObject({ parameters: { status: 'INCORRECT', attemptsRemaining: '2' } });
    faulty.always(undefined);
    expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    expect(fleet.gateway.attempts).toBe(1);
  });

  it('A30: a round that can not be decided ends with one harmless sentence', async () => {
    const { fleet, faulty, log } = await createWorld();
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    faulty.always(denied);
    const answer = driver.answer(fleet.gateway.lastCode);
    await expect(answer).rejects.toThrow(
      /^Sign-in is not available right now, .*\(reference .*\)$/,
    );
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ outcome: 'fault', level: 'ERROR' }),
    );
  });

  it('A31: a challenge that can not be kept is not sent', async () => {
    const { fleet, faulty } = await createWorld();
    faulty.always(denied);
    await expect(new SignInDriver(fleet.handler).start()).rejects.toThrow('not available');
    expect(fleet.gateway.attempts).toBe(0);
  });

  it('A32: nothing is sent by default; that is logged and counted', async () => {
    const { fleet, faulty, log, metric } = await createWorld({ CHALLENGE_REPOSITORY: 'session' });
    faulty.always(denied);
    const step = await new SignInDriver(fleet.handler).start();
    expect(step).toMatchObject({ parameters: { status: 'THROTTLED', resendAfterSeconds: '30' } });
    expect(fleet.gateway.attempts).toBe(0);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        outcome: 'throttled',
        level: 'WARN',
        reason: 'limits-unavailable',
        fault: expect.objectContaining({ message: 'The store failed: access-denied' }),
      }),
    );
    expect(metric('store-fault')).toMatchObject([{ failure: 'access-denied' }]);
    expect(metric('send-refused')).toMatchObject([{ reason: 'limits-unavailable' }]);
  });

  it('A32: RATE_LIMITER_FAILURE=open sends all the same; that is logged and counted', async () => {
    const env = { CHALLENGE_REPOSITORY: 'session', RATE_LIMITER_FAILURE: 'open' };
    const { fleet, faulty, log, metric } = await createWorld(env);
    faulty.always(denied);
    const step = await new SignInDriver(fleet.handler).start();
    expect(step).toMatchObject({ parameters: { status: 'SENT' } });
    expect(fleet.gateway.attempts).toBe(1);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ outcome: 'sent', level: 'WARN', fault: expect.anything() }),
    );
    expect(metric('store-fault')).toMatchObject([{ failure: 'access-denied' }]);
  });
});
