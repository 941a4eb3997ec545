/** `npm start` and `npm run sign-in`, run as the processes they are. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { STRONG_KEY } from '../../support/keys.ts';
import { Program } from '../../support/program.ts';
import { createProject } from './project.ts';
import { start as startEndpoint } from './running.ts';
import { CODE, textbookTriggers } from './textbook-triggers.ts';

const FIXTURE = 'test/deploy/local/fixtures/triggers.mjs';
const BROKEN = 'test/deploy/local/fixtures/broken.mjs';
const NAMED = 'test/deploy/local/fixtures/named.ts';

const main = (...args: string[]) => new Program('deploy/local/main.ts', ['--no-web', ...args]);
const mainWithPage = (...args: string[]) =>
  new Program('deploy/local/main.ts', ['--port', '0', '--function', FIXTURE, ...args]);
const signIn = (...args: string[]) => new Program('deploy/local/sign-in.ts', args);

/** One function for all triggers, with this as the expression for its message. */
const triggersWith = (message: string) => `
  enum Code { Right = '123456' }
  export const handler = async (event: any) => {
    const { request, response } = event;
    response.issueTokens = request.session?.at(-1)?.challengeResult ?? false;
    response.challengeName = 'CUSTOM_CHALLENGE';
    response.publicChallengeParameters = { message: ${message} };
    response.privateChallengeParameters = { code: Code.Right };
    response.answerCorrect = request.challengeAnswer === Code.Right;
    return event;
  };`;

