import { describe, expect, it } from 'vitest';
import { readSmsTexts, type SmsTexts, type SmsTextVariables } from '../../src/config/sms-texts.ts';
import { fillTemplate } from '../../src/domain/sms/message.ts';
import { smsSegments } from '../../src/domain/sms/segments.ts';
import { SMS_TEMPLATES } from '../../src/domain/sms/templates.ts';

const CODE = '0123456789';
const APP = 'Twenty letters app!!';

function read(changes: Partial<SmsTextVariables> = {}) {
  return readSmsTexts({
    appName: APP,
    codeLength: 10,
    lifetimeMs: 300_000,
    templates: undefined,
    origin: undefined,
    appHash: undefined,
    ...changes,
  });
}

function texts(changes?: Partial<SmsTextVariables>): SmsTexts {
  const reading = read(changes);
  if (reading.kind === 'invalid') {
    throw new Error(reading.problems.join(' '));
  }
  return reading.value;
}

function problems(changes: Partial<SmsTextVariables>): readonly string[] {
  const reading = read(changes);
  return reading.kind === 'invalid' ? reading.problems : [];
}

/** Every text in effect, filled in with the longest values, by language. */
function allTexts(changes?: Partial<SmsTextVariables>): [string, string][] {
  const { messages } = texts(changes);
  return Object.entries(messages.templates).map(([tag, template]) => [
    tag,
    fillTemplate(template, messages, CODE),
  ]);
}

// What can be written without any letter that the GSM alphabet lacks.
const GSM_LANGUAGES = ['en', 'ms', 'id', 'es', 'pt', 'fr', 'de'];

describe('The templates that come with the function', () => {
  it('cover the languages', () => {
    expect(Object.keys(SMS_TEMPLATES)).toEqual(
      expect.arrayContaining('en ms zh ta id vi th hi ja ko es pt fr de ar'.split(' ')),
    );
  });

  it.each(allTexts())('A43: cost one SMS with the longest values: %s', (tag, text) => {
    expect(smsSegments(text)).toMatchObject({
      segments: 1,
      encoding: GSM_LANGUAGES.includes(tag) ? 'GSM-7' : 'UCS-2',
    });
  });

  it.each([...allTexts(), ...allTexts({ appName: '' })])(
    'name the code once, in plain digits that stand alone: %s',
    (_, text) => {
      expect(text.split(CODE)).toHaveLength(2);
      expect(text).not.toMatch(/[\p{L}\p{M}\p{N}]0123456789|0123456789[\p{L}\p{M}\p{N}]/u);
      expect(text).not.toMatch(/\p{C}/u);
      expect(text).not.toMatch(/[{}]/);
    },
  );

  it.each(Object.entries(SMS_TEMPLATES))('name the app where it has a name: %s', (_, template) => {
    expect(template.text).toContain('{app}');
    expect(template.withoutApp).not.toContain('{app}');
  });

  it('do without the app where it has no name', () => {
    const { en } = texts({ appName: '' }).messages.templates;
    expect(en).toBe(SMS_TEMPLATES.en?.withoutApp);
    expect(texts({ appName: 'Acme' }).messages.templates.en).toBe(SMS_TEMPLATES.en?.text);
  });

  it.each(GSM_LANGUAGES)('A43: cost one SMS with the origin line, too: %s', (tag) => {
    const text = new Map(allTexts({ origin: 'sign-in.example.com' })).get(tag) ?? '';
    expect(smsSegments(text).segments).toBe(1);
  });

  it.each<[string, Partial<SmsTextVariables>, string]>([
    ['a host of 4 characters', { origin: 'a.co' }, 'ta vi th hi ar'],
    ['a host of 11 characters', { origin: 'example.com' }, 'ta vi th hi ar'],
    ['a host of 12 characters', { origin: 'examples.com' }, 'ta vi th hi ja ar'],
    ['a host of 16 characters', { origin: 'shop.example.com' }, 'ta vi th hi ja ko ar'],
    [
      'a host of 18 characters',
      { origin: 'signin.example.com' },
      'zh zh-Hant ta vi th hi ja ko ar',
    ],
    [
      'a host of 78 characters',
      { origin: `${'a'.repeat(74)}.com` },
      'zh zh-Hant ta vi th hi ja ko ar',
    ],
    ['the hash of an Android app', { appHash: 'FA+9qCX9VSu' }, 'vi th hi ar'],
  ])('cost two SMS with the longest values and %s in some languages', (_, changes, languages) => {
    const long = allTexts(changes).filter(([, text]) => smsSegments(text).segments > 1);
    expect(long.map(([tag]) => tag)).toEqual(languages.split(' '));
  });
});

