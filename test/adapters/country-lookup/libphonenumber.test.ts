import { describe, expect, it } from 'vitest';
import {
  isCountry,
  LibphonenumberCountryLookup,
} from '../../../src/adapters/country-lookup/libphonenumber.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeCountryLookupContract } from '../../contracts/country-lookup.contract.ts';

const countries = new LibphonenumberCountryLookup();

describeCountryLookupContract('libphonenumber', () => countries);

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
  ])('of %s is %s', (number, country) => {
    expect(countries.countryOf(number as PhoneNumber)).toBe(country);
  });

  it.each(['+12025550100', '+12025554567', '+881612345678', '+999123456789012'])(
    'of %s is unknown',
    (number) => expect(countries.countryOf(number as PhoneNumber)).toBe('ZZ'),
  );

  it.each([
    ['SG', true],
    ['sg', false],
    ['UK', false],
    ['ZZ', false],
    ['*', false],
    ['constructor', false],
    [65, false],
  ])('can be %j: %s', (code, known) => expect(isCountry(code)).toBe(known));
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
    ['a Mexican number of before 2019 is in no plan', '+5215512345678', '+5215512345678'],
    ['a satellite phone', '+881612345678', '+881612345678'],
    ['a number of films', '+12025550100', '+12025550100'],
  ])('of %s: %s', (_, number, canonical) => {
    expect(countries.canonical(number as PhoneNumber)).toBe(canonical);
    expect(countries.canonical(canonical as PhoneNumber)).toBe(canonical);
  });
});
