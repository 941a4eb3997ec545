/** `npm run account`: what is counted against one phone number, and how an operator clears it. */
import { DynamoDbAccountLedger } from '../src/adapters/account-ledger/dynamodb.ts';
import { KeyCheck } from '../src/adapters/account-ledger/lib/key-check.ts';
import { SystemClock } from '../src/adapters/clock/system.ts';
import { DynamoDbTable } from '../src/adapters/lib/dynamodb-table.ts';
import { HmacKeyRing } from '../src/adapters/lib/hmac-key-ring.ts';
import { ShippedNumberingPlan } from '../src/adapters/numbering-plan/shipped.ts';
import { ABUSE_VARIABLES, type AbuseConfig, abuseConfig } from '../src/config/abuse-limits.ts';
import { HASH_KEYS, LOOKUP_KEY } from '../src/config/keys.ts';
import { type Standing, standingOf } from '../src/domain/abuse/account-lockout.ts';
import { available, type Meter, nextAt, type RateLimit } from '../src/domain/abuse/rate-limit.ts';
import { isPhoneNumber, maskPhoneNumber, type PhoneNumber } from '../src/domain/phone-number.ts';
import { StoreError, type StoreFailure } from '../src/domain/ports/store-error.ts';
import { phoneAccount } from '../src/domain/recipient.ts';
import { ConfigError, readSettings, validOrThrow } from '../src/settings.ts';
import { clientConfig, parseOptions, typed, UsageError } from './command-line.ts';

const HELP = `${typed('account')} status|unlock --phone NUMBER --table NAME [options]

Shows what is counted against a phone number: failed answers in a row, and how many
SMS each limit leaves (those count, too, that were withheld while it was locked).
unlock forgets both.
Needs in the environment the function's own OTP_HASH_KEY, its OTP_LOOKUP_KEY where it has
one, and its limits where they are not the defaults (LOCK_AFTER, SENDS_PER_NUMBER, ...).

  --phone NUMBER    in E.164, such as +6591234567
  --table NAME      the function's TABLE_NAME
  --region REGION   the table's region (default: AWS_REGION, or the AWS profile's)
  --endpoint URL    another DynamoDB than the region's, such as a local one
  --help            this text
`;

/** An operator can wait longer than a sign-in, and credentials may have to be fetched first. */
const PATIENCE_MS = 15_000;

const ACTIONS = ['status', 'unlock'] as const;

interface Order {
  readonly action: (typeof ACTIONS)[number];
  readonly number: PhoneNumber;
  readonly keys: HmacKeyRing;
  readonly abuse: AbuseConfig;
  /** What the table's client goes by. */
  readonly client: ReturnType<typeof clientConfig>;
}

/** @throws UsageError, or ConfigError for a variable of the environment */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [name, ...others] = positionals;
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined || others.length > 0) {
    // Not repeated: it may be the number.
    throw new UsageError(`Say status or unlock: see ${typed('account')} --help.`);
  }
  const { phone = '', table, region, endpoint } = values;
  if (!isPhoneNumber(phone)) {
    throw new UsageError('--phone takes a phone number in E.164, such as +12025550100.');
  }
  if (table === undefined || table === '') {
    throw new UsageError("--table takes the name of the function's table (its TABLE_NAME).");
  }
  const client = clientConfig({ region, endpoint }, 'http://127.0.0.1:8000');
  const settings = {
    OTP_HASH_KEY: HASH_KEYS,
    OTP_LOOKUP_KEY: LOOKUP_KEY,
    ...ABUSE_VARIABLES,
  };
  const held: NodeJS.ProcessEnv = { ...process.env, TABLE_NAME: table };
  const read = readSettings(settings, {
    value: (variable) => held[variable] || undefined,
    title: (variable) => (variable === 'TABLE_NAME' ? '--table' : variable),
  });
  const { OTP_HASH_KEY, OTP_LOOKUP_KEY, ...limits } = validOrThrow(read);
  return {
    action,
    number: phone,
    keys: new HmacKeyRing(OTP_HASH_KEY, OTP_LOOKUP_KEY),
    abuse: validOrThrow(abuseConfig(limits)),
    client,
  };
}

function parse(args: string[]) {
  return parseOptions('account', {
    args,
    allowPositionals: true,
    options: {
      phone: { type: 'string' },
      table: { type: 'string' },
      region: { type: 'string' },
      endpoint: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}

/**
 * Does what was asked for, and tells how the account stands then.
 *
 * @throws WrongKey, or StoreError
 */
async function carryOut(order: Order): Promise<string> {
  const { action, number, keys, abuse, client } = order;
  const table = new DynamoDbTable(abuse.tableName, client, PATIENCE_MS);
  const ledger = new DynamoDbAccountLedger(table, keys);
  const account = phoneAccount(new ShippedNumberingPlan().canonical(number));
  try {
    if (!(await new KeyCheck(table, keys).fits())) {
      throw new WrongKey();
    }
    if (action === 'unlock') {
      await ledger.forget(account);
    }
    const now = new SystemClock().now();
    const record = await ledger.read(account);
    const { attemptCount, lastAttemptAt, sends } = record;
    const last = attemptCount === 0 ? '' : `, the last at ${utc(lastAttemptAt)}`;
    return [
      `${maskPhoneNumber(number)}${action === 'unlock' ? ' (cleared)' : ''}`,
      `  answers   ${describe(standingOf(record, abuse.locks, now))}`,
      `            ${attemptCount} failed in a row${last}`,
      ...abuse.sends.perNumber.map(
        (limit, i) => `  ${i === 0 ? 'sends' : '     '}     ${describeLimit(limit, sends, now)}`,
      ),
    ].join('\n');
  } finally {
    table.close();
  }
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

const ADVICE: Readonly<Record<StoreFailure, string>> = {
  throttled: 'DynamoDB limits the rate of requests: try again in a moment.',
  'table-missing':
    'There is no such table there, or its key is another: check --table, and --region or --endpoint.',
  'access-denied':
    'DynamoDB refuses access: check the AWS credentials, which need dynamodb:GetItem and, for unlock, dynamodb:DeleteItem on the table.',
  'timed-out': 'DynamoDB does not answer: check --region or --endpoint, and the network.',
  unavailable: 'DynamoDB can not be reached: check --region or --endpoint, and the network.',
};

/** The table's counts are kept under another key: read under ours, every account would seem to be new. */
class WrongKey extends Error {
  constructor() {
    super(
      "The counts in that table are kept under another key: check OTP_HASH_KEY, or OTP_LOOKUP_KEY where the function has one, against the function's.",
    );
  }
}

/** One sentence for what an operator can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown): string | undefined {
  if (error instanceof StoreError) return ADVICE[error.failure];
  const mendable = [UsageError, ConfigError, WrongKey].some((kind) => error instanceof kind);
  return mendable && error instanceof Error ? error.message : undefined;
}

try {
  const order = readOrder(process.argv.slice(2));
  console.log(order === 'help' ? HELP : await carryOut(order));
} catch (error) {
  const sentence = explain(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
