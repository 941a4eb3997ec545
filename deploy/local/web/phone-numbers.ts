/** Countries and their numbers: for the select, and for showing a number. */
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

export function countryOptions(): readonly HTMLOptionElement[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const countries = getCountries().map((code) => ({ code, name: names.of(code) ?? code }));
  countries.sort((one, other) => one.name.localeCompare(other.name, 'en'));
  return countries.map(
    ({ code, name }) => new Option(`${name} (+${getCountryCallingCode(code)})`, code),
  );
}

/** Where the browser's user probably is; the United States where that can't be told. */
export function likelyCountry(): CountryCode {
  // Not `Intl.Locale`, which throws at what some systems have for a language: `C`, `en-US@posix`.
  const [, region = ''] = /^[a-z]+(?:-[a-z]{4})?-([a-z]{2})\b/i.exec(navigator.language) ?? [];
  return getCountries().find((code) => code === region.toUpperCase()) ?? 'US';
}

/** The country of a number, made-up ones of its calling code included. */
export function countryOf(e164: string): CountryCode | undefined {
  const number = parsePhoneNumberFromString(e164);
  if (number?.country !== undefined) return number.country;
  const code = number?.countryCallingCode;
  // Of the many that share +1, the one that people expect.
  return code === '1' ? 'US' : getCountries().find((one) => getCountryCallingCode(one) === code);
}

/** `+65 9123 4567` */
export function formatNumber(e164: string): string {
  const number = parsePhoneNumberFromString(e164);
  if (number === undefined) return e164;
  return number.isPossible()
    ? number.formatInternational()
    : `+${number.countryCallingCode} ${nationalNumber(e164)}`;
}

/** Without the calling code, as people of that country write it. */
export function nationalNumber(e164: string): string {
  const number = parsePhoneNumberFromString(e164);
  if (number === undefined) return e164;
  // No country has a habit for numbers of a length that it does not have.
  return number.isPossible()
    ? number.formatNational()
    : number.nationalNumber.replace(/(?<=\d)(?=\d{4}$)/, ' ');
}
