import type { PhoneNumber } from '../phone-number.ts';

/** Knows which country a phone number belongs to. */
export interface CountryLookup {
  /**
   * The country whose numbering plan the number belongs to, as ISO 3166-1 alpha-2, area codes included:
   * +1 242 is the Bahamas, not the United States. `ZZ` for satellite phones and numbers that no plan knows.
   */
  countryOf(number: PhoneNumber): string;
}
