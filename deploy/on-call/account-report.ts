/** What `npm run account` tells of a phone number. */
import type { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { HmacPseudonymizer } from '../../src/adapters/pseudonymizer/hmac.ts';
import type { AbuseConfig } from '../../src/config/abuse-limits.ts';
import { type Standing, standingOf } from '../../src/domain/abuse/account-lockout.ts';
import {
  available,
  type Meter,
  nextAt,
  type RateLimit,
} from '../../src/domain/abuse/rate-limit.ts';
import { maskPhoneNumber, type PhoneNumber } from '../../src/domain/phone-number.ts';
import type { AccountRecord } from '../../src/domain/ports/account-ledger.ts';
import type { LastSignIn } from './last-sign-ins.ts';
import type { PoolUser } from './pool-users.ts';

/** What it is about. */
export interface ReportSubject {
  readonly action: 'status' | 'unlock' | 'trace' | 'erase';
  readonly number: PhoneNumber;
  readonly keys: HmacKeyRing;
  readonly abuse: AbuseConfig;
}

/** What is known of the number, once all is done that was asked for. */
export interface AccountReport {
  readonly record: AccountRecord;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The pool's users, and their newest sign-ins; undefined where no pool was named. */
  readonly traced: Traced | undefined;
  /** How many items were deleted; undefined where none were to be. */
  readonly erased: number | undefined;
}

/** Whose number it is. */
export interface Traced {
  readonly users: readonly PoolUser[];
  readonly signIns: readonly LastSignIn[];
}

/** For people; a number is never shown whole. */
export function inWords(
  { action, number, keys, abuse }: ReportSubject,
  report: AccountReport,
): string {
  const { record, now, traced, erased } = report;
  const { attemptCount, lastAttemptAt, sends } = record;
  const last = attemptCount === 0 ? '' : `, the last at ${utc(lastAttemptAt)}`;
  const lines = [
    `${maskPhoneNumber(number)}${action === 'unlock' ? ' (cleared)' : ''}`,
    `  answers   ${describe(standingOf(record, abuse.locks, now))}`,
    `            ${attemptCount} failed in a row${last}`,
    ...abuse.sends.perNumber.map(
      (limit, i) => `  ${i === 0 ? 'sends' : '     '}     ${describeLimit(limit, sends, now)}`,
    ),
  ];
  if (erased !== undefined) {
    return `${maskPhoneNumber(number)}\n  erased    ${erased} ${erased === 1 ? 'item' : 'items'}${traced === undefined ? ', without a look at sign-ins: --user-pool names the pool' : ''}`;
  }
  return traced === undefined ? lines.join('\n') : [...lines, ...trace(traced, keys)].join('\n');
}

function trace({ users, signIns }: Traced, keys: HmacKeyRing): readonly string[] {
  if (users.length === 0) return ['  users     none: the log has no pseudonym for the number'];
  const pseudonyms = users.map((user) => pseudonymOf(user, keys));
  return [
    ...users.map(({ status, isEnabled, isVerified }, i) => {
      const title = i === 0 ? 'users' : '     ';
      const disabled = isEnabled ? '' : ', disabled';
      return `  ${title}     ${pseudonyms[i]} (${status}${disabled}, number ${isVerified ? '' : 'not '}verified)`;
    }),
    ...(signIns.length === 0 ? ['  sign-ins  none that the table still knows of'] : []),
    ...signIns.map((signIn, i) => `  ${i === 0 ? 'sign-ins' : '        '}  ${tell(signIn)}`),
    '',
    queryFor(pseudonyms),
  ];
}

function pseudonymOf({ sub }: PoolUser, keys: HmacKeyRing): string {
  return new HmacPseudonymizer(keys).pseudonym(sub);
}

/** For CloudWatch Logs Insights, over the function's log group. */
function queryFor(pseudonyms: readonly string[]): string {
  return [
    'fields @timestamp, trigger, outcome, reason, status, appClient, country, gateway, fault',
    `| filter user in [${pseudonyms.map((pseudonym) => `"${pseudonym}"`).join(', ')}]`,
    '| sort @timestamp desc',
    '| limit 200',
  ].join('\n');
}

function tell({ appClient, begunAt, told, challenge }: LastSignIn): string {
  const begun = `${utc(begunAt)} at app client ${appClient}: ${told === undefined ? 'not ended' : `told ${told}`}`;
  if (challenge === undefined) return begun;
  const { sends, failures, code } = challenge;
  const became = { live: 'a code is out', decoy: 'no code is out', none: 'no code is out' };
  const end = code.kind === 'used' ? 'signed in' : became[code.kind];
  return `${begun}, ${sends} SMS, ${failures} wrong ${failures === 1 ? 'answer' : 'answers'}, ${end}`;
}

/** For programs. */
export function asJson(
  { number, keys, abuse }: ReportSubject,
  { record, now, traced, erased }: AccountReport,
) {
  const users = traced?.users.map((user) => ({
    pseudonym: pseudonymOf(user, keys),
    status: user.status,
    enabled: user.isEnabled,
    verified: user.isVerified,
  }));
  return {
    phone: maskPhoneNumber(number),
    standing: standingOf(record, abuse.locks, now),
    failedInARow: record.attemptCount,
    sends: abuse.sends.perNumber.map((limit) => ({
      ...limit,
      left: available(record.sends, limit, now),
      nextAt: Math.max(now, nextAt(record.sends, limit)),
    })),
    ...(erased !== undefined && { erased }),
    ...(users !== undefined && { users }),
    ...(traced !== undefined && {
      signIns: traced.signIns.map(({ appClient, begunAt, told, challenge }) => ({
        ...{ appClient, begunAt, told },
        ...(challenge && {
          sends: challenge.sends,
          failures: challenge.failures,
          code: challenge.code.kind,
        }),
      })),
    }),
    ...(users !== undefined &&
      users.length > 0 && {
        query: queryFor(users.map(({ pseudonym }) => pseudonym)),
      }),
  };
}

function describe(standing: Standing): string {
  switch (standing.kind) {
    case 'open':
      return 'open';
    case 'locked':
      return `locked until ${utc(standing.until)}`;
    case 'blocked':
      return 'locked until an operator runs unlock';
  }
}

function describeLimit(limit: RateLimit, sends: Meter, now: number): string {
  const count = available(sends, limit, now);
  const left = count > 0 ? `${count} now` : `0 now, the next at ${utc(nextAt(sends, limit))}`;
  return `${left} (${limit.max} in ${duration(limit.windowMs)})`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function duration(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, ms]) => milliseconds % ms === 0) ?? ['second', 1000];
  const count = milliseconds / length;
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

function utc(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
