import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ConfigError } from '../../src/settings.ts';
import { ENV } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';

/** As Secrets Manager's GetRandomPassword makes them. */
const LETTERS_AND_DIGITS = 'q7Vd0ZbT3mXk9RwLc5NyHs1Ju8GfAp4EoCi6BtWxQz2KrMvDhSgYlUnPjFeOaI3b';

/** 31 bytes, all of them different. */
const SHORT = Buffer.from(STRONG_KEY, 'base64').subarray(1).toString('base64');

const weak = 'a key that is not random, since few of its bytes differ';
const noBase64 = 'something that is no base64';

/** Each is what one key may not look like, and what the error says of it. */
const REFUSED: [string, string, string][] = [
  ['is too short', SHORT, 'a key of 44 characters, which in base64 are only 31 bytes'],
  [
    'is 32 letters and digits',
    LETTERS_AND_DIGITS.slice(0, 32),
    'a key of 32 characters, which in base64 are only 24 bytes',
  ],
  ['is no base64', STRONG_KEY.replace('m', '*'), noBase64],
  ['is all zero', Buffer.alloc(32).toString('base64'), weak],
  ['is one byte, repeated', Buffer.alloc(64, 0xa5).toString('base64'), weak],
  ['is 44 times the same letter', 'A'.repeat(44), weak],
  ['is 64 times the same letter', 'a'.repeat(64), weak],
  ['is a short text, repeated', 'secret00'.repeat(8), weak],
  ['has 15 different bytes', Buffer.from(fromRange(48, 15)).toString('base64'), weak],
];

function fromRange(length: number, different: number): number[] {
  return Array.from({ length }, (_, i) => i % different);
}

describe.each(['OTP_HASH_KEY', 'OTP_LOOKUP_KEY'])('%s', (name) => {
  it.each([
    ['what openssl prints', STRONG_KEY],
    ['64 letters and digits of Secrets Manager', LETTERS_AND_DIGITS],
    ['64 hexadecimal digits', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['16 different bytes', Buffer.from(fromRange(32, 16)).toString('base64')],
    ['white space around it', ` ${STRONG_KEY}\n`],
  ])('takes %s', (_, held) => {
    expect(() => readConfig({ ...ENV, [name]: held })).not.toThrow();
  });

  it.each(REFUSED)('refuses a key that %s, and says so without repeating it', (_, held, flaw) => {
    const parse = () => readConfig({ ...ENV, [name]: held });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(`${name} holds ${flaw} (not shown); it takes `);
    expect(parse).toThrow('at least 32 random bytes in base64 (such as `openssl rand -base64 32`');
    expect(parse).not.toThrow(held.slice(0, 12));
  });
});

describe('OTP_HASH_KEY', () => {
  const parse = (held: string) => () => readConfig({ ...ENV, OTP_HASH_KEY: held });

  it.each(REFUSED)('refuses a second key that %s', (_, held, flaw) => {
    expect(parse(`${STRONG_KEY},${held}`)).toThrow(`OTP_HASH_KEY holds ${flaw} (not shown)`);
  });

  it('refuses a comma that no key follows', () => {
    expect(parse(`${STRONG_KEY},`)).toThrow(`OTP_HASH_KEY holds ${noBase64} (not shown)`);
  });

  it.each([
    ['as it is', STRONG_KEY],
    ['without its padding', STRONG_KEY.replace('=', '')],
  ])('refuses the same key twice, the second time %s', (_, again) => {
    const keys = [STRONG_KEY, OTHER_STRONG_KEY, again].join(', ');
    expect(parse(keys)).toThrow('OTP_HASH_KEY holds the same key twice (not shown)');
  });
});

describe('OTP_LOOKUP_KEY', () => {
  it('takes one key alone', () => {
    const held = `${STRONG_KEY},${OTHER_STRONG_KEY}`;
    const parse = () => readConfig({ ...ENV, OTP_LOOKUP_KEY: held });
    expect(parse).toThrow(/^OTP_LOOKUP_KEY holds .* \(not shown\); it takes one key: /);
  });

  it('is missed where there are several hash keys, which a rotation changes', () => {
    const OTP_HASH_KEY = `${STRONG_KEY},${OTHER_STRONG_KEY}`;
    expect(readConfig({ ...ENV, OTP_HASH_KEY }).warnings).toEqual([
      expect.stringContaining('OTP_LOOKUP_KEY is not set'),
    ]);
    const env = { ...ENV, OTP_HASH_KEY, OTP_LOOKUP_KEY: STRONG_KEY };
    expect(readConfig(env).warnings).toEqual([]);
  });
});
