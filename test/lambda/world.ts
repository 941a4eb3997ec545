/** The built function as it runs on Lambda, between a Cognito that calls it and an SMS provider that it calls. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { startLocalDynamoDb } from '../../deploy/local/dynamodb.ts';
import { type FaultyDynamoDb, startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { DURABLE, ENV } from '../support/function.ts';
import { type DrivenUser, KNOWN_USER, SignInDriver } from '../support/sign-in-driver.ts';
import { startSnsServer } from '../support/sns-server.ts';
import { CognitoCaller } from './cognito-caller.ts';
import { LambdaFunction } from './lambda-function.ts';

export const STORES = ['session', 'dynamodb'] as const;
export type Store = (typeof STORES)[number];

export interface WorldOptions {
  readonly store: Store;
  /** The folder of the function: by default what `npm run build` made. */
  readonly bundle?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** How much longer a start takes than it does by itself. */
  readonly slowStartMs?: number;
}

/** Lasts as long as the test that made it. */
export async function createWorld({
  store,
  bundle = join(import.meta.dirname, '../../dist'),
  env,
  timeoutMs,
  slowStartMs,
}: WorldOptions) {
  const sns = await startSnsServer();
  onTestFinished(() => sns.close());
  const dynamoDb = store === 'dynamodb' ? await startStore() : undefined;
  const fn = await LambdaFunction.create({
    client: inject('runtimeClient'),
    bundle,
    env: {
      ...ENV,
      AWS_ENDPOINT_URL_SNS: sns.url,
      POWERTOOLS_METRICS_DISABLED: 'true',
      ...(dynamoDb && { ...DURABLE, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url }),
      ...(slowStartMs !== undefined && { NODE_OPTIONS: pause(slowStartMs) }),
      ...env,
    },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  onTestFinished(() => fn.close());
  const cognito = new CognitoCaller((event) => fn.invoke(event));
  return {
    fn,
    sns,
    dynamoDb,
    cognito,
    signIn: (user: DrivenUser = KNOWN_USER) => new SignInDriver(cognito.handler, user),
    /** The code of the newest SMS that the provider was asked to send, delivered or not. */
    newestCode: () => sns.requests.at(-1)?.get('Message')?.slice(-6) ?? '',
    /** What an operator would look into. */
    faults: () => fn.logLines.filter(({ level }) => level === 'ERROR'),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A function of so few lines: what `handler` does with each event. */
export async function functionOf(body: string): Promise<LambdaFunction> {
  const bundle = await mkdtemp(join(tmpdir(), 'lambda-probe-'));
  onTestFinished(() => rm(bundle, { recursive: true }));
  const source = `import fs from 'node:fs'; export const handler = async (event, context) => { ${body} };`;
  await writeFile(join(bundle, 'index.mjs'), source);
  const fn = await LambdaFunction.create({ client: inject('runtimeClient'), bundle, env: {} });
  onTestFinished(() => fn.close());
  return fn;
}

async function startStore(): Promise<FaultyDynamoDb> {
  const server = await startLocalDynamoDb(DURABLE.TABLE_NAME);
  onTestFinished(() => server.close());
  const faulty = await startFaultyDynamoDb(server.url);
  onTestFinished(() => faulty.close());
  return faulty;
}

/** Has Node.js wait before it runs the program. */
function pause(milliseconds: number): string {
  const script = `await new Promise((resolve) => setTimeout(resolve, ${milliseconds}))`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}
