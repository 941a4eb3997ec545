import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { CountryLookup } from '../../src/domain/ports/country-lookup.ts';

/** Knows three countries, by their calling codes. */
export class FakeCountryLookup implements CountryLookup {
  countryOf(number: string): string {
    if (number.startsWith('+65')) {
      return 'SG';
    }
    if (number.startsWith('+44')) {
      return 'GB';
    }
    return number.startsWith('+1') ? 'US' : 'ZZ';
  }

  canonical(number: PhoneNumber): PhoneNumber {
    return number.replace(/^\+440/, '+44') as PhoneNumber;
  }
}
