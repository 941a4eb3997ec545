import { describe, expect, it } from 'vitest';
import { usesDynamoDb } from '../../src/config/abuse-limits.ts';
import { parseConfig } from '../../src/config/config.ts';
import { STRONG_KEY } from '../support/keys.ts';

const read = (env: Record<string, string> = {}) =>
  parseConfig(
    { OTP_HASH_KEY: STRONG_KEY, AWS_REGION: 'eu-west-1', ...env },
    { gateways: ['sns'], gatewayVariables: [], isCountry: () => true },
    Date.UTC(2026, 0, 15),
  );

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('The settings against abuse', () => {
  it('keep to the documented numbers, and to this process, unless told otherwise', () => {
    expect(read().abuse).toEqual({
      challengeRepository: 'session',
      rateLimiter: 'memory',
      tableName: '',
      sends: {
        perNumber: [
          { max: 5, windowMs: 10 * MINUTE },
          { max: 10, windowMs: HOUR },
          { max: 20, windowMs: DAY },
        ],
        perCountry: undefined,
        overall: undefined,
        unconverted: { action: 'report', allowance: 20, share: 0.7 },
        onStoreFailure: 'closed',
      },
      locks: {
        lockAfter: 10,
        firstLockMs: 15 * MINUTE,
        earlyMaxLockMs: HOUR,
        maxLockMs: DAY,
        maxFailures: 100,
      },
      claimMs: 16_000,
    });
  });

  it('can all be set', () => {
    const { abuse } = read({
      CHALLENGE_REPOSITORY: 'dynamodb',
      RATE_LIMITER: 'dynamodb',
      TABLE_NAME: 'phone-otp',
      RATE_LIMITER_FAILURE: 'open',
      SENDS_PER_NUMBER: '1/30s, 3/7m,7/7d',
      SENDS_PER_COUNTRY_HOUR: '500',
      SENDS_PER_HOUR: '1000',
      UNPROVEN_SENDS: 'refuse',
      UNPROVEN_SENDS_ALLOWANCE: '50',
      UNPROVEN_SENDS_PERCENT: '80',
      LOCK_AFTER: '5',
      LOCK_SECONDS: '60',
      LOCK_MAX_SECONDS: '3600',
      LOCK_FOR_GOOD_AFTER: '30',
      ROUND_CLAIM_SECONDS: '60',
    });
    expect(abuse).toEqual({
      challengeRepository: 'dynamodb',
      rateLimiter: 'dynamodb',
      tableName: 'phone-otp',
      sends: {
        perNumber: [
          { max: 1, windowMs: 30_000 },
          { max: 3, windowMs: 7 * MINUTE },
          { max: 7, windowMs: 7 * DAY },
        ],
        perCountry: { max: 500, windowMs: HOUR },
        overall: { max: 1000, windowMs: HOUR },
        unconverted: { action: 'refuse', allowance: 50, share: 0.8 },
        onStoreFailure: 'open',
      },
      locks: {
        lockAfter: 5,
        firstLockMs: MINUTE,
        earlyMaxLockMs: HOUR,
        maxLockMs: HOUR,
        maxFailures: 30,
      },
      claimMs: 60_000,
    });
  });

  it('stop no account for good where that is off, whatever locks it', () => {
    const { locks } = read({ LOCK_FOR_GOOD_AFTER: 'off', LOCK_AFTER: '50' }).abuse;
    expect(locks).toMatchObject({ lockAfter: 50, maxFailures: undefined });
  });

  it('let the first lock last as long as it is set to', () => {
    const { locks } = read({ LOCK_SECONDS: '7200' }).abuse;
    expect(locks).toMatchObject({ firstLockMs: 2 * HOUR, earlyMaxLockMs: 2 * HOUR });
  });

  it('let no lock be longer than the first, where that is wanted', () => {
    const { locks } = read({ LOCK_SECONDS: '900', LOCK_MAX_SECONDS: '900' }).abuse;
    expect(locks).toMatchObject({ firstLockMs: 15 * MINUTE, maxLockMs: 15 * MINUTE });
  });

  it.each<readonly [boolean, Record<string, string>]>([
    [false, {}],
    [false, { TABLE_NAME: 'phone-otp', CHALLENGE_REPOSITORY: 'session', RATE_LIMITER: 'none' }],
    [true, { TABLE_NAME: 'phone-otp' }],
    [true, { TABLE_NAME: 'phone-otp', CHALLENGE_REPOSITORY: 'session' }],
    [true, { TABLE_NAME: 'phone-otp', RATE_LIMITER: 'memory' }],
  ])('say whether DynamoDB is needed at all: %s for %j', (isNeeded, env) => {
    expect(usesDynamoDb(read(env).abuse)).toBe(isNeeded);
  });

  it('use a table for everything as soon as there is one, unless told otherwise', () => {
    const TABLE_NAME = 'phone-otp';
    expect(read({ TABLE_NAME }).abuse).toMatchObject({
      challengeRepository: 'dynamodb',
      rateLimiter: 'dynamodb',
      tableName: TABLE_NAME,
    });
    expect(read({ TABLE_NAME, RATE_LIMITER: 'none' }).abuse).toMatchObject({
      challengeRepository: 'dynamodb',
      rateLimiter: 'none',
    });
    expect(read({ TABLE_NAME, CHALLENGE_REPOSITORY: 'session' }).abuse).toMatchObject({
      challengeRepository: 'session',
      rateLimiter: 'dynamodb',
    });
  });

  it('take limits of up to six digits, over up to 999 of a unit', () => {
    const { sends } = read({ SENDS_PER_NUMBER: '123456/999s,5/1h' }).abuse;
    expect(sends.perNumber).toEqual([
      { max: 123_456, windowMs: 999_000 },
      { max: 5, windowMs: HOUR },
    ]);
  });

  it.each<readonly [Record<string, string>, string]>([
    [{ RATE_LIMITER: 'redis' }, 'RATE_LIMITER is "redis"; it takes none, memory or dynamodb.'],
    [
      { RATE_LIMITER: 'dynamodb' },
      'TABLE_NAME is not set; CHALLENGE_REPOSITORY and RATE_LIMITER need it for dynamodb.',
    ],
    [
      { CHALLENGE_REPOSITORY: 'dynamodb' },
      'TABLE_NAME is not set; CHALLENGE_REPOSITORY and RATE_LIMITER need it for dynamodb.',
    ],
    [{ TABLE_NAME: 'no spaces' }, 'TABLE_NAME is "no spaces"'],
    [{ TABLE_NAME: 'phone otp' }, 'TABLE_NAME is "phone otp"'],
    [{ SENDS_PER_NUMBER: '5' }, 'SENDS_PER_NUMBER is "5"; it takes limits such as 5/10m'],
    ...['0/10m', 'x5/10m', '5/10mx', '5x/10m', '5/1xm', '5/1h,9/1x', '5/1h,0/1d'].map(
      (held) => [{ SENDS_PER_NUMBER: held }, `SENDS_PER_NUMBER is "${held}"`] as const,
    ),
    [{ SENDS_PER_NUMBER: '5/1h,9/1h' }, 'each window once'],
    [{ LOCK_AFTER: '10', LOCK_FOR_GOOD_AFTER: '10' }, 'LOCK_FOR_GOOD_AFTER must be above'],
    [{ LOCK_FOR_GOOD_AFTER: '101' }, 'it takes a whole number from 2 to 100, or off.'],
    [{ LOCK_FOR_GOOD_AFTER: 'never' }, 'LOCK_FOR_GOOD_AFTER is "never"; it takes'],
    [
      { ROUND_CLAIM_SECONDS: '15' },
      'it takes a whole number from 16 to 60: Cognito calls up to three times, 5 seconds each',
    ],
    [{ LOCK_SECONDS: '900', LOCK_MAX_SECONDS: '60' }, 'LOCK_MAX_SECONDS must not be below'],
  ])('refuse %o', (env, message) => {
    expect(() => read(env)).toThrow(message);
  });
});
