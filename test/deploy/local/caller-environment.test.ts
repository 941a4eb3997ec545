/** `npm start` where the caller has AWS, Twilio and proxy settings of their own: none of them is used. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_CLIENT_ID } from '../../../deploy/local/endpoint.ts';
import type { Sms } from '../../../deploy/local/inbox.ts';
import { Program } from '../../support/program.ts';
import { ALICE, sdkClient } from './running.ts';
import { UserSignIn } from './user-sign-in.ts';

const RECORDER = join(import.meta.dirname, 'fixtures/record-traffic.mjs');

const PASSWORD = 'Correct-horse-1';
const AMERICAN = '+12065550100';
const MALAYSIAN = '+60123456789';

const ACCESS_KEY = 'AKIACALLERSOWNKEY000';
const SECRET_KEY = 'callers/own/secret/key';
const SESSION_TOKEN = 'callers-own-session-token';
const TWILIO_SECRET = 'callers-own-twilio-secret';
const TWILIO_ACCOUNT_SID = `AC${'f'.repeat(32)}`;
const TWILIO_API_KEY_SID = `SK${'e'.repeat(32)}`;
const CALLERS_OWN = [
  ACCESS_KEY,
  SECRET_KEY,
  SESSION_TOKEN,
  TWILIO_SECRET,
  TWILIO_ACCOUNT_SID,
  TWILIO_API_KEY_SID,
];

interface Trap {
  readonly url: string;
  /** What was asked of it: nothing should be. */
  readonly requests: readonly string[];
}

async function startTrap(): Promise<Trap> {
  const requests: string[] = [];
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    response.writeHead(500).end();
  });
  server.on('connect', ({ url }, socket) => {
    requests.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

interface Surroundings {
  readonly trap: string;
  /** A directory with `.aws/config`, `.aws/credentials` and `settings.json`. */
  readonly home: string;
}

async function createHome(trap: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'caller-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.aws'));
  const settings = `region = eu-central-1
endpoint_url = ${trap}
ignore_configured_endpoint_urls = true
use_fips_endpoint = true
sts_regional_endpoints = legacy
account_id_endpoint_mode = required
services = elsewhere`;
  await writeFile(
    join(home, '.aws/config'),
    `[default]
${settings}
[profile sso]
${settings}
sso_start_url = ${trap}/start
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = developer
[services elsewhere]
sns =
  endpoint_url = ${trap}
pinpoint_sms_voice_v2 =
  endpoint_url = ${trap}
`,
  );
  await writeFile(
    join(home, '.aws/credentials'),
    `[default]\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n`,
  );
  await writeFile(
    join(home, 'settings.json'),
    JSON.stringify({
      SMS_ROUTES: JSON.parse(routes(trap)),
      OTP_LOOKUP_KEY_SECRET: 'callers-own-lookup-key',
      ...{ TWILIO_API_URL: trap, TWILIO_ACCOUNT_SID, TWILIO_API_KEY_SID },
      TWILIO_SECRET_SECRET: 'callers-own-twilio-secret',
    }),
  );
  return home;
}

const routes = (trap: string) =>
  JSON.stringify([
    {
      countries: ['US'],
      gateways: [{ gateway: 'end-user-messaging', region: 'eu-west-1', feedback: true }],
    },
    { countries: ['MY'], gateways: [{ gateway: 'twilio', from: 'MyApp', apiUrl: trap }] },
    { countries: ['*'], gateways: [{ gateway: 'sns', region: 'ap-southeast-1' }] },
  ]);

const keys = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY };

const everyEndpoint = (trap: string) => ({
  AWS_ENDPOINT_URL: trap,
  AWS_ENDPOINT_URL_SNS: trap,
  AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: trap,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: trap,
  AWS_ENDPOINT_URL_DYNAMODB: trap,
  TWILIO_API_URL: trap,
});

