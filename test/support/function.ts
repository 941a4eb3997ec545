/** The whole function on a fake phone network and a clock that stands still, ready to be called. */
import type { Context } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';
import { SessionChallengeRepository } from '../../src/adapters/challenge-repository/session.ts';
import type { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { createContainer } from '../../src/container/container.ts';
import { openAdapters, readConfig } from '../../src/container/open-adapters.ts';
import { handlerOf } from '../../src/create-handler.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryUserDirectory } from '../fakes/in-memory-user-directory.ts';
import { InstantTimer } from '../fakes/instant-timer.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { STRONG_KEY } from './keys.ts';

export const ENV = {
  AWS_REGION: 'eu-west-1',
  OTP_HASH_KEY: STRONG_KEY,
  APP_NAME: 'Acme',
  // Most tests look at what really happens, which shows only where nothing is hidden.
  HIDE_USER_EXISTENCE: 'false',
};

/** What keeps challenges and counts in DynamoDB. */
export const DURABLE = {
  CHALLENGE_REPOSITORY: 'dynamodb',
  RATE_LIMITER: 'dynamodb',
  TABLE_NAME: 'phone-otp',
};

export interface FunctionOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly initMs?: number;
  /** Where the clock of a real function stands, in epoch milliseconds. */
  readonly now?: number;
}

/** With `log`, which takes what is written from here on. */
export function createFunction({ env = {}, initMs = 0 }: FunctionOptions = {}) {
  const log = captureLog();
  const clock = new ManualClock();
  const gateway = interruptible(new FakeSmsGateway());
  const userDirectory = new InMemoryUserDirectory();
  const timer = new InstantTimer();
  const config = readConfig({ ...ENV, ...env }, {}, clock.now());
  const challenges = interruptible(
    new SessionChallengeRepository(new HmacKeyRing(config.hashKeys, config.lookupKey)),
  );
  const container = createContainer(config, {
    smsGateway: gateway,
    challengeRepository: challenges,
    clock,
    timer,
    userDirectory,
  });
  const handler = handlerOf(container, initMs);
  return { handler, clock, timer, gateway, userDirectory, challenges, log };
}

/** The whole function with its real adapters, but for the clock and the waits. */
export async function createRealFunction(
  { env = {}, initMs = 0, now }: FunctionOptions = {},
  dynamoDb?: DynamoDbStore,
) {
  const clock = new ManualClock(now);
  const config = readConfig({ ...ENV, ...env }, {}, clock.now());
  const timer = new InstantTimer();
  const adapters = { ...(await openAdapters(config, clock)), dynamoDb, clock, timer };
  const container = createContainer(config, adapters);
  return { handler: handlerOf(container, initMs), clock };
}

export const context: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'phone-otp',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:phone-otp',
  memoryLimitInMB: '256',
  awsRequestId: '8d0cf2d6-5b5a-4c1e-9b2f-request0001',
  logGroupName: '/aws/lambda/phone-otp',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 5000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** Sets environment variables until the test ends. */
export function setEnv(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

export type CapturedLog = ReturnType<typeof captureLog>;

/** Takes what the function writes to its log, in place of the terminal, until the test ends. */
export function captureLog() {
  let output = '';
  for (const stream of [process.stdout, process.stderr]) {
    const write = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
    onTestFinished(() => {
      write.mockRestore();
    });
  }
  return {
    text: () => output,
    lines: (): Record<string, unknown>[] =>
      output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    clear: () => {
      output = '';
    },
  };
}
