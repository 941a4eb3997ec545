/** `npm run check-clients`, run as the process it is, against the local endpoint's Cognito. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import {
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Program } from '../support/program.ts';
import { start } from './local/running.ts';

type ClientSettings = Omit<CreateUserPoolClientCommandInput, 'UserPoolId' | 'ClientName'>;

/** As `deploy/README.md` makes an app client. */
const CODE_ONLY: ClientSettings = {
  ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  WriteAttributes: ['locale'],
};

const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = AWS,
) {
  const program = new Program('deploy/check-clients.ts', args, env);
  return { code: await program.exited, output: program.output };
}

/** A pool with one app client that is as it should be. */
async function createWorld() {
  const { endpoint, cognito } = await start({
    client: { name: 'app', writeAttributes: ['locale'] },
  });
  const { userPoolId, url } = endpoint;
  const addClient = async (ClientName: string, settings: ClientSettings) => {
    const command = new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName,
      ...settings,
    });
    return (await cognito.send(command)).UserPoolClient?.ClientId;
  };
  const check = () => run(['--user-pool', userPoolId, '--endpoint', url]);
  return { url, userPoolId, addClient, check };
}

/** Answers whatever it is asked with this error. */
async function startRefusing(name: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: name, message: 'why' }));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('npm run check-clients', () => {
  it('is content with clients that sign in by code alone', async () => {
    const { userPoolId, addClient, check } = await createWorld();
    await addClient('old', { ...CODE_ONLY, ExplicitAuthFlows: ['CUSTOM_AUTH_FLOW_ONLY'] });
    expect(await check()).toEqual({
      code: 0,
      output: `No app client of ${userPoolId} signs users in without a code or lets them write their number (2 checked).\n`,
    });
  });

  it.each<[string, ClientSettings, string]>([
    [
      'another flow too',
      { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'] },
      'allows ALLOW_USER_SRP_AUTH, ALLOW_USER_AUTH: give it ALLOW_CUSTOM_AUTH and ALLOW_REFRESH_TOKEN_AUTH alone',
    ],
    [
      'no flow set',
      { ExplicitAuthFlows: [] },
      'has no ExplicitAuthFlows, so that Cognito allows ALLOW_USER_SRP_AUTH: give it ALLOW_CUSTOM_AUTH and ALLOW_REFRESH_TOKEN_AUTH alone',
    ],
    [
      'a hosted page',
      { AllowedOAuthFlowsUserPoolClient: true },
      'has a hosted page: set AllowedOAuthFlowsUserPoolClient to false',
    ],
    [
      'numbers that users may write',
      { WriteAttributes: ['locale', 'phone_number'] },
      'lets users write phone_number: take it out of WriteAttributes',
    ],
    [
      'marks that users may write',
      { WriteAttributes: ['phone_number_verified'] },
      'lets users write phone_number_verified: take it out of WriteAttributes',
    ],
    [
      'nothing said of what users may write',
      { WriteAttributes: undefined },
      'lets users write phone_number, since WriteAttributes is unset: set it to what they need, such as locale',
    ],
  ])('finds a client with %s', async (_, settings, finding) => {
    const { addClient, check } = await createWorld();
    const id = await addClient('web', { ...CODE_ONLY, ...settings });
    expect(await check()).toEqual({ code: 1, output: `web (${id}) ${finding}.\n` });
  });

  it('tells all that is to be mended about a client in one line', async () => {
    const { addClient, check } = await createWorld();
    await addClient('careless', { AllowedOAuthFlowsUserPoolClient: true });
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^careless \(\w+\) allows ALLOW_USER_SRP_AUTH: .*; it has a hosted page: .*; it lets users write phone_number, .*\.\n$/,
    );
  });

  it('reads every page of the list', async () => {
    const { addClient, check } = await createWorld();
    for (let count = 1; count < 60; count++) {
      await addClient(`client ${count}`, CODE_ONLY);
    }
    await addClient('the 61st', { ...CODE_ONLY, AllowedOAuthFlowsUserPoolClient: true });
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output).toMatch(/^the 61st .*\n$/);
  });

  it.each([
    ['no pool', [], "--user-pool takes a user pool's id"],
    ['a bad pool', ['--user-pool', 'pool'], "--user-pool takes a user pool's id"],
    [
      'a bad endpoint',
      ['--user-pool', 'us-east-1_PhoneOtp', '--endpoint', 'here'],
      "--endpoint takes a URL such as http://127.0.0.1:9229, not 'here'.",
    ],
    [
      'an endpoint without a scheme',
      ['--user-pool', 'us-east-1_PhoneOtp', '--endpoint', 'localhost:9229'],
      "--endpoint takes a URL such as http://127.0.0.1:9229, not 'localhost:9229'.",
    ],
    ['an unknown option', ['--pool', 'x'], 'see npm run check-clients -- --help.'],
  ])('says in one sentence what is wrong with %s', async (_, args, sentence) => {
    const { code, output } = await run(args);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(sentence);
  });

  it('says that there is no such pool, or nobody there', async () => {
    const { url } = await createWorld();
    const elsewhere = ['--user-pool', 'local_None', '--endpoint'];
    const missing = await run([...elsewhere, url]);
    expect(missing).toEqual({ code: 1, output: expect.stringContaining('no such user pool') });
    const nobody = await run([...elsewhere, 'http://127.0.0.1:9']);
    expect(nobody).toEqual({ code: 1, output: expect.stringContaining('can not be reached') });
  });

  it.each([[[]], [['--region', 'here and there']]])(
    'asks for a region that there can be: %j',
    async (region) => {
      const files = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
      const env = { ...AWS, ...files, AWS_REGION: undefined };
      expect(await run(['--user-pool', 'us-east-1_PhoneOtp', ...region], env)).toEqual({
        code: 1,
        output: 'Say the region of the user pool, such as --region eu-west-1.\n',
      });
    },
  );

  it('says what it must be allowed to do', async () => {
    const url = await startRefusing('AccessDeniedException');
    const refused = await run(['--user-pool', 'us-east-1_PhoneOtp', '--endpoint', url]);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(
      /^Cognito refuses access: .* cognito-idp:DescribeUserPoolClient on the pool\.\n$/,
    );
  });

  it('explains itself, and why it matters', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toContain('npm run check-clients -- --user-pool ID');
    expect(output).toContain('a password that was chosen at sign-up would still work');
  });
});
