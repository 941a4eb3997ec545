import type { PhoneNumber } from '../phone-number.ts';

/** Knows which country a phone number belongs to, and which forms of it reach the same phone. */
export interface CountryLookup {
  /**
   * The country whose numbering plan the number belongs to, as ISO 3166-1 alpha-2, area codes included:
   * +1 242 is the Bahamas, not the United States. `ZZ` for satellite phones and numbers that no plan knows.
   */
  countryOf(number: PhoneNumber): string;

  /**
   * The form of the number to count by: `+4407418084106`, with the zero that is dialled inside the country,
   * reaches the phone of `+447418084106`. A number that no plan knows stays as it is.
   */
  canonical(number: PhoneNumber): PhoneNumber;
}