describe('npm start', () => {
  test('serves a function from a file, prints its ids and stops at Ctrl-C', async () => {
    const program = main('--port', '0', '--function', FIXTURE, '--user', '+12025550111');
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    await program.says(
      /user pool +us-east-1_PhoneOtp\n +app client +phoneotp\n +users +\+12025550100, \+12025550111\n/,
    );

    const client = signIn('+12025550111', '--endpoint', url);
    client.type('123456');
    expect(await client.exited).toBe(0);
    expect(client.output).toContain("phone_number: '+12025550111'");

    program.interrupt();
    expect(await program.exited).toBe(0);
  });

  test('serves a function of its own for each trigger', async () => {
    const program = main(
      ...['--port', '0', '--no-web'],
      ...['--define', `${NAMED}#define`, '--create', `${NAMED}#create`],
      ...['--verify', `${NAMED}#verify`, '--trigger', `PostAuthentication=${NAMED}#announce`],
    );
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    client.type('anything');
    expect(await client.exited).toBe(0);
    await program.says(/^Someone signed in\./m);
  });

  test('shows a line for each event, and of the log of the function only what deserves a look', async () => {
    const program = main('--port', '0', '--sms-fault', 'throttle');
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    client.type('r');
    await program.says(/ {2}CreateAuthChallenge {2}A round is opened, with status SENT\.\n/);
    await program.says(/ {2}VerifyAuthChallengeResponse {2}A new code is asked for\.\n/);
    expect(program.output).toContain('"outcome":"delivery-failed"');
    expect(program.output).not.toContain('"level":"INFO"');
  });

  test('--json writes nothing but lines of JSON', async () => {
    const program = main('--port', '0', '--json');
    const [, url = ''] = await program.says(/"endpoint":"([^"]+)"/);
    const client = signIn('+12025550100', '--endpoint', url);
    const [, code = ''] = await program.says(/Phone OTP demo is (\d{6})/);
    client.type(code);
    expect(await client.exited).toBe(0);
    const lines = program.output.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line));
    expect(events[0]).toEqual({
      ...{ kind: 'started', endpoint: url, userPoolId: 'us-east-1_PhoneOtp', clientId: 'phoneotp' },
      users: ['+12025550100'],
    });
    expect(events).toContainEqual(expect.objectContaining({ outcome: 'sent' }));
    expect(new Set(events.map(({ kind }) => kind))).toEqual(
      new Set(['started', 'call', 'trigger', 'sms', undefined]),
    );
  });

  test('--json writes lines of JSON for what goes wrong in triggers, too, and for their changes', async () => {
    const directory = await createProject({
      'define.ts': `export const handler = async () => {
        setTimeout(() => { throw new Error('nobody waits for this'); });
        throw new Error('the table is missing');
      };`,
    });
    const define = join(directory, 'define.ts');
    const program = main('--port', '0', '--json', '--watch', '--define', define);
    const [, url = ''] = await program.says(/"endpoint":"([^"]+)"/);
    const client = signIn('+12025550100', '--endpoint', url);
    expect(await client.exited).toBe(1);
    await program.says(/nobody waits for this/);
    await writeFile(define, 'export const handler = async () => "');
    await program.says(/The function of before stays in use/);
    const lines = program.output.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).kind)).toContain('note');
  });

  test('takes the id of a pool, and the issuer of its tokens', async () => {
    const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com';
    const program = main(
      ...['--port', '0', '--function', FIXTURE],
      ...['--pool-id', 'eu-west-1_Abc123XyZ', '--issuer', `${issuer}/`],
    );
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    await program.says(/user pool +eu-west-1_Abc123XyZ\n/);
    const configuration = `${url}/eu-west-1_Abc123XyZ/.well-known/openid-configuration`;
    expect(await (await fetch(configuration)).json()).toMatchObject({
      issuer: `${issuer}/eu-west-1_Abc123XyZ`,
    });
  });

  test('has an app client that our own check finds nothing wrong with', async () => {
    const program = main('--port', '0', '--function', FIXTURE);
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const args = ['--user-pool', 'us-east-1_PhoneOtp', '--endpoint', url];
    const check = new Program('deploy/check-clients.ts', args, env);
    expect(await check.exited, check.output).toBe(0);
  });

  test('loads a function anew when its file changes, and signs in who was about to', async () => {
    const directory = await createProject({
      'index.ts': triggersWith("'Type the code'"),
    });
    const index = join(directory, 'index.ts');
    const program = main('--port', '0', '--watch', '--function', index);
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    await client.says(/Type the code/);

    await writeFile(index, triggersWith("'Type the code"));
    await program.says(/index\.ts:\d+: Unterminated string literal\nThe function of before stays/);
    client.type('000000');
    await client.says(/Type the code.+Type the code/s);

    await writeFile(index, triggersWith("'Type it again'"));
    await program.says(/index\.ts is loaded anew\.\n/);
    client.type('000000');
    await client.says(/Type it again/);
    client.type('123456');
    expect(await client.exited).toBe(0);
  });

  test('shows what a trigger throws in lines of its source; clients see what AWS shows', async () => {
    const directory = await createProject({
      'define.ts': "import { decide } from './decide';\nexport const handler = () => decide();",
      'decide.ts': `enum Table { Missing = 'the table is missing' }

        export async function decide(): Promise<never> {
          throw new Error(Table.Missing);
        }`,
    });
    const program = main('--port', '0', '--define', join(directory, 'define.ts'));
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    expect(await client.exited).toBe(1);
    expect(client.output).toContain('DefineAuthChallenge failed with error the table is missing.');
    expect(client.output).not.toContain('decide');
    await program.says(/DefineAuthChallenge threw Error: the table is missing\n +at decide /);
    expect(program.output).toMatch(/decide\.ts:4:\d+\)\n.*define\.ts:2:\d+\)/);
    expect(program.output).toContain(directory);
  });

  test('outlives what a trigger leaves to fail, and shows it', async () => {
    const directory = await createProject({
      'define.ts': `export const handler = async (event: any) => {
          Promise.reject(new Error('nobody waits for this'));
          setTimeout(() => { throw new Error('nor for that'); });
          return { ...event, response: { challengeName: 'CUSTOM_CHALLENGE' } };
        };`,
    });
    const define = join(directory, 'define.ts');
    const program = main('--port', '0', '--function', FIXTURE, '--define', define);
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    await program.says(/ends its container: Error: nobody waits for this\n.*define\.ts:2/);
    await program.says(/ends its container: Error: nor for that\n.*define\.ts:3/);
    client.type('000000');
    await client.says(/tries left: 2/);
  });

  test('serves HTTPS to the function and to clients that trust its authority', async () => {
    const program = main('--port', '0', '--https');
    const [, url = ''] = await program.says(/at (https:\/\/127\.0\.0\.1:\d+)\n/);
    const [, caFile = ''] = await program.says(/authority +(\S+)\n/);
    const trust = { NODE_EXTRA_CA_CERTS: caFile };
    const args = ['+12025550100', '--endpoint', url];
    const client = new Program('deploy/local/sign-in.ts', args, trust);
    const [, code = ''] = await program.says(/SMS to \+12025550100 \n.* (\d{6})\n/);
    client.type(code);
    expect(await client.exited).toBe(0);

    program.interrupt();
    expect(await program.exited).toBe(0);
    expect(existsSync(caFile)).toBe(false);
  });

  test('writes the authority where it is told to, and gives tokens the issuer it is told', async () => {
    const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com';
    const caFile = join(await createProject({}), 'ca.pem');
    const program = main(
      ...['--port', '0', '--function', FIXTURE],
      ...['--https', '--ca-file', caFile, '--host', '0.0.0.0', '--issuer', issuer],
    );
    await program.says(/Whoever reaches this machine at 0\.0\.0\.0 reads every SMS/);
    const [, url = ''] = await program.says(/at (https:\/\/127\.0\.0\.1:\d+)\n/);
    const args = ['+12025550100', '--endpoint', url];
    const client = new Program('deploy/local/sign-in.ts', args, { NODE_EXTRA_CA_CERTS: caFile });
    client.type('123456');
    expect(await client.exited).toBe(0);
    expect(client.output).toContain(`iss: '${issuer}/us-east-1_PhoneOtp'`);
  });

  test('--help says what it takes', async () => {
    const program = main('--help');
    expect(await program.exited).toBe(0);
    expect(program.output).toContain('--sms-fault FAULT');
  });

  test.each([
    [['--port', 'x'], "--port takes a number from 0 to 65535, not 'x'."],
    [
      ['--user', '2025550100'],
      "--user takes a phone number in E.164, such as +12025550100, not '2025550100'.",
    ],
    [['--host', '192.0.2.1'], '--host takes an address of this machine, such as 0.0.0.0'],
    [['--host', ''], "such as 0.0.0.0 for all of them, not ''."],
    [['--ca-file', 'ca.pem'], '--ca-file is for --https alone: add that.'],
    [['--https', '--ca-file', '/none/ca.pem'], "--ca-file can't be written: ENOENT"],
    [['--issuer', 'cognito'], '--issuer takes a URL such as https://'],
    [['--web-port', 'x'], "--web-port takes a number from 0 to 65535, not 'x'."],
    [['--pool-id', 'x'], "--pool-id takes an id such as us-east-1_PhoneOtp, not 'x'."],
    [
      ['--issuer', 'x'],
      "--issuer takes a URL such as https://cognito-idp.us-east-1.amazonaws.com, not 'x'.",
    ],
    [['--sms-fault', 'x'], "--sms-fault takes hang, throttle, refuse, not 'x'."],
    [['--define'], "Option '--define <value>' argument missing"],
    [['--trigger', 'PostAuthentication'], '--trigger takes NAME=FILE with one of Define'],
    [['--trigger', `Nonsense=${NAMED}`], `not 'Nonsense=${NAMED}'.`],
    [['--colour', 'red'], "Unknown option '--colour'"],
    [['--port', '0', '--function', 'none.mjs'], 'There is no file'],
    [['--port', '0', '--function', BROKEN], "broken.mjs can't be loaded: the table is missing"],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const program = main(...args);
    expect(await program.exited).toBe(1);
    expect(program.output).toContain(sentence);
    expect(program.output).not.toContain('    at ');
  });

  test('a port in use is said in one sentence', async () => {
    const { endpoint } = await startEndpoint();
    const { port } = new URL(endpoint.url);
    const program = main('--port', port, '--function', FIXTURE);
    expect(await program.exited).toBe(1);
    expect(program.output.trim()).toBe(
      `Port ${port} is in use: stop what listens there, or choose another with --port.`,
    );
  });
});

