import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { SmsMessages } from '../../../src/domain/sms/message.ts';

const to = '+6591234567' as PhoneNumber;
const country = 'SG';
const templates = {
  en: 'Your OTP for log in to {app} is {code}',
  ms: 'OTP anda untuk {app} ialah {code}, sah {minutes} minit',
  fr: '{code} est votre code',
};

describe('The SMS', () => {
  const settings = { templates, appName: 'Acme', minutes: 5 };

  it('names the app and the code', () => {
    const messages = new SmsMessages(settings);
    expect(messages.write({ to, country, code: '012345', locales: [] })).toBe(
      'Your OTP for log in to Acme is 012345',
    );
  });

  it('is written in the first language that it knows: of the user, else of the destination', () => {
    const messages = new SmsMessages(settings, (destination) =>
      destination.number === to && destination.country === 'SG'
        ? { locale: 'ms-SG', ignoreUserLocale: false }
        : undefined,
    );
    const write = (...locales: (string | undefined)[]) =>
      messages.write({ to, country, code: '012345', locales });
    expect(write('sv', 'fr-CA')).toBe('012345 est votre code');
    expect(write(undefined, undefined)).toBe('OTP anda untuk Acme ialah 012345, sah 5 minit');
    expect(write('en', 'fr')).toBe('Your OTP for log in to Acme is 012345');
  });

  it('is written in the language of the destination alone where it must be', () => {
    const messages = new SmsMessages(settings, () => ({ locale: 'ms', ignoreUserLocale: true }));
    expect(messages.write({ to, country, code: '012345', locales: ['fr', 'en'] })).toMatch(
      /^OTP anda/,
    );
  });

  it('falls back on English', () => {
    const messages = new SmsMessages(settings, () => ({ locale: 'sv', ignoreUserLocale: false }));
    expect(messages.write({ to, country, code: '012345', locales: ['no such language'] })).toBe(
      'Your OTP for log in to Acme is 012345',
    );
  });

  it('falls back on English, in whatever order the texts stand', () => {
    const { en, ...others } = templates;
    const messages = new SmsMessages({ ...settings, templates: { ...others, en } });
    expect(messages.write({ to, country, code: '012345', locales: ['sv'] })).toContain('Your OTP');
  });

  it('A44: ends with the line that autofill asks for', () => {
    const messages = new SmsMessages({ ...settings, lastLine: '@example.com #{code}' });
    expect(messages.write({ to, country, code: '012345', locales: ['fr'] })).toBe(
      '012345 est votre code\n@example.com #012345',
    );
  });

  it('takes an app name for what it is, whatever it looks like', () => {
    const messages = new SmsMessages({ ...settings, appName: '{code} $& {app}' });
    expect(messages.write({ to, country, code: '012345', locales: [] })).toBe(
      'Your OTP for log in to {code} $& {app} is 012345',
    );
  });
});
