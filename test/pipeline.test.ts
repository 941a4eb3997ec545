import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type SmsAttempt, SmsDeliveryError } from '../src/domain/ports/sms-gateway.ts';
import type { TriggerEvent } from '../src/trigger-events.ts';
import {
  type CapturedLog,
  context,
  createFunction,
  type FunctionOptions,
  setEnv,
} from './support/function.ts';
import { KNOWN_USER, SignInDriver, UNKNOWN_USER } from './support/sign-in-driver.ts';

function outcomes(log: CapturedLog): unknown[] {
  return log.lines().map(({ outcome }) => outcome);
}

describe('The log', () => {
  it('A46: has one line for each outcome of a sign-in', async () => {
    const { handler, gateway, clock, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    await signIn.answer('1');
    clock.advance(30_000);
    await signIn.resend();
    await signIn.answer(gateway.lastCode);
    expect(outcomes(log)).toEqual([
      'code-asked',
      'sent',
      'rejected',
      'code-asked',
      'reused',
      'resend-requested',
      'code-asked',
      'resent',
      'verified',
      'tokens-issued',
    ]);
  });

  it('A46: names the request, the trigger, the app client and a pseudonymous user, in UTC', async () => {
    const { handler, log } = createFunction();
    await new SignInDriver(handler).start();
    const users = log.lines().map(({ user }) => user);
    expect(new Set(users).size).toBe(1);
    expect(log.lines()[1]).toMatchObject({
      level: 'INFO',
      message: 'sent',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      function_request_id: context.awsRequestId,
      trigger: 'CreateAuthChallenge_Authentication',
      appClient: '3n4b5urk1ft4fl3mg5',
      user: expect.stringMatching(/^[0-9a-f]{16}$/),
      attemptsRemaining: 3,
      resendsRemaining: 2,
    });
  });

  it('A46: tells failures, expiries and delivery failures, with their reasons', async () => {
    const { handler, gateway, clock, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    clock.advance(300_000);
    gateway.failByRefusing('opted-out');
    await signIn.answer(gateway.lastCode);
    await signIn.resend();
    await signIn.answer('2');
    await signIn.answer('3');
    expect(log.lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'expired', level: 'INFO' }),
        expect.objectContaining({
          outcome: 'delivery-failed',
          level: 'WARN',
          reason: 'opted-out',
          mayHaveLeft: false,
        }),
        expect.objectContaining({ outcome: 'failed', reason: 'attempts-used-up' }),
      ]),
    );
  });

  it.each([
    ['is missing', { sub: 'user' }, 'number-missing'],
    [
      'is not E.164',
      { sub: 'user', phone_number: '0151 234567', phone_number_verified: 'true' },
      'number-not-e164',
    ],
    [
      'no plan allows',
      { sub: 'user', phone_number: '+1555123', phone_number_verified: 'true' },
      'number-impossible',
    ],
    [
      'is premium',
      { sub: 'user', phone_number: '+19005550100', phone_number_verified: 'true' },
      'number-special',
    ],
    ['is not verified', { sub: 'user', phone_number: '+12025554567' }, 'number-not-verified'],
  ])(
    'warns the operator of a user whose number %s, and says what to do',
    async (_, userAttributes, reason) => {
      const { handler, log } = createFunction();
      await new SignInDriver(handler, { ...KNOWN_USER, userAttributes }).start();
      expect(log.lines().at(-1)).toMatchObject({
        level: 'WARN',
        outcome: 'withheld',
        reason,
        mend: expect.any(String),
      });
    },
  );

  it('warns of metadata that is not ours', async () => {
    const { handler, log } = createFunction();
    const challengeMetadata = 'CODE-123456';
    const foreign = { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata };
    await new SignInDriver(handler, KNOWN_USER, [foreign]).start();
    expect(log.lines().at(-1)).toMatchObject({
      level: 'WARN',
      outcome: 'failed',
      reason: 'foreign-metadata',
    });
  });

  it('warns when the function is attached to a trigger that is not ours', async () => {
    const event = { triggerSource: 'CustomMessage_SignUp', request: {}, response: {} };
    const { handler, log } = createFunction();
    await handler(event as never, context);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'not-our-trigger',
        trigger: 'CustomMessage_SignUp',
      }),
    ]);
  });

  it('A47: can not be forged by line breaks in an answer or in metadata', async () => {
    setEnv({ POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
    const { handler, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    log.clear();
    const forged = '1\r\n{"level":"INFO","outcome":"verified"}\u2028';
    await signIn.answer(forged, { [forged]: forged, action: forged });
    expect(outcomes(log).filter((outcome) => outcome !== undefined)).toEqual([
      'rejected',
      'code-asked',
      'reused',
    ]);
    expect(log.lines()).toHaveLength(6);
  });
});

describe('The metrics', () => {
  beforeEach(() => {
    setEnv({ POWERTOOLS_METRICS_DISABLED: 'false' });
  });

  /** The metrics written, without their timestamps and declarations. */
  function metrics(log: CapturedLog) {
    return log
      .lines()
      .filter((line) => line._aws !== undefined)
      .map(({ _aws, ...metric }) => metric);
  }

  const service = 'cognito-phone-otp';

  it('count every outcome under its own name', async () => {
    const { handler, gateway, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    await signIn.answer('1');
    await signIn.answer(gateway.lastCode);
    expect(metrics(log).filter((metric) => metric.country === undefined)).toEqual(
      ['code-asked', 'sent', 'rejected', 'code-asked', 'reused', 'verified', 'tokens-issued'].map(
        (outcome) => ({ service, [outcome]: 1 }),
      ),
    );
  });

  it('count a late answer once as an answer, and once as the round that follows', async () => {
    const { handler, gateway, clock, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    clock.advance(300_000);
    log.clear();
    await signIn.answer(gateway.lastCode);
    expect(metrics(log)).toEqual(
      ['code-expired', 'code-asked', 'expired'].map((outcome) => ({ service, [outcome]: 1 })),
    );
  });

  it('count what was sent and what was verified by country, for the conversion', async () => {
    const { handler, gateway, log } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    await signIn.answer(gateway.lastCode);
    expect(metrics(log).filter((metric) => metric.country !== undefined)).toEqual([
      { service, country: 'US', 'country-sent': 1 },
      { service, country: 'US', 'country-verified': 1 },
    ]);
  });

  it('tell gateway, country, result, segments, latency and attempt of every SMS', async () => {
    const { handler, gateway, log } = createFunction();
    const timeout = new SmsDeliveryError('throttled', 'unsent');
    const attempts: SmsAttempt[] = [
      { attempt: 1, gateway: 'sns', segments: 1, latencyMs: 41, error: timeout },
      { attempt: 2, gateway: 'twilio', segments: 2, latencyMs: 203, error: undefined },
    ];
    gateway.instead('send', async () => ({ routing: { country: 'SG', attempts } }));
    await new SignInDriver(handler).start();
    expect(metrics(log).slice(1)).toEqual([
      {
        service,
        gateway: 'sns',
        country: 'SG',
        result: 'throttled',
        attempt: '1',
        sms: 1,
        'sms-segments': 1,
        'sms-latency': 41,
      },
      {
        service,
        gateway: 'twilio',
        country: 'SG',
        result: 'accepted',
        attempt: '2',
        sms: 1,
        'sms-segments': 2,
        'sms-latency': 203,
      },
      { service, country: 'US', 'country-sent': 1 },
      { service, sent: 1 },
    ]);
  });
});

describe('A45: the canary', () => {
  /** Every path of a sign-in, in one function; returns its log, and all that must stay secret. */
  async function walkEveryPath(options: FunctionOptions) {
    // Strangers get rounds of their own only where they are hidden.
    const env = { HIDE_USER_EXISTENCE: 'true', ...options.env };
    const { handler, gateway, clock, challenges, log } = createFunction({ ...options, env });
    const sessions: string[] = [];
    const drive = async (
      user: typeof KNOWN_USER,
      steps: (signIn: SignInDriver) => Promise<unknown>,
    ) => {
      // Or the limits on SMS to the number would end the walk.
      clock.advance(3_600_000);
      const signIn = new SignInDriver(handler, user);
      await signIn.start();
      await steps(signIn);
      sessions.push(...signIn.session.map(({ challengeMetadata }) => challengeMetadata ?? ''));
    };

    await drive(KNOWN_USER, (signIn) => signIn.answer(gateway.lastCode));
    await drive(KNOWN_USER, async (signIn) => {
      await signIn.answer('1', { note: gateway.lastCode, [gateway.lastCode]: 'key' });
      await signIn.resend();
      clock.advance(30_000);
      await signIn.resend();
      await signIn.answer(gateway.lastCode);
    });
    await drive(KNOWN_USER, async (signIn) => {
      clock.advance(301_000);
      await signIn.answer(gateway.lastCode);
      await signIn.answer(gateway.lastCode);
      await signIn.answer(gateway.lastCode);
    });
    await drive(UNKNOWN_USER, (signIn) => signIn.answer('1'));
    await drive({ ...UNKNOWN_USER, userName: '+12025554567' }, (signIn) => signIn.answer('1'));
    gateway.failByRefusing('invalid-number');
    await drive(KNOWN_USER, (signIn) => signIn.resend());
    gateway.failWithoutAnswer('timed-out');
    await drive(KNOWN_USER, (signIn) => signIn.resend());

    // A careless adapter: its errors quote the message, the number and the session.
    const spill = (secret: string) =>
      new Error(`could not handle ${secret}`, { cause: new Error(secret) });
    gateway.instead('send', ({ to, text }) => Promise.reject(spill(`${to}: ${text}`)));
    clock.advance(3_600_000);
    const started = new SignInDriver(handler).start();
    await expect(started).rejects.toThrow('Sign-in is not available');
    challenges.instead('find', (reference) => Promise.reject(spill(reference)));
    const failing = new SignInDriver(handler, KNOWN_USER, [
      {
        challengeName: 'CUSTOM_CHALLENGE',
        challengeResult: false,
        challengeMetadata: sessions[0] ?? '',
      },
    ]);
    await expect(failing.start()).rejects.toThrow('Sign-in is not available');

    const codes = gateway.outbox.map(({ text }) => text.slice(-10));
    const parts = sessions.flatMap((session) => [
      session,
      session.slice(0, 40),
      session.slice(-40),
    ]);
    return { log, secrets: [...codes, ...parts, '2025554567'] };
  }

  it.each<readonly [string, Record<string, string>]>([
    ['as it comes', {}],
    ['with metrics', { POWERTOOLS_METRICS_DISABLED: 'false' }],
    ['at debug level', { POWERTOOLS_LOG_LEVEL: 'DEBUG' }],
    ['with event logging', { POWERTOOLS_LOGGER_LOG_EVENT: 'true', POWERTOOLS_LOG_LEVEL: 'TRACE' }],
    ['in development mode', { POWERTOOLS_DEV: 'true', POWERTOOLS_LOGGER_LOG_EVENT: 'true' }],
  ])('finds no code, session or full number in the log %s', async (_, settings) => {
    setEnv(settings);
    if (settings.POWERTOOLS_DEV !== undefined) {
      for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
        const spy = vi.spyOn(console, method).mockImplementation((...line) => {
          process.stdout.write(line.join(' '));
        });
        onTestFinished(() => spy.mockRestore());
      }
    }
    const { log, secrets } = await walkEveryPath({ env: { OTP_LENGTH: '10' } });
    expect(secrets.length).toBeGreaterThan(20);
    expect(log.text()).toContain('tokens-issued');
    expect(log.text()).toContain('fault');
    for (const secret of secrets) {
      expect(log.text()).not.toContain(secret);
    }
  });

  it('sees the outline of the event when event logging is on', async () => {
    setEnv({ POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
    const { handler, log } = createFunction();
    await new SignInDriver(handler).start();
    expect(log.lines()[0]).toMatchObject({
      event: {
        triggerSource: 'DefineAuthChallenge_Authentication',
        request: { userAttributes: { phone_number: '(12 characters)' }, session: [] },
      },
    });
  });
});

describe('A fault', () => {
  it('A30: leaves the function as one fixed sentence with a reference', async () => {
    const { handler, gateway } = createFunction();
    gateway.fail('send', new TypeError("can't read properties of undefined"));
    const error = await new SignInDriver(handler).start().catch((thrown) => thrown);
    expect(error).toEqual(
      new Error(
        `Sign-in is not available right now, please try again (reference ${context.awsRequestId})`,
      ),
    );
    expect(Object.keys(error)).toEqual([]);
    expect(error.cause).toBeUndefined();
  });

  it('A30: is told in full in the log, under the same reference', async () => {
    const { handler, gateway, log } = createFunction();
    const cause = Object.assign(new Error('socket closed'), { code: 'EPIPE' });
    gateway.fail('send', new TypeError('no route', { cause }));
    await new SignInDriver(handler).start().catch(() => {});
    expect(log.lines().at(-1)).toMatchObject({
      level: 'ERROR',
      outcome: 'fault',
      reference: context.awsRequestId,
      fault: {
        name: 'TypeError',
        message: 'no route',
        stack: expect.arrayContaining([expect.stringContaining('pipeline.test.ts')]),
        cause: { name: 'Error', message: 'socket closed', code: 'EPIPE' },
      },
    });
  });

  it('A31: in the store on Verify gives no tokens', async () => {
    const { handler, gateway, challenges } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    challenges.fail('find', new Error('store down'));
    await expect(signIn.answer(gateway.lastCode)).rejects.toThrow('Sign-in is not available');
  });

  it.each([undefined, null, 'text', 42, {}])('is survived when it is %j', async (thrown) => {
    const { handler, gateway } = createFunction();
    gateway.fail('send', thrown);
    await expect(new SignInDriver(handler).start()).rejects.toThrow('Sign-in is not available');
  });

  it.each([{}, { triggerSource: 'CreateAuthChallenge_Authentication' }])(
    'or a strange event is answered without a leak: %j',
    async (event) => {
      const answer = await createFunction()
        .handler(event as never, context)
        .catch(({ message }) => message);
      expect(JSON.stringify(answer)).toMatch(/^\{\}$|Sign-in is not available/);
    },
  );
});

describe("Lambda's own timeout", () => {
  /** The context of an invocation that Lambda will stop so soon. */
  const stoppedIn = (milliseconds: number): Context => ({
    ...context,
    getRemainingTimeInMillis: () => milliseconds,
  });

  function drive(remainingMs: number) {
    const { handler, gateway, log } = createFunction();
    const deadlines: number[] = [];
    gateway.before('send', ({ deadline }) => {
      deadlines.push(deadline.timeLeft);
    });
    const invoke = (event: TriggerEvent) => handler(event, stoppedIn(remainingMs));
    return { signIn: new SignInDriver(invoke), gateway, deadlines, log };
  }

  it('A33: leaves a provider less time where Lambda does', async () => {
    const { signIn, deadlines } = drive(3000);
    await signIn.start();
    expect(deadlines).toEqual([2500]);
  });

  it('warns once where it is shorter than Cognito waits', async () => {
    const { signIn, log } = drive(2990.4);
    await signIn.start();
    const warnings = log.lines().filter(({ outcome }) => outcome === 'warning');
    expect(warnings).toEqual([
      expect.objectContaining({
        level: 'WARN',
        warning: expect.stringMatching(/left its first event 2990 ms\. Set it to 5 seconds/),
      }),
    ]);
  });

  it('does not warn where it is as long', async () => {
    const { signIn, log } = drive(4900);
    await signIn.start();
    expect(outcomes(log)).not.toContain('warning');
  });

  it('A52: ends as a told failure, and not as a fault, where none of it is left', async () => {
    const { signIn, gateway, log } = drive(-20);
    expect(await signIn.start()).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
    expect(gateway.attempts).toBe(0);
    expect(outcomes(log)).not.toContain('fault');
  });

  it('answers with what the work came to, and never while it goes on', async () => {
    const { handler, gateway } = createFunction();
    const sent = Promise.withResolvers<void>();
    gateway.instead('send', async () => {
      // Longer than middy would wait.
      await setTimeout(60);
      sent.resolve();
      return {};
    });
    const invoke = (event: TriggerEvent) => handler(event, stoppedIn(30));
    expect(await new SignInDriver(invoke).start()).toMatchObject({ kind: 'challenge' });
    await sent.promise;
  });
});
