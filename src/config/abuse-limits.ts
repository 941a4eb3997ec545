/** The settings that guard sign-ins against abuse: where things are counted, and how many are too many. */
import * as v from 'valibot';
import type { LockPolicy } from '../domain/abuse/account-lockout.ts';
import type { RateLimit } from '../domain/abuse/rate-limit.ts';
import type { SendLimitPolicy } from '../domain/abuse/send-limits.ts';
import { type ParseResult, type Settings, type SettingValues, wholeNumber } from '../settings.ts';

/** Where challenges and counts are kept, and how much is too much. */
export interface AbuseConfig {
  readonly challengeRepository: 'session' | 'dynamodb' | BroughtAlong;
  readonly rateLimiter: 'none' | 'memory' | 'dynamodb' | BroughtAlong;
  /** Set wherever one of the above is `dynamodb`. */
  readonly tableName: string;
  readonly sends: SendLimitPolicy;
  readonly locks: LockPolicy;
  /** Milliseconds in which a second call for a round is answered like the first. */
  readonly claimMs: number;
}

/** Kept by adapters that stand in the place of ours, whatever the settings say. */
type BroughtAlong = 'brought-along';

/** What adapters that were brought along keep. */
export interface OwnStores {
  /** Challenges and rounds. */
  readonly challenges: boolean;
  /** The counts of accounts and of SMS. */
  readonly counts: boolean;
}

const NO_STORES: OwnStores = { challenges: false, counts: false };

/** Whether anything is kept in DynamoDB. */
export function usesDynamoDb({ challengeRepository, rateLimiter }: AbuseConfig): boolean {
  return challengeRepository === 'dynamodb' || rateLimiter === 'dynamodb';
}

/** Whether anything is kept in a store that has to be called. */
export function usesStore(config: AbuseConfig): boolean {
  const { challengeRepository, rateLimiter } = config;
  return usesDynamoDb(config) || [challengeRepository, rateLimiter].includes('brought-along');
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const rateLimits = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}\/[1-9]\d{0,2}[smhd](,\s*[1-9]\d{0,5}\/[1-9]\d{0,2}[smhd])*$/),
  v.transform((text) => text.split(',').map(rateLimit)),
  v.check((limits) => new Set(limits.map(({ windowMs }) => windowMs)).size === limits.length),
);

const budget = {
  schema: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}$/), v.transform(Number))),
  takes: 'a whole number from 1 to 999999999',
  range: [1, 999_999_999],
} as const;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const tableName = v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{3,255}$/)));

// No more than 100 failures in a row: NIST SP 800-63B-4 §3.2.2.
const failures = wholeNumber(2, 100, '100');

// Cognito's last call begins 10 seconds after the first, and takes up to 5.
const claimSeconds = wholeNumber(16, 60, '16');

/** The longest lock while few answers in a row were wrong, unless the first lock is longer. */
const EARLY_MAX_LOCK_SECONDS = 3600;

/** The variables, as {@link Settings}. */
export const ABUSE_VARIABLES = {
  CHALLENGE_REPOSITORY: {
    schema: v.optional(v.picklist(['session', 'dynamodb'])),
    takes: 'session or dynamodb',
  },
  RATE_LIMITER: {
    schema: v.optional(v.picklist(['none', 'memory', 'dynamodb'])),
    takes: 'none, memory or dynamodb',
  },
  TABLE_NAME: { schema: tableName, takes: 'the name of a DynamoDB table' },
  RATE_LIMITER_FAILURE: {
    schema: v.picklist(['open', 'closed']),
    fallback: 'closed',
    takes: 'open or closed',
  },
  SENDS_PER_NUMBER: {
    schema: rateLimits,
    fallback: '5/10m,10/1h,20/1d',
    takes: 'limits such as 5/10m,10/1h,20/1d (units s, m, h and d), each window once',
  },
  SENDS_PER_COUNTRY_HOUR: budget,
  SENDS_PER_HOUR: budget,
  UNPROVEN_SENDS: {
    schema: v.picklist(['report', 'refuse']),
    fallback: 'report',
    takes: 'report or refuse',
  },
  UNPROVEN_SENDS_ALLOWANCE: wholeNumber(1, 1_000_000, '20'),
  UNPROVEN_SENDS_PERCENT: wholeNumber(1, 99, '70'),
  LOCK_AFTER: wholeNumber(1, 50, '10'),
  LOCK_SECONDS: wholeNumber(1, 86_400, '900'),
  LOCK_MAX_SECONDS: wholeNumber(1, 86_400, '86400'),
  LOCK_FOR_GOOD_AFTER: {
    schema: v.union([
      v.pipe(
        v.literal('off'),
        v.transform(() => undefined),
      ),
      failures.schema,
    ]),
    fallback: failures.fallback,
    takes: `${failures.takes}, or off`,
    range: failures.range,
  },
  ROUND_CLAIM_SECONDS: {
    ...claimSeconds,
    takes: `${claimSeconds.takes}: Cognito calls up to three times, 5 seconds each, and each must get the same answer`,
  },
} as const satisfies Settings;

