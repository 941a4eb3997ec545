/** `npm run account`, run as the process it is, against DynamoDB's protocol. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../src/adapters/clock/system.ts';
import { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { createContainer, readConfig } from '../../src/container.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { phoneAccount } from '../../src/domain/recipient.ts';
import { TOKENS } from '../../src/tokens.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { startFaultyDynamoDb } from '../support/dynamodb-faults.ts';
import { DURABLE, ENV } from '../support/function.ts';
import { KEY } from '../support/keys.ts';
import { Program } from '../support/program.ts';
import { roomInTenMinutes } from '../support/rate-limit-window.ts';

const dynamoDb = useDynamoDb();
const PHONE = '+6591234567' as PhoneNumber;
const account = phoneAccount(PHONE);
const keys = new HmacKeyRing([KEY]);

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const { OTP_HASH_KEY } = ENV;
  const program = new Program('deploy/account.ts', args, { ...aws, OTP_HASH_KEY, ...env });
  return { code: await program.exited, output: program.output };
}

/** A table of its own, and what the function itself counts with on it. */
async function createWorld() {
  await roomInTenMinutes(6_000);
  const [store] = await dynamoDb.stores(1);
  const guards = () => {
    const container = createContainer(readConfig({ ...ENV, ...DURABLE }), {
      smsGateway: new FakeSmsGateway(),
      dynamoDb: store,
    });
    return { answers: container.get(TOKENS.answerGuard), sends: container.get(TOKENS.sendLimits) };
  };
  const lock = async () => {
    for (let i = 0; i < 10; i++) {
      await guards().answers.admit(account);
    }
  };
  const here = ['--table', dynamoDb.tableName(), '--endpoint', dynamoDb.url()];
  const accountCommand = (action: string, env?: NodeJS.ProcessEnv) =>
    run([action, '--phone', PHONE, ...here], env);
  return { store, guards, lock, here, accountCommand };
}

describe('npm run account -- status', () => {
  it('shows an account with nothing against it', async () => {
    const { accountCommand } = await createWorld();
    const { code, output } = await accountCommand('status');
    expect(code).toBe(0);
    expect(output).toMatch(/answers {3}open\n +0 failed in a row\n/);
    expect(output).toMatch(/sends {5}0 of 5 in 10 minutes, until \d{4}-.*Z\n/);
    expect(output).toMatch(/0 of 10 in 1 hour,.*\n.*0 of 20 in 1 day,/);
  });

  it('shows a locked account, by what the function itself counted', async () => {
    const { guards, lock, accountCommand } = await createWorld();
    await lock();
    await guards().sends.decide({ account, country: 'SG' });
    const { output } = await accountCommand('status');
    expect(output).toMatch(/answers {3}locked until \d{4}-.*Z\n +10 failed in a row, the last at /);
    expect(output).toMatch(/sends {5}1 of 5 in 10 minutes/);
  });

  it('A12: shows an account that only an operator can open', async () => {
    const { store, accountCommand } = await createWorld();
    const failures = store.failureCounter(keys);
    for (let count = 0; count < 100; count++) {
      await failures.add(account, { from: count, below: count + 1 }, new SystemClock().now());
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
    expect(output).toContain('0 of 3 in 30 minutes');
  });

  it('changes nothing, and never shows the whole number', async () => {
    const { guards, lock, accountCommand } = await createWorld();
    await lock();
    const { output } = await accountCommand('status');
    expect((await guards().answers.standing(account)).kind).toBe('locked');
    expect(output).toContain('+******4567');
    expect(output).not.toContain('91234567');
  });
});

describe('npm run account -- unlock', () => {
  it('A14: an operator lifts the lock, and clears the SMS', async () => {
    const { guards, lock, accountCommand } = await createWorld();
    await lock();
    for (let i = 0; i < 6; i++) {
      await guards().sends.decide({ account, country: 'SG' });
    }
    const { code, output } = await accountCommand('unlock');
    expect(code).toBe(0);
    expect(output).toMatch(/^\+\*+4567 \(cleared\)\n {2}answers {3}open\n +0 failed in a row\n/);
    expect(output).toContain('0 of 5 in 10 minutes');
    expect((await guards().answers.standing(account)).kind).toBe('open');
    expect((await guards().sends.decide({ account, country: 'SG' })).kind).toBe('allowed');
  });

  it('leaves every other account alone', async () => {
    const { guards, lock, here } = await createWorld();
    await lock();
    await run(['unlock', '--phone', '+6591234568', ...here]);
    expect((await guards().answers.standing(account)).kind).toBe('locked');
  });
});

describe('npm run account', () => {
  const phone = ['--phone', PHONE];

  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['no action', phone, {}, 'Say status or unlock'],
    ['another action', ['reset', ...phone], {}, 'Say status or unlock'],
    ['a number in its place', [PHONE, '--table', 'tab'], {}, 'Say status or unlock'],
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
    expect(output).toContain('npm run account -- status|unlock');
  });
});
