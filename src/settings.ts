/** Settings from outside. Each says in words what it takes, so that a wrong one explains itself. */
import * as v from 'valibot';

/** The function can't start with its settings; the message names each wrong one, what it holds and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

/** One setting: how it is read, and what it takes. */
export interface Setting {
  readonly schema: v.GenericSchema<unknown, unknown>;
  /** What it takes, to follow "it takes". */
  readonly takes: string;
  readonly fallback?: string;
  /** Where it takes a whole number: the least and the most. */
  readonly range?: readonly [min: number, max: number];
  /** What it holds is never repeated. */
  readonly secret?: boolean;
  /** What is wrong with a secret, without repeating it, to follow "holds". */
  readonly flaw?: (held: string) => string | undefined;
}

/** Settings by name. */
export type Settings = Readonly<Record<string, Setting>>;
/** The values of settings, by name. */
export type SettingValues<T extends Settings> = {
  readonly [N in keyof T]: v.InferOutput<T[N]['schema']>;
};

/** What came of reading settings. */
export type ParseResult<T> =
  | { readonly kind: 'valid'; readonly value: T }
  /** One sentence for each setting that is wrong. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Where settings come from. */
export interface SettingSource {
  /** What a setting holds; `undefined` when it is not set. */
  value(name: string): unknown;
  /** How to call the setting before the operator. */
  title(name: string): string;
}

/** Reads every setting, or tells in one sentence each what is wrong with them. */
export function readSettings<T extends Settings>(
  settings: T,
  source: SettingSource,
): ParseResult<SettingValues<T>> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const value = source.value(name);
    const parsed = v.safeParse(setting.schema, value ?? setting.fallback);
    if (parsed.success) {
      values[name] = parsed.output;
    } else {
      problems.push(
        `${source.title(name)} ${described(value, setting)}; it takes ${setting.takes}.`,
      );
    }
  }
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'valid', value: values as SettingValues<T> };
}

/** @throws {@link ConfigError} with a sentence for each setting that is wrong. */
export function validOrThrow<T>(result: ParseResult<T>): T {
  if (result.kind === 'invalid') {
    throw new ConfigError(result.problems.join(' '));
  }
  return result.value;
}

function described(value: unknown, { secret = false, flaw }: Setting): string {
  if (value === undefined) {
    return 'is not set';
  }
  return secret
    ? `holds ${flaw?.(String(value)) ?? 'something else'} (not shown)`
    : `is ${JSON.stringify(value)}`;
}

/** A setting that takes a whole number, both bounds included. */
export function wholeNumber(min: number, max: number, fallback: string) {
  const schema = v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  );
  const range = [min, max] as const;
  return { schema, takes: `a whole number from ${min} to ${max}`, fallback, range };
}

function text(pattern: RegExp) {
  return v.pipe(v.string(), v.regex(pattern));
}

// Kinds of SMS settings that the environment and the routes share.

/** An AWS region. */
export const AWS_REGION = {
  schema: text(/^[a-z]{2,}(-[a-z]+)+-\d+$/),
  takes: 'an AWS region such as eu-west-1; Lambda itself sets AWS_REGION, which it falls back to',
} as const satisfies Setting;

/** @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
export const SENDER_ID = {
  schema: v.optional(text(/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/)),
  takes: '1 to 11 letters, digits or hyphens, with at least one letter',
} as const satisfies Setting;

/** The most that one SMS may cost, in US dollars. */
export const MAX_PRICE_USD = {
  schema: v.optional(text(/^(?=.*[1-9])\d{1,2}(\.\d{1,5})?$/)),
  takes: 'a price above 0 and below 100 in US dollars such as 0.50',
} as const satisfies Setting;

/** The number or short code that messages come from. */
export const ORIGINATION_NUMBER = {
  schema: v.optional(text(/^\+?\d{5,14}$/)),
  takes: 'a phone number or short code of 5 to 14 digits',
} as const satisfies Setting;

/** An id of India's DLT register. */
export const DLT_ID = {
  schema: v.optional(text(/^[A-Za-z0-9]{1,50}$/)),
  takes: '1 to 50 letters or digits',
} as const satisfies Setting;
