import * as v from 'valibot';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryAccountLedger } from '../src/adapters/account-ledger/memory.ts';
import { DynamoDbStore } from '../src/adapters/dynamodb-store.ts';
import { STORE_TIMEOUT_MS } from '../src/adapters/lib/store-timeout.ts';
import { defineSmsGateway } from '../src/adapters/sms-gateway/lib/definition.ts';
import { MemorySmsTraffic } from '../src/adapters/sms-traffic/memory.ts';
import { createHandler, type HandlerOptions } from '../src/create-handler.ts';
import type { Sms } from '../src/domain/ports/sms-gateway.ts';
import { InMemoryChallengeRepository } from './fakes/in-memory-challenge-repository.ts';
import { InMemoryIdempotencyStore } from './fakes/in-memory-idempotency-store.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { captureLog, DURABLE, ENV } from './support/function.ts';
import { startSecretsManager } from './support/secrets-manager-server.ts';
import { SignInDriver } from './support/sign-in-driver.ts';

/** A gateway of somebody else's, and what it was asked to send. */
function acme() {
  const sent: string[] = [];
  const definition = defineSmsGateway({
    settings: {
      apiKey: { schema: v.string(), takes: 'an Acme API key', variable: 'ACME_API_KEY' },
    },
    create: () => ({
      send: async ({ text }) => {
        sent.push(text);
        return {};
      },
    }),
  });
  return { definition, sent };
}

const env = {
  ...ENV,
  ACME_API_KEY: 'key',
  SMS_ROUTES: '[{"countries":["*"],"gateways":[{"gateway":"acme"}]}]',
};