describe('The demo page of npm start', () => {
  test('is served with its configuration, and stops at Ctrl-C', async () => {
    const program = mainWithPage('--web-port', '0', '--user', '+12025550111');
    const [, url = ''] = await program.says(/Open (http:\/\/localhost:\d+)\n/);
    const page = await fetch(url);
    expect(await page.text()).toContain('<title>Phone sign-in demo</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await fetch(`${url}/config.json`)).json()).toEqual({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      userPoolId: 'us-east-1_PhoneOtp',
      clientId: 'phoneotp',
      users: ['+12025550100', '+12025550111'],
    });
    expect((await fetch(`${url}/none.js`)).status).toBe(404);
    program.interrupt();
    expect(await program.exited).toBe(0);
  });

  test('says so when the port that was asked for is in use', async () => {
    const { endpoint } = await startEndpoint();
    const { port } = new URL(endpoint.url);
    const program = mainWithPage('--web-port', port);
    expect(await program.exited).toBe(1);
    expect(program.output.trim()).toBe(
      `Port ${port} can't be used for the demo page: choose another with --web-port, or do without by --no-web.`,
    );
  });

  test('moves to another port when the usual one is in use, and says so', async () => {
    const first = mainWithPage();
    const [, url = ''] = await first.says(/Open (http:\/\/localhost:\d+)/);
    const second = mainWithPage();
    const [, other = ''] = await second.says(
      /Open (http:\/\/localhost:\d+) \(port 3000 is in use\)\n/,
    );
    expect(other).not.toBe(url);
    expect((await fetch(other)).status).toBe(200);
  });
});

