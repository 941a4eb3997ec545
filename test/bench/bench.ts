/**
 * `npm run bench`: what the function costs by itself. Cold start is the time to load dist/ in a
 * fresh process; the rest is each trigger's own work, with a provider that accepts at once, and what
 * a sign-in asks of DynamoDB.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { startLocalDynamoDb } from '../../deploy/local/dynamodb.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { parseConfig } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import type { Handler } from '../../src/pipeline.ts';
import { TOKENS } from '../../src/tokens.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { pipelineOf } from '../support/pipeline.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const STARTS = 21;
const SIGN_INS = 2000;
const ENV = { AWS_REGION: 'eu-west-1', OTP_HASH_KEY: Buffer.alloc(32, 1).toString('base64') };
const DURABLE_ENV = {
  ...ENV,
  CHALLENGE_REPOSITORY: 'dynamodb',
  RATE_LIMITER: 'dynamodb',
  TABLE_NAME: 'phone-otp',
};
const BUNDLE = new URL('../../dist/index.mjs', import.meta.url);

function coldStart(env: Readonly<Record<string, string>>): number {
  const script = `
    const began = performance.now();
    await import(${JSON.stringify(BUNDLE.href)});
    process.stdout.write(String(performance.now() - began));
  `;
  const args = ['--input-type=module', '--eval', script];
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
}

/** The newest code, taken from the SMS as a user would. */
let code = '';

function createHandler(env: Readonly<Record<string, string>>, store?: DynamoDbStore): Handler {
  const container = createContainer(parseConfig(env), store);
  container.rebind(TOKENS.smsGateway).toConstantValue({
    send: async ({ text }) => {
      code = text.slice(-6);
      return {};
    },
  });
  container.get(TOKENS.logger).setLogLevel('SILENT');
  return pipelineOf(container);
}

const times: Record<string, number[]> = { Define: [], Create: [], Verify: [] };

type Trigger = 'Define' | 'Create' | 'Verify';

async function call(handler: Handler, trigger: Trigger, source: string, request: object) {
  const event = {
    userPoolId: 'eu-west-1_Abc123XyZ',
    userName: 'user',
    callerContext: { awsSdkVersion: 'bench', clientId: 'client' },
    triggerSource: source,
    request: {
      userAttributes: { sub: 'user', phone_number: '+15551234567', phone_number_verified: 'true' },
      ...request,
    },
    response: {},
  };
  const began = performance.now();
  const { response } = (await handler(event as never, {} as never)) as { response: object };
  times[trigger]?.push((performance.now() - began) * 1000);
  return response as Record<string, never>;
}

async function signIn(handler: Handler): Promise<void> {
  await call(handler, 'Define', 'DefineAuthChallenge_Authentication', { session: [] });
  const create = 'CreateAuthChallenge_Authentication';
  const challenge = await call(handler, 'Create', create, { session: [] });
  const { answerCorrect } = await call(
    handler,
    'Verify',
    'VerifyAuthChallengeResponse_Authentication',
    {
      privateChallengeParameters: challenge.privateChallengeParameters,
      challengeAnswer: code,
    },
  );
  if (answerCorrect !== true) {
    throw new Error('The right code was not accepted.');
  }
  const passed = { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true };
  const { challengeMetadata } = challenge;
  await call(handler, 'Define', 'DefineAuthChallenge_Authentication', {
    session: [{ ...passed, challengeMetadata }],
  });
}

/** What one sign-in at the first try asks of DynamoDB. */
async function reportStoreCalls(): Promise<void> {
  const server = await startLocalDynamoDb(DURABLE_ENV.TABLE_NAME);
  const counted = await startFaultyDynamoDb(server.url);
  const store = new DynamoDbStore(DURABLE_ENV.TABLE_NAME, localClientConfig(counted.url));
  await signIn(createHandler(DURABLE_ENV, store));
  const reads = counted.requests.filter((operation) => operation === 'GetItem').length;
  const writes = counted.requests.length - reads;
  process.stdout.write(`DynamoDB, a sign-in: ${writes} writes, ${reads} reads\n`);
  store.close();
  await Promise.all([counted.close(), server.close()]);
}

function report(what: string, values: number[], unit: string): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(0);
  process.stdout.write(`${what.padEnd(24)} median ${at(0.5)} ${unit}, p95 ${at(0.95)} ${unit}\n`);
}

if (!existsSync(BUNDLE)) {
  throw new Error('There is no dist/ to measure: run `npm run build` first.');
}
const starts = (env: typeof ENV) => Array.from({ length: STARTS }, () => coldStart(env));
report('cold start', starts(ENV), 'ms');
report('the same, with DynamoDB', starts(DURABLE_ENV), 'ms');
const handler = createHandler(ENV);
for (let i = 0; i < SIGN_INS; i++) {
  await signIn(handler);
}
for (const [trigger, values] of Object.entries(times)) {
  report(trigger, values, 'µs');
}
await reportStoreCalls();
