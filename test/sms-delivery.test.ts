/** The whole function with its real gateways, on providers that speak their own protocols on 127.0.0.1. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createContainer } from '../src/container/container.ts';
import { openAdapters, readConfig } from '../src/container/open-adapters.ts';
import { handlerOf } from '../src/create-handler.ts';
import { MESSAGE_ID, startEndUserMessagingServer } from './support/end-user-messaging-server.ts';
import { captureLog, ENV, setEnv } from './support/function.ts';
import { type DrivenUser, KNOWN_USER, SignInDriver } from './support/sign-in-driver.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  MESSAGING_SERVICE_SID,
  startTwilioServer,
} from './support/twilio-server.ts';

const ROUTES = [
  {
    countries: ['US'],
    gateways: [
      { gateway: 'end-user-messaging', region: 'us-east-1', feedback: true },
      { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID },
    ],
  },
  { countries: ['MY'], locale: 'ms', gateways: [{ gateway: 'end-user-messaging' }] },
  { countries: ['*'], deny: true },
];

async function createWorld() {
  const log = captureLog();
  const endUserMessaging = await startEndUserMessagingServer();
  const twilio = await startTwilioServer();
  onTestFinished(async () => {
    await Promise.all([endUserMessaging.close(), twilio.close()]);
  });
  setEnv({
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: endUserMessaging.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });

  async function signIn(
    attributes: Readonly<Record<string, string>>,
    env = {},
  ): Promise<SignInDriver> {
    const config = readConfig({
      ...ENV,
      OTP_LENGTH: '10',
      OTP_RESEND_COOLDOWN_SECONDS: '0',
      SMS_ROUTES: JSON.stringify(ROUTES),
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_SECRET: AUTH_TOKEN,
      TWILIO_API_URL: twilio.url,
      ...env,
    });
    const handler = handlerOf(createContainer(config, await openAdapters(config)));
    const userAttributes = { ...KNOWN_USER.userAttributes, ...attributes };
    const user: DrivenUser = { ...KNOWN_USER, userAttributes };
    return new SignInDriver(handler, user);
  }

  const texts = () => endUserMessaging.accepted.map(({ input }) => String(input.MessageBody));
  return {
    log,
    endUserMessaging,
    twilio,
    signIn,
    texts,
    codeSent: () => texts()[0]?.slice(-10) ?? '',
    /** What the log says of these outcomes. */
    lines: (...outcomes: string[]) =>
      log.lines().filter(({ outcome }) => outcomes.includes(String(outcome))),
  };
}

const US = { phone_number: '+12065550100' };
const MALAYSIA = { phone_number: '+60123456789' };
const BAHAMAS = { phone_number: '+12425551234' };

describe('The log of an SMS', () => {
  it('has a line for each attempt: what it cost, and what came of it', async () => {
    const { endUserMessaging, signIn, lines } = await createWorld();
    endUserMessaging.behave({ status: 400, type: 'ThrottlingException' });
    await (await signIn(US)).start();
    expect(lines('sms-accepted', 'sms-failed')).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'sms-failed',
        attempt: 1,
        gateway: 'end-user-messaging',
        country: 'US',
        segments: 1,
        latencyMs: expect.any(Number),
        reason: 'throttled',
        mayHaveLeft: false,
        provider: expect.objectContaining({ name: 'ThrottlingException', httpStatus: 400 }),
        user: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
      expect.objectContaining({
        level: 'INFO',
        outcome: 'sms-accepted',
        attempt: 2,
        gateway: 'twilio',
        country: 'US',
        segments: 1,
      }),
    ]);
    expect(lines('sent')).toHaveLength(1);
  });

  it('tells which country was denied', async () => {
    const { signIn, lines } = await createWorld();
    await (await signIn(BAHAMAS)).start();
    expect(lines('delivery-failed', 'sms-failed')).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'delivery-failed',
        reason: 'country-blocked',
        country: 'BS',
      }),
    ]);
  });

  it('A45: never holds a code, a text or a full number, however a send ends', async () => {
    const { log, endUserMessaging, twilio, signIn, lines } = await createWorld();
    const refusals = [
      'accept',
      { status: 400, type: 'ConflictException', reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
      { status: 500, type: 'InternalServerException' },
      'reset',
      { echo: US.phone_number },
      { echo: `Refused_${US.phone_number.slice(1)}` },
    ] as const;
    for (const behaviour of refusals) {
      endUserMessaging.behave(behaviour);
      const echoes = typeof behaviour === 'object' && 'echo' in behaviour;
      const refusal = echoes ? behaviour : { status: 400, code: 21610 };
      twilio.behave(behaviour === 'accept' ? 'accept' : refusal);
      await (await signIn(US)).start();
    }
    expect(lines('sms-failed').length).toBeGreaterThan(3);
    const sent = endUserMessaging.requests.map(({ input }) => String(input.MessageBody).slice(-10));
    for (const secret of [...sent, '2065550100', 'Your OTP', AUTH_TOKEN]) {
      expect(log.text()).not.toContain(secret);
    }
  });
});

