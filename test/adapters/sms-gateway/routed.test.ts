import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/adapters/clock/system.ts';
import { isCountry, ShippedNumberingPlan } from '../../../src/adapters/numbering-plan/shipped.ts';
import { SMS_GATEWAYS, smsGatewayOpener } from '../../../src/adapters/sms-gateway/lib/registry.ts';
import { RoutedSmsGateway } from '../../../src/adapters/sms-gateway/routed.ts';
import { parseSmsRoutes } from '../../../src/config/sms-routes.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import {
  type SmsAttempt,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
} from '../../../src/domain/ports/sms-gateway.ts';
import type { SmsRoute } from '../../../src/domain/sms/route.ts';
import { describeSmsGatewayContract } from '../../contracts/sms-gateway.contract.ts';
import { ConfirmingSmsGateway, FakeSmsGateway } from '../../fakes/fake-sms-gateway.ts';
import { interruptible } from '../../fakes/interruptible.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import {
  type EndUserMessagingServer,
  startEndUserMessagingServer,
} from '../../support/end-user-messaging-server.ts';
import { NOT_SERVED, type SnsServer, startSnsServer } from '../../support/sns-server.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  MESSAGING_SERVICE_SID,
  startTwilioServer,
  type TwilioServer,
} from '../../support/twilio-server.ts';

const plan = new ShippedNumberingPlan();

const SINGAPORE = '+6591234567';
const US = '+12065550100';
const BAHAMAS = '+12425551234';
const SATELLITE = '+8816123456789';

function routes(rules: readonly object[]): readonly SmsRoute[] {
  const reading = parseSmsRoutes(JSON.stringify(rules), {
    gateways: ['first', 'second', 'third'],
    languages: [],
    isCountry,
  });
  if (reading.kind === 'invalid') {
    throw new Error(reading.problems.join(' '));
  }
  return reading.value;
}

function message(clock: Clock, to: string, patience = 2000) {
  return {
    to: to as PhoneNumber,
    country: plan.countryOf(to as PhoneNumber),
    text: 'Your OTP for log in is 8675309421',
    deadline: Deadline.in(clock, patience),
    expiresAt: clock.now() + 300_000,
  };
}

/** Three gateways, and what routes between them. */
function createWorld(asked = { second: new FakeSmsGateway() }) {
  const clock = new ManualClock();
  const first = interruptible(new FakeSmsGateway());
  const second = interruptible(asked.second);
  const third = interruptible(new FakeSmsGateway());
  const gateways: Readonly<Record<string, SmsGateway>> = { first, second, third };
  const open = async ({ gateway }: { readonly gateway: string }) =>
    gateways[gateway] ?? Promise.reject(new Error(gateway));
  return {
    clock,
    first,
    second,
    third,
    gatewayFor: (...rules: readonly object[]) => RoutedSmsGateway.open(routes(rules), open, clock),
    sms: (to: string, patience?: number) => message(clock, to, patience),
  };
}

async function failure(sending: Promise<unknown>): Promise<SmsDeliveryError> {
  const error = await sending.catch((thrown) => thrown);
  if (!(error instanceof SmsDeliveryError)) {
    throw new Error('Expected a delivery failure.', { cause: error });
  }
  return error;
}

const ALL = { countries: ['*'], gateways: [{ gateway: 'first' }, { gateway: 'second' }] };
const outcomes = (attempts: readonly SmsAttempt[] = []) =>
  attempts.map(({ gateway, error }) => [gateway, error?.failure ?? 'accepted']);

describeSmsGatewayContract(
  'routed',
  async () => {
    const { first, second, clock, gatewayFor } = createWorld();
    const gateway = await gatewayFor(ALL);
    return {
      gateway,
      provider: (behaviour) => first.behave(behaviour),
      attempts: () => first.attempts + second.attempts,
      accepted: () => [...first.outbox, ...second.outbox],
      validity: () => ((first.newestExpiry ?? 0) - clock.now()) / 1000,
      clock,
      close: async () => {},
    };
  },
  ['opted-out', 'country-blocked', 'price-over-limit'],
  { speaksNoHttp: 'its gateways are in memory' },
);

