import { describe, expect, it } from 'vitest';
import {
  GATEWAY_VARIABLES,
  SMS_GATEWAYS,
  smsGatewayOpener,
} from '../../src/adapters/sms-gateway/lib/registry.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { STRONG_KEY } from '../support/keys.ts';

const warnings = (env: Record<string, string> = {}) =>
  readConfig({ OTP_HASH_KEY: STRONG_KEY, AWS_REGION: 'eu-west-1', ...env }).warnings;

const IN_LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'phone-otp' };
const BOUNDED = { SENDS_PER_HOUR: '1000' };
const TABLE = { TABLE_NAME: 'phone-otp' };

const UNBOUNDED =
  'Without SENDS_PER_HOUR or SENDS_PER_COUNTRY_HOUR, and counts for them, nothing bounds the bill for SMS.';

describe('In Lambda, a start', () => {
  it('warns of what is open without a table, and of a bill without a ceiling', () => {
    expect(warnings(IN_LAMBDA)).toEqual([
      'Without a DynamoDB table (TABLE_NAME) for everything, a code can be replayed while it is valid, and a repeated call can send a second SMS; every container counts limits and locks for itself, and forgets them when it ends.',
      UNBOUNDED,
    ]);
  });

  it('has nothing to warn of with a table and a budget', () => {
    expect(warnings({ ...IN_LAMBDA, ...TABLE, ...BOUNDED })).toEqual([]);
    expect(warnings({ ...IN_LAMBDA, ...TABLE, SENDS_PER_COUNTRY_HOUR: '100' })).toEqual([]);
  });

  it('warns of what is kept elsewhere in spite of the table', () => {
    expect(
      warnings({ ...IN_LAMBDA, ...TABLE, ...BOUNDED, CHALLENGE_REPOSITORY: 'session' }),
    ).toEqual([expect.stringMatching(/a code can be replayed/)]);
    expect(warnings({ ...IN_LAMBDA, ...TABLE, ...BOUNDED, RATE_LIMITER: 'memory' })).toEqual([
      'Without a DynamoDB table (TABLE_NAME) for everything, every container counts limits and locks for itself, and forgets them when it ends.',
    ]);
  });

  it('warns of a budget that nothing counts', () => {
    expect(warnings({ ...IN_LAMBDA, ...TABLE, ...BOUNDED, RATE_LIMITER: 'none' })).toEqual([
      'Without a DynamoDB table (TABLE_NAME) for everything, no limit or lock holds beyond one sign-in.',
      UNBOUNDED,
      'SENDS_PER_HOUR has no effect: RATE_LIMITER is none.',
    ]);
  });
});

describe('A setting without effect', () => {
  it('is no setting that is not there', () => expect(warnings()).toEqual([]));

  it.each<readonly [Record<string, string>, string]>([
    [{ LOCK_AFTER: '5', RATE_LIMITER: 'none' }, 'LOCK_AFTER has no effect: RATE_LIMITER is none.'],
    [
      { UNPROVEN_SENDS: 'refuse', RATE_LIMITER: 'none' },
      'UNPROVEN_SENDS has no effect: RATE_LIMITER is none.',
    ],
    [
      { RATE_LIMITER_FAILURE: 'open' },
      "RATE_LIMITER_FAILURE has no effect: RATE_LIMITER is memory, which can't fail.",
    ],
    [
      { RATE_LIMITER_FAILURE: 'open', RATE_LIMITER: 'none' },
      "RATE_LIMITER_FAILURE has no effect: RATE_LIMITER is none, which can't fail.",
    ],
    [
      { ROUND_CLAIM_SECONDS: '30' },
      'ROUND_CLAIM_SECONDS has no effect: CHALLENGE_REPOSITORY is session, which claims no rounds.',
    ],
    [
      { ...TABLE, CHALLENGE_REPOSITORY: 'session', RATE_LIMITER: 'memory' },
      'TABLE_NAME has no effect: CHALLENGE_REPOSITORY is session, and RATE_LIMITER is memory.',
    ],
    [
      { ANSWER_STEP_MS: '800', HIDE_USER_EXISTENCE: 'false' },
      'ANSWER_STEP_MS has no effect: HIDE_USER_EXISTENCE is false.',
    ],
    [
      { CONFIRM_PHONE: 'true' },
      'CONFIRM_PHONE has no effect: REQUIRE_VERIFIED_PHONE is true, so that only numbers that are verified get codes.',
    ],
    [
      { OTP_RESEND_COOLDOWN_SECONDS: '10', OTP_MAX_SENDS: '1' },
      'OTP_RESEND_COOLDOWN_SECONDS has no effect: OTP_MAX_SENDS is 1.',
    ],
    [
      {
        SMS_MAX_PRICE_USD: '0.10',
        SMS_ROUTES: '[{"countries":["*"],"gateways":[{"gateway":"twilio"}]}]',
      },
      'SMS_MAX_PRICE_USD has no effect: no route names a gateway of AWS.',
    ],
  ])('is warned of by name: %j', (env, warning) => expect(warnings(env)).toEqual([warning]));
});

