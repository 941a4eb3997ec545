/** The countries of the world for a select, by name, with their calling codes. */
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/min';

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
  const region = new Intl.Locale(navigator.language).region;
  return getCountries().find((code) => code === region) ?? 'US';
}