describe('npm run sign-in', () => {
  test('takes wrong codes and resends, with the new session every round', async () => {
    const program = main('--port', '0', '--function', FIXTURE);
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);

    await client.says(/\[SENT, tries left: 3\]/);
    client.type('000000');
    await client.says(/\[INCORRECT, tries left: 2\]/);
    client.type('r');
    await client.says(/\[RESENT, tries left: 1\]/);
    client.type('123456');
    expect(await client.exited).toBe(0);
    expect(client.output).toContain('Signed in.');
  });

  test('says how long the code is valid, and how long to wait for the next one', async () => {
    const program = main('--port', '0');
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    await client.says(
      /\[SENT, tries left: 3, valid for \d:\d\d, resends left: 2, next one in 0:\d\d\]/,
    );
    client.type('r');
    await client.says(/\[RESEND_TOO_SOON, .* next one in 0:\d\d\]/);
  });

  test('does not spend a try on part of a code', async () => {
    const program = main('--port', '0');
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    await client.says(/\[SENT/);
    client.type('123');
    await client.says(/The code has 6 digits\. Nothing was sent\./);
    const [, code = ''] = await program.says(/Phone OTP demo is (\d{6})/);
    client.type(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(await client.exited).toBe(0);
    expect(program.output.match(/VerifyAuthChallengeResponse/g)).toHaveLength(1);
  });

  test('signs a review number in by the code that was made for it', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const order = ['--phone', '+12025550100', '--until', until, '--json'];
    const maker = new Program('deploy/review-number.ts', order, { OTP_HASH_KEY: STRONG_KEY });
    await maker.exited;
    const { code, entry } = JSON.parse(maker.stdout);
    const program = new Program('deploy/local/main.ts', ['--no-web', '--port', '0'], {
      OTP_HASH_KEY: STRONG_KEY,
      RATE_LIMITER: 'memory',
      REVIEW_NUMBERS: JSON.stringify([entry]),
    });
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    await client.says(/\[SENT/);
    client.type(code);
    expect(await client.exited).toBe(0);
    expect(program.output).toContain('REVIEW_NUMBERS entry 1 lets a number sign in without an SMS');
    expect(program.output).not.toContain(code);
  });

  test('--tokens prints the tokens, and nothing beside them', async () => {
    const { endpoint } = await startEndpoint({ triggers: textbookTriggers });
    const client = signIn('+12025550100', '--endpoint', endpoint.url, '--tokens');
    client.type(CODE);
    expect(await client.exited).toBe(0);
    const { IdToken, AccessToken, RefreshToken } = JSON.parse(client.stdout);
    expect(decodeJwt(IdToken)).toMatchObject({ phone_number: '+12025550100' });
    expect(decodeJwt(AccessToken)).toMatchObject({ token_use: 'access' });
    expect(RefreshToken).toEqual(expect.any(String));
    expect(client.output).toContain('Code (r = send a new one): ');
  });

  test('signs in at an app client with a secret', async () => {
    const { endpoint } = await startEndpoint({
      triggers: textbookTriggers,
      client: { secret: 'a-secret-of-no-pool' },
    });
    const args = ['+12025550100', '--endpoint', endpoint.url];
    const client = new Program('deploy/local/sign-in.ts', args, {
      CLIENT_SECRET: 'a-secret-of-no-pool',
    });
    client.type('wrong');
    client.type(CODE);
    expect(await client.exited).toBe(0);
    expect(client.output).toContain('Signed in.');
  });

  test.each([
    [undefined, 'Put the secret of phoneotp into CLIENT_SECRET.'],
    ['another', 'CLIENT_SECRET is not the right one: put the secret of phoneotp'],
  ])('says how to mend a missing or wrong client secret: %j', async (CLIENT_SECRET, sentence) => {
    const { endpoint } = await startEndpoint({
      triggers: textbookTriggers,
      client: { secret: 'a-secret-of-no-pool' },
    });
    const args = ['+12025550100', '--endpoint', endpoint.url];
    const client = new Program('deploy/local/sign-in.ts', args, { CLIENT_SECRET });
    expect(await client.exited).toBe(1);
    expect(client.output).toContain(sentence);
    expect(client.output).not.toContain('a-secret');
  });

  test('says what a sign-in may lack that is refused at once', async () => {
    const program = new Program('deploy/local/main.ts', ['--no-web', '--port', '0'], {
      PASSWORD_FIRST: 'true',
    });
    const [, url = ''] = await program.says(/at (http:\/\/127\.0\.0\.1:\d+)\n/);
    const client = signIn('+12025550100', '--endpoint', url);
    expect(await client.exited).toBe(1);
    expect(client.output).toContain('the function wants a password first (PASSWORD_FIRST)');
  });

  test('says so when the sign-in fails', async () => {
    const { endpoint } = await startEndpoint({ triggers: textbookTriggers });
    const client = signIn('+12025550100', '--endpoint', endpoint.url);
    for (const code of ['1', '2', '3']) client.type(code);
    expect(await client.exited).toBe(1);
    expect(client.output).toContain('Not signed in: Incorrect username or password.');
  });

  test('says so when the input ends early', async () => {
    const { endpoint } = await startEndpoint({ triggers: textbookTriggers });
    const client = signIn('+12025550100', '--endpoint', endpoint.url);
    client.endInput();
    expect(await client.exited).toBe(1);
    expect(client.output).toContain('The input ended before the sign-in did.');
  });

  test.each([
    [[], "Give one phone number in E.164, such as +12025550100, not ''."],
    [['0155'], "Give one phone number in E.164, such as +12025550100, not '0155'."],
    [['+12025550100', '--endpoint', 'x'], '--endpoint takes a URL'],
    [['+12025550100', '--endpoint', 'localhost:9229'], '--endpoint takes a URL'],
    [['+12025550100', '--endpoint', 'http://127.0.0.1:1'], 'is `npm start` running?'],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const client = signIn(...args);
    client.endInput();
    expect(await client.exited).toBe(1);
    expect(client.output).toContain(sentence);
    expect(client.output).not.toContain('    at ');
  });
});
