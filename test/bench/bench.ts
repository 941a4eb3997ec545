/**
 * `npm run bench`: what the function costs by itself. Cold start is the time to load dist/ in a
 * fresh process; the rest is each trigger's own work, with a provider that accepts at once.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseConfig } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import { TOKENS } from '../../src/tokens.ts';
import { pipelineOf } from '../support/pipeline.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const STARTS = 21;
const SIGN_INS = 2000;
const ENV = { AWS_REGION: 'eu-west-1', OTP_HASH_KEY: Buffer.alloc(32, 1).toString('base64') };
const BUNDLE = new URL('../../dist/index.mjs', import.meta.url);

function coldStart(): number {
  const script = `
    const began = performance.now();
    await import(${JSON.stringify(BUNDLE.href)});
    process.stdout.write(String(performance.now() - began));
  `;
  const args = ['--input-type=module', '--eval', script];
  return Number(execFileSync(process.execPath, args, { env: ENV, encoding: 'utf8' }));
}

/** The newest code, taken from the SMS as a user would. */
let code = '';

function createHandler() {
  const container = createContainer(parseConfig(ENV));
  container.rebind(TOKENS.smsGateway).toConstantValue({
    send: async ({ text }) => {
      code = text.slice(-6);
      return {};
    },
  });
  container.get(TOKENS.logger).setLogLevel('SILENT');
  return pipelineOf(container);
}

const handler = createHandler();
const times: Record<string, number[]> = { Define: [], Create: [], Verify: [] };

async function call(trigger: 'Define' | 'Create' | 'Verify', source: string, request: object) {
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

async function signIn(): Promise<void> {
  await call('Define', 'DefineAuthChallenge_Authentication', { session: [] });
  const challenge = await call('Create', 'CreateAuthChallenge_Authentication', { session: [] });
  const { answerCorrect } = await call('Verify', 'VerifyAuthChallengeResponse_Authentication', {
    privateChallengeParameters: challenge.privateChallengeParameters,
    challengeAnswer: code,
  });
  if (answerCorrect !== true) {
    throw new Error('The right code was not accepted.');
  }
}

function report(what: string, values: number[], unit: string): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(0);
  process.stdout.write(`${what.padEnd(12)} median ${at(0.5)} ${unit}, p95 ${at(0.95)} ${unit}\n`);
}

if (!existsSync(BUNDLE)) {
  throw new Error('There is no dist/ to measure: run `npm run build` first.');
}
report('cold start', Array.from({ length: STARTS }, coldStart), 'ms');
for (let i = 0; i < SIGN_INS; i++) {
  await signIn();
}
for (const [trigger, values] of Object.entries(times)) {
  report(trigger, values, 'µs');
}