describe('A route', () => {
  it('is the first whose countries the number belongs to: a Caribbean +1 is not the US', async () => {
    const { first, second, third, gatewayFor, sms } = createWorld();
    const gateway = await gatewayFor(
      { countries: ['US', 'CA'], gateways: [{ gateway: 'first' }] },
      { countries: ['BS'], gateways: [{ gateway: 'second' }] },
      { countries: ['*'], gateways: [{ gateway: 'third' }] },
    );
    await gateway.send(sms(US));
    await gateway.send(sms(BAHAMAS));
    await gateway.send(sms(SINGAPORE));
    expect([first, second, third].map(({ outbox }) => outbox.map(({ to }) => to))).toEqual([
      [US],
      [BAHAMAS],
      [SINGAPORE],
    ]);
  });

  it.each([
    ['by name', [{ countries: ['BS'], deny: true }, ALL]],
    [
      'among all',
      [
        { ...ALL, countries: ['SG'] },
        { countries: ['*'], deny: true },
      ],
    ],
    ['by no rule at all', [{ ...ALL, countries: ['SG'] }]],
  ])('A38: asks no provider for a country denied %s', async (_, rules) => {
    const { first, second, gatewayFor, sms } = createWorld();
    const error = await failure((await gatewayFor(...rules)).send(sms(BAHAMAS)));
    expect(error).toMatchObject({
      failure: 'country-blocked',
      mayHaveLeft: false,
      provider: { name: 'DeniedByRoute' },
      routing: { country: 'BS', attempts: [] },
    });
    expect(first.attempts + second.attempts).toBe(0);
  });

  it('for all takes numbers of no country', async () => {
    const { first, gatewayFor, sms } = createWorld();
    const receipt = await (await gatewayFor(ALL)).send(sms(SATELLITE));
    expect(receipt.routing?.country).toBe('ZZ');
    expect(first.outbox).toHaveLength(1);
  });

  it('tells gateway, country, segments, latency and outcome of every attempt', async () => {
    const { clock, first, gatewayFor, sms } = createWorld();
    first.failByRefusing('throttled');
    first.before('send', () => clock.advance(120));
    const gateway = await gatewayFor(ALL);
    const { routing } = await gateway.send({ ...sms(SINGAPORE), text: 'か'.repeat(71) });
    expect(routing).toEqual({
      country: 'SG',
      attempts: [
        {
          attempt: 1,
          gateway: 'first',
          segments: 2,
          latencyMs: 120,
          error: expect.objectContaining({ failure: 'throttled' }),
        },
        { attempt: 2, gateway: 'second', segments: 2, latencyMs: 0, error: undefined },
      ],
    });
  });

  it('prepares every gateway, also where one can not be', async () => {
    const { gatewayFor, first, second, sms } = createWorld();
    const prepare = vi.fn(async () => {});
    Object.assign(first, { prepare: () => Promise.reject(new Error('Not now')) });
    Object.assign(second, { prepare });
    const gateway = await gatewayFor({
      countries: ['*'],
      gateways: [{ gateway: 'first' }, { gateway: 'second' }],
    });
    await gateway.prepare();
    expect(prepare).toHaveBeenCalledOnce();
    expect((await gateway.send(sms(US))).routing?.attempts).toMatchObject([{ gateway: 'first' }]);
  });

  it('lets faults that are no delivery failure pass', async () => {
    const { first, second, gatewayFor, sms } = createWorld();
    first.fail('send', new TypeError('bug'));
    await expect((await gatewayFor(ALL)).send(sms(US))).rejects.toThrow('bug');
    expect(second.attempts).toBe(0);
  });
});