describe('SMS_ORIGIN', () => {
  /** Reads the last line as the WICG draft lays it down: `@host #code`. */
  function parseOriginBound(text: string) {
    const [, host, code] = /^@([^\s#@]+) #(\S+)$/.exec(text.split('\n').at(-1) ?? '') ?? [];
    return { host, code };
  }

  it.each(allTexts({ origin: 'example.com' }))('A44: binds the code to the host: %s', (_, text) => {
    expect(parseOriginBound(text)).toEqual({ host: 'example.com', code: CODE });
    expect(text.slice(0, text.lastIndexOf('\n'))).toContain(CODE);
  });
});

describe('SMS_APP_HASH', () => {
  it('stands alone on the last line', () => {
    for (const [, text] of allTexts({ appHash: 'FA+9qCX9VSu' })) {
      expect(text.split('\n').slice(1)).toEqual(['FA+9qCX9VSu']);
    }
  });

  it.each(
    allTexts({ appHash: 'FA+9qCX9VSu' }).filter(([, text]) => smsSegments(text).segments === 1),
  )('leaves a text within the 140 bytes that Android reads: %s', (_, text) => {
    const { encoding, units } = smsSegments(text);
    expect((units * (encoding === 'GSM-7' ? 7 : 16)) / 8).toBeLessThanOrEqual(140);
  });

  it('can not be had together with SMS_ORIGIN', () => {
    expect(problems({ origin: 'example.com', appHash: 'FA+9qCX9VSu' })).toEqual([
      expect.stringMatching(
        /^SMS_ORIGIN and SMS_APP_HASH each need the last line .* Set SMS_ORIGIN alone where both .* User Consent API/,
      ),
    ]);
  });
});

describe('SMS_TEMPLATES', () => {
  const set = (templates: unknown, changes: Partial<SmsTextVariables> = {}) => ({
    templates: JSON.stringify(templates),
    ...changes,
  });

  it('replaces a template, or adds one', () => {
    const { templates, minutes } = texts(
      set({ en: '{code} is your {app} code, valid {minutes} min', SV: 'Koden är {code}' }),
    ).messages;
    expect(templates.en).toBe('{code} is your {app} code, valid {minutes} min');
    expect(templates.sv).toBe('Koden är {code}');
    expect(templates.fr).toBe(SMS_TEMPLATES.fr?.text);
    expect(minutes).toBe(5);
  });

  it.each([
    ['si', 'ප්\u200dරවේශ කේතය: {code}'],
    ['fa', 'کد ورود شما {code} است و ۳ دقیقه کار می\u200cکند'],
  ])('takes the joiners that words of some scripts are written with: %s', (tag, template) => {
    expect(texts(set({ [tag]: template })).messages.templates[tag]).toBe(template);
  });

  it.each(['not JSON', '[]', 'null', '{"en":5}'])('refuses %s', (templates) => {
    expect(problems({ templates })).toEqual([
      expect.stringMatching(/^SMS_TEMPLATES does not hold templates; it takes a JSON object/),
    ]);
  });

  it.each<readonly [string, string, Partial<SmsTextVariables>, string]>([
    ['english', '{code}', {}, 'is no language; it takes a BCP 47 tag'],
    ['en_US', '{code}', {}, 'is no language; it takes a BCP 47 tag'],
    ['en', '{kode}: {code}', {}, 'holds {kode}; it takes {app}, {code}, {minutes}'],
    ['en', '{code} }', {}, 'holds }; it takes'],
    ['en', 'Welcome', {}, 'does not hold {code} once; it takes exactly one'],
    ['en', '{code} {code}', {}, 'does not hold {code} once'],
    ['en', 'G-A{code}', {}, 'joins {code} to a letter or digit'],
    ['ko', '{code}입니다', {}, 'joins {code} to a letter or digit'],
    ['en', '{minutes}{code}', {}, 'joins {code} to a letter or digit'],
    ['fa', 'کد\u200c{code}', {}, 'joins {code} to a letter or digit'],
    ['fa', '{code}\u200dکد', {}, 'joins {code} to a letter or digit'],
    ['ar', '\u2067{code}\u2069 رمز', {}, 'holds a control or direction mark'],
    ['en', '{code} ', {}, 'begins or ends with a space'],
    ['en', '{app}: {code}', { appName: '' }, 'holds {app}, but APP_NAME is not set'],
    [
      'en',
      '{code}, {minutes} min',
      { lifetimeMs: 59_000 },
      'holds {minutes}, but OTP_TTL_SECONDS is less than a minute',
    ],
  ])('refuses %s: %j', (tag, template, changes, sentence) => {
    expect(problems(set({ [tag]: template }, changes))).toEqual([
      expect.stringMatching(new RegExp(`^SMS_TEMPLATES ${tag} .*\\.$`)),
    ]);
    expect(problems(set({ [tag]: template }, changes))[0]).toContain(sentence);
  });

  it('never says that a code is valid for longer than it is', () => {
    expect(texts({ lifetimeMs: 119_000 }).messages.minutes).toBe(1);
    const templates = '{"en":"{code}, {minutes} min"}';
    expect(texts({ lifetimeMs: 60_000, templates }).messages.minutes).toBe(1);
  });

  it('brings a warning where a text costs two SMS', () => {
    const long = `{code} ${'ç'.repeat(60)}`;
    expect(texts(set({ pt: long })).warnings).toEqual([
      'The text for pt is billed as 2 SMS: 71 units of UCS-2.',
    ]);
    expect(texts().warnings).toEqual([]);
  });

  it('says in it what the line for autofill adds', () => {
    const template = `{code} is your {app} code, valid {minutes} min. ${'x'.repeat(60)}`;
    const longest = {
      appName: 'x'.repeat(30),
      codeLength: 10,
      lifetimeMs: 600_000,
      origin: 'sign-in.example.com',
    };
    expect(texts(set({ en: template }, longest)).warnings).toContain(
      'The text for en is billed as 2 SMS: 163 units of GSM-7, of which the line for autofill takes 33.',
    );
  });
});
