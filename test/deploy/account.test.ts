/** `npm run account`, run as the process it is, against DynamoDB's protocol. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../src/adapters/clock/system.ts';
import { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { AccountLockout } from '../../src/domain/abuse/account-lockout.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { phoneAccount } from '../../src/domain/recipient.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { Program } from '../support/program.ts';

const dynamoDb = useDynamoDb();
const PHONE = '+6591234567' as PhoneNumber;
const account = phoneAccount(PHONE);
const keys = new HmacKeyRing([Buffer.from(STRONG_KEY, 'base64')]);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What the function goes by, unless it is told otherwise. */
const LOCKS = {
  lockAfter: 10,
  firstLockMs: 15 * MINUTE,
  earlyMaxLockMs: HOUR,
  maxLockMs: DAY,
  maxFailures: 100,
};
const SENDS = [
  { max: 5, windowMs: 10 * MINUTE },
  { max: 10, windowMs: HOUR },
  { max: 20, windowMs: DAY },
];

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const held = { ...aws, OTP_HASH_KEY: STRONG_KEY, ...env };
  const program = new Program('deploy/account.ts', args, held);
  return { code: await program.exited, output: program.output };
}

/** A table of its own, and what the function itself counts with on it. */
async function createWorld() {
  const [store] = await dynamoDb.stores(1);
  const clock = new SystemClock();
  const ledger = store.accountLedger(keys);
  const lockout = new AccountLockout(ledger, clock, LOCKS);
  const lock = async () => {
    for (let i = 0; i < 10; i++) {
      await lockout.registerAttempt({ name: account, known: true });
    }
  };
  const standing = async () => lockout.standing(await ledger.read(account)).kind;
  const send = () => ledger.takeSend(account, SENDS, clock.now(), clock.now() + DAY);
  const here = ['--table', dynamoDb.tableName(), '--endpoint', dynamoDb.url()];
  const accountCommand = (action: string, env?: NodeJS.ProcessEnv) =>
    run([action, '--phone', PHONE, ...here], env);
  return { ledger, lock, standing, send, here, accountCommand };
}

describe('npm run account -- status', () => {
  it('shows an account with nothing against it', async () => {
    const { accountCommand } = await createWorld();
    const { code, output } = await accountCommand('status');
    expect(code).toBe(0);
    expect(output).toMatch(/answers {3}open\n +0 failed in a row\n/);
    expect(output).toMatch(/sends {5}3 now \(5 in 10 minutes\)\n/);
    expect(output).toMatch(/ {12}5 now \(10 in 1 hour\)\n {12}10 now \(20 in 1 day\)\n/);
  });

  it('shows a locked account, by what the function itself counted', async () => {
    const { lock, send, accountCommand } = await createWorld();
    await lock();
    await send();
    const { output } = await accountCommand('status');
    expect(output).toMatch(/answers {3}locked until \d{4}-.*Z\n +10 failed in a row, the last at /);
    expect(output).toMatch(/sends {5}2 now \(5 in 10 minutes\)/);
  });

  it('says when the next SMS may be sent', async () => {
    const { send, accountCommand } = await createWorld();
    for (let i = 0; i < 3; i++) {
      await send();
    }
    const { output } = await accountCommand('status');
    expect(output).toMatch(/sends {5}0 now, the next at \d{4}-.*Z \(5 in 10 minutes\)\n/);
    expect(output).toContain('2 now (10 in 1 hour)');
  });

  it('counts a number in whatever form it is given', async () => {
    const { ledger, here } = await createWorld();
    const british = phoneAccount('+447418084106' as PhoneNumber);
    const at = new SystemClock().now();
    await ledger.registerAttempt(british, { from: 0, below: 1 }, at, at + DAY);
    const { output } = await run(['status', '--phone', '+4407418084106', ...here]);
    expect(output).toContain('1 failed in a row');
  });

  it('A12: shows an account that only an operator can open', async () => {
    const { ledger, accountCommand } = await createWorld();
    for (let count = 0; count < 100; count++) {
      const one = { from: count, below: count + 1 };
      await ledger.registerAttempt(account, one, new SystemClock().now(), undefined);
    }
    const { output } = await accountCommand('status');
    expect(output).toContain('locked until an operator runs unlock');
    expect(output).toContain('100 failed in a row');
  });

  it('goes by the limits of the environment, as the function does', async () => {
    const { accountCommand } = await createWorld();
    const { output } = await accountCommand('status', {
      SENDS_PER_NUMBER: '3/30m',
      LOCK_AFTER: '5',
    });
    expect(output).toContain('3 now (3 in 30 minutes)');
  });

  it('changes nothing, and never shows the whole number', async () => {
    const { standing, lock, accountCommand } = await createWorld();
    await lock();
    const { output } = await accountCommand('status');
    expect(await standing()).toBe('locked');
    expect(output).toContain('+******4567');
    expect(output).not.toContain('91234567');
  });
});

