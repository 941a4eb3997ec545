/** `npm start -- --data FILE`: what outlives the command, and what a file must be. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { Program } from '../../support/program.ts';
import { createProject } from './project.ts';
import { ALICE, sdkClient } from './running.ts';

const POOL = 'us-east-1_PhoneOtp';
const BOB = '+12025550111';

interface Endpoint {
  readonly program: Program;
  readonly cognito: CognitoIdentityProviderClient;
}

function run(folder: string, ...args: string[]): Program {
  const options = ['--no-web', '--port', '0', '--data', 'data.json', ...args];
  return new Program('deploy/local/main.ts', options, { INIT_CWD: folder });
}

async function start(folder: string, ...args: string[]): Promise<Endpoint> {
  const program = run(folder, ...args);
  const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
  const cognito = sdkClient(url);
  onTestFinished(() => cognito.destroy());
  return { program, cognito };
}

async function stop({ program }: Endpoint): Promise<void> {
  program.interrupt();
  expect(await program.exited).toBe(0);
}

test('users, pools and app clients are there again after a restart', async () => {
  const folder = await createProject({});
  const before = await start(folder);
  await before.cognito.send(new AdminCreateUserCommand({ UserPoolId: POOL, Username: BOB }));
  const { UserPool } = await before.cognito.send(new CreateUserPoolCommand({ PoolName: 'Mine' }));
  const { UserPoolClient } = await before.cognito.send(
    new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: 'app' }),
  );
  await stop(before);

  const { cognito } = await start(folder);
  const user = await cognito.send(new AdminGetUserCommand({ UserPoolId: POOL, Username: BOB }));
  expect(user.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
  const { UserPool: kept } = await cognito.send(
    new DescribeUserPoolCommand({ UserPoolId: UserPool?.Id }),
  );
  expect(kept).toEqual({ ...UserPool, EstimatedNumberOfUsers: 0 });
  const { UserPoolClient: keptClient } = await cognito.send(
    new DescribeUserPoolClientCommand({
      UserPoolId: UserPool?.Id,
      ClientId: UserPoolClient?.ClientId,
    }),
  );
  expect(keptClient).toEqual(UserPoolClient);
});

test('a change is in the file without a stop in good order', async () => {
  const folder = await createProject({});
  const { cognito } = await start(folder);
  await cognito.send(
    new AdminSetUserPasswordCommand({
      ...{ UserPoolId: POOL, Username: ALICE, Password: 'Correct-horse-9', Permanent: true },
    }),
  );
  await expect
    .poll(() => readFile(join(folder, 'data.json'), 'utf8'), { timeout: 10_000 })
    .toContain('"password"');
});

test('the triggers are those of the command line, whatever was attached before', async () => {
  const folder = await createProject({
    'deny.mjs': 'export const handler = () => { throw new Error("Not today."); };',
    'triggers.mjs': await readFile(join(import.meta.dirname, 'fixtures/triggers.mjs'), 'utf8'),
  });
  await stop(await start(folder, '--trigger', 'PreAuthentication=deny.mjs'));
  const { cognito } = await start(folder, '--function', 'triggers.mjs');
  const { ChallengeName } = await cognito.send(
    new InitiateAuthCommand({
      ...{ AuthFlow: 'CUSTOM_AUTH', ClientId: 'phoneotp', AuthParameters: { USERNAME: ALICE } },
    }),
  );
  expect(ChallengeName).toBe('CUSTOM_CHALLENGE');
});

test('--user adds those who are not in the file', async () => {
  const folder = await createProject({});
  await stop(await start(folder));
  const { cognito } = await start(folder, '--user', BOB);
  const user = await cognito.send(new AdminGetUserCommand({ UserPoolId: POOL, Username: BOB }));
  expect(user.UserStatus).toBe('CONFIRMED');
});

test('only its owner reads the file, and no draft of it stays', async () => {
  const folder = await createProject({});
  await stop(await start(folder));
  expect((await stat(join(folder, 'data.json'))).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => name.startsWith('data.json'))).toEqual([
    'data.json',
  ]);
});

test.each([
  ['not JSON', /--data takes a file that it wrote.* is another: .*JSON/],
  ['{"version":2}', /--data takes a file that it wrote.* is another: restore takes what/],
  ['{"version":1,"pools":[]}', /holds no user pool, and not us-east-1_PhoneOtp: give its id/],
])('a file that holds %s stays as it is, and is said to be another', async (text, sentence) => {
  const folder = await createProject({ 'data.json': text });
  const program = run(folder);
  expect(await program.exited).toBe(1);
  expect(program.output).toMatch(sentence);
  expect(await readFile(join(folder, 'data.json'), 'utf8')).toBe(text);
});

test('another pool id than the file holds is said, with the one that it holds', async () => {
  const folder = await createProject({});
  await stop(await start(folder));
  const program = run(folder, '--pool-id', 'eu-west-1_Other');
  expect(await program.exited).toBe(1);
  expect(program.output).toContain(`holds ${POOL}, and not eu-west-1_Other: give its id by`);
});

test('a place that can not be written is said before anything is lost', async () => {
  const folder = await createProject({});
  await writeFile(join(folder, 'file'), '');
  const program = run(folder, '--data', 'file/data.json');
  expect(await program.exited).toBe(1);
  expect(program.output).toMatch(/^--data: .*file\/data\.json can't be (read|written): ENOTDIR/m);
});

test('a place that is gone at the end is said, and the exit code tells it', async () => {
  const folder = await createProject({});
  const endpoint = await start(folder);
  await mkdir(join(folder, 'data.json.new'));
  await endpoint.cognito.send(
    new AdminCreateUserCommand({ UserPoolId: POOL, Username: BOB, MessageAction: 'SUPPRESS' }),
  );
  endpoint.program.interrupt();
  expect(await endpoint.program.exited).toBe(1);
  expect(endpoint.program.output).toMatch(/--data: .*data\.json can't be written: EISDIR/);
});