/** Puts the settings together, and checks what takes more than one variable to check. */
export function abuseConfig(
  values: SettingValues<typeof ABUSE_VARIABLES>,
  own: OwnStores = NO_STORES,
): ParseResult<AbuseConfig> {
  const problems: string[] = [];
  const { TABLE_NAME = '' } = values;
  // A table that is there is meant to be used.
  const durable = TABLE_NAME === '' ? undefined : 'dynamodb';
  const challengeRepository = own.challenges
    ? 'brought-along'
    : (values.CHALLENGE_REPOSITORY ?? durable ?? 'session');
  const rateLimiter = own.counts ? 'brought-along' : (values.RATE_LIMITER ?? durable ?? 'memory');
  if (TABLE_NAME === '' && [challengeRepository, rateLimiter].includes('dynamodb')) {
    problems.push(
      'TABLE_NAME is not set; CHALLENGE_REPOSITORY and RATE_LIMITER need it for dynamodb.',
    );
  }
  const { LOCK_FOR_GOOD_AFTER } = values;
  if (LOCK_FOR_GOOD_AFTER !== undefined && LOCK_FOR_GOOD_AFTER <= values.LOCK_AFTER) {
    problems.push('LOCK_FOR_GOOD_AFTER must be above LOCK_AFTER.');
  }
  if (values.LOCK_MAX_SECONDS < values.LOCK_SECONDS) {
    problems.push('LOCK_MAX_SECONDS must not be below LOCK_SECONDS.');
  }
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : {
        kind: 'valid',
        value: {
          challengeRepository,
          rateLimiter,
          tableName: TABLE_NAME,
          sends: sendLimits(values),
          locks: {
            lockAfter: values.LOCK_AFTER,
            firstLockMs: values.LOCK_SECONDS * 1000,
            earlyMaxLockMs: Math.max(EARLY_MAX_LOCK_SECONDS, values.LOCK_SECONDS) * 1000,
            maxLockMs: values.LOCK_MAX_SECONDS * 1000,
            maxFailures: LOCK_FOR_GOOD_AFTER,
          },
          claimMs: values.ROUND_CLAIM_SECONDS * 1000,
        },
      };
}

function sendLimits(values: SettingValues<typeof ABUSE_VARIABLES>): SendLimitPolicy {
  return {
    perNumber: values.SENDS_PER_NUMBER,
    perCountry: perHour(values.SENDS_PER_COUNTRY_HOUR),
    overall: perHour(values.SENDS_PER_HOUR),
    unconverted: {
      action: values.UNPROVEN_SENDS,
      allowance: values.UNPROVEN_SENDS_ALLOWANCE,
      share: values.UNPROVEN_SENDS_PERCENT / 100,
    },
    onStoreFailure: values.RATE_LIMITER_FAILURE,
  };
}

function perHour(max: number | undefined): RateLimit | undefined {
  return max === undefined ? undefined : { max, windowMs: UNIT_MS.h };
}

function rateLimit(text: string): RateLimit {
  const [max = '', window = ''] = text.split('/');
  const unit = window.slice(-1) as keyof typeof UNIT_MS;
  return { max: Number(max), windowMs: Number(window.slice(0, -1)) * UNIT_MS[unit] };
}
