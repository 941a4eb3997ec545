/** `npm run account`: what is known of one phone number, for who has nothing but that, and how an operator clears it. */
import { DynamoDbAccountLedger } from '../src/adapters/account-ledger/dynamodb.ts';
import { KeyCheck } from '../src/adapters/account-ledger/lib/key-check.ts';
import { SystemClock } from '../src/adapters/clock/system.ts';
import type { DynamoDbTable } from '../src/adapters/lib/dynamodb-table.ts';
import { HmacKeyRing } from '../src/adapters/lib/hmac-key-ring.ts';
import { ShippedNumberingPlan } from '../src/adapters/numbering-plan/shipped.ts';
import { ABUSE_VARIABLES, abuseConfig } from '../src/config/abuse-limits.ts';
import { HASH_KEYS, LOOKUP_KEY } from '../src/config/keys.ts';
import { isPhoneNumber, type PhoneNumber } from '../src/domain/phone-number.ts';
import { accountOf, phoneAccount } from '../src/domain/recipient.ts';
import { readSettings, validOrThrow } from '../src/settings.ts';
import {
  parseOptions,
  readUserPoolId,
  type ServicePlace,
  typed,
  UsageError,
} from './command-line.ts';
import {
  type AccountReport,
  asJson,
  inWords,
  type ReportSubject,
} from './on-call/account-report.ts';
import { findLastSignIns, type LastSignIn, type SignInNames } from './on-call/last-sign-ins.ts';
import { type PoolSearch, searchPool } from './on-call/pool-users.ts';
import {
  PLACE_HELP,
  PLACE_OPTIONS,
  readTablePlace,
  type TablePlace,
  withTable,
} from './on-call/table-place.ts';
import { runCommand } from './pool/report.ts';

const HELP = `${typed('account')} status|unlock|trace|erase --phone NUMBER --table NAME [options]

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

interface Order extends ReportSubject {
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
    throw new UsageError(`Say status, unlock, trace or erase: see ${typed('account')} --help.`);
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
  return parseOptions('account', {
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

/** @throws UsageError, CallError, or StoreError */
async function carryOut(order: Order, table: DynamoDbTable): Promise<AccountReport> {
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

/** @throws CallError, UsageError */
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

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const needs =
    'dynamodb:GetItem, dynamodb:BatchGetItem and, for unlock and erase, dynamodb:DeleteItem';
  const report = await withTable(order.table, needs, (table) => carryOut(order, table));
  console.log(
    order.json ? JSON.stringify(asJson(order, report), undefined, 2) : inWords(order, report),
  );
});
