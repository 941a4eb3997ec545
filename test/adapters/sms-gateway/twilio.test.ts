import { describe, expect, it, onTestFinished } from 'vitest';
import { type TwilioSettings, TwilioSmsGateway } from '../../../src/adapters/sms-gateway/twilio.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeSmsGatewayContract, type Refusal } from '../../contracts/sms-gateway.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { inItsWords } from '../../support/provider-server.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  MESSAGING_SERVICE_SID,
  startTwilioServer,
  type TwilioError,
} from '../../support/twilio-server.ts';

/** How Twilio words each refusal: status and error code. */
const REFUSALS = {
  throttled: { status: 429, code: 20429 },
  'opted-out': { status: 400, code: 21610 },
  'invalid-number': { status: 400, code: 21211 },
  'destination-not-served': { status: 400, code: 21408 },
  sandbox: { status: 400, code: 21608 },
  unauthorised: { status: 401, code: 20003 },
  unavailable: { status: 503, code: 20503 },
  rejected: { status: 400, code: 21603 },
} as const satisfies Partial<Record<Refusal, TwilioError>>;
type TwilioRefusal = keyof typeof REFUSALS;

const clock = new ManualClock();

async function startGateway(settings: Partial<TwilioSettings> = {}) {
  const server = await startTwilioServer(settings.apiKeySid);
  onTestFinished(() => server.close());
  const sender = settings.from === undefined ? { messagingServiceSid: MESSAGING_SERVICE_SID } : {};
  const account = { accountSid: ACCOUNT_SID, secret: AUTH_TOKEN, apiUrl: server.url };
  return { gateway: new TwilioSmsGateway(clock, { ...account, ...sender, ...settings }), server };
}

describeSmsGatewayContract(
  'twilio',
  async () => {
    const { gateway, server } = await startGateway();
    return {
      gateway,
      provider: (behaviour) => server.behave(inItsWords(REFUSALS, behaviour)),
      attempts: () => server.requests.length,
      openConnections: () => server.openConnections(),
      accepted: () =>
        server.accepted.map((form) => ({ to: form.get('To') ?? '', text: form.get('Body') ?? '' })),
      validity: () => Number(server.accepted.at(-1)?.get('ValidityPeriod')),
      clock,
      close: () => server.close(),
    };
  },
  Object.keys(REFUSALS) as TwilioRefusal[],
);

describe('TwilioSmsGateway', () => {
  function sms(lifetimeMs = 300_000) {
    const now = clock.now();
    const to = '+12065550100' as PhoneNumber;
    return {
      to,
      country: 'US',
      text: 'Ünïcode & 100 %+',
      deadline: Deadline.in(clock, 2000),
      expiresAt: now + lifetimeMs,
    };
  }

  it('asks the messaging service to send, while the code is valid', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms(299_900));
    expect(Object.fromEntries(server.accepted[0] ?? [])).toEqual({
      To: '+12065550100',
      Body: 'Ünïcode & 100 %+',
      MessagingServiceSid: MESSAGING_SERVICE_SID,
      ValidityPeriod: '299',
    });
  });

  it('sends from a number, and signs with an API key', async () => {
    const { gateway, server } = await startGateway({
      from: '+18005550123',
      apiKeySid: `SK${'3'.repeat(32)}`,
    });
    await gateway.send(sms(500));
    expect(server.accepted[0]?.get('From')).toBe('+18005550123');
    expect(server.accepted[0]?.get('ValidityPeriod')).toBe('1');
  });

  it.each<readonly [TwilioError, string]>([
    [{ status: 400, code: 20429 }, 'throttled'],
    [{ status: 400, code: 21611 }, 'throttled'],
    [{ status: 400, code: 63017 }, 'throttled'],
    [{ status: 429 }, 'throttled'],
    [{ status: 400, code: 63038 }, 'throttled'],
    [{ status: 400, code: 21217 }, 'invalid-number'],
    [{ status: 400, code: 21265 }, 'invalid-number'],
    [{ status: 400, code: 21614 }, 'invalid-number'],
    [{ status: 400, code: 21635 }, 'invalid-number'],
    [{ status: 400, code: 21606 }, 'destination-not-served'],
    [{ status: 400, code: 21612 }, 'destination-not-served'],
    [{ status: 400, code: 21657 }, 'destination-not-served'],
    [{ status: 400, code: 21659 }, 'destination-not-served'],
    [{ status: 400, code: 21607 }, 'sandbox'],
    [{ status: 400, code: 572002 }, 'sandbox'],
    [{ status: 400, code: 572005 }, 'sandbox'],
    [{ status: 400, code: 20003 }, 'unauthorised'],
    [{ status: 401 }, 'unauthorised'],
    [{ status: 400, code: 21660 }, 'unauthorised'],
    [{ status: 429, code: 14107 }, 'rejected'],
    [{ status: 403, code: 20006 }, 'unauthorised'],
    [{ status: 404, code: 20404 }, 'rejected'],
    [{ status: 302 }, 'rejected'],
  ])('A42: maps %j to %s', async (error, failure) => {
    const { gateway, server } = await startGateway();
    server.behave(error);
    await expect(gateway.send(sms())).rejects.toMatchObject({ failure, fate: 'unsent' });
    expect(server.requests).toHaveLength(1);
  });

  it('tells the operator the error code, status and request id', async () => {
    const { gateway, server } = await startGateway();
    server.behave(REFUSALS['opted-out']);
    await expect(gateway.send(sms())).rejects.toMatchObject({
      provider: {
        name: 'TwilioError21610',
        httpStatus: 400,
        requestId: 'RQ0123456789abcdef0123456789abcdef',
      },
    });
  });

  it.each([0, 867_530, -21_610, 2161.5])(
    'names no code that can not be Twilio’s: %d',
    async (code) => {
      const { gateway, server } = await startGateway();
      server.behave({ status: 400, code });
      await expect(gateway.send(sms())).rejects.toMatchObject({
        failure: 'rejected',
        provider: { name: 'TwilioError' },
      });
    },
  );

  it('A42: knows that nothing left when no connection could be made', async () => {
    const { gateway, server } = await startGateway();
    await server.close();
    await expect(gateway.send(sms())).rejects.toMatchObject({
      failure: 'unavailable',
      fate: 'unsent',
      provider: { name: 'ECONNREFUSED' },
    });
  });
});
