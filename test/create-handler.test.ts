import * as v from 'valibot';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DynamoDbStore } from '../src/adapters/dynamodb-store.ts';
import { defineSmsGateway } from '../src/adapters/sms-gateway/lib/definition.ts';
import { MemorySmsTraffic } from '../src/adapters/sms-traffic/memory.ts';
import { createHandler } from '../src/create-handler.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { captureLog, DURABLE, ENV } from './support/function.ts';
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
