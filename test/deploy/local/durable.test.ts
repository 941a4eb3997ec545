/** `npm start -- --durable`, run as the process that it is: sign-ins over HTTP, kept in a DynamoDB. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import type { Sms } from '../../../deploy/local/inbox.ts';
import { STRONG_KEY } from '../../support/keys.ts';
import { Program } from '../../support/program.ts';
import { ALICE, sdkClient } from './running.ts';
import { UserSignIn } from './user-sign-in.ts';

async function startDurable() {
  const program = new Program('deploy/local/main.ts', ['--durable', '--no-web', '--port', '0']);
  const [, key, account = '', dynamoDbUrl = ''] = await program.says(
    /OTP_HASH_KEY=(\S+) npm run account -- (.+ --endpoint (http:\S+))\n/,
  );
  const [, url = ''] = await program.says(/SNS are at (http:\/\/127\.0\.0\.1:\d+)\n/);
  const cognito = sdkClient(url);
  onTestFinished(() => cognito.destroy());
  const inbox = async () => (await (await fetch(`${url}/inbox`)).json()) as readonly Sms[];
  const newestCode = async () => /\d{6}$/.exec((await inbox()).at(-1)?.message ?? '')?.[0] ?? '';
  const status = () => new Program('deploy/account.ts', account.split(' '), { OTP_HASH_KEY: key });
  return {
    program,
    dynamoDbUrl,
    status,
    inbox,
    newestCode,
    user: () => new UserSignIn(cognito, ALICE),
  };
}

describe('npm start -- --durable', () => {
  test('signs a user in, and keeps what it must remember in its table', async () => {
    const { program, dynamoDbUrl, status, newestCode, user } = await startDurable();
    const signIn = user();
    expect(await signIn.start()).toMatchObject({ status: 'SENT', attemptsRemaining: '3' });
    const code = await newestCode();
    const wrong = code.replace(/./, (digit) => (digit === '9' ? '0' : '9'));
    expect(await signIn.answer(wrong)).toMatchObject({
      status: 'INCORRECT',
      attemptsRemaining: '2',
    });

    const kinds = await keptKinds(dynamoDbUrl);
    expect(kinds).toEqual(expect.arrayContaining(['round', 'challenge', 'account', 'traffic']));

    await status().says(/1 failed in a row/);
    expect(await signIn.answer(code)).toBe('signed in');
    await status().says(/open\n +0 failed in a row/);
    program.interrupt();
    expect(await program.exited).toBe(0);
    await expect(fetch(dynamoDbUrl)).rejects.toThrow();
  });

  test('says in one sentence that TABLE_NAME is no name of a table', async () => {
    const program = new Program('deploy/local/main.ts', ['--durable', '--no-web', '--port', '0'], {
      TABLE_NAME: 'x',
    });
    expect(await program.exited).toBe(1);
    expect(program.output).toBe('TABLE_NAME is "x"; it takes the name of a DynamoDB table.\n');
  });

  test("shows a hash key of this process's own alone", async () => {
    const program = new Program('deploy/local/main.ts', ['--durable', '--no-web', '--port', '0'], {
      OTP_HASH_KEY: STRONG_KEY,
    });
    await program.says(/Ctrl-C stops/);
    expect(program.output).toMatch(/What is counted: +npm run account -- status /);
    expect(program.output).not.toContain(STRONG_KEY);
  });

  test('sends one number no fourth SMS at once', async () => {
    const { inbox, newestCode, user } = await startDurable();
    for (let sms = 1; sms <= 3; sms++) {
      const signIn = user();
      expect(await signIn.start()).toMatchObject({ status: 'SENT' });
      expect(await signIn.answer(await newestCode())).toBe('signed in');
      expect(await inbox()).toHaveLength(sms);
    }

    const fourth = await user().start();
    expect(fourth).toMatchObject({ status: 'THROTTLED', expiresInSeconds: '0' });
    expect(Number(fourth.resendAfterSeconds)).toBeGreaterThan(0);
    expect(Number(fourth.resendAfterSeconds)).toBeLessThanOrEqual(120);
    expect(await inbox()).toHaveLength(3);
  });
});

/** What kinds of items the table holds: the words that their keys begin with. */
async function keptKinds(url: string): Promise<readonly string[]> {
  const client = new DynamoDBClient(localClientConfig(url));
  onTestFinished(() => client.destroy());
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'phone-otp' }));
  return Items.map(({ pk }) => pk?.S?.split('#')[0] ?? '');
}
