/** `npm run account -- trace` and `erase`, after sign-ins by the function itself of users of a pool. */
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { createFleet } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { createOperatorWorld } from '../support/operator-world.ts';
import { SignInDriver, UNKNOWN_USER, userWithNumber } from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();
const PHONE = '+6591234567';
const OTHER_PHONE = '+6591234568';

/** A pool with two users, and the function that signs them in. */
async function createWorld() {
  const log = captureLog();
  const world = await createOperatorWorld({ pool: { UsernameAttributes: ['phone_number'] } });
  const { cognito, userPoolId, clientId } = world;
  const fleet = await createFleet(dynamoDb, {
    containers: 1,
    env: { HIDE_USER_EXISTENCE: 'true' },
  });
  const handler: typeof fleet.handler = (event, context) =>
    fleet.handler(
      { ...event, userPoolId, callerContext: { ...event.callerContext, clientId } },
      context,
    );
  const addUser = async (number: string) => {
    const created = await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: userPoolId,
        Username: number,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'phone_number', Value: number },
          { Name: 'phone_number_verified', Value: 'true' },
        ],
      }),
    );
    const { Username: userName = '', Attributes = [] } = created.User ?? {};
    const sub = Attributes.find(({ Name }) => Name === 'sub')?.Value ?? '';
    const user = userWithNumber(number);
    return new SignInDriver(handler, {
      ...user,
      userName,
      userAttributes: { ...user.userAttributes, sub },
    });
  };
  const options = [
    ...['--table', dynamoDb.tableName(), '--endpoint', dynamoDb.url()],
    ...['--user-pool', userPoolId, '--pool-endpoint', world.url],
  ];
  const account = (action: string, phone = PHONE, ...more: string[]) =>
    world.run('deploy/account.ts', [action, '--phone', phone, ...options, ...more], {
      OTP_HASH_KEY: STRONG_KEY,
    });
  const eraseWithoutPool = () =>
    world.run('deploy/account.ts', ['erase', '--phone', PHONE, ...options.slice(0, 4)], {
      OTP_HASH_KEY: STRONG_KEY,
    });
  const stranger = () => new SignInDriver(handler, { ...UNKNOWN_USER, userName: PHONE });
  return { log, fleet, clientId, addUser, stranger, account, eraseWithoutPool };
}

describe('npm run account -- trace', () => {
  it('tells by which pseudonym the log knows the user, and asks for its lines', async () => {
    const { log, addUser, account } = await createWorld();
    const user = await addUser(PHONE);
    await user.start();
    const line = log.lines().find(({ outcome }) => outcome === 'sent');
    const { code, output } = await account('trace');
    expect(code).toBe(0);
    expect(output).toContain(
      `  users     ${line?.user} (FORCE_CHANGE_PASSWORD, number verified)\n`,
    );
    expect(output).toContain(`\n| filter user in ["${line?.user}"]\n| sort @timestamp desc\n`);
    const [, fields = ''] = /^fields @timestamp, (.+)$/m.exec(output) ?? [];
    const known = ['reason', 'gateway', 'fault', ...Object.keys(line ?? {})];
    expect(known).toEqual(expect.arrayContaining(fields.split(', ')));
  });

  it('tells what the table knows of the newest sign-in', async () => {
    const { fleet, clientId, addUser, account } = await createWorld();
    const user = await addUser(PHONE);
    await user.start();
    await user.answer('000000');
    const begun = `  sign-ins  2026-01-15T12:00:00.000Z at app client ${clientId}: told SENT, 1 SMS, `;
    expect((await account('trace')).output).toContain(`${begun}1 wrong answer, a code is out\n`);
    await user.answer(fleet.gateway.lastCode);
    expect((await account('trace')).output).toContain(`${begun}1 wrong answer, signed in\n`);
  });

  it('tells programs the same, and nobody the number or the user', async () => {
    const { addUser, account } = await createWorld();
    await (await addUser(PHONE)).start();
    const { stdout, output } = await account('trace', PHONE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      phone: '+******4567',
      standing: { kind: 'open' },
      failedInARow: 0,
      users: [{ pseudonym: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown, verified: true }],
      signIns: [{ told: 'SENT', sends: 1, failures: 0, code: 'live' }],
      query: expect.stringContaining('| filter user in [') as unknown,
    });
    expect(output + (await account('trace')).output).not.toContain('91234567');
  });

  it('finds no user where the pool has none, and asks for the pool', async () => {
    const { account } = await createWorld();
    expect((await account('trace')).output).toContain('  users     none: ');
    const { code, output } = await account('trace', PHONE, '--user-pool', 'none');
    expect(code).toBe(1);
    expect(output).toMatch(/^--user-pool takes a user pool's id, .*\n$/);
    expect((await account('trace', PHONE, '--pool-endpoint', 'localhost:9229')).output).toBe(
      "--pool-endpoint takes a URL such as http://127.0.0.1:9229, not 'localhost:9229'.\n",
    );
  });
});

describe('npm run account -- erase', () => {
  it('deletes all that is kept of the number, and nothing of others', async () => {
    const { fleet, addUser, stranger, account } = await createWorld();
    const user = await addUser(PHONE);
    await user.start();
    await user.answer('000000');
    await stranger().start();
    fleet.clock.advance(1);
    await (await addUser(OTHER_PHONE)).start();
    const before = (await dynamoDb.items()).map(({ pk }) => pk?.S);
    const { code, output } = await account('erase');
    expect(code).toBe(0);
    expect(output).toBe('+******4567\n  erased    6 items\n');
    const after = (await dynamoDb.items()).map(({ pk }) => pk?.S);
    const gone = before.filter((key) => !after.includes(key));
    // Of the number's owner, and of a stranger who typed it for a username.
    expect(gone.map((key) => key?.split('#')[0]).sort()).toEqual([
      ...['account', 'account', 'challenge', 'challenge', 'round', 'round'],
    ]);
    expect((await account('trace', OTHER_PHONE)).output).toContain('told SENT, 1 SMS');
    expect((await account('erase')).output).toContain('erased    0 items');
  });

  it('deletes the account alone where no pool is named, and says so', async () => {
    const { addUser, account, eraseWithoutPool } = await createWorld();
    await (await addUser(PHONE)).start();
    expect(await eraseWithoutPool()).toMatchObject({
      code: 0,
      output:
        '+******4567\n  erased    1 item, without a look at sign-ins: --user-pool names the pool\n',
    });
    expect((await account('trace')).output).toContain('told SENT, 1 SMS');
  });
});
