/** What the settings of gateways take, up to their edges. */
import { describe, expect, it } from 'vitest';
import { smsGatewayOpener } from '../../../src/adapters/sms-gateway/lib/registry.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../../support/twilio-server.ts';

interface Expectation {
  readonly setting: string;
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
  /** What an operator is told that it takes. */
  readonly takes: string;
}

const VARIABLES: Readonly<Record<string, string>> = {
  SMS_REGION: 'eu-west-1',
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_SECRET: AUTH_TOKEN,
};

function open(gateway: string, settings: object, variables = VARIABLES) {
  const opener = smsGatewayOpener((name) => variables[name], new ManualClock());
  return opener({ gateway, settings: { ...settings }, title: 'rule' });
}

const HEX = '0123456789abcdefABCDEF0123456789';
/** Twilio's ids of one kind. */
const sids = (kind: string) => ({
  accepts: [kind + HEX],
  refuses: [
    HEX,
    kind,
    `${kind}0`,
    `a${kind}${HEX}`,
    `${kind}${HEX}0`,
    kind + HEX.slice(1),
    kind + 'g'.repeat(32),
  ],
  takes: `${kind} and 32 hexadecimal digits`,
});
const resource = { accepts: ['otp', 'x'.repeat(256), 'arn:aws:a/b_c-1'] };
const noResource = { refuses: ['', 'x'.repeat(257), 'a b', 'a+b', ' a', 'a '] };
const texts = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name-${i}`, 'x']));

describe.each<readonly [string, object, readonly Expectation[]]>([
  [
    'twilio',
    { from: 'MyApp' },
    [
      { setting: 'accountSid', ...sids('AC') },
      { setting: 'apiKeySid', ...sids('SK') },
      {
        setting: 'from',
        accepts: ['123', '+12065550100', '123456789012345', 'A', 'My App&+-_1', '1a'],
        refuses: ['', '12', '+1234567890123456', 'MyApplication', 'MyApp!', 'a\n', '++123', '--'],
        takes: 'a Twilio phone number, short code or sender ID',
      },
      {
        setting: 'apiUrl',
        accepts: ['https://api-1.twilio.com', 'https://a.b:8443', 'http://127.0.0.1:80'],
        refuses: ['xhttps://a.b', 'https://a.b/', 'https://a.b:', 'https://a.b:x', 'http://a.b'],
        takes: 'an origin such as https://api.dublin.ie1.twilio.com',
      },
    ],
  ],
  ['twilio', {}, [{ setting: 'messagingServiceSid', ...sids('MG') }]],
  [
    'end-user-messaging',
    {},
    [
      {
        setting: 'origination',
        accepts: [...resource.accepts, '+12065550100'],
        refuses: noResource.refuses.filter((value) => value !== 'a+b'),
        takes: 'a sender ID, a phone number or a pool, by name, id or ARN',
      },
      {
        setting: 'configurationSet',
        ...resource,
        ...noResource,
        takes: 'a configuration set by name or ARN',
      },
      {
        setting: 'protectConfiguration',
        ...resource,
        ...noResource,
        takes: 'the id of a protect configuration',
      },
      {
        setting: 'context',
        accepts: [
          {},
          texts(5),
          { ['n'.repeat(100)]: 'x'.repeat(800), other: 'two words' },
          { one: 'x' },
        ],
        refuses: [
          texts(6),
          { ['n'.repeat(101)]: 'x' },
          { 'two words': 'x' },
          { ' a': 'x' },
          { 'a ': 'x' },
          { '': 'x' },
          { a: 'x'.repeat(801) },
          { a: ' x' },
          { a: 'x ' },
          { a: '' },
          { a: 1 },
        ],
        takes:
          'up to 5 names with a text each, for the event destinations of the configuration set',
      },
      {
        setting: 'feedback',
        accepts: [true, false],
        refuses: ['true', 1],
        takes: 'true or false',
      },
    ],
  ],
])('A gateway of %s with %j', (gateway, others, expectations) => {
  const cases = (kind: 'accepts' | 'refuses') =>
    expectations.flatMap((each) => each[kind].map((value) => ({ ...each, value })));

  it.each(cases('accepts'))('takes $value as $setting', async ({ setting, value }) => {
    await expect(open(gateway, { ...others, [setting]: value })).resolves.toBeDefined();
  });

  it.each(cases('refuses'))('refuses $value as $setting', async ({ setting, value, takes }) => {
    await expect(open(gateway, { ...others, [setting]: value })).rejects.toThrow(
      `rule: ${setting} is ${JSON.stringify(value)}; it takes ${takes}.`,
    );
  });
});

describe('The secret of Twilio', () => {
  const withSecret = (TWILIO_SECRET: string) =>
    open('twilio', { from: 'MyApp' }, { ...VARIABLES, TWILIO_SECRET });

  it('has 20 characters at least', async () => {
    await expect(withSecret('!~'.repeat(10))).resolves.toBeDefined();
  });

  it.each(['x'.repeat(19), `${'x'.repeat(20)} `, ` ${'x'.repeat(20)}`, 'é'.repeat(20)])(
    'is not %j',
    async (secret) => {
      await expect(withSecret(secret)).rejects.toThrow(
        "it takes the account's auth token, or the secret of TWILIO_API_KEY_SID where that is set.",
      );
    },
  );

  it('may belong to an API key', async () => {
    const key = { ...VARIABLES, TWILIO_API_KEY_SID: 'SK' };
    await expect(open('twilio', { from: 'MyApp' }, key)).rejects.toThrow(
      'TWILIO_API_KEY_SID, read by rule, is "SK"; it takes SK and 32 hexadecimal digits.',
    );
  });
});
