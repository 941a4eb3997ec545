import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { CountryLookup } from '../../src/domain/ports/country-lookup.ts';

export function describeCountryLookupContract(name: string, create: () => CountryLookup): void {
  describe(`CountryLookup contract: ${name}`, () => {
    it.each([
      ['+6591234567', 'SG'],
      ['+12065550100', 'US'],
      ['+447418084106', 'GB'],
      ['+999123456789012', 'ZZ'],
    ])('finds the country of %s: %s', (number, country) => {
      expect(create().countryOf(number as PhoneNumber)).toBe(country);
    });

    it.each([
      ['+4407418084106', '+447418084106'],
      ['+447418084106', '+447418084106'],
      ['+6591234567', '+6591234567'],
      ['+999123456789012', '+999123456789012'],
    ])('counts %s as %s, however often it is asked', (number, canonical) => {
      const countries = create();
      const once = countries.canonical(number as PhoneNumber);
      expect(once).toBe(canonical);
      expect(countries.canonical(once)).toBe(canonical);
    });

    it('says the same of the same number again', () => {
      const countries = create();
      countries.countryOf('+12065550100' as PhoneNumber);
      countries.countryOf('+6591234567' as PhoneNumber);
      expect(countries.countryOf('+12065550100' as PhoneNumber)).toBe('US');
    });
  });
}
