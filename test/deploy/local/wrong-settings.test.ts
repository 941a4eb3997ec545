/** `npm start` with settings that the function can't start with: the terminal tells, and nothing but that. */
import { describe, expect, test } from 'vitest';
import { Program } from '../../support/program.ts';

const start = (variables: Readonly<Record<string, string>>, ...options: string[]) =>
  new Program('deploy/local/main.ts', ['--no-web', '--port', '0', ...options], variables);

const routes = (...gateways: object[]) => JSON.stringify([{ countries: ['*'], gateways }]);

const wrong: readonly [Readonly<Record<string, string>>, string][] = [
  [{ OTP_LENGTH: '5' }, 'OTP_LENGTH is "5"; it takes a whole number from 6 to 10.'],
  [
    { OTP_LENGTH: '5', LOCK_AFTER: '0' },
    'OTP_LENGTH is "5"; it takes a whole number from 6 to 10. LOCK_AFTER is "0"; it takes a whole number from 1 to 50.',
  ],
  [
    { LOCK_AFTER: '50', LOCK_FOR_GOOD_AFTER: '50' },
    'LOCK_FOR_GOOD_AFTER must be above LOCK_AFTER.',
  ],
  [{ SMS_TEMPLATES: '[' }, 'SMS_TEMPLATES '],
  [{ SETTINGS_FILE: 'gone.json' }, "SETTINGS_FILE names gone.json, which can't be read."],
  [{ SMS_ROUTES: '[]' }, 'SMS_ROUTES does not hold rules; it takes '],
  [
    { SMS_ROUTES: routes({ gateway: 'sns', region: 'Ireland' }) },
    'SMS_ROUTES rule 1, gateway 1 (sns): region is "Ireland"; it takes an AWS region',
  ],
  [
    { SMS_ROUTES: routes({ gateway: 'twilio', from: 'MyApp', apiUrl: 'http://example.com' }) },
    'SMS_ROUTES rule 1, gateway 1 (twilio): apiUrl is "http://example.com"; it takes an origin',
  ],
];

describe.each([
  ['npm start', []],
  ['npm start -- --durable', ['--durable']],
])('%s', (_command, options) => {
  test.each(wrong)('tells what is wrong with %j, and nothing else', async (variables, sentence) => {
    const program = start(variables, ...options);
    expect(await program.exited).toBe(1);
    expect(program.output.startsWith(sentence)).toBe(true);
    expect(program.output.trimEnd()).not.toMatch(/\n|available right now/);
  });
});

describe('npm start', () => {
  test('takes an empty variable for one that is not set', async () => {
    const program = start({ OTP_HASH_KEY: '', APP_NAME: '' });
    await program.says(/Ctrl-C stops/);
  });

  test('brings the DynamoDB that the settings choose', async () => {
    const program = start({ RATE_LIMITER: 'dynamodb', TABLE_NAME: 'sign-in' });
    await program.says(/--table sign-in --endpoint http:\/\/127\.0\.0\.1:\d+\n/);
  });

  test('misses the name of the table where the settings choose DynamoDB alone', async () => {
    const program = start({ RATE_LIMITER: 'dynamodb' });
    expect(await program.exited).toBe(1);
    expect(program.output).toBe(
      'TABLE_NAME is not set; CHALLENGE_REPOSITORY and RATE_LIMITER need it for dynamodb.\n',
    );
  });

  test('serves a route that shows SMS in the terminal', async () => {
    const program = start({ SMS_ROUTES: routes({ gateway: 'console' }) });
    await program.says(/Ctrl-C stops/);
  });

  test("leaves this function's settings alone where another function is served", async () => {
    const program = start(
      { OTP_LENGTH: '5' },
      ...['--function', 'test/deploy/local/fixtures/triggers.mjs'],
    );
    await program.says(/Ctrl-C stops/);
  });
});
