/** `SMS_ROUTES`: which providers a message may go by, decided by its destination country. */
import { isCountry } from '../adapters/country-lookup/numbering-plan.ts';
import { matchLocale } from '../domain/sms/locale.ts';
import type { Reading } from '../settings.ts';

/** One rule. Of several, the first that takes the country holds. */
export type SmsRoute = (SendingRoute | DenyingRoute) & {
  /** ISO 3166-1 alpha-2 codes, or all. */
  readonly countries: ReadonlySet<string> | '*';
};

export interface SendingRoute {
  readonly kind: 'send';
  /** In the order in which they are asked; at least one. */
  readonly gateways: readonly RouteGateway[];
  /** BCP 47; for users who have not said which language they read. */
  readonly locale: string | undefined;
  /** Write to everyone in `locale`: where carriers deliver registered texts alone, as in India. */
  readonly ignoreUserLocale: boolean;
  /** Ask the next provider even where the first may have sent the message without saying so. */
  readonly retryAfterTimeout: boolean;
}

export interface DenyingRoute {
  readonly kind: 'deny';
}

/** A provider's name in the registry, and what the route sets for it. */
export interface RouteGateway {
  readonly gateway: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where in SMS_ROUTES it stands, for the operator. */
  readonly title: string;
}

/** The rule for a country; `undefined` when none takes it, which denies it. */
export function routeFor(routes: readonly SmsRoute[], country: string): SmsRoute | undefined {
  return routes.find(({ countries }) => countries === '*' || countries.has(country));
}

const KEYS = ['countries', 'gateways', 'deny', 'locale', 'ignoreUserLocale', 'retryAfterTimeout'];
const SHAPE = 'a JSON array of rules such as [{"countries":["*"],"gateways":[{"gateway":"sns"}]}]';

/** What rules can name. */
export interface Known {
  /** Names in the registry. */
  readonly gateways: readonly string[];
  /** BCP 47 tags of the templates. */
  readonly languages: readonly string[];
}

export function parseSmsRoutes(text: string, known: Known): Reading<readonly SmsRoute[]> {
  const rules = parseJson(text);
  if (!Array.isArray(rules) || rules.length === 0) {
    return { kind: 'invalid', problems: [`SMS_ROUTES does not hold rules; it takes ${SHAPE}.`] };
  }
  const problems: string[] = [];
  const takenBy = new Map<string, string>();
  const routes: SmsRoute[] = [];
  for (const [index, rule] of rules.entries()) {
    const parser = new RuleParser(`SMS_ROUTES rule ${index + 1}`, known, takenBy);
    const route = parser.parse(rule);
    problems.push(...parser.problems);
    if (route !== undefined) {
      routes.push(route);
    }
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'valid', values: routes };
}

/** Reads one rule, and gathers a sentence for each thing that is wrong with it. */
class RuleParser {
  readonly problems: string[] = [];
  readonly #title: string;
  readonly #known: Known;
  /** The rule that takes each country already. */
  readonly #takenBy: Map<string, string>;

  constructor(title: string, known: Known, takenBy: Map<string, string>) {
    this.#title = title;
    this.#known = known;
    this.#takenBy = takenBy;
  }

  parse(rule: unknown): SmsRoute | undefined {
    if (!isRecord(rule)) {
      return this.#wrong('', `is ${JSON.stringify(rule)}; it takes an object`);
    }
    for (const key of Object.keys(rule).filter((name) => !KEYS.includes(name))) {
      this.#wrong('', `has the key ${JSON.stringify(key)}; it takes ${KEYS.join(', ')}`);
    }
    const countries = this.#countries(rule.countries);
    const action = this.#action(rule);
    return countries === undefined || action === undefined ? undefined : { countries, ...action };
  }

  #action(rule: Readonly<Record<string, unknown>>): SendingRoute | DenyingRoute | undefined {
    const { deny, gateways, locale, ignoreUserLocale = false, retryAfterTimeout = false } = rule;
    if (deny !== undefined) {
      if (deny !== true) {
        return this.#wrong(': deny', `is ${JSON.stringify(deny)}; it takes true`);
      }
      return gateways === undefined
        ? { kind: 'deny' }
        : this.#wrong('', 'has both "deny" and "gateways"; it takes one of them');
    }
    if (!Array.isArray(gateways) || gateways.length === 0) {
      return this.#wrong('', 'has no gateways; it takes a list of them, or "deny": true');
    }
    if (locale !== undefined && !this.#isWritten(locale)) {
      const takes = `a language that there is a template for: ${this.#known.languages.join(', ')}`;
      return this.#wrong(': locale', `is ${JSON.stringify(locale)}; it takes ${takes}`);
    }
    if (typeof ignoreUserLocale !== 'boolean' || (ignoreUserLocale && locale === undefined)) {
      const held = JSON.stringify(ignoreUserLocale);
      return this.#wrong(': ignoreUserLocale', `is ${held}; it takes true with a locale, or false`);
    }
    if (typeof retryAfterTimeout !== 'boolean') {
      const held = JSON.stringify(retryAfterTimeout);
      return this.#wrong(': retryAfterTimeout', `is ${held}; it takes true or false`);
    }
    const chosen = gateways.map((gateway, index) => this.#gateway(gateway, index));
    return chosen.includes(undefined)
      ? undefined
      : {
          kind: 'send',
          gateways: chosen.filter((gateway) => gateway !== undefined),
          locale,
          ignoreUserLocale,
          retryAfterTimeout,
        };
  }

  #isWritten(locale: unknown): locale is string {
    return typeof locale === 'string' && matchLocale([locale], this.#known.languages) !== undefined;
  }

  #gateway(held: unknown, index: number): RouteGateway | undefined {
    const { gateway, ...settings } = isRecord(held) ? held : {};
    if (typeof gateway !== 'string' || !this.#known.gateways.includes(gateway)) {
      const shown = JSON.stringify(isRecord(held) ? gateway : held) ?? 'not named';
      const takes = `{"gateway": …} with one of ${this.#known.gateways.join(', ')}`;
      return this.#wrong(`, gateway ${index + 1}`, `is ${shown}; it takes ${takes}`);
    }
    return { gateway, settings, title: `${this.#title}, gateway ${index + 1} (${gateway})` };
  }

  #countries(held: unknown): ReadonlySet<string> | '*' | undefined {
    const takes = 'ISO 3166-1 codes such as ["SG", "MY"], or ["*"] for all';
    if (!Array.isArray(held) || held.length === 0) {
      const shown = held === undefined ? 'is not set' : `is ${JSON.stringify(held)}`;
      return this.#wrong(': countries', `${shown}; it takes ${takes}`);
    }
    const all = this.#takenBy.get('*');
    if (all !== undefined) {
      return this.#wrong('', `can never match: ${all} takes all countries`);
    }
    const count = this.problems.length;
    for (const country of held) {
      const earlier = this.#takenBy.get(country);
      if (country === '*' ? held.length > 1 : !isCountry(country)) {
        this.#wrong(': countries', `names ${JSON.stringify(country)}; it takes ${takes}`);
      } else if (earlier !== undefined) {
        this.#wrong('', `can never match ${country}: ${earlier} takes it`);
      } else {
        this.#takenBy.set(country, this.#title);
      }
    }
    if (this.problems.length > count) {
      return undefined;
    }
    return held[0] === '*' ? '*' : new Set(held);
  }

  #wrong(part: string, what: string): undefined {
    this.problems.push(`${this.#title}${part} ${what}.`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
