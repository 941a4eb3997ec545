import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { smsSegments } from '../../../src/domain/sms/segments.ts';
import { SeededOtpGenerator } from '../../fakes/seeded-otp-generator.ts';

describe('The segments of a text', () => {
  it.each<readonly [string, string, number, number]>([
    ['', 'GSM-7', 0, 1],
    ['a'.repeat(160), 'GSM-7', 160, 1],
    ['a'.repeat(161), 'GSM-7', 161, 2],
    ['a'.repeat(306), 'GSM-7', 306, 2],
    ['a'.repeat(307), 'GSM-7', 307, 3],
    ['@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r', 'GSM-7', 43, 1],
    ['^{}\\[~]|€', 'GSM-7', 18, 1],
    ['€'.repeat(80), 'GSM-7', 160, 1],
    ['€'.repeat(81), 'GSM-7', 162, 2],
    ['ç', 'UCS-2', 1, 1],
    ['’', 'UCS-2', 1, 1],
    ['`', 'UCS-2', 1, 1],
    ['\t', 'UCS-2', 1, 1],
    ['か'.repeat(70), 'UCS-2', 70, 1],
    ['か'.repeat(71), 'UCS-2', 71, 2],
    ['か'.repeat(134), 'UCS-2', 134, 2],
    ['か'.repeat(135), 'UCS-2', 135, 3],
    ['😀'.repeat(35), 'UCS-2', 70, 1],
    ['😀'.repeat(36), 'UCS-2', 72, 2],
  ])('%j: %s, %i units, %i SMS', (text, encoding, units, segments) => {
    expect(smsSegments(text)).toEqual({ encoding, units, segments });
  });

  it('never tear an escape from its character', () => {
    // 152 septets and a euro: 153 a part would end between the euro's two.
    expect(smsSegments(`${'a'.repeat(152)}€${'a'.repeat(151)}`).segments).toBe(2);
    expect(smsSegments(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toMatchObject({
      units: 306,
      segments: 3,
    });
  });

  it('never tear a surrogate pair', () => {
    expect(smsSegments(`${'か'.repeat(66)}😀${'か'.repeat(66)}`)).toMatchObject({
      units: 134,
      segments: 3,
    });
  });

  it('knows every character of the GSM alphabet once, and no other', () => {
    const gsm = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => smsSegments(character).encoding === 'GSM-7',
    );
    const sizes = gsm.map((character) => smsSegments(character).units);
    // 128 places of which one is the escape, and ten behind the escape.
    expect(sizes.filter((size) => size === 1)).toHaveLength(127);
    expect(sizes.filter((size) => size === 2)).toHaveLength(10);
  });

  it("are the ones that Twilio's calculator counts, for texts of every kind and length", () => {
    const dice = new SeededOtpGenerator(23038);
    const kinds = [
      ['a', 'Ç', '\n'],
      ['a', '€', '['],
      ['a', 'ç'],
      ['か', '€', '😀'],
    ];
    for (let i = 0; i < 2000; i++) {
      const characters = kinds[i % kinds.length] ?? [];
      const length = Number(dice.generate(3)) % 400;
      const digits = [...dice.generate(length)];
      const text = digits.map((digit) => characters[Number(digit) % characters.length]).join('');
      const theirs = new SegmentedMessage(text);
      expect(smsSegments(text), text).toMatchObject({
        encoding: theirs.encodingName,
        segments: Math.max(1, theirs.segmentsCount),
      });
    }
  });
});