describe('Failover', () => {
  it.each<SmsDeliveryFailure>([
    'throttled',
    'spend-limit',
    'sandbox',
    'unauthorised',
    'unavailable',
    'rejected',
    'destination-not-served',
    'invalid-number',
  ])('asks the next gateway when it may do what the first does not: %s', async (reason) => {
    const { first, gatewayFor, sms } = createWorld();
    first.failByRefusing(reason);
    const { routing } = await (await gatewayFor(ALL)).send(sms(US));
    expect(outcomes(routing?.attempts)).toEqual([
      ['first', reason],
      ['second', 'accepted'],
    ]);
  });

  it.each<SmsDeliveryFailure>(['opted-out', 'country-blocked', 'price-over-limit'])(
    'asks no other gateway when none should send to the number: %s',
    async (reason) => {
      const { first, second, gatewayFor, sms } = createWorld();
      first.failByRefusing(reason);
      const error = await failure((await gatewayFor(ALL)).send(sms(US)));
      expect(error).toMatchObject({ failure: reason, mayHaveLeft: false });
      expect(second.attempts).toBe(0);
    },
  );

  it('asks no third gateway when two say that there is no such number', async () => {
    const { first, second, third, gatewayFor, sms } = createWorld();
    first.failByRefusing('invalid-number');
    second.failByRefusing('invalid-number');
    const gateways = [...ALL.gateways, { gateway: 'third' }];
    const error = await failure((await gatewayFor({ ...ALL, gateways })).send(sms(US)));
    expect(error).toMatchObject({ failure: 'invalid-number', fate: 'unsent' });
    expect(third.attempts).toBe(0);
  });

  it.each(['timed-out', 'unavailable'] as const)(
    'asks no other gateway when the message may have left: %s',
    async (reason) => {
      const { first, second, gatewayFor, sms } = createWorld();
      first.failWithoutAnswer(reason);
      const error = await failure((await gatewayFor(ALL)).send(sms(US)));
      expect(error).toMatchObject({ failure: reason, mayHaveLeft: true });
      expect(second.attempts).toBe(0);
    },
  );

  it('asks the next gateway where the first says that it has trouble, and remembers that the message may have left', async () => {
    const { first, second, gatewayFor, sms } = createWorld();
    first.failInDoubt();
    const gateway = await gatewayFor(ALL);
    const { routing } = await gateway.send(sms(US));
    expect(outcomes(routing?.attempts)).toEqual([
      ['first', 'unavailable'],
      ['second', 'accepted'],
    ]);
    second.failByRefusing('throttled');
    const error = await failure(gateway.send(sms(US)));
    expect(error).toMatchObject({ failure: 'throttled', fate: 'uncertain' });
  });

  it('asks it nevertheless where the route says so, and remembers that a message may have left', async () => {
    const { first, second, gatewayFor, sms } = createWorld();
    first.failWithoutAnswer('timed-out');
    const gateway = await gatewayFor({ ...ALL, retryAfterTimeout: true });
    await gateway.send(sms(US));
    expect(second.outbox).toHaveLength(1);
    second.failByRefusing('throttled');
    const error = await failure(gateway.send(sms(US)));
    expect(error).toMatchObject({ failure: 'throttled', mayHaveLeft: true });
  });

  it('ends with the last failure when all gateways fail', async () => {
    const { first, second, gatewayFor, sms } = createWorld();
    first.failByRefusing('throttled');
    second.failByRefusing('unauthorised');
    const error = await failure((await gatewayFor(ALL)).send(sms(US)));
    expect(error).toMatchObject({ failure: 'unauthorised', mayHaveLeft: false });
    expect(outcomes(error.routing?.attempts)).toEqual([
      ['first', 'throttled'],
      ['second', 'unauthorised'],
    ]);
  });

  it('stops at the deadline', async () => {
    const { clock, first, second, gatewayFor, sms } = createWorld();
    first.instead('send', async () => {
      clock.advance(2000);
      throw new SmsDeliveryError('throttled', 'unsent');
    });
    const error = await failure((await gatewayFor(ALL)).send(sms(US)));
    expect(error).toMatchObject({ failure: 'throttled', mayHaveLeft: false });
    expect(second.attempts).toBe(0);
  });

  describe('inside one deadline', () => {
    /** What each gateway was given, in milliseconds, when each takes all of it and says nothing. */
    async function shares(retryAfterTimeout: boolean): Promise<number[]> {
      const { first, second, third, clock, gatewayFor, sms } = createWorld();
      const given: number[] = [];
      for (const gateway of [first, second, third]) {
        gateway.instead('send', async ({ deadline }) => {
          given.push(deadline.timeLeft);
          clock.advance(deadline.timeLeft);
          throw new SmsDeliveryError('timed-out', 'unanswered');
        });
      }
      const gateways = ['first', 'second', 'third'].map((name) => ({ gateway: name }));
      const gateway = await gatewayFor({ countries: ['*'], gateways, retryAfterTimeout });
      await failure(gateway.send(sms(US, 3000)));
      return given;
    }

    it('each gateway gets an equal share where the next one is asked after a timeout', async () => {
      expect(await shares(true)).toEqual([1000, 1000, 1000]);
    });

    it('the first may use it all where a timeout ends the matter', async () => {
      expect(await shares(false)).toEqual([3000]);
    });
  });
});