describe('A cooldown', () => {
  const warning =
    'OTP_RESEND_COOLDOWN_SECONDS is longer than OTP_TTL_SECONDS: users whose code is too old wait 1 s for another.';

  it('is warned of where it outlasts a code', () => {
    expect(warnings({ OTP_TTL_SECONDS: '60', OTP_RESEND_COOLDOWN_SECONDS: '61' })).toEqual([
      warning,
    ]);
  });

  it.each([
    { OTP_TTL_SECONDS: '60', OTP_RESEND_COOLDOWN_SECONDS: '60' },
    { OTP_TTL_SECONDS: '30' },
  ])('is not where it does not: %j', (env) => expect(warnings(env)).toEqual([]));
});

describe('An unknown variable', () => {
  it.each([
    ['OTP_TTL_SECOND', ' Is OTP_TTL_SECONDS meant?'],
    ['SMS_SENDERID', ' Is SMS_SENDER_ID meant?'],
    ['SENDS_PER_HOURS', ' Is SENDS_PER_HOUR meant?'],
    ['TABLENAME', ' Is TABLE_NAME meant?'],
    ['APP_NAMES', ' Is APP_NAME meant?'],
    ['SMS_TEMPLATE', ' Is SMS_TEMPLATES meant?'],
    ['TWILIO_AUTH', ''],
    ['OTP_SOMETHING_ELSE_ALTOGETHER', ''],
  ])(
    'that looks like one of ours is named, with the one that is likely meant: %s',
    (name, hint) => {
      expect(warnings({ [name]: '1' })).toEqual([
        `${name} is no setting of this function, and does nothing.${hint}`,
      ]);
    },
  );

  it.each(['AWS_REGION', 'PATH', 'APP_ENV', 'TABLE', 'POWERTOOLS_LOG_LEVEL', 'LOCKED', 'SMSC'])(
    'of somebody else is left alone: %s',
    (name) => expect(warnings({ [name]: 'eu-west-1' })).toEqual([]),
  );

  it('is none of those that a gateway reads', async () => {
    const read = new Set<string>();
    const open = smsGatewayOpener((name) => {
      read.add(name);
      return undefined;
    }, new ManualClock());
    for (const gateway of Object.keys(SMS_GATEWAYS)) {
      await open({ gateway, settings: {}, title: gateway }).catch(() => {});
    }
    expect([...read].sort()).toEqual([...GATEWAY_VARIABLES].sort());
  });
});

describe('A setting with an effect', () => {
  const routed = (...gateways: string[]) =>
    JSON.stringify([
      { countries: ['BS'], deny: true },
      { countries: ['*'], gateways: gateways.map((gateway) => ({ gateway })) },
    ]);

  it.each<Record<string, string>>([
    { ...TABLE, RATE_LIMITER_FAILURE: 'open' },
    { ...TABLE, ROUND_CLAIM_SECONDS: '30' },
    { ...TABLE, CHALLENGE_REPOSITORY: 'session' },
    { ...TABLE, RATE_LIMITER: 'memory' },
    { ANSWER_STEP_MS: '800' },
    { CONFIRM_PHONE: 'false' },
    { CONFIRM_PHONE: 'true', REQUIRE_VERIFIED_PHONE: 'false' },
    { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'false' },
    { OTP_RESEND_COOLDOWN_SECONDS: '10', OTP_MAX_SENDS: '2' },
    { SMS_MAX_PRICE_USD: '0.10', SMS_ROUTES: routed('sns') },
    { SMS_REGION: 'eu-west-1', SMS_ROUTES: routed('twilio', 'end-user-messaging') },
  ])('is not warned of: %j', (env) => expect(warnings(env)).toEqual([]));

  it('is one without, where no route names a gateway that reads it', () => {
    expect(warnings({ SMS_REGION: 'eu-west-1', SMS_ROUTES: routed('twilio') })).toEqual([
      'SMS_REGION has no effect: no route names a gateway of AWS.',
    ]);
  });
});

describe('Where nothing is counted, a limit', () => {
  it.each([
    ['SENDS_PER_NUMBER', '5/1h'],
    ['SENDS_PER_COUNTRY_HOUR', '500'],
    ['SENDS_PER_HOUR', '500'],
    ['UNPROVEN_SENDS_ALLOWANCE', '50'],
    ['UNPROVEN_SENDS_PERCENT', '50'],
    ['LOCK_SECONDS', '60'],
    ['LOCK_MAX_SECONDS', '900'],
    ['LOCK_FOR_GOOD_AFTER', '50'],
  ])('has no effect: %s', (name, value) => {
    expect(warnings({ [name]: value, RATE_LIMITER: 'none' })).toEqual([
      `${name} has no effect: RATE_LIMITER is none.`,
    ]);
  });
});

describe('A name that is nearly one of ours', () => {
  it('is taken for the nearest, whichever comes first', () => {
    expect(warnings({ SMS_TEMPLATE: '1' })).toEqual([
      expect.stringContaining('Is SMS_TEMPLATES meant?'),
    ]);
  });

  it.each(['APPNAMES', 'APP_NAMEXX'])('may differ by two letters: %s', (name) => {
    expect(warnings({ [name]: '1' })).toEqual([expect.stringContaining('Is APP_NAME meant?')]);
  });

  it('is somebody else’s where ours stands in the middle', () => {
    expect(warnings({ VENDOR_SMS_QUEUE_URL: '1' })).toEqual([]);
  });

  it('is no matter where it holds nothing', () => {
    expect(warnings({ OTP_TTL_SECOND: '' })).toEqual([]);
  });
});
