/** `npm run numbering-plan`: writes what the function needs to know of the world's numbering plans, from libphonenumber's. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { CallingCodePlan } from '../src/adapters/numbering-plan/calling-code-plan.ts';
import { type Beginning, DigitPatterns } from './lib/digit-patterns.ts';

/** Where it goes. */
export const PLAN_FILE = new URL('../src/adapters/numbering-plan/plan.json', import.meta.url);

/** libphonenumber's rows, by index: of a country, and of its kinds of numbers. */
const NATIONAL_PREFIX = 5;
const PREFIX_FOR_PARSING = 7;
const REWRITE = 8;
const LEADING_DIGITS = 10;
const KINDS = 11;
const LENGTHS = 3;
const [FIXED_LINE, MOBILE, TOLL_FREE, PREMIUM, PERSONAL, VOICEMAIL, UAN, PAGER, VOIP, SHARED_COST] =
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Numbers that people have. */
const ORDINARY = [FIXED_LINE, MOBILE, VOIP];
/** Numbers that nobody signs in with, and that cost whoever sends to them, or reach no phone. */
const SPECIAL = [PREMIUM, SHARED_COST, PERSONAL, UAN, PAGER, VOICEMAIL];

type Kind = 0 | readonly [pattern: string, lengths?: readonly number[]];
type Row = readonly unknown[];

/** What is read of libphonenumber's data. */
export interface Metadata {
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>;
  readonly countries: Readonly<Record<string, Row>>;
  readonly nonGeographic: Readonly<Record<string, Row>>;
}

/** Mexicans dialled a 1 before mobile numbers until 2020, and many address books still have it. */
const FORMER_TRUNKS: Readonly<Record<string, string>> = { 52: '1' };

/** What it takes to tell numbers apart, but for a few hundred on islands. */
const MAX_PREFIX = 6;

/** Where so many of ten digits lead to special numbers, the others are theirs, too: a plan may be older than a number. */
const MOST = 5;

/** Leaves out the service numbers of each Chinese town, which alone would take a quarter of it all. */
const MAX_AMBIGUOUS_PREFIX = 4;

const DIGITS = [...'0123456789'];

/** Plans by calling code; the whole world's in some 18 kB. */
export function numberingPlan(metadata: Metadata): Record<string, CallingCodePlan> {
  const ofCountries = Object.entries(metadata.country_calling_codes).map(
    ([code, countries]): [string, CallingCodePlan] => [code, planOf(code, countries, metadata)],
  );
  // Satellites, and services of many countries: of none of these numbers is anything known but that.
  const ofNone = Object.keys(metadata.nonGeographic).map((code): [string, CallingCodePlan] => [
    code,
    {},
  ]);
  return Object.fromEntries([...ofCountries, ...ofNone]);
}

