import type { CountryLookup } from '../../src/domain/ports/country-lookup.ts';

/** Knows two countries, by their calling codes. */
export class FakeCountryLookup implements CountryLookup {
  countryOf(number: string): string {
    if (number.startsWith('+65')) {
      return 'SG';
    }
    return number.startsWith('+1') ? 'US' : 'ZZ';
  }
}