describe('A function of one’s own', () => {
  it('sends by a gateway that was brought along, under the name that a route calls it', async () => {
    const log = captureLog();
    const { definition, sent } = acme();
    const handler = await createHandler({ gateways: { acme: definition }, env });
    const signIn = new SignInDriver(handler);
    await signIn.start();
    expect(await signIn.answer(/\d{6}/.exec(sent[0] ?? '')?.[0] ?? '')).toEqual({ kind: 'tokens' });
    expect(log.lines().find(({ outcome }) => outcome === 'sms-accepted')).toMatchObject({
      gateway: 'acme',
    });
    expect(log.lines().filter(({ outcome }) => outcome === 'warning')).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['a gateway itself', { send: async () => ({}) }],
    ['the module of one', { acme: acme().definition }],
  ])('names what was brought along for a gateway and is none: %s', async (_, acme) => {
    const log = captureLog();
    const gateways = { acme } as unknown as NonNullable<HandlerOptions['gateways']>;
    await expect(createHandler({ gateways, env })).rejects.toThrow('not available');
    expect(log.lines()[0]).toMatchObject({
      fault: { message: 'gateways.acme is no gateway; it takes what defineSmsGateway returns.' },
    });
  });

  it('names a gateway that goes by the name of one that ships', async () => {
    const log = captureLog();
    await expect(createHandler({ gateways: { sns: acme().definition }, env })).rejects.toThrow();
    expect(log.lines()[0]).toMatchObject({
      fault: { message: 'gateways.sns has the name of a gateway that ships; give it another.' },
    });
  });

  it('asks for no AWS region where no gateway of AWS sends', async () => {
    const log = captureLog();
    const gateways = { acme: acme().definition };
    await createHandler({ gateways, env: { ...env, AWS_REGION: '', SMS_REGION: '' } });
    expect(log.lines()).toEqual([]);
  });

  it('asks for one where such a gateway sends', async () => {
    const log = captureLog();
    const started = createHandler({ env: { ...ENV, AWS_REGION: '', SMS_REGION: '' } });
    await expect(started).rejects.toThrow('not available');
    expect(log.lines()[0]).toMatchObject({
      fault: {
        message: expect.stringMatching(
          /^SMS_REGION, read by SNS, the default route, is not set; it takes/,
        ),
      },
    });
  });

  it('counts and waits by adapters that were brought along', async () => {
    captureLog();
    const { definition } = acme();
    const clock = new ManualClock();
    const smsTraffic = new MemorySmsTraffic();
    const handler = await createHandler({
      gateways: { acme: definition },
      adapters: { clock, smsTraffic },
      env,
    });
    await new SignInDriver(handler).start();
    expect((await smsTraffic.read('US', clock.now())).latest).toBe(1);
  });

  it('has a secret of such a gateway read where it is kept, as its own', async () => {
    const { asked } = await startSecretsManager({ acme: { SecretString: 'from the safe' } });
    const log = captureLog();
    const keys: string[] = [];
    const definition = defineSmsGateway({
      settings: {
        apiKey: { schema: v.string(), takes: 'a key', variable: 'ACME_API_KEY', secret: true },
      },
      create: ({ apiKey }) => {
        keys.push(apiKey);
        return { send: async () => ({}) };
      },
    });
    const kept = { ...env, ACME_API_KEY: '', ACME_API_KEY_SECRET: 'acme' };
    await createHandler({ gateways: { acme: definition }, env: kept });
    expect({ asked, keys }).toEqual({ asked: ['acme'], keys: ['from the safe'] });
    // No variable that looks like another one.
    expect(log.lines()).toEqual([]);
  });

  it('reads nothing by the name of a variable that holds no secret', async () => {
    const { asked } = await startSecretsManager({ acme: { SecretString: 'from the safe' } });
    captureLog();
    const gateways = { acme: acme().definition };
    await createHandler({ gateways, env: { ...env, ACME_API_KEY_SECRET: 'acme' } });
    expect(asked).toEqual([]);
  });

  describe('whose stores were brought along', () => {
    const stores = () => ({
      challengeRepository: new InMemoryChallengeRepository(),
      idempotencyStore: new InMemoryIdempotencyStore(new ManualClock()),
      accountLedger: new MemoryAccountLedger(),
      smsTraffic: new MemorySmsTraffic(),
    });
    const onLambda = { ...env, AWS_LAMBDA_FUNCTION_NAME: 'phone-otp', SENDS_PER_HOUR: '1000' };

    it('is not told that a table is missing', async () => {
      const log = captureLog();
      const gateways = { acme: acme().definition };
      const settings = { ROUND_CLAIM_SECONDS: '20', RATE_LIMITER_FAILURE: 'open' };
      await createHandler({ gateways, adapters: stores(), env: { ...onLambda, ...settings } });
      expect(log.lines()).toEqual([]);
    });

    it('is told of a table that nothing is kept in', async () => {
      const log = captureLog();
      const gateways = { acme: acme().definition };
      const settings = { TABLE_NAME: 'phone-otp', RATE_LIMITER: 'dynamodb' };
      await createHandler({ gateways, adapters: stores(), env: { ...onLambda, ...settings } });
      expect(log.lines().map(({ warning }) => warning)).toEqual([
        'RATE_LIMITER has no effect: adapters that were brought along count in its place.',
        'TABLE_NAME has no effect: nothing is kept in a table.',
      ]);
    });

    it('leaves them the time after a send that a table of ours would have', async () => {
      captureLog();
      const timeToSend = async (more: object, adapters = {}) => {
        const left: number[] = [];
        const send = async ({ deadline }: Sms) => {
          left.push(deadline.timeLeft);
          return {};
        };
        const pigeon = defineSmsGateway({ settings: {}, create: () => ({ send }) });
        const handler = await createHandler({
          gateways: { acme: pigeon },
          adapters: { clock: new ManualClock(), ...adapters },
          env: { ...env, SMS_TIMEOUT_MS: '4000', ...more },
        });
        await new SignInDriver(handler).start();
        return left[0];
      };
      const [inTheSession, outside] = [await timeToSend({}), await timeToSend({}, stores())];
      expect(inTheSession).toBe(4000);
      expect(outside).toBe(4200 - 2 * STORE_TIMEOUT_MS);
    });
  });

  it('says in the log what is wrong with the settings of such a gateway', async () => {
    const log = captureLog();
    const { definition } = acme();
    const creating = createHandler({
      gateways: { acme: definition },
      env: { ...env, ACME_API_KEY: '' },
    });
    await expect(creating).rejects.toThrow(/^Sign-in is not available right now/);
    expect(log.lines()[0]).toMatchObject({
      fault: { message: expect.stringContaining('ACME_API_KEY, read by SMS_ROUTES rule 1') },
    });
  });

  it.each([
    ['on Lambda', { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' }, 1],
    ['elsewhere', {}, 0],
  ])(
    'prepares gateways and DynamoDB at its start %s, and sends nothing',
    async (_, more, times) => {
      const log = captureLog();
      const gateway = { prepare: vi.fn(async () => {}), send: vi.fn() };
      const pigeon = defineSmsGateway({ settings: {}, create: () => gateway });
      const prepare = vi.spyOn(DynamoDbStore.prototype, 'prepare').mockResolvedValue();
      onTestFinished(() => prepare.mockRestore());
      const SMS_ROUTES = '[{"countries":["*"],"gateways":[{"gateway":"pigeon"}]}]';
      await createHandler({
        gateways: { pigeon },
        env: { ...ENV, ...DURABLE, ...more, SMS_ROUTES },
      });
      expect(gateway.prepare).toHaveBeenCalledTimes(times);
      expect(prepare).toHaveBeenCalledTimes(times);
      expect(gateway.send).not.toHaveBeenCalled();
      expect(log.lines()).toEqual([]);
    },
  );
});
