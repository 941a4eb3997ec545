/** What is set and allowed, but does nothing, leaves users waiting, or leaves open what is likely meant to be closed: one sentence each. */
import leven from 'leven';
import type { OtpPolicy } from '../domain/otp-policy.ts';
import { type AbuseConfig, usesDynamoDb, usesStore } from './abuse-limits.ts';

/** What warnings go by. */
export interface WarningContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Every variable that the function reads. */
  readonly known: readonly string[];
  readonly abuse: AbuseConfig;
  readonly hideUserExistence: boolean;
  readonly requireVerifiedPhone: boolean;
  readonly policy: OtpPolicy;
  /** Names of the gateways that routes name. */
  readonly gateways: ReadonlySet<string>;
}

/** All of them. */
export function settingWarnings(context: WarningContext): readonly string[] {
  return [
    ...openToAbuse(context),
    ...withoutEffect(context),
    ...withoutCode(context),
    ...unknown(context),
  ];
}

/** On Lambda alone: elsewhere nobody is attacked, and no SMS is paid for. */
function openToAbuse({ env, abuse }: WarningContext): string[] {
  if (!isSet(env, 'AWS_LAMBDA_FUNCTION_NAME')) {
    return [];
  }
  const { challengeRepository, rateLimiter, sends } = abuse;
  const open = [
    ...(challengeRepository === 'session'
      ? ['a code can be replayed while it is valid, and a repeated call can send a second SMS']
      : []),
    ...OPEN_COUNTS[rateLimiter],
  ];
  const isBounded =
    rateLimiter !== 'none' && (sends.overall !== undefined || sends.perCountry !== undefined);
  return [
    ...(open.length > 0
      ? [`Without a DynamoDB table (TABLE_NAME) for everything, ${open.join('; ')}.`]
      : []),
    ...(isBounded
      ? []
      : [
          'Without SENDS_PER_HOUR or SENDS_PER_COUNTRY_HOUR, and counts for them, nothing bounds the bill for SMS.',
        ]),
  ];
}

const OPEN_COUNTS: Readonly<Record<AbuseConfig['rateLimiter'], readonly string[]>> = {
  'brought-along': [],
  none: ['no limit or lock holds beyond one sign-in'],
  memory: ['every container counts limits and locks for itself, and forgets them when it ends'],
  dynamodb: [],
};

const COUNTS = [
  'SENDS_PER_NUMBER',
  'SENDS_PER_COUNTRY_HOUR',
  'SENDS_PER_HOUR',
  'UNPROVEN_SENDS',
  'UNPROVEN_SENDS_ALLOWANCE',
  'UNPROVEN_SENDS_PERCENT',
  'LOCK_AFTER',
  'LOCK_SECONDS',
  'LOCK_MAX_SECONDS',
  'LOCK_FOR_GOOD_AFTER',
];

function withoutEffect(context: WarningContext): string[] {
  const { env, abuse, hideUserExistence, requireVerifiedPhone, policy, gateways } = context;
  const { challengeRepository, rateLimiter } = abuse;
  const sendsByAws = gateways.has('sns') || gateways.has('end-user-messaging');
  const idle: readonly (readonly [names: readonly string[], isIdle: boolean, why: string])[] = [
    [
      ['CHALLENGE_REPOSITORY'],
      challengeRepository === 'brought-along',
      'adapters that were brought along keep challenges in its place',
    ],
    [
      ['RATE_LIMITER'],
      rateLimiter === 'brought-along',
      'adapters that were brought along count in its place',
    ],
    [COUNTS, rateLimiter === 'none', 'RATE_LIMITER is none'],
    [
      ['RATE_LIMITER_FAILURE'],
      rateLimiter === 'none' || rateLimiter === 'memory',
      `RATE_LIMITER is ${rateLimiter}, which can't fail`,
    ],
    [
      ['ROUND_CLAIM_SECONDS'],
      challengeRepository === 'session',
      'CHALLENGE_REPOSITORY is session, which claims no rounds',
    ],
    [
      ['TABLE_NAME'],
      !usesDynamoDb(abuse),
      usesStore(abuse)
        ? 'nothing is kept in a table'
        : `CHALLENGE_REPOSITORY is session, and RATE_LIMITER is ${rateLimiter}`,
    ],
    [['ANSWER_STEP_MS'], !hideUserExistence, 'HIDE_USER_EXISTENCE is false'],
    [
      ['CONFIRM_PHONE'],
      requireVerifiedPhone && env.CONFIRM_PHONE === 'true',
      'REQUIRE_VERIFIED_PHONE is true, so that only numbers that are verified get codes',
    ],
    [['OTP_RESEND_COOLDOWN_SECONDS'], policy.maxSends === 1, 'OTP_MAX_SENDS is 1'],
    [['SMS_REGION', 'SMS_MAX_PRICE_USD'], !sendsByAws, 'no route names a gateway of AWS'],
  ];
  return idle.flatMap(([names, isIdle, why]) =>
    names
      .filter((name) => isIdle && isSet(env, name))
      .map((name) => `${name} has no effect: ${why}.`),
  );
}

/** Settings each of which is fine without the other. */
function withoutCode({
  policy: { lifetimeMs, resendCooldownMs, maxSends },
}: WarningContext): string[] {
  const gap = (resendCooldownMs - lifetimeMs) / 1000;
  return maxSends > 1 && gap > 0
    ? [
        `OTP_RESEND_COOLDOWN_SECONDS is longer than OTP_TTL_SECONDS: users whose code is too old wait ${gap} s for another.`,
      ]
    : [];
}

/** The beginnings that variables of ours have, and hardly any others. */
const OURS =
  /^(OTP|SMS|SENDS|UNPROVEN|LOCK|TWILIO|RATE_LIMITER|CHALLENGE_REPOSITORY|ROUND_CLAIM|HIDE_USER)(_|$)/;

/** As many letters may differ where a name is likely meant to be one of ours. */
const SLIP = 2;

function unknown({ env, known }: WarningContext): string[] {
  return Object.keys(env)
    .filter((name) => isSet(env, name) && !known.includes(name) && !name.startsWith('AWS_'))
    .flatMap((name) => {
      const isOurs = OURS.test(name);
      const meant = nearestTo(name, known, isOurs ? Math.floor(name.length / 3) : SLIP);
      if (!isOurs && meant === undefined) {
        return [];
      }
      const hint = meant === undefined ? '' : ` Is ${meant} meant?`;
      return [`${name} is no setting of this function, and does nothing.${hint}`];
    });
}

/** leven's own `closestMatch` takes twice as long, and every start waits for it. */
function nearestTo(name: string, known: readonly string[], most: number): string | undefined {
  const [nearest] = known
    .filter((other) => Math.abs(other.length - name.length) <= most)
    .map((other) => ({ other, distance: leven(name, other, { maxDistance: most + 1 }) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.other;
}

function isSet(env: WarningContext['env'], name: string): boolean {
  return env[name] !== undefined && env[name] !== '';
}
