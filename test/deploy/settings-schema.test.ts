/** The JSON Schema of a file of settings says what the function itself says of it, as far as it can. */
import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { SCHEMA_PATH, settingsSchema } from '../../deploy/lib/settings-json-schema.ts';
import { CONFIG_VARIABLES } from '../../src/config/config.ts';
import { completeEnvironment } from '../../src/config/environment.ts';
import { openAdapters, readConfig } from '../../src/container/open-adapters.ts';
import { ENV } from '../support/function.ts';

const schema = JSON.parse(await readFile(SCHEMA_PATH, 'utf8'));
// The function checks what a day is.
const isValid = new Ajv({ strict: true, allowUnionTypes: true, formats: { date: true } }).compile(
  schema,
);

/** Whether the function starts with a file that holds this. */
async function starts(settings: object): Promise<boolean> {
  const readFile = async () => JSON.stringify(settings);
  const readSecret = async () => 'a-secret-of-forty-characters-or-so-12345';
  const env = { AWS_REGION: 'eu-west-1', OTP_HASH_KEY: ENV.OTP_HASH_KEY, SETTINGS_FILE: 'a.json' };
  try {
    await openAdapters(readConfig(await completeEnvironment(env, { readFile, readSecret })));
    return true;
  } catch {
    return false;
  }
}

/** What JSON the pages show between these words and the block's end. */
async function example(page: string, beginning: string): Promise<unknown> {
  const text = await readFile(page, 'utf8');
  const start = text.indexOf(`\`\`\`json\n${beginning}`) + '```json\n'.length;
  return JSON.parse(text.slice(start, text.indexOf('```', start)));
}

const route = (gateway: object) => [{ countries: ['*'], gateways: [gateway] }];
const entry = {
  number: 'n'.repeat(43),
  code: 'c'.repeat(43),
  until: '2026-02-28',
  perDay: 20,
};

describe('The schema of a file of settings', () => {
  it('is what the settings say now: npm run settings-schema brings it up to date', async () => {
    expect(schema).toEqual(await settingsSchema());
  });

  it('knows every setting, says what it takes, and knows no others', () => {
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining([...CONFIG_VARIABLES]));
    const silent = Object.entries<{ description?: string }>(schema.properties).filter(
      ([name, { description }]) => name !== '$schema' && !description,
    );
    expect(silent).toEqual([]);
    expect(isValid({ OTP_LENGHT: 8 })).toBe(false);
  });

  it('takes the examples of the pages', async () => {
    const gateways = 'src/adapters/sms-gateway/README.md';
    const settings = await example('deploy/configuration.md', '{\n  "$schema"');
    expect(settings).toHaveProperty('$schema', SCHEMA_PATH);
    expect(isValid(settings)).toBe(true);
    const SMS_ROUTES = await example(gateways, '[\n  {\n    "countries"');
    const SMS_TEMPLATES = await example(gateways, '{ "en":');
    expect(isValid({ SMS_ROUTES, SMS_TEMPLATES })).toBe(true);
  });

  it.each<Readonly<Record<string, unknown>>>([
    { OTP_LENGTH: 8 },
    { OTP_LENGTH: '8' },
    { PASSWORD_FIRST: true },
    { PASSWORD_FIRST: 'true' },
    { SENDS_PER_HOUR: 1000 },
    { LOCK_FOR_GOOD_AFTER: 'off' },
    { LOCK_FOR_GOOD_AFTER: 50 },
    { APP_NAME: 'Café 東京' },
    { SENDS_PER_NUMBER: '5/10m, 20/1d' },
    { SMS_ROUTES: route({ gateway: 'sns', senderId: 'MyApp' }) },
    { SMS_ROUTES: JSON.stringify(route({ gateway: 'sns' })) },
    { SMS_ROUTES: [{ prefixes: ['+881'], deny: true }, ...route({ gateway: 'sns' })] },
    { SMS_TEMPLATES: { en: '{code} is your code' } },
    { REVIEW_NUMBERS: [entry] },
    { OTP_LOOKUP_KEY: ENV.OTP_HASH_KEY },
  ])('takes %j, as the function does', async (settings) => {
    expect(isValid(settings), JSON.stringify(isValid.errors)).toBe(true);
    expect(await starts(settings)).toBe(true);
  });

  it.each<Readonly<Record<string, unknown>>>([
    { OTP_LENGTH: 5 },
    { OTP_LENGTH: 11 },
    { OTP_LENGTH: 6.5 },
    { OTP_LENGTH: 'six' },
    { OTP_LENGTH: true },
    { PASSWORD_FIRST: 'yes' },
    { PASSWORD_FIRST: 1 },
    { SENDS_PER_HOUR: 0 },
    { LOCK_FOR_GOOD_AFTER: 101 },
    { LOCK_FOR_GOOD_AFTER: 'never' },
    { RATE_LIMITER: 'redis' },
    { UNPROVEN_SENDS: 'block' },
    { APP_NAME: 'x'.repeat(31) },
    { APP_NAME: 'two\nlines' },
    { SENDS_PER_NUMBER: '5 in 10 minutes' },
    { SMS_SENDER_ID: '12345' },
    { SMS_ORIGIN: 'https://example.com' },
    { SMS_ROUTES: [] },
    { SMS_ROUTES: route({ gateway: 'pigeon' }) },
    { SMS_ROUTES: route({ gateway: 'sns', sender: 'MyApp' }) },
    { SMS_ROUTES: route({ gateway: 'sns', senderId: 'TwelveLetter' }) },
    { SMS_ROUTES: [{ country: ['SG'], gateways: [{ gateway: 'sns' }] }] },
    { SMS_ROUTES: [{ countries: ['Singapore'], gateways: [{ gateway: 'sns' }] }] },
    { SMS_ROUTES: [{ prefixes: ['881'], gateways: [{ gateway: 'sns' }] }] },
    { SMS_ROUTES: [{ countries: ['*'], gateways: [] }] },
    { SMS_TEMPLATES: { en: 1 } },
    { SMS_TEMPLATES: ['{code}'] },
    { REVIEW_NUMBERS: [{ ...entry, until: undefined }] },
    { REVIEW_NUMBERS: [{ ...entry, code: '30582914' }] },
    { REVIEW_NUMBERS: [{ ...entry, perDay: 101 }] },
    { REVIEW_NUMBERS: Array(11).fill(entry) },
  ])('refuses %j, as the function does', async (settings) => {
    expect(isValid(JSON.parse(JSON.stringify(settings)))).toBe(false);
    expect(await starts(settings)).toBe(false);
  });
});
