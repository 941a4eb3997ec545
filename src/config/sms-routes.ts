/** Reads `SMS_ROUTES`: JSON that says which providers a message may go by. */
import * as v from 'valibot';
import { matchLocale } from '../domain/sms/locale.ts';
import type { SmsRoute } from '../domain/sms/route.ts';
import type { ParseResult } from '../settings.ts';

/** What rules can name. */
export interface Known {
  /** Names in the registry. */
  readonly gateways: readonly string[];
  /** BCP 47 tags of the templates. */
  readonly languages: readonly string[];
  /** Whether a number can belong to a country of this ISO 3166-1 alpha-2 code. */
  readonly isCountry: (code: unknown) => boolean;
}

const SHAPE = 'a JSON array of rules such as [{"countries":["*"],"gateways":[{"gateway":"sns"}]}]';
const rulesText = v.pipe(v.string(), v.parseJson(), v.array(v.unknown()), v.minLength(1));

/** Reads the rules, or tells in one sentence each what is wrong with them. */
export function parseSmsRoutes(text: string, known: Known): ParseResult<readonly SmsRoute[]> {
  const rules = v.safeParse(rulesText, text);
  if (!rules.success) {
    return { kind: 'invalid', problems: [`SMS_ROUTES does not hold rules; it takes ${SHAPE}.`] };
  }
  const schema = ruleSchema(known);
  const takenBy = new Map<string, string>();
  const problems: string[] = [];
  const routes: SmsRoute[] = [];
  for (const [index, value] of rules.output.entries()) {
    const title = `SMS_ROUTES rule ${index + 1}`;
    const rule = v.safeParse(schema, value);
    if (rule.success) {
      problems.push(
        ...take(rule.output.countries ?? [], title, takenBy),
        ...take(rule.output.prefixes ?? [], title, takenBy),
      );
      routes.push(routeOf(rule.output, title));
    } else {
      problems.push(...rule.issues.map((issue) => `${title}${place(issue)} ${issue.message}.`));
    }
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'valid', value: routes };
}

/** What numbers may begin with. */
export const PREFIX = /^\+[1-9]\d{0,14}$/;

const KEYS = 'countries, prefixes, gateways, deny, locale, ignoreUserLocale, retryAfterTimeout';
const COUNTRIES = 'ISO 3166-1 codes such as ["SG", "MY"], or ["*"] for all';
const PREFIXES = 'what numbers begin with, such as ["+881", "+4470"]';
const NO_GATEWAYS = 'has no gateways; it takes a list of them, or "deny": true';

/** Each message follows the rule's name, and that of the key where the rule has it. */
export function ruleSchema({ gateways, languages, isCountry }: Known) {
  const countries = v.pipe(
    v.array(v.unknown(), is(COUNTRIES)),
    v.minLength(1, is(COUNTRIES)),
    v.checkItems(
      (code, _, all) => (code === '*' ? all.length === 1 : isCountry(code)),
      ({ input }) => `names ${JSON.stringify(input)}; it takes ${COUNTRIES}`,
    ),
    v.transform((codes) => codes.map(String)),
  );
  const prefixes = v.pipe(
    v.array(v.unknown(), is(PREFIXES)),
    v.minLength(1, is(PREFIXES)),
    v.checkItems(
      (prefix) => typeof prefix === 'string' && PREFIX.test(prefix),
      ({ input }) => `names ${JSON.stringify(input)}; it takes ${PREFIXES}`,
    ),
    v.transform((all) => all.map(String)),
  );
  const named = `{"gateway": …} with one of ${gateways.join(', ')}`;
  const gateway = v.looseObject(
    { gateway: v.picklist(gateways, is(named)) },
    ({ expected, input }) =>
      expected === '"gateway"' ? `is not named; it takes ${named}` : is(named)({ input }),
  );
  const language = `a language that there is a template for: ${languages.join(', ')}`;
  const ruled = v.strictObject(
    {
      countries: v.optional(countries),
      prefixes: v.optional(prefixes),
      gateways: v.optional(v.pipe(v.array(gateway, NO_GATEWAYS), v.minLength(1, NO_GATEWAYS))),
      deny: v.optional(v.literal(true, is('true'))),
      locale: v.optional(
        v.pipe(
          v.string(is(language)),
          v.check((tag) => matchLocale([tag], languages) !== undefined, is(language)),
        ),
      ),
      ignoreUserLocale: v.optional(v.boolean(is('true with a locale, or false')), false),
      retryAfterTimeout: v.optional(v.boolean(is('true or false')), false),
    },
    ({ expected, received, input }) =>
      expected === 'never'
        ? `has the key ${received}; it takes ${KEYS}`
        : is('an object')({ input }),
  );
  return v.pipe(
    ruled,
    v.check(
      (rule) => rule.countries !== undefined || rule.prefixes !== undefined,
      `is for no numbers; it takes "countries": ${COUNTRIES}, or "prefixes": ${PREFIXES}`,
    ),
    v.check(
      ({ deny, gateways: held }) => deny === undefined || held === undefined,
      'has both "deny" and "gateways"; it takes one of them',
    ),
    v.check(({ deny, gateways: held }) => deny !== undefined || held !== undefined, NO_GATEWAYS),
    v.forward(
      v.check(
        ({ deny, locale, ignoreUserLocale }) =>
          deny === true || locale !== undefined || !ignoreUserLocale,
        'is true; it takes true with a locale, or false',
      ),
      ['ignoreUserLocale'],
    ),
  );
}

type Rule = v.InferOutput<ReturnType<typeof ruleSchema>>;

/** A message that says what there is, and what it takes. */
function is(takes: string) {
  return ({ input }: { readonly input: unknown }) =>
    `is ${JSON.stringify(input)}; it takes ${takes}`;
}

/** Where in the rule something is wrong, to follow the rule's name. */
function place({ path, expected }: v.BaseIssue<unknown>): string {
  const [key, index] = (path ?? []).map((item) => item.key);
  if (key === undefined || expected === 'never' || (key === 'gateways' && index === undefined)) {
    return '';
  }
  return key === 'gateways' ? `, gateway ${Number(index) + 1}` : `: ${String(key)}`;
}

/** @returns a sentence for each country or prefix that an earlier rule takes, so that this one never holds for it. */
function take(places: readonly string[], title: string, takenBy: Map<string, string>): string[] {
  const problems: string[] = [];
  for (const place of places) {
    // A prefix comes before any country.
    const all = place.startsWith('+') ? undefined : takenBy.get('*');
    if (all !== undefined) {
      return [`${title} can never match: ${all} takes all countries.`];
    }
    const earlier = takenBy.get(place);
    if (earlier !== undefined) {
      problems.push(`${title} can never match ${place}: ${earlier} takes it.`);
    }
    takenBy.set(place, earlier ?? title);
  }
  return problems;
}

function routeOf(rule: Rule, title: string): SmsRoute {
  const { gateways, prefixes = [], locale, ignoreUserLocale, retryAfterTimeout } = rule;
  const countries = rule.countries?.[0] === '*' ? '*' : new Set(rule.countries);
  return gateways === undefined
    ? { kind: 'deny', countries, prefixes }
    : {
        kind: 'send',
        countries,
        prefixes,
        gateways: gateways.map(({ gateway, ...settings }, index) => ({
          gateway,
          settings,
          title: `${title}, gateway ${index + 1} (${gateway})`,
        })),
        locale,
        ignoreUserLocale,
        retryAfterTimeout,
      };
}
