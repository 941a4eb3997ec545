import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isPhoneNumber, type PhoneNumber } from '../../domain/phone-number.ts';
import type { CountryLookup } from '../../domain/ports/country-lookup.ts';

// ISO 3166-1 leaves ZZ to its users, and CLDR reads it as "unknown region".
const UNKNOWN_COUNTRY = 'ZZ';

/** Looks countries up in the numbering plans that libphonenumber ships. */
export class LibphonenumberCountryLookup implements CountryLookup {
  countryOf(number: PhoneNumber): string {
    return parsePhoneNumberFromString(number)?.country ?? UNKNOWN_COUNTRY;
  }

  canonical(number: PhoneNumber): PhoneNumber {
    const parsed = parsePhoneNumberFromString(number);
    return parsed?.isValid() && isPhoneNumber(parsed.number) ? parsed.number : number;
  }
}

/** Whether the code is one of a country that a number can belong to (ISO 3166-1 alpha-2). */
export function isCountry(code: unknown): boolean {
  return typeof code === 'string' && isSupportedCountry(code);
}
