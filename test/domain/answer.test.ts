import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../src/domain/answer.ts';

describe('An answer', () => {
  it.each([
    ['as it is', '012345'],
    ['in two groups', '012 345'],
    ['with dashes', '012-345'],
    ['with a no-break space and an en dash', '012\u00a0\u2013345'],
    ['with a minus sign', '012\u2212345'],
    ['with spaces around it', '  012345 '],
    ['spelled out', '0 1 2 3 4 5'],
    ['in full-width digits', '０１２３４５'],
    ['in Arabic digits', '٠١٢٣٤٥'],
    ['in Persian digits', '۰۱۲۳۴۵'],
    ['in Devanagari digits', '०१२३४५'],
    ['in bold mathematical digits', '𝟎𝟏𝟐𝟑𝟒𝟓'],
    ['in doubled-struck ones of the same block', '𝟘𝟙𝟚𝟛𝟜𝟝'],
    ['pasted with a line break', '012345\n'],
    ['pasted with a line break of Windows', '012345\r\n'],
    ['pasted with a tab', '\t012345'],
    ['pasted with a zero-width space', '\u200b012345'],
    ['pasted with a byte order mark', '\ufeff012345'],
    ['pasted with a word joiner', '012\u2060345'],
    ['pasted with a soft hyphen', '012\u00ad345'],
    ['pasted with a line separator', '012345\u2028'],
    ['pasted with a variation selector', '0\ufe0f12345'],
    ['pasted with a Hangul filler', '012345\u3164'],
    ['between direction marks', '\u202b\u200f012345\u202c'],
    ['among as many spaces as it may bring', '012345'.padEnd(64)],
  ])('is a code %s', (_, answer) => {
    expect(parseAnswer(answer)).toBe('012345');
  });

  it.each(['123456', '1234567', '12345678', '123456789', '1234567890'])(
    'may have 6 to 10 digits: %s',
    (answer) => expect(parseAnswer(answer)).toBe(answer),
  );

  it.each([
    ['nothing', ''],
    ['spaces alone', '      '],
    ['too few digits', '12345'],
    ['too many digits', '12345678901'],
    ['letters', 'abcdef'],
    ['digits and letters', '123456a'],
    ['a sign', '+123456'],
    ['a decimal point', '123.456'],
    ['a null character', '123\u0000456'],
    ['an escape sequence', '\u001b[31m123456'],
    ['an emoji', '🔐123456'],
    ['a fraction', '½½½½½½'],
    ['superscripts', '¹²³⁴⁵⁶'],
    ['a lone surrogate', '\ud835123456'],
    ['a code among one space too many', '012345'.padEnd(65)],
    ['100 kB of digits', '1'.repeat(100_000)],
    ['100 kB of spaces', ' '.repeat(100_000)],
  ])('A28: is no code when it is %s', (_, answer) => {
    expect(parseAnswer(answer)).toBeUndefined();
  });
});