const hostile: readonly [string, (around: Surroundings) => Record<string, string>][] = [
  ['a profile that is missing', () => ({ AWS_PROFILE: 'none-such' })],
  [
    'a profile of single sign-on',
    ({ home }) => ({ HOME: home, AWS_PROFILE: 'sso', AWS_SDK_LOAD_CONFIG: '1' }),
  ],
  ['files that lead elsewhere', ({ home }) => ({ HOME: home })],
  [
    'files named by variables',
    ({ home }) => ({
      AWS_CONFIG_FILE: join(home, '.aws/config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'),
    }),
  ],
  [
    'keys, a region and endpoints',
    ({ trap }) => ({
      ...keys,
      ...everyEndpoint(trap),
      AWS_SESSION_TOKEN: SESSION_TOKEN,
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
      AWS_RETRY_MODE: 'none-such',
    }),
  ],
  [
    'keys, and endpoints that are to be ignored',
    () => ({ ...keys, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }),
  ],
  [
    'credentials of a role and of a container',
    ({ trap }) => ({
      AWS_ENDPOINT_URL: trap,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/developer',
      AWS_WEB_IDENTITY_TOKEN_FILE: RECORDER,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${trap}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: SESSION_TOKEN,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: trap,
      AWS_CA_BUNDLE: '/none-such.pem',
    }),
  ],
  [
    'a Twilio account',
    ({ trap }) => ({
      TWILIO_API_URL: trap,
      TWILIO_ACCOUNT_SID,
      TWILIO_API_KEY_SID,
      TWILIO_SECRET,
    }),
  ],
  [
    'a file of settings, and secrets of Secrets Manager',
    ({ home }) => ({
      SMS_ROUTES: '',
      SETTINGS_FILE: join(home, 'settings.json'),
      OTP_HASH_KEY_SECRET: 'callers-own-hash-key',
    }),
  ],
  [
    'proxies that Node obeys',
    ({ trap }) => ({
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: trap,
      HTTPS_PROXY: trap,
      http_proxy: trap,
      https_proxy: trap,
      NO_PROXY: 'example.com',
    }),
  ],
];

describe('npm start', () => {
  test.each(hostile)('stays on this machine beside %s', async (_what, variables) => {
    const trap = await startTrap();
    const home = await createHome(trap.url);
    const traffic = join(home, 'traffic');
    // --durable, so that DynamoDB is asked, too.
    const args = ['--durable', '--no-web', '--port', '0', '--user', AMERICAN];
    const program = new Program('deploy/local/main.ts', args, {
      SMS_ROUTES: routes(trap.url),
      ...variables({ trap: trap.url, home }),
      TRAFFIC_FILE: traffic,
      NODE_OPTIONS: `--import=${pathToFileURL(RECORDER)}`,
    });
    const [, url = ''] = await program.says(/ at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const cognito = sdkClient(url);
    onTestFinished(() => cognito.destroy());
    await cognito.send(
      new SignUpCommand({ ClientId: DEFAULT_CLIENT_ID, Username: MALAYSIAN, Password: PASSWORD }),
    );

    for (const number of [ALICE, AMERICAN, MALAYSIAN]) {
      const user = new UserSignIn(cognito, number);
      expect(await user.start()).toMatchObject({ status: 'SENT' });
      const inbox = (await (await fetch(`${url}/inbox`)).json()) as readonly Sms[];
      const { to, message = '' } = inbox.at(-1) ?? {};
      expect(to).toBe(number);
      expect(await user.answer(/\d{6}$/.exec(message)?.[0] ?? '')).toBe('signed in');
    }

    expect(trap.requests).toEqual([]);
    const requests = await readFile(traffic, 'utf8');
    const hosts = requests
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).host);
    expect(hosts.length).toBeGreaterThanOrEqual(5);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    const plain = requests.replace(/(?<=Basic )[\w+/=]+/g, (text) => atob(text));
    for (const own of CALLERS_OWN) expect(plain).not.toContain(own);
  });
});
