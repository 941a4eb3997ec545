/** `npm run account`: what is known of one phone number, for who has nothing but that, and how an operator clears it. */
import { DynamoDbAccountLedger } from '../src/adapters/account-ledger/dynamodb.ts';
import { KeyCheck } from '../src/adapters/account-ledger/lib/key-check.ts';
import { SystemClock } from '../src/adapters/clock/system.ts';
import type { DynamoDbTable } from '../src/adapters/lib/dynamodb-table.ts';
import { HmacKeyRing } from '../src/adapters/lib/hmac-key-ring.ts';
import { ShippedNumberingPlan } from '../src/adapters/numbering-plan/shipped.ts';
import { HmacPseudonymizer } from '../src/adapters/pseudonymizer/hmac.ts';
import { ABUSE_VARIABLES, type AbuseConfig, abuseConfig } from '../src/config/abuse-limits.ts';
import { HASH_KEYS, LOOKUP_KEY } from '../src/config/keys.ts';
import { type Standing, standingOf } from '../src/domain/abuse/account-lockout.ts';
import { available, type Meter, nextAt, type RateLimit } from '../src/domain/abuse/rate-limit.ts';
import { isPhoneNumber, maskPhoneNumber, type PhoneNumber } from '../src/domain/phone-number.ts';
import type { AccountRecord } from '../src/domain/ports/account-ledger.ts';
import { accountOf, phoneAccount } from '../src/domain/recipient.ts';
import { readSettings, validOrThrow } from '../src/settings.ts';
import { parseOptions, readUserPoolId, type ServicePlace, UsageError } from './command-line.ts';
import { findLastSignIns, type LastSignIn, type SignInNames } from './on-call/last-sign-ins.ts';
import { type PoolSearch, type PoolUser, searchPool } from './on-call/pool-users.ts';
import {
  PLACE_HELP,
  PLACE_OPTIONS,
  readTablePlace,
  type TablePlace,
  withTable,
} from './on-call/table-place.ts';
import { runCommand } from './pool/report.ts';

const HELP = `npm run account -- status|unlock|trace|erase --phone NUMBER --table NAME [options]

status  shows what is counted against a phone number: failed answers in a row, and how
        many SMS each limit leaves (those count, too, that were withheld while it was locked)
unlock  forgets both
trace   shows them, too, and whose number it is in a user pool: the pseudonym that the log
        has for each user, a query of CloudWatch Logs Insights for its lines, and what the
        table still knows of the newest sign-ins
erase   deletes all that the table keeps of the number and, with --user-pool, of those who
        have it there. What goes by a session can't be found: challenges end after an hour,
        rounds after a minute, and DynamoDB deletes them some time after that

Needs in the environment the function's own OTP_HASH_KEY, its OTP_LOOKUP_KEY where it has
one, and its limits where they are not the defaults (LOCK_AFTER, SENDS_PER_NUMBER, ...).
Ends with 0 if it was done; with 1 if not.

  --phone NUMBER    in E.164, such as +6591234567
  --table NAME      the function's TABLE_NAME
  --user-pool ID    such as eu-west-1_AbCdEfGhI: needed for trace
  --pool-endpoint URL
                    another Cognito than the region's, such as a local one
${PLACE_HELP}`;

const ACTIONS = ['status', 'unlock', 'trace', 'erase'] as const;

interface Order {
  readonly action: (typeof ACTIONS)[number];
  readonly number: PhoneNumber;
  readonly keys: HmacKeyRing;
  readonly abuse: AbuseConfig;
  readonly table: TablePlace;
  /** Where to look for who has the number. */
  readonly pool: { readonly id: string; readonly place: ServicePlace } | undefined;
  readonly json: boolean;
}

/** @throws UsageError, or ConfigError for a variable of the environment */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [name, ...others] = positionals;
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined || others.length > 0) {
    // Not repeated: it may be the number.
    throw new UsageError('Say status, unlock, trace or erase: see npm run account -- --help.');
  }
  const { phone = '', region, profile, endpoint, json } = values;
  if (!isPhoneNumber(phone)) {
    throw new UsageError('--phone takes a phone number in E.164, such as +12025550100.');
  }
  if (action === 'trace' && values['user-pool'] === undefined) {
    throw new UsageError("trace looks for the number's users: name the pool with --user-pool.");
  }
  const table = readTablePlace(values.table, { region, profile, endpoint });
  const poolPlace = { region, profile, endpoint: values['pool-endpoint'] };
  const settings = {
    OTP_HASH_KEY: HASH_KEYS,
    OTP_LOOKUP_KEY: LOOKUP_KEY,
    ...ABUSE_VARIABLES,
  };
  const held: NodeJS.ProcessEnv = { ...process.env, TABLE_NAME: table.tableName };
  const read = readSettings(settings, {
    value: (variable) => held[variable] || undefined,
    title: (variable) => variable,
  });
  const { OTP_HASH_KEY, OTP_LOOKUP_KEY, ...limits } = validOrThrow(read);
  return {
    action,
    number: phone,
    keys: new HmacKeyRing(OTP_HASH_KEY, OTP_LOOKUP_KEY),
    abuse: validOrThrow(abuseConfig(limits)),
    table,
    pool:
      values['user-pool'] === undefined
        ? undefined
        : { id: readUserPoolId(values['user-pool']), place: poolPlace },
    json,
  };
}

