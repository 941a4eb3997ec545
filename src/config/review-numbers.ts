/** Reads `REVIEW_NUMBERS`: JSON that says which numbers sign in without an SMS, and how long. */
import * as v from 'valibot';
import { isOpen, type ReviewNumber } from '../domain/review-numbers.ts';
import type { ParseResult } from '../settings.ts';
import type { AbuseConfig } from './abuse-limits.ts';

/** What entries are judged by. */
export interface ReviewContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where wrong answers are counted. */
  readonly rateLimiter: AbuseConfig['rateLimiter'];
  readonly isOnLambda: boolean;
}

/** The most entries that there may be. */
export const MAX_ENTRIES = 10;

/** The longest that a code may be good. */
const MAX_DAYS = 90;

const DAY_MS = 24 * 3_600_000;

const MAKER = '`npm run review-number`';
const SHAPE = `a JSON array of 1 to ${MAX_ENTRIES} entries, as ${MAKER} makes them`;

/** What `until` takes. */
export const LAST_DAY = `the last day on which the code is good, such as 2027-02-24, at most ${MAX_DAYS} days ahead`;

const PER_DAY_RANGE = [1, 100] as const;

/** What `perDay` takes. */
export const PER_DAY = `a whole number from ${PER_DAY_RANGE.join(' to ')}`;

/** Whether a number may get so many codes a day. */
export function isPerDay(count: number): boolean {
  const [min, max] = PER_DAY_RANGE;
  return Number.isInteger(count) && count >= min && count <= max;
}

/** When a day such as `2027-02-24` is over, in epoch milliseconds; `undefined` where it is no day of the calendar, or is too far ahead. */
export function endOfDay(day: string, now: number): number | undefined {
  const start = Date.parse(day);
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().slice(0, 10) === day;
  return isDay && start <= now + MAX_DAYS * DAY_MS ? start + DAY_MS : undefined;
}

const entriesText = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.unknown()),
  v.minLength(1),
  v.maxLength(MAX_ENTRIES),
);

/**
 * Reads the entries, or tells in one sentence each what is wrong with them. What an entry holds for its number
 * or code is never repeated: somebody may have written these themselves. An entry that has ended is not wrong:
 * the function must not stop for everybody because of it.
 */
export function parseReviewNumbers(
  text: string | undefined,
  context: ReviewContext,
): ParseResult<readonly ReviewNumber[]> {
  if (text === undefined) {
    return { kind: 'valid', value: [] };
  }
  const entries = v.safeParse(entriesText, text);
  if (!entries.success) {
    const problem = `REVIEW_NUMBERS does not hold entries; it takes ${SHAPE}.`;
    return { kind: 'invalid', problems: [problem] };
  }
  const schema = entrySchema(context.now);
  const problems = countProblems(context);
  const numbers = new Map<string, ReviewNumber>();
  for (const [index, value] of entries.output.entries()) {
    const title = `REVIEW_NUMBERS entry ${index + 1}`;
    const entry = v.safeParse(schema, value, { abortPipeEarly: true });
    if (!entry.success) {
      problems.push(...entry.issues.map((issue) => `${title}${place(issue)} ${issue.message}.`));
    } else if (numbers.has(entry.output.number)) {
      problems.push(`${title} is for the number of another one; it takes one for each.`);
    } else {
      numbers.set(entry.output.number, entry.output);
    }
  }
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'valid', value: [...numbers.values()] };
}

/** A code that stays the same is as safe as the count of wrong answers to it. */
function countProblems({ rateLimiter, isOnLambda }: ReviewContext): string[] {
  const isCounted =
    rateLimiter === 'dynamodb' ||
    rateLimiter === 'brought-along' ||
    (rateLimiter === 'memory' && !isOnLambda);
  return isCounted
    ? []
    : [
        `REVIEW_NUMBERS needs wrong answers to be counted over all sign-ins and containers, and RATE_LIMITER is ${rateLimiter}: set ${isOnLambda ? 'TABLE_NAME' : 'RATE_LIMITER=memory, or TABLE_NAME'}.`,
      ];
}

const TAKES = {
  number: `the digest of the number that ${MAKER} makes`,
  code: `the digest of the code that ${MAKER} makes`,
  until: LAST_DAY,
  perDay: PER_DAY,
};

/** Each message follows the entry's name, and that of the key where the entry has it. */
export function entrySchema(now: number) {
  const digest = (takes: string) => {
    const hidden = `holds something else (not shown); it takes ${takes}`;
    return v.pipe(v.string(hidden), v.regex(/^[A-Za-z0-9_-]{43}$/, hidden));
  };
  const entry = v.strictObject(
    {
      number: digest(TAKES.number),
      code: digest(TAKES.code),
      until: v.pipe(
        v.string(is(LAST_DAY)),
        v.isoDate(is(LAST_DAY)),
        v.check((day) => endOfDay(day, now) !== undefined, is(LAST_DAY)),
      ),
      perDay: v.pipe(
        v.number(is(PER_DAY)),
        v.integer(is(PER_DAY)),
        v.minValue(PER_DAY_RANGE[0], is(PER_DAY)),
        v.maxValue(PER_DAY_RANGE[1], is(PER_DAY)),
      ),
    },
    ({ expected, input }) => {
      if (expected === 'never') {
        return `has a key of its own; it takes ${Object.keys(TAKES).join(', ')}`;
      }
      const missing = Object.entries(TAKES).find(([key]) => expected === JSON.stringify(key));
      return missing === undefined
        ? `is no object; it takes what ${MAKER} makes`
        : is(missing[1])({ input });
    },
  );
  return v.pipe(
    entry,
    v.transform((held) => ({ ...held, endsAt: endOfDay(held.until, now) ?? 0 })),
  );
}

/** A message that says what there is, and what it takes. */
function is(takes: string) {
  return ({ input }: { readonly input: unknown }) =>
    `${input === undefined ? 'is not set' : `is ${JSON.stringify(input)}`}; it takes ${takes}`;
}

/** Where in the entry something is wrong, to follow the entry's name. */
function place({ path, expected }: v.BaseIssue<unknown>): string {
  const key = path?.[0]?.key;
  return key === undefined || expected === 'never' ? '' : `: ${String(key)}`;
}

/** What whoever runs the function must not forget, one sentence each. */
export function reviewWarnings(numbers: readonly ReviewNumber[], now: number): readonly string[] {
  return numbers.map((entry, index) => {
    const title = `REVIEW_NUMBERS entry ${index + 1}`;
    return isOpen(entry, now)
      ? `${title} lets a number sign in without an SMS until the end of ${entry.until}: whoever has its code needs no phone.`
      : `${title} ended with ${entry.until}, and its number gets SMS like any other: take it out, or make it anew.`;
  });
}
