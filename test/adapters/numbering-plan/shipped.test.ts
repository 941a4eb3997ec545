import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { asText, numberingPlan, PLAN_FILE, readMetadata } from '../../../deploy/numbering-plan.ts';
import { isCountry, ShippedNumberingPlan } from '../../../src/adapters/numbering-plan/shipped.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeNumberingPlanContract } from '../../contracts/numbering-plan.contract.ts';

const plan = new ShippedNumberingPlan();
const countryOf = (number: string) => plan.countryOf(number as PhoneNumber);
const kindOf = (number: string) => plan.kindOf(number as PhoneNumber);
const canonical = (number: string) => plan.canonical(number as PhoneNumber);

const metadata = readMetadata();

/** Of a row of libphonenumber's metadata, the calling code, and a pattern for each kind of numbers. */
type CountryRow = readonly [string, ...unknown[]] & {
  readonly 11?: readonly (0 | readonly [string])[];
};

/** The service numbers of each Chinese town, which are left out: local calls, with an area code before them. */
const isTownService = (number: string) => /^\+86\d{2,3}96/.test(number);

/** Numbers for each pattern. */
const SAMPLE = { numRuns: 10, seed: 1 };

describeNumberingPlanContract('shipped', () => plan);

describe('The shipped plan', () => {
  it('is what libphonenumber says today (npm run numbering-plan)', async () => {
    expect(await readFile(PLAN_FILE, 'utf8')).toBe(asText(numberingPlan(await readMetadata())));
  });

  it('is small', async () => {
    expect((await readFile(PLAN_FILE)).length).toBeLessThan(20_000);
  });
});

describe('The destination country', () => {
  it.each([
    ['+12065550100', 'US'],
    ['+14165550123', 'CA'],
    ['+12425551234', 'BS'],
    ['+18765551234', 'JM'],
    ['+17871234567', 'PR'],
    ['+18095551234', 'DO'],
    ['+6591234567', 'SG'],
    ['+60123456789', 'MY'],
    ['+919876543210', 'IN'],
    ['+79161234567', 'RU'],
    ['+77011234567', 'KZ'],
    ['+447400123456', 'GB'],
    ['+447781123456', 'GG'],
    ['+4407781123456', 'GG'],
  ])('of %s is %s', (number, country) => expect(countryOf(number)).toBe(country));

  it.each(['+881612345678', '+999123456789012', '+979123456789'])('of %s is unknown', (number) =>
    expect(countryOf(number)).toBe('ZZ'),
  );

  it.each(getCountries())(
    'of a mobile phone in %s is the one that libphonenumber says',
    (country) => {
      const number = parsePhoneNumberFromString(examples[country], country)?.number ?? '';
      expect(countryOf(number)).toBe(parsePhoneNumberFromString(number)?.country);
      expect(kindOf(number)).toBe('ordinary');
      expect(canonical(number)).toBe(number);
    },
  );

  it.each([
    ['SG', true],
    ['GG', true],
    ['sg', false],
    ['UK', false],
    ['ZZ', false],
    ['*', false],
    ['constructor', false],
    [undefined, false],
    [65, false],
  ])('can be %j: %s', (code, known) => expect(isCountry(code)).toBe(known));
});

describe('Of numbers that libphonenumber makes up by its patterns', () => {
  const ORDINARY = ['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP'];
  const DEAR = ['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER'];

  it.each(getCountries())('those of %s are told apart as libphonenumber does', async (country) => {
    const { countries } = await metadata;
    const { 0: callingCode, 11: kinds = [] } = countries[country] as CountryRow;
    const patterns = kinds.flatMap((kind) => (kind === 0 || kind[0] === '' ? [] : kind[0]));
    for (const pattern of patterns) {
      const made = fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), SAMPLE);
      for (const number of made.map((national) => `+${callingCode}${national}`)) {
        const parsed = parsePhoneNumberFromString(number);
        const type = parsed?.getType() ?? '';
        if (parsed?.number === number && ORDINARY.includes(type)) {
          expect([number, kindOf(number)]).toEqual([number, 'ordinary']);
        } else if (parsed?.number === number && DEAR.includes(type) && !isTownService(number)) {
          expect([number, kindOf(number)]).not.toEqual([number, 'ordinary']);
        }
      }
    }
  });
});

describe('A number in an area younger than the plan', () => {
  it.each([861, 436, 624, 621, 357, 837])('+1 %s is ordinary, and of the main country', (area) => {
    const number = `+1${area}5550100`;
    expect(kindOf(number)).toBe('ordinary');
    expect(countryOf(number)).toBe('US');
  });
});

describe('A number that costs whoever sends to it', () => {
  it.each([
    ['premium, of many countries', '+979123456789'],
    ['premium, in the United States', '+19005550100'],
    ['premium, younger than the plan', '+19001550100'],
    ['premium, in the United Kingdom', '+449012345678'],
    ['premium, in Ireland, told by its length', '+3531512345678'],
    ['shared cost, in the United Kingdom', '+448451234567'],
    ['universal access, in the United Kingdom', '+443031234567'],
    ['personal, in the United Kingdom', '+447012345678'],
    ['a pager, in the United Kingdom', '+447640123456'],
    ['a satellite phone', '+8816123456789'],
    ['a network without a country', '+88213123456789'],
    ['freephone, of many countries', '+80012345678'],
  ])('is special: %s', (_, number) => expect(kindOf(number)).toBe('special'));

  it('is not a phone on the Isle of Man, which begins like a pager', () => {
    expect(kindOf('+447624123456')).toBe('ordinary');
    expect(countryOf('+447624123456')).toBe('IM');
  });
});

describe('A number that no plan allows', () => {
  it.each([
    '+4407418084106',
    '+6104312345678',
    '+4901701234567',
    '+141555501001',
    '+852987654321',
    '+1555123',
    '+999123456789',
    '+11234567890',
    '+10123456789',
    '+5215512345678',
  ])('is impossible: %s', (number) => expect(kindOf(number)).toBe('impossible'));
});

describe('The canonical form', () => {
  it.each([
    ['an Italian landline keeps its zero', '+390612345678', '+390612345678'],
    ['a German number', '+4901701234567', '+491701234567'],
    ['a Russian number with the 8 for the trunk', '+789161234567', '+79161234567'],
    ['a US number with another 1', '+112065550100', '+12065550100'],
    ['an Argentine mobile, dialled as at home', '+54111523456789', '+5491123456789'],
    ['an Argentine landline is no mobile', '+541123456789', '+541123456789'],
    ['a Mexican number of today', '+525512345678', '+525512345678'],
    ['a Mexican number of before 2019', '+5215512345678', '+525512345678'],
    ['a satellite phone', '+881612345678', '+881612345678'],
    ['a number of no country', '+999123456789', '+999123456789'],
  ])('of %s: %s', (_, number, form) => {
    expect(canonical(number)).toBe(form);
    expect(canonical(form)).toBe(form);
  });
});
