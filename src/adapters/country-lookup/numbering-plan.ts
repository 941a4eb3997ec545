import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { PhoneNumber } from '../../domain/phone-number.ts';

// ISO 3166-1 leaves ZZ to its users, and CLDR reads it as "unknown region".
const UNKNOWN_COUNTRY = 'ZZ';

/**
 * The country whose numbering plan the number belongs to, as ISO 3166-1 alpha-2. Area codes count:
 * +1 242 is the Bahamas, not the United States. `ZZ` for satellite phones and numbers that no plan knows.
 */
export function destinationCountry(number: PhoneNumber): string {
  if (number !== last.number) {
    last = { number, country: parsePhoneNumberFromString(number)?.country ?? UNKNOWN_COUNTRY };
  }
  return last.country;
}

/** Limits, text and route of one SMS all ask for the same number. */
let last: { readonly number: PhoneNumber | undefined; readonly country: string } = {
  number: undefined,
  country: UNKNOWN_COUNTRY,
};

/** Whether a number can belong to it. */
export function isCountry(code: unknown): boolean {
  return typeof code === 'string' && isSupportedCountry(code);
}