describe('The circuit breaker', () => {
  function createBreakerWorld() {
    const world = createWorld();
    const failTimes = async (count: number, gateway: RoutedSmsGateway) => {
      for (let i = 0; i < count; i++) {
        await gateway.send(world.sms(US));
      }
    };
    return { ...world, failTimes };
  }

  it('skips a gateway for half a minute after three failures, then tries it again', async () => {
    const { clock, first, second, gatewayFor, failTimes } = createBreakerWorld();
    const gateway = await gatewayFor(ALL);
    first.failByRefusing('unavailable');
    await failTimes(5, gateway);
    expect(first.attempts).toBe(3);
    expect(second.outbox).toHaveLength(5);
    clock.advance(30_000);
    await failTimes(2, gateway);
    expect(first.attempts).toBe(4);
    clock.advance(30_000);
    first.accept();
    await failTimes(2, gateway);
    expect(first.outbox).toHaveLength(2);
  });

  it('forgets failures at a success', async () => {
    const { first, gatewayFor, failTimes } = createBreakerWorld();
    const gateway = await gatewayFor(ALL);
    for (let i = 0; i < 4; i++) {
      first.failByRefusing('throttled');
      await failTimes(2, gateway);
      first.accept();
      await failTimes(1, gateway);
    }
    expect(first.attempts).toBe(12);
  });

  it.each<SmsDeliveryFailure>(['throttled', 'spend-limit', 'unauthorised', 'unavailable'])(
    'counts what the next number would meet as well: %s',
    async (reason) => {
      const { first, gatewayFor, failTimes } = createBreakerWorld();
      first.failByRefusing(reason);
      await failTimes(4, await gatewayFor(ALL));
      expect(first.attempts).toBe(3);
    },
  );

  it.each<SmsDeliveryFailure>([
    'opted-out',
    'invalid-number',
    'country-blocked',
    'destination-not-served',
    'price-over-limit',
    'sandbox',
    'rejected',
  ])('does not hold against a gateway what may be one number’s own: %s', async (reason) => {
    const { first, gatewayFor, sms } = createBreakerWorld();
    const gateway = await gatewayFor(ALL);
    first.failByRefusing(reason);
    for (let i = 0; i < 4; i++) {
      await gateway.send(sms(US)).catch(() => {});
    }
    expect(first.attempts).toBe(4);
  });

  it('never leaves a route without a gateway', async () => {
    const { first, second, gatewayFor, sms } = createBreakerWorld();
    const gateway = await gatewayFor(ALL);
    first.failByRefusing('unavailable');
    second.failByRefusing('unavailable');
    for (let i = 0; i < 4; i++) {
      await failure(gateway.send(sms(US)));
    }
    expect([first.attempts, second.attempts]).toEqual([4, 4]);
  });

  it('is shared by routes that ask for the same gateway in the same way', async () => {
    const { first, gatewayFor, sms, failTimes } = createBreakerWorld();
    const gateway = await gatewayFor({ ...ALL, countries: ['US'] }, { ...ALL, countries: ['SG'] });
    first.failByRefusing('unavailable');
    await failTimes(3, gateway);
    await gateway.send(sms(SINGAPORE));
    expect(first.attempts).toBe(3);
  });
});

describe('Feedback', () => {
  it('goes to the gateway that sent the message', async () => {
    const second = new ConfirmingSmsGateway('id:1');
    const { first, gatewayFor, sms } = createWorld({ second });
    first.failByRefusing('throttled');
    const gateway = await gatewayFor(ALL);
    const { feedbackReference = '' } = await gateway.send(sms(US));
    await gateway.confirm(feedbackReference);
    expect(second.confirmed).toEqual(['id:1']);
  });

  it('is left out where a provider names its message at undue length', async () => {
    const { first, gatewayFor, sms } = createWorld();
    first.instead('send', async () => ({ feedbackReference: 'x'.repeat(100) }));
    const { feedbackReference } = await (await gatewayFor(ALL)).send(sms(US));
    expect(feedbackReference).toBeUndefined();
  });

  it.each(['', '9:id', 'no reference'])(
    'ignores a reference to no gateway: %j',
    async (reference) => {
      const { gatewayFor } = createWorld();
      expect(await (await gatewayFor(ALL)).confirm(reference)).toBeUndefined();
    },
  );
});

