import { describe, expect, it } from 'vitest';
import {
  GATEWAY_VARIABLES,
  SMS_GATEWAYS,
  smsGatewayOpener,
} from '../../../../src/adapters/sms-gateway/lib/registry.ts';
import { openAdapters, readConfig } from '../../../../src/container/open-adapters.ts';
import { ConfigError } from '../../../../src/settings.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { ENV } from '../../../support/function.ts';
import { ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID } from '../../../support/twilio-server.ts';

const TWILIO = { TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_SECRET: AUTH_TOKEN };

/** Starts with one rule that names these gateways. */
async function start(gateways: readonly object[], env: Readonly<Record<string, string>> = {}) {
  const SMS_ROUTES = JSON.stringify([{ countries: ['*'], gateways }]);
  return openAdapters(readConfig({ ...ENV, SMS_ROUTES, ...env }));
}

describe('The gateways of a route', () => {
  it('open with all that they can be set to', async () => {
    const price = { maxPriceUsd: '0.50' };
    const dlt = { entityId: '1101456324675322134', templateId: '1107160412653314461' };
    const gateways = [
      { gateway: 'sns', region: 'ap-southeast-1', senderId: 'MyApp', ...price, ...dlt },
      { gateway: 'sns', originationNumber: '+12065550100' },
      {
        gateway: 'end-user-messaging',
        region: 'ap-south-1',
        origination: 'arn:aws:sms-voice:ap-south-1:123456789012:pool/pool-0a1b',
        configurationSet: 'otp',
        protectConfiguration: 'protect-0a1b',
        context: { service: 'sign-in' },
        feedback: true,
        ...price,
        ...dlt,
      },
      { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID },
      { gateway: 'twilio', from: 'MyApp', apiUrl: 'https://api.dublin.ie1.twilio.com' },
      { gateway: 'console' },
    ];
    await expect(start(gateways, TWILIO)).resolves.toBeDefined();
  });

  it.each<readonly [object, Readonly<Record<string, string>>, string]>([
    [
      { gateway: 'sns', senderID: 'MyApp' },
      {},
      'SMS_ROUTES rule 1, gateway 1 (sns) has the key "senderID"; it takes gateway, region, senderId, maxPriceUsd, originationNumber, entityId, templateId.',
    ],
    [
      { gateway: 'sns', region: 'Ireland' },
      {},
      'SMS_ROUTES rule 1, gateway 1 (sns): region is "Ireland"; it takes an AWS region such as eu-west-1',
    ],
    [
      { gateway: 'sns', senderId: '12345' },
      {},
      'SMS_ROUTES rule 1, gateway 1 (sns): senderId is "12345"; it takes 1 to 11 letters',
    ],
    [
      { gateway: 'end-user-messaging', origination: 'My App' },
      {},
      '(end-user-messaging): origination is "My App"; it takes a sender ID, a phone number or a pool',
    ],
    [
      { gateway: 'end-user-messaging', context: { 'two words': 'x' } },
      {},
      '(end-user-messaging): context is {"two words":"x"}; it takes up to 5 names with a text each',
    ],
    [
      { gateway: 'end-user-messaging', feedback: 'true' },
      {},
      '(end-user-messaging): feedback is "true"; it takes true or false.',
    ],
    [
      { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID },
      { TWILIO_ACCOUNT_SID: ACCOUNT_SID },
      "TWILIO_SECRET, read by SMS_ROUTES rule 1, gateway 1 (twilio), is not set; it takes the account's auth token",
    ],
    [
      { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID, secret: AUTH_TOKEN },
      TWILIO,
      'SMS_ROUTES rule 1, gateway 1 (twilio) has the key "secret"; it takes gateway, messagingServiceSid, from, accountSid, apiUrl, apiKeySid.',
    ],
    [
      { gateway: 'twilio' },
      TWILIO,
      'SMS_ROUTES rule 1, gateway 1 (twilio) sets neither of messagingServiceSid and from; it takes one of them.',
    ],
    [
      { gateway: 'twilio', messagingServiceSid: MESSAGING_SERVICE_SID, from: 'MyApp' },
      TWILIO,
      'SMS_ROUTES rule 1, gateway 1 (twilio) sets both of messagingServiceSid and from; it takes one of them.',
    ],
    [
      { gateway: 'twilio', from: 'MyApp', apiUrl: 'http://example.com' },
      TWILIO,
      '(twilio): apiUrl is "http://example.com"; it takes an origin such as https://',
    ],
    [
      { gateway: 'twilio', from: 'MyApp', maxPriceUsd: '0.50' },
      TWILIO,
      'SMS_ROUTES rule 1, gateway 1 (twilio) has the key "maxPriceUsd"; it takes',
    ],
    [
      { gateway: 'console' },
      { AWS_LAMBDA_FUNCTION_NAME: 'sign-in' },
      'AWS_LAMBDA_FUNCTION_NAME, read by SMS_ROUTES rule 1, gateway 1 (console), is "sign-in"; it takes nothing: "console" shows codes',
    ],
  ])('are refused: %j with %j', async (gateway, env, sentence) => {
    const error = await start([gateway], env).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(sentence);
  });

  it('never repeat a secret', async () => {
    const twilio = { gateway: 'twilio', from: 'MyApp' };
    const error = await start([twilio], { ...TWILIO, TWILIO_SECRET: 'tooshort' }).catch((e) => e);
    expect(error.message).toContain('holds something else (not shown)');
    expect(error.message).not.toContain('tooshort');
  });

  it.each([
    ['SMS_SENDER_ID', 'MyApp', 'senderId'],
    ['SMS_ORIGINATION_NUMBER', '+12065550100', 'originationNumber'],
    ['SMS_ENTITY_ID', '1', 'entityId'],
    ['SMS_TEMPLATE_ID', '1', 'templateId'],
  ])('have %s for themselves', async (name, value, key) => {
    await expect(start([{ gateway: 'sns' }], { [name]: value })).rejects.toThrow(
      `${name} has no place beside SMS_ROUTES; set ${key} at its gateways.`,
    );
  });

  it.each<readonly [keyof typeof SMS_GATEWAYS, readonly string[]]>([
    ['sns', ['SMS_REGION', 'SMS_MAX_PRICE_USD']],
    ['end-user-messaging', ['SMS_REGION', 'SMS_MAX_PRICE_USD']],
    ['twilio', ['TWILIO_ACCOUNT_SID', 'TWILIO_API_URL', 'TWILIO_API_KEY_SID', 'TWILIO_SECRET']],
    ['console', ['AWS_LAMBDA_FUNCTION_NAME']],
  ])('read from variables, as far as %s goes: %j', async (name, variables) => {
    const { definition } = await SMS_GATEWAYS[name]();
    expect(definition.variables).toEqual(variables);
  });

  it('have all their variables known before their code is loaded', async () => {
    const loaded = await Promise.all(Object.values(SMS_GATEWAYS).map((load) => load()));
    const read = loaded.flatMap(({ definition }) => definition.variables);
    expect(GATEWAY_VARIABLES.toSorted()).toEqual([...new Set(read)].toSorted());
  });

  it('take the region from its variable where they set none', async () => {
    const variable = (name: string) => (name === 'SMS_REGION' ? 'eu-west-1' : undefined);
    const choice = { gateway: 'sns', settings: {}, title: 'rule' };
    const open = smsGatewayOpener(variable, new ManualClock());
    await expect(open(choice)).resolves.toBeDefined();
    const without = smsGatewayOpener(() => undefined, new ManualClock());
    await expect(without(choice)).rejects.toThrow(
      'SMS_REGION, read by rule, is not set; it takes an AWS region',
    );
  });

  it('are the only ones whose code is loaded', async () => {
    const loaded: string[] = [];
    const watched = Object.fromEntries(
      Object.entries(SMS_GATEWAYS).map(([name, load]) => [
        name,
        () => {
          loaded.push(name);
          return load();
        },
      ]),
    );
    const open = smsGatewayOpener(() => undefined, new ManualClock(), watched);
    await open({ gateway: 'console', settings: {}, title: 'rule' });
    expect(loaded).toEqual(['console']);
  });

  it('are those of the registry alone', async () => {
    const open = smsGatewayOpener(() => undefined, new ManualClock());
    const opening = open({ gateway: 'pigeon', settings: {}, title: 'rule (pigeon)' });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow('rule (pigeon) is not in the registry of gateways.');
  });
});