function parse(args: string[]) {
  return parseOptions('npm run account', {
    args,
    allowPositionals: true,
    options: {
      phone: { type: 'string' },
      table: { type: 'string' },
      'user-pool': { type: 'string' },
      'pool-endpoint': { type: 'string' },
      ...PLACE_OPTIONS,
    },
  });
}

/** What is known of the number, once all is done that was asked for. */
interface Report {
  readonly record: AccountRecord;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The pool's users, and their newest sign-ins; undefined where no pool was named. */
  readonly traced: Traced | undefined;
  /** How many items were deleted; undefined where none were to be. */
  readonly erased: number | undefined;
}

interface Traced {
  readonly users: readonly PoolUser[];
  readonly signIns: readonly LastSignIn[];
}

/** @throws UsageError, CallError, or StoreError */
async function carryOut(order: Order, table: DynamoDbTable): Promise<Report> {
  const { action, keys, abuse } = order;
  if (!(await new KeyCheck(table, keys).fits())) {
    // Read under another key, every account would seem to be new.
    throw new UsageError(
      "The counts in that table are kept under another key: check OTP_HASH_KEY, or OTP_LOOKUP_KEY where the function has one, against the function's.",
    );
  }
  const ledger = new DynamoDbAccountLedger(table, keys);
  const account = phoneAccount(numbersOf(order)[0]);
  const search = await searchOf(order);
  const signIns =
    search && (await findLastSignIns(table, keys, namesIn(search, order), abuse.claimMs));
  const erased = action === 'erase' ? await erase(order, table, search, signIns ?? []) : undefined;
  if (action === 'unlock') {
    await ledger.forget(account);
  }
  return {
    record: await ledger.read(account),
    now: new SystemClock().now(),
    traced: search && signIns && { users: search.users, signIns },
    erased,
  };
}

/** The number in its canonical form, by which it is counted, and as it was given. */
function numbersOf({ number }: Order): readonly [PhoneNumber, PhoneNumber] {
  return [new ShippedNumberingPlan().canonical(number), number];
}

/** The pool's users and, for what is to be erased, whoever typed the number for a username. */
function namesIn(search: PoolSearch, order: Order): SignInNames {
  const typed = numbersOf(order).map((username) => ({ username, number: undefined }));
  const { action } = order;
  return { ...search, users: [...search.users, ...(action === 'erase' ? typed : [])] };
}

/** @throws CallError */
async function searchOf(order: Order): Promise<PoolSearch | undefined> {
  const { action, pool } = order;
  if (pool === undefined || (action !== 'trace' && action !== 'erase')) return undefined;
  return searchPool(pool.id, pool.place, numbersOf(order));
}

/**
 * @returns how many items were deleted
 * @throws StoreError
 */
async function erase(
  order: Order,
  table: DynamoDbTable,
  search: PoolSearch | undefined,
  signIns: readonly LastSignIn[],
): Promise<number> {
  const ledger = new DynamoDbAccountLedger(table, order.keys);
  const accountKeys = accountNames(order, search).map((name) => ledger.itemKey(name));
  let deleted = 0;
  for (const key of [...accountKeys, ...signIns.flatMap(({ itemKeys }) => itemKeys)]) {
    if ((await table.find(key)) !== undefined) {
      await table.delete(key);
      deleted += 1;
    }
  }
  return deleted;
}

/** The number's account; those of its users, who may have been counted before they had it; and of whoever typed it for a username. */
function accountNames(order: Order, search: PoolSearch | undefined): readonly string[] {
  const numbers = numbersOf(order);
  const usernames = search === undefined ? [] : search.users.map(({ username }) => username);
  const nobody = { kind: 'nobody', reason: 'number-missing' } as const;
  const userPoolId = search?.userPoolId ?? '';
  const byUsername = [...usernames, ...(search === undefined ? [] : numbers)].map(
    (username) => accountOf(nobody, { userPoolId, clientId: '', username }).name,
  );
  return [...new Set([phoneAccount(numbers[0]), ...byUsername])];
}

function inWords({ action, number, keys, abuse }: Order, report: Report): string {
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

function asJson({ number, keys, abuse }: Order, { record, now, traced, erased }: Report) {
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

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const needs = 'dynamodb:GetItem and, for unlock and erase, dynamodb:DeleteItem';
  const report = await withTable(order.table, needs, (table) => carryOut(order, table));
  console.log(
    order.json ? JSON.stringify(asJson(order, report), undefined, 2) : inWords(order, report),
  );
});