describe('npm run account -- unlock', () => {
  it('A14: an operator lifts the lock, and clears the SMS', async () => {
    const { standing, lock, send, accountCommand } = await createWorld();
    await lock();
    for (let i = 0; i < 4; i++) {
      await send();
    }
    const { code, output } = await accountCommand('unlock');
    expect(code).toBe(0);
    expect(output).toMatch(/^\+\*+4567 \(cleared\)\n {2}answers {3}open\n +0 failed in a row\n/);
    expect(output).toContain('3 now (5 in 10 minutes)');
    expect(await standing()).toBe('open');
    expect((await send()).kind).toBe('allowed');
  });

  it('leaves every other account alone', async () => {
    const { standing, lock, here } = await createWorld();
    await lock();
    await run(['unlock', '--phone', '+6591234568', ...here]);
    expect(await standing()).toBe('locked');
  });
});

describe('npm run account with another key than the function has', () => {
  const OTP_HASH_KEY = OTHER_STRONG_KEY;

  it.each(['status', 'unlock'])('says so in one sentence: %s', async (action) => {
    const { standing, lock, accountCommand } = await createWorld();
    await lock();
    const { code, output } = await accountCommand(action, { OTP_HASH_KEY });
    expect(code).toBe(1);
    expect(output).toMatch(/^The counts in that table are kept under another key: .*\.\n$/);
    expect(output).toContain('OTP_HASH_KEY');
    expect(output).toContain('OTP_LOOKUP_KEY');
    expect(await standing()).toBe('locked');
  });

  it('finds an account by the lookup key, whatever key signs', async () => {
    const { lock, accountCommand } = await createWorld();
    await lock();
    const env = { OTP_HASH_KEY, OTP_LOOKUP_KEY: STRONG_KEY };
    const { code, output } = await accountCommand('status', env);
    expect(code).toBe(0);
    expect(output).toContain('10 failed in a row');
  });

  it('finds an account under a key that another was put in front of', async () => {
    const { lock, accountCommand } = await createWorld();
    await lock();
    const both = `${OTP_HASH_KEY},${STRONG_KEY}`;
    const { code, output } = await accountCommand('status', { OTP_HASH_KEY: both });
    expect(code).toBe(0);
    expect(output).toContain('10 failed in a row');
  });

  it('can not tell where nothing was counted yet', async () => {
    const { accountCommand } = await createWorld();
    const { code, output } = await accountCommand('status', { OTP_HASH_KEY });
    expect(code).toBe(0);
    expect(output).toContain('0 failed in a row');
  });
});

describe('npm run account', () => {
  const phone = ['--phone', PHONE];

  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['no action', phone, {}, 'Say status, unlock, trace or erase'],
    ['another action', ['reset', ...phone], {}, 'Say status, unlock, trace or erase'],
    ['a number in its place', [PHONE, '--table', 'tab'], {}, 'Say status, unlock, trace or erase'],
    ['no number', ['status', '--table', 'tab'], {}, '--phone takes a phone number in E.164'],
    ['a local number', ['status', '--phone', '91234567'], {}, '--phone takes a phone number'],
    ['no table', ['status', ...phone], {}, "--table takes the name of the function's table"],
    ['a bad table', ['status', ...phone, '--table', 'a b'], {}, '--table is "a b"; it takes'],
    ['an unknown option', ['status', '--phon', PHONE], {}, 'see npm run account -- --help.'],
    ['no key', ['status', ...phone, '--table', 'tab'], { OTP_HASH_KEY: '' }, 'OTP_HASH_KEY is not'],
    [
      'a bad limit',
      ['status', ...phone, '--table', 'tab'],
      { LOCK_AFTER: 'many' },
      'LOCK_AFTER is "many"; it takes a whole number',
    ],
  ])('says in one sentence what is wrong with %s', async (_, args, env, sentence) => {
    const { code, output } = await run(args, env);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(sentence);
    expect(output).not.toContain('91234567');
  });

  it('says that there is no such table, or nobody there', async () => {
    const elsewhere = ['status', ...phone, '--table', 'another', '--endpoint'];
    const missing = await run([...elsewhere, dynamoDb.url()]);
    expect(missing).toMatchObject({ code: 1, output: expect.stringContaining('no such table') });
    const nobody = await run([...elsewhere, 'http://127.0.0.1:9']);
    expect(nobody).toMatchObject({ code: 1, output: expect.stringContaining('be reached') });
  });

  it('says what it must be allowed to do', async () => {
    const faulty = await startFaultyDynamoDb(dynamoDb.url());
    onTestFinished(() => faulty.close());
    faulty.always({ status: 400, name: 'AccessDeniedException' });
    const args = ['status', ...phone, '--table', 'another', '--endpoint', faulty.url];
    const refused = await run(args);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(
      /^DynamoDB refuses access: .* dynamodb:DeleteItem on the table\.\n$/,
    );
  });

  it('explains itself', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toContain('npm run account -- status|unlock|trace|erase');
  });
});
