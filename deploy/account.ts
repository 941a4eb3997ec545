/** `npm run account`: what is counted against one phone number, and how an operator clears it. */
import { SystemClock } from '../src/adapters/clock/system.ts';
import { DynamoDbStore } from '../src/adapters/dynamodb-store.ts';
import { HmacKeyRing } from '../src/adapters/lib/hmac-key-ring.ts';
import { ABUSE_VARIABLES, type AbuseConfig, abuseConfig } from '../src/config/abuse-limits.ts';
import { HASH_KEYS } from '../src/config/config.ts';
import { type Standing, standingOf } from '../src/domain/abuse/answer-guard.ts';
import type { Usage } from '../src/domain/abuse/rate-limit.ts';
import { sendsKey } from '../src/domain/abuse/send-limits.ts';
import { isPhoneNumber, maskPhoneNumber, type PhoneNumber } from '../src/domain/phone-number.ts';
import { StoreError, type StoreFailure } from '../src/domain/ports/store-error.ts';
import { phoneAccount } from '../src/domain/recipient.ts';
import { ConfigError, readSettings, validOrThrow } from '../src/settings.ts';
import { parseOptions, UsageError } from './command-line.ts';
import { localClientConfig } from './local/client-config.ts';

const HELP = `npm run account -- status|unlock --phone NUMBER --table NAME [options]

Shows what is counted against a phone number: failed answers in a row, and sends
(SMS, and those that were withheld while it was locked). unlock clears both.
Needs the function's own OTP_HASH_KEY, and its limits where they are not the defaults
(LOCK_AFTER, SENDS_PER_NUMBER, ...), in the environment.

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
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

/** @throws UsageError, or ConfigError for a variable of the environment */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [name, ...others] = positionals;
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined || others.length > 0) {
    // Not repeated: it may be the number.
    throw new UsageError('Say status or unlock: see npm run account -- --help.');
  }
  const { phone = '', table, region, endpoint } = values;
  if (!isPhoneNumber(phone)) {
    throw new UsageError('--phone takes a phone number in E.164, such as +15550100.');
  }
  if (table === undefined || table === '') {
    throw new UsageError("--table takes the name of the function's table (its TABLE_NAME).");
  }
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw new UsageError(
      `--endpoint takes a URL such as http://127.0.0.1:8000, not '${endpoint}'.`,
    );
  }
  const settings = { OTP_HASH_KEY: HASH_KEYS, ...ABUSE_VARIABLES };
  const held: NodeJS.ProcessEnv = { ...process.env, TABLE_NAME: table };
  const read = readSettings(settings, {
    value: (variable) => held[variable] || undefined,
    title: (variable) => (variable === 'TABLE_NAME' ? '--table' : variable),
  });
  const { OTP_HASH_KEY, ...limits } = validOrThrow(read);
  return {
    action,
    number: phone,
    keys: new HmacKeyRing(OTP_HASH_KEY),
    abuse: validOrThrow(abuseConfig(limits)),
    region,
    endpoint,
  };
}

function parse(args: string[]) {
  return parseOptions('npm run account', {
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

/** Does what was asked for, and tells how the account stands then. */
async function carryOut(order: Order): Promise<string> {
  const { action, number, keys, abuse, region, endpoint } = order;
  const config = {
    ...(endpoint !== undefined && (isHere(endpoint) ? localClientConfig(endpoint) : { endpoint })),
    ...(region !== undefined && { region }),
  };
  const store = new DynamoDbStore(abuse.tableName, config, PATIENCE_MS);
  const clock = new SystemClock();
  const failures = store.failureCounter(keys);
  const limiter = store.rateLimiter(keys, clock);
  const account = phoneAccount(number);
  const { perNumber } = abuse.sends;
  try {
    if (action === 'unlock') {
      await failures.clear(account);
      await limiter.reset(sendsKey(account), perNumber);
    }
    const counted = await failures.read(account);
    const sends = await limiter.usage(sendsKey(account), perNumber);
    const last = counted.count === 0 ? '' : `, the last at ${utc(counted.lastAt)}`;
    return [
      `${maskPhoneNumber(number)}${action === 'unlock' ? ' (cleared)' : ''}`,
      `  answers   ${describe(standingOf(counted, abuse.locks, clock.now()))}`,
      `            ${counted.count} failed in a row${last}`,
      ...sends.map((usage, i) => `  ${i === 0 ? 'sends' : '     '}     ${describeUsage(usage)}`),
    ].join('\n');
  } finally {
    store.close();
  }
}

/** A server on this machine takes any credentials, and needs none of AWS's. */
function isHere(endpoint: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname);
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

function describeUsage({ limit, taken, windowEnds }: Usage): string {
  return `${taken} of ${limit.max} in ${duration(limit.windowMs)}, until ${utc(windowEnds)}`;
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

/** One sentence for what an operator can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown): string | undefined {
  if (error instanceof StoreError) return ADVICE[error.failure];
  return error instanceof UsageError || error instanceof ConfigError ? error.message : undefined;
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