describe('Failover between real providers', () => {
  const realClock = new SystemClock();
  let sns: SnsServer;
  let endUserMessaging: EndUserMessagingServer;
  let twilio: TwilioServer;

  beforeEach(async () => {
    sns = await startSnsServer();
    endUserMessaging = await startEndUserMessagingServer();
    twilio = await startTwilioServer();
    vi.stubEnv('AWS_ENDPOINT_URL_SNS', sns.url);
    vi.stubEnv('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2', endUserMessaging.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all([sns.close(), endUserMessaging.close(), twilio.close()]);
  });

  async function send(patience: number, options: object = {}) {
    const rules = [
      {
        countries: ['US'],
        gateways: [
          { gateway: 'sns', region: 'eu-west-1' },
          { gateway: 'end-user-messaging', region: 'us-east-1' },
          { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID },
        ],
        ...options,
      },
    ];
    const reading = parseSmsRoutes(JSON.stringify(rules), {
      gateways: Object.keys(SMS_GATEWAYS),
      languages: [],
      isCountry,
    });
    if (reading.kind === 'invalid') {
      throw new Error(reading.problems.join(' '));
    }
    const variables: Readonly<Record<string, string>> = {
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_SECRET: AUTH_TOKEN,
      TWILIO_API_URL: twilio.url,
    };
    const open = smsGatewayOpener((name) => variables[name], realClock);
    const gateway = await RoutedSmsGateway.open(reading.value, open, realClock);
    const now = realClock.now();
    const attempts = await gateway
      .send({ ...message(new ManualClock(), US, patience), expiresAt: now + 300_000 })
      .then(
        ({ routing }) => routing?.attempts,
        (error) => error.routing.attempts,
      );
    return outcomes(attempts);
  }

  const accepted = () =>
    sns.accepted.length + endUserMessaging.accepted.length + twilio.accepted.length;

  it('goes on past a throttling and a failing provider, slow as they are', async () => {
    sns.behave({ afterMs: 40, answer: { status: 429, code: 'Throttled', message: '' } });
    endUserMessaging.behave({
      afterMs: 40,
      answer: { status: 500, type: 'InternalServerException' },
    });
    expect(await send(5000)).toEqual([
      ['sns', 'throttled'],
      ['end-user-messaging', 'unavailable'],
      ['twilio', 'accepted'],
    ]);
    expect(accepted()).toBe(1);
  });

  it('goes on past providers that do not serve the destination', async () => {
    sns.behave(NOT_SERVED(US));
    const reason = 'INVALID_IDENTITY_FOR_DESTINATION_COUNTRY';
    endUserMessaging.behave({ status: 400, type: 'ValidationException', reason });
    expect(await send(5000)).toEqual([
      ['sns', 'destination-not-served'],
      ['end-user-messaging', 'destination-not-served'],
      ['twilio', 'accepted'],
    ]);
  });

  it('stops at a provider that hangs: its message may have left', async () => {
    sns.behave({ status: 429, code: 'Throttled', message: '' });
    endUserMessaging.behave('hang');
    expect(await send(300)).toEqual([
      ['sns', 'throttled'],
      ['end-user-messaging', 'timed-out'],
    ]);
    expect(twilio.requests).toHaveLength(0);
  });

  it('stops at a provider that breaks the connection: its message may have left', async () => {
    sns.behave('reset');
    expect(await send(5000)).toEqual([['sns', 'unavailable']]);
    expect(accepted()).toBe(0);
  });

  it('goes on past hanging and resetting providers where the route says so, in time', async () => {
    sns.behave('hang');
    endUserMessaging.behave('reset');
    expect(await send(900, { retryAfterTimeout: true })).toEqual([
      ['sns', 'timed-out'],
      ['end-user-messaging', 'unavailable'],
      ['twilio', 'accepted'],
    ]);
    expect(accepted()).toBe(1);
  });

  it('waits for a slow provider that accepts after all, and asks no other', async () => {
    sns.behave({ afterMs: 60, answer: 'accept' });
    expect(await send(5000)).toEqual([['sns', 'accepted']]);
    expect(accepted()).toBe(1);
  });

  it('goes on past a provider that can not be reached', async () => {
    await sns.close();
    expect(await send(5000)).toEqual([
      ['sns', 'unavailable'],
      ['end-user-messaging', 'accepted'],
    ]);
  });
});