/** One line a calling code, so that a change shows what changed. */
export function asText(plan: Readonly<Record<string, CallingCodePlan>>): string {
  const lines = Object.entries(plan).map(([code, held]) => `"${code}": ${JSON.stringify(held)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function planOf(code: string, names: readonly string[], { countries }: Metadata): CallingCodePlan {
  const [main = ''] = names;
  const rows = names.map((name) => ({ name, row: countries[name] ?? [] }));
  const patterns = (kinds: readonly number[], of = rows) =>
    new DigitPatterns(of.flatMap(({ row }) => kinds.flatMap((kind) => patternOf(row, kind))));
  const ordinary = patterns([...ORDINARY, TOLL_FREE]);
  const people = patterns(ORDINARY).start;
  const lengths = lengthsOf(people);
  const mainRow = countries[main] ?? [];
  const national = String(mainRow[NATIONAL_PREFIX] || '0');
  const trunk = String(FORMER_TRUNKS[code] ?? (mainRow[PREFIX_FOR_PARSING] || national));
  const rewrite = String(mainRow[REWRITE] || '');
  // What is dialled before a number at home is not what numbers begin with, where none does.
  const never = [...new Set(['0', national])]
    .filter((prefix) => prefix.length === 1 && !begins(people, prefix))
    .join('');
  const special = specialPrefixes(patterns(SPECIAL).start, ordinary.start, lengths);
  const areas = areasOf(rows.map(({ name, row }) => ({ name, start: startOf(row) })));
  return {
    country: main,
    lengths,
    ...(never !== '0' && { never }),
    ...(trunk !== '0' && { trunk }),
    ...(rewrite !== '' && { rewrite }),
    ...(special.length > 0 && { special }),
    ...(areas && { areas }),
  };
}

function patternOf(row: Row, kind: number): string[] {
  const kinds = row[KINDS] as readonly Kind[] | undefined;
  const found = kinds?.[kind];
  return found && found[0] !== '' ? [found[0]] : [];
}

/** Where a country shares its calling code, the digits that its numbers begin with say more than their kinds. */
function startOf(row: Row): Beginning {
  const all = ORDINARY.flatMap((kind) => patternOf(row, kind));
  const leading = row[LEADING_DIGITS];
  const lengths = (row[LENGTHS] as readonly number[]) ?? [];
  return new DigitPatterns(
    leading ? lengths.map((length) => withLength(String(leading), length)) : all,
  ).start;
}

/** A pattern of leading digits, made one of whole numbers. */
function withLength(leading: string, length: number): string {
  const [shortest = 0] = lengthsOf(new DigitPatterns([leading]).start);
  return `(?:${leading})\\d{0,${length - shortest}}`;
}

function lengthsOf({ lengths }: Beginning): number[] {
  return Array.from({ length: 16 }, (_, length) => length).filter(
    (length) => lengths & (1 << length),
  );
}

function begins(start: Beginning, prefix: string): boolean {
  return [...prefix].reduce((at, digit) => at.after(digit), start).lengths !== 0;
}

/**
 * What special numbers begin with: no shorter than most of what follows is special. Where ordinary numbers
 * begin alike, and only their length differs, an `x` stands for each further digit.
 */
function specialPrefixes(
  special: Beginning,
  ordinary: Beginning,
  possible: readonly number[],
): string[] {
  const found: string[] = [];
  const walk = (prefix: string, special: Beginning, ordinary: Beginning) => {
    // What no number of the plan is as long as is refused anyway.
    const lengths = possible.filter((length) => has(special, length - prefix.length));
    if (lengths.length === 0) {
      return;
    }
    const nexts = DIGITS.map((digit) => ({
      prefix: prefix + digit,
      special: special.after(digit),
      ordinary: ordinary.after(digit),
    })).filter((next) => next.special.lengths !== 0);
    const isWhole = nexts.length >= MOST || prefix.length === MAX_PREFIX;
    if (isWhole && ordinary.lengths === 0) {
      found.push(prefix);
    } else if (
      isWhole &&
      prefix.length <= MAX_AMBIGUOUS_PREFIX &&
      !lengths.some((length) => has(ordinary, length - prefix.length))
    ) {
      found.push(...lengths.map((length) => prefix.padEnd(length, 'x')));
    } else if (prefix.length < MAX_PREFIX) {
      for (const next of nexts) {
        walk(next.prefix, next.special, next.ordinary);
      }
    }
  };
  walk('', special, ordinary);
  return found;
}

function has({ lengths }: Beginning, digits: number): boolean {
  return digits >= 0 && (lengths & (1 << digits)) !== 0;
}

interface Named {
  readonly name: string;
  readonly start: Beginning;
}

/** What the numbers of each country but the main one begin with, and no earlier one's. */
function areasOf([main, ...others]: readonly Named[]): Record<string, string[]> | undefined {
  const areas: Record<string, string[]> = {};
  const walk = (prefix: string, candidates: readonly Named[]) => {
    const left = candidates.filter(({ start }) => start.lengths !== 0);
    const [first] = left;
    if (first === undefined || (first.name === main?.name && left.length === 1)) {
      return;
    }
    if (left.length === 1 && prefix !== '') {
      areas[first.name] = [...(areas[first.name] ?? []), prefix];
    } else if (prefix.length < MAX_PREFIX) {
      for (const digit of DIGITS) {
        walk(
          prefix + digit,
          left.map(({ name, start }) => ({ name, start: start.after(digit) })),
        );
      }
    } else if (first.name !== main?.name) {
      areas[first.name] = [...(areas[first.name] ?? []), prefix];
    }
  };
  walk('', main === undefined ? others : [main, ...others]);
  return others.length > 0
    ? Object.fromEntries(Object.entries(areas).map(([name, found]) => [name, merged(found)]))
    : undefined;
}

/** Ten prefixes that differ in their last digit alone are one. */
function merged(prefixes: readonly string[]): string[] {
  const byParent = Map.groupBy(prefixes, (prefix) => prefix.slice(0, -1));
  const all = [...byParent].flatMap(([parent, held]) => (held.length === 10 ? [parent] : held));
  return all.length < prefixes.length ? merged(all) : all;
}

/** Of the installed libphonenumber. */
export async function readMetadata(): Promise<Metadata> {
  const file = createRequire(import.meta.url).resolve('libphonenumber-js/metadata.max.json');
  return JSON.parse(await readFile(file, 'utf8'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(PLAN_FILE, asText(numberingPlan(await readMetadata())));
}
