import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ConfigError } from '../../src/settings.ts';
import { ENV } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';

const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64');

describe('The configuration', () => {
  it('needs no more than a key and a region', () => {
    const { hashKeys, lookupKey, sms, messages, abuse, ...config } = readConfig({
      OTP_HASH_KEY: STRONG_KEY,
      AWS_REGION: 'eu-west-1',
    });
    expect(hashKeys.map(base64)).toEqual([STRONG_KEY]);
    expect(lookupKey).toBeUndefined();
    expect(sms.routes).toEqual([
      {
        kind: 'send',
        countries: '*',
        prefixes: [],
        gateways: [{ gateway: 'sns', settings: {}, title: 'SNS, the default route' }],
        ignoreUserLocale: false,
        retryAfterTimeout: false,
      },
    ]);
    expect(sms.variable('SMS_REGION')).toBe('eu-west-1');
    expect(messages).toMatchObject({ appName: '', minutes: 3, lastLine: undefined });
    expect(config).toEqual({
      policy: {
        codeLength: 6,
        lifetimeMs: 180_000,
        maxAttempts: 3,
        maxSends: 3,
        resendCooldownMs: 30_000,
        sendTimeoutMs: 3000,
      },
      requireVerifiedPhone: true,
      confirmPhone: false,
      hideUserExistence: true,
      answerStepMs: 500,
      passwordFirst: false,
      signUpNeedsPhone: false,
      reviewNumbers: [],
      warnings: [],
    });
    expect(abuse).toMatchObject({ challengeRepository: 'session', rateLimiter: 'memory' });
  });

  it('takes everything that can be set', () => {
    const config = readConfig({
      OTP_HASH_KEY: `${STRONG_KEY}, ${OTHER_STRONG_KEY}`,
      OTP_LOOKUP_KEY: STRONG_KEY,
      APP_NAME: 'Café 東京',
      OTP_LENGTH: '10',
      OTP_TTL_SECONDS: '600',
      OTP_MAX_ATTEMPTS: '10',
      OTP_MAX_SENDS: '1',
      OTP_RESEND_COOLDOWN_SECONDS: '0',
      REQUIRE_VERIFIED_PHONE: 'false',
      CONFIRM_PHONE: 'true',
      PASSWORD_FIRST: 'true',
      SMS_TIMEOUT_MS: '4000',
      SMS_REGION: 'ap-southeast-1',
      AWS_REGION: 'eu-west-1',
      SMS_SENDER_ID: 'MyApp-1',
      SMS_MAX_PRICE_USD: '0.50',
      SMS_ORIGINATION_NUMBER: '+12065550100',
      SMS_ENTITY_ID: '1101456324675322134',
      SMS_TEMPLATE_ID: '1107160412653314461',
    });
    expect(config.hashKeys.map(base64)).toEqual([STRONG_KEY, OTHER_STRONG_KEY]);
    expect(config.lookupKey && base64(config.lookupKey)).toBe(STRONG_KEY);
    expect(config).toMatchObject({
      messages: { appName: 'Café 東京', minutes: 10 },
      policy: { codeLength: 10, lifetimeMs: 600_000, maxSends: 1, resendCooldownMs: 0 },
      requireVerifiedPhone: false,
      confirmPhone: true,
      passwordFirst: true,
      sms: {
        routes: [
          {
            gateways: [
              {
                settings: {
                  senderId: 'MyApp-1',
                  originationNumber: '+12065550100',
                  entityId: '1101456324675322134',
                  templateId: '1107160412653314461',
                },
              },
            ],
          },
        ],
      },
    });
    expect(config.sms.variable('SMS_REGION')).toBe('ap-southeast-1');
    expect(config.sms.variable('SMS_MAX_PRICE_USD')).toBe('0.50');
  });

  it('takes an app name with the joiners that its script writes words with', () => {
    const APP_NAME = 'دیجی\u200cکالا';
    expect(readConfig({ ...ENV, APP_NAME }).messages.appName).toBe(APP_NAME);
  });

  it('takes an empty variable for an unset one', () => {
    const config = readConfig({ ...ENV, OTP_LENGTH: '', SMS_SENDER_ID: '', SMS_REGION: '' });
    expect(config.policy.codeLength).toBe(6);
    expect(config.sms.routes).toMatchObject([
      { gateways: [{ settings: { senderId: undefined } }] },
    ]);
    expect(config.sms.variable('SMS_REGION')).toBe('eu-west-1');
  });

  it.each([
    ['OTP_LENGTH', '5', 'a whole number from 6 to 10'],
    ['OTP_LENGTH', '11', 'a whole number from 6 to 10'],
    ['OTP_LENGTH', '6.5', 'a whole number from 6 to 10'],
    ['OTP_LENGTH', '0x8', 'a whole number from 6 to 10'],
    ['OTP_LENGTH', ' 6', 'a whole number from 6 to 10'],
    ['OTP_LENGTH', '-6', 'a whole number from 6 to 10'],
    ['OTP_TTL_SECONDS', '29', 'a whole number from 30 to 600'],
    ['OTP_TTL_SECONDS', '601', 'a whole number from 30 to 600'],
    ['OTP_MAX_ATTEMPTS', '0', 'a whole number from 1 to 10'],
    ['OTP_MAX_ATTEMPTS', '11', 'a whole number from 1 to 10'],
    ['OTP_MAX_SENDS', '0', 'a whole number from 1 to 10'],
    ['OTP_RESEND_COOLDOWN_SECONDS', '301', 'a whole number from 0 to 300'],
    ['SMS_TIMEOUT_MS', '499', 'a whole number from 500 to 4000'],
    ['SMS_TIMEOUT_MS', '4001', 'a whole number from 500 to 4000'],
    ['REQUIRE_VERIFIED_PHONE', 'yes', 'true or false'],
    ['CONFIRM_PHONE', 'yes', 'true or false'],
    ['PASSWORD_FIRST', 'TRUE', 'true or false'],
    ['APP_NAME', 'x'.repeat(31), 'up to 30 characters'],
    ['APP_NAME', 'two\nlines', 'up to 30 characters, no line breaks'],
    ['APP_NAME', '\u202eppAyM', 'up to 30 characters, no line breaks or direction marks'],
    ['SMS_REGION', 'Ireland', 'an AWS region such as eu-west-1'],
    ['SMS_SENDER_ID', '12345', '1 to 11 letters, digits or hyphens, with at least one letter'],
    ['SMS_SENDER_ID', 'TwelveLetter', '1 to 11 letters'],
    ['SMS_MAX_PRICE_USD', '0', 'a price above 0'],
    ['SMS_MAX_PRICE_USD', '$1', 'a price above 0'],
    ['SMS_ORIGINATION_NUMBER', '1234', 'a phone number or short code'],
    ['SMS_MAX_PRICE_USD', '100', 'a price above 0 and below 100'],
    ['SMS_ORIGIN', 'https://example.com', 'a host such as example.com'],
    ['SMS_ORIGIN', 'localhost', 'a host such as example.com'],
    ['SMS_APP_HASH', 'short', 'the 11 characters of an Android app hash'],
    ['SMS_ENTITY_ID', 'a b', '1 to 50 letters or digits'],
    ['SMS_TEMPLATE_ID', 'x'.repeat(51), '1 to 50 letters or digits'],
  ])(
    'refuses %s=%j with a sentence that names it, what it holds and what it takes',
    (name, held, takes) => {
      const parse = () => readConfig({ ...ENV, [name]: held });
      expect(parse).toThrow(ConfigError);
      expect(parse).toThrow(`${name} is ${JSON.stringify(held)}; it takes ${takes}`);
    },
  );

  it('refuses what belongs to one country beside routes, which set it by gateway', () => {
    const SMS_ROUTES = '[{"countries":["*"],"gateways":[{"gateway":"sns"}]}]';
    const parse = () =>
      readConfig({ ...ENV, SMS_ROUTES, SMS_SENDER_ID: 'MyApp', SMS_TEMPLATE_ID: '1' });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(
      'SMS_SENDER_ID has no place beside SMS_ROUTES; set senderId at its gateways. SMS_TEMPLATE_ID has no place beside SMS_ROUTES; set templateId at its gateways.',
    );
    expect(() =>
      readConfig({ ...ENV, SMS_ROUTES, SMS_ORIGINATION_NUMBER: '12345', SMS_ENTITY_ID: '1' }),
    ).toThrow(/set originationNumber at .* set entityId at/);
    expect(() => readConfig({ ...ENV, SMS_ROUTES, SMS_SENDER_ID: '' })).not.toThrow();
  });

  it('says how to make the key when there is none', () => {
    expect(() => readConfig({ AWS_REGION: 'eu-west-1' })).toThrow(
      /OTP_HASH_KEY is not set; it takes .*openssl rand -base64 32/,
    );
  });

  it('names every variable that is wrong at once', () => {
    const parse = () =>
      readConfig({ OTP_LENGTH: '5', PASSWORD_FIRST: 'no', SMS_REGION: 'Ireland' });
    expect(parse).toThrow(/OTP_HASH_KEY .* OTP_LENGTH .* PASSWORD_FIRST .* SMS_REGION /);
  });
});
