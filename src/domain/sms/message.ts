import type { PhoneNumber } from '../phone-number.ts';
import { matchLocale } from './locale.ts';
import type { Destination } from './route.ts';

/** The texts, and what they are filled with. */
export interface SmsMessageSettings {
  /** By BCP 47 tag; `{app}`, `{code}` and `{minutes}` are filled in. Holds at least `en`. */
  readonly templates: Readonly<Record<string, string>>;
  /** May be empty. */
  readonly appName: string;
  /** How long a code is valid. */
  readonly minutes: number;
  /** What autofill asks of the last line; `{code}` is filled in. */
  readonly lastLine?: string | undefined;
}

/** An SMS to be written. */
export interface SmsMessageRequest {
  readonly to: PhoneNumber;
  /** Of the destination, as ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly code: string;
  /** BCP 47 tags that the user is known by, most wanted first. */
  readonly locales: readonly (string | undefined)[];
}

/** The language of the people at a destination. */
export interface DestinationLanguage {
  /** BCP 47; for users of unknown language. */
  readonly locale: string | undefined;
  /** For all others, too. */
  readonly ignoreUserLocale: boolean;
}

/** Writes the SMS that carries a code, in the user's language. */
export class SmsMessages {
  readonly #settings: SmsMessageSettings;
  readonly #languageOf: (destination: Destination) => DestinationLanguage | undefined;

  /** @param languageOf what is known of a destination. */
  constructor(
    settings: SmsMessageSettings,
    languageOf: (destination: Destination) => DestinationLanguage | undefined = () => undefined,
  ) {
    this.#settings = settings;
    this.#languageOf = languageOf;
  }

  write({ to, country, code, locales }: SmsMessageRequest): string {
    const { templates } = this.#settings;
    const destination = this.#languageOf({ number: to, country });
    const ofUser = destination?.ignoreUserLocale === true ? [] : locales;
    const wishes = [...ofUser, destination?.locale];
    const locale = matchLocale(wishes, Object.keys(templates)) ?? 'en';
    return fillTemplate(templates[locale] ?? '{code}', this.#settings, code);
  }
}

/** The whole text of an SMS, with its last line. */
export function fillTemplate(
  template: string,
  { appName, minutes, lastLine }: Omit<SmsMessageSettings, 'templates'>,
  code: string,
): string {
  const whole = lastLine === undefined ? template : `${template}\n${lastLine}`;
  const values = { app: appName, code, minutes: `${minutes}` };
  return whole.replace(/\{(app|code|minutes)\}/g, (_, name: keyof typeof values) => values[name]);
}