describe('A denied country', () => {
  it('A38: gets no request, and the same answer as a failed delivery', async () => {
    const { endUserMessaging, signIn } = await createWorld();
    const denied = await (await signIn(BAHAMAS)).start();
    expect(endUserMessaging.requests).toHaveLength(0);
    endUserMessaging.behave({
      status: 400,
      type: 'ConflictException',
      reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
    });
    const failed = await (await signIn({ phone_number: '+12065551234' })).start();
    expect(denied).toEqual(failed);
    expect(denied).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
  });
});

describe('The language of an SMS', () => {
  it('is the one that the client asks for, before the one of the user', async () => {
    const { signIn, texts } = await createWorld();
    const driver = await signIn({ ...US, locale: 'de-AT' });
    await driver.start();
    await driver.answer('', { action: 'resend', locale: 'fr' });
    expect(texts()).toEqual([
      expect.stringMatching(/^Ihr Code für die Anmeldung bei Acme ist \d{10}$/),
      expect.stringMatching(/^Votre code pour vous connecter à Acme est \d{10}$/),
    ]);
  });

  it('is the one of the route where the user has none', async () => {
    const { signIn, texts } = await createWorld();
    await (await signIn(MALAYSIA)).start();
    expect(texts()[0]).toMatch(/^OTP anda untuk log masuk ke Acme ialah \d{10}$/);
  });

  it('does not show in what the client is told', async () => {
    const { signIn } = await createWorld();
    const german = await (await signIn({ ...US, locale: 'de' })).start();
    expect(german).toEqual(await (await signIn(US)).start());
  });

  it('A44: changes nothing about the last line', async () => {
    const { signIn, texts } = await createWorld();
    await (await signIn({ ...US, locale: 'ja' }, { SMS_ORIGIN: 'example.com' })).start();
    const [body, lastLine] = texts()[0]?.split('\n') ?? [];
    const code = /\d{10}/.exec(body ?? '')?.[0];
    expect(lastLine).toBe(`@example.com #${code}`);
  });
});

describe('Feedback on a code that was used', () => {
  it('reaches AWS, and the log says so', async () => {
    const { endUserMessaging, signIn, codeSent, lines } = await createWorld();
    const driver = await signIn(US);
    await driver.start();
    expect(await driver.answer('1')).toMatchObject({ kind: 'challenge' });
    expect(await driver.answer(codeSent())).toEqual({ kind: 'tokens' });
    expect(endUserMessaging.accepted.at(-1)).toEqual({
      action: 'PutMessageFeedback',
      input: { MessageId: MESSAGE_ID, MessageFeedbackStatus: 'RECEIVED' },
    });
    expect(lines('verified')).toEqual([expect.objectContaining({ feedback: 'given' })]);
  });

  it.each(['hang', 'reset', { status: 500, type: 'InternalServerException' }] as const)(
    'never stands in the way of the sign-in: %j',
    async (behaviour) => {
      const { endUserMessaging, signIn, codeSent, lines } = await createWorld();
      const driver = await signIn(US);
      await driver.start();
      endUserMessaging.behave(behaviour);
      expect(await driver.answer(codeSent())).toEqual({ kind: 'tokens' });
      expect(lines('verified')).toEqual([
        expect.objectContaining({ level: 'INFO', feedback: 'failed' }),
      ]);
    },
  );

  it('A26: keeps no more in the metadata than the name of the message', async () => {
    const { signIn, codeSent } = await createWorld();
    const driver = await signIn(US);
    await driver.start();
    const metadata = driver.answers.at(-1)?.response as { challengeMetadata: string };
    expect(metadata.challengeMetadata).toHaveLength(200);
    const kept = Buffer.from(metadata.challengeMetadata, 'base64url').toString('latin1');
    expect(kept).toContain(`0:${MESSAGE_ID}`);
    expect(kept).not.toContain(codeSent());
  });
});
