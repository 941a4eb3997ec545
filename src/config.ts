/** The function's settings, from its environment variables. */
import * as v from 'valibot';
import type { SnsSmsSettings } from './adapters/sms-gateway/sns.ts';
import type { OtpPolicy } from './domain/otp-policy.ts';

export interface Config {
  readonly policy: OtpPolicy;
  /** Secrets for keyed digests, newest first. */
  readonly hashKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** Named in the SMS; may be empty. */
  readonly appName: string;
  readonly requireVerifiedPhone: boolean;
  readonly passwordFirst: boolean;
  readonly sms: SnsSmsSettings & { readonly region: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment holds settings that the function can't start with; the message names each one. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

const MIN_KEY_BYTES = 32;
const KEYS =
  'at least 32 random bytes in base64 (such as `openssl rand -base64 32` prints), or several such keys with commas between them, the newest first';

const hashKeys = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((key) => decodeBase64(key.trim()))),
  v.check((keys) => keys.every((key) => key !== undefined && key.length >= MIN_KEY_BYTES)),
  v.transform((keys) => keys as [Uint8Array, ...Uint8Array[]]),
);

const flag = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((text) => text === 'true'),
);

/** Every variable: how it is read, its default, and what it takes, in words. */
const VARIABLES = {
  OTP_HASH_KEY: { schema: hashKeys, takes: KEYS, secret: true },
  // 30 characters keep the longest SMS in one segment even where a letter forces UCS-2 (70 a segment).
  APP_NAME: {
    schema: v.pipe(v.string(), v.maxLength(30), v.regex(/^[^\p{C}]*$/u)),
    fallback: '',
    takes: 'up to 30 characters, no line breaks',
  },
  OTP_LENGTH: wholeNumber(6, 10, '6'),
  OTP_TTL_SECONDS: wholeNumber(30, 600, '300'),
  OTP_MAX_ATTEMPTS: wholeNumber(1, 10, '3'),
  OTP_MAX_SENDS: wholeNumber(1, 10, '3'),
  OTP_RESEND_COOLDOWN_SECONDS: wholeNumber(0, 300, '30'),
  REQUIRE_VERIFIED_PHONE: { schema: flag, fallback: 'true', takes: 'true or false' },
  PASSWORD_FIRST: { schema: flag, fallback: 'false', takes: 'true or false' },
  SMS_TIMEOUT_MS: wholeNumber(500, 4000, '3000'),
  SMS_REGION: {
    schema: v.pipe(v.string(), v.regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/)),
    takes: 'an AWS region such as eu-west-1; Lambda itself sets AWS_REGION, which it falls back to',
  },
  // https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
  SMS_SENDER_ID: {
    schema: v.optional(v.pipe(v.string(), v.regex(/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/))),
    takes: '1 to 11 letters, digits or hyphens, with at least one letter',
  },
  SMS_MAX_PRICE_USD: {
    schema: v.optional(v.pipe(v.string(), v.regex(/^(?=.*[1-9])\d{1,3}(\.\d{1,5})?$/))),
    takes: 'a price above 0 in US dollars such as 0.50',
  },
  SMS_ORIGINATION_NUMBER: {
    schema: v.optional(v.pipe(v.string(), v.regex(/^\+?\d{5,14}$/))),
    takes: 'a phone number or short code of 5 to 14 digits',
  },
  SMS_ENTITY_ID: { schema: v.optional(shortId()), takes: '1 to 50 letters or digits' },
  SMS_TEMPLATE_ID: { schema: v.optional(shortId()), takes: '1 to 50 letters or digits' },
} as const satisfies Record<string, Variable>;

interface Variable {
  readonly schema: v.GenericSchema<unknown, unknown>;
  readonly takes: string;
  readonly fallback?: string;
  /** What it holds is never repeated. */
  readonly secret?: boolean;
}

type VariableName = keyof typeof VARIABLES;
type Values = { readonly [N in VariableName]: v.InferOutput<(typeof VARIABLES)[N]['schema']> };

/**
 * Reads the settings. An empty variable counts as unset.
 *
 * @throws {@link ConfigError} naming every variable that is wrong, what it holds and what it takes.
 */
export function parseConfig(env: Environment): Config {
  const values = readVariables({ ...env, SMS_REGION: env.SMS_REGION || env.AWS_REGION });
  return {
    policy: {
      codeLength: values.OTP_LENGTH,
      lifetimeMs: values.OTP_TTL_SECONDS * 1000,
      maxAttempts: values.OTP_MAX_ATTEMPTS,
      maxSends: values.OTP_MAX_SENDS,
      resendCooldownMs: values.OTP_RESEND_COOLDOWN_SECONDS * 1000,
      sendTimeoutMs: values.SMS_TIMEOUT_MS,
    },
    hashKeys: values.OTP_HASH_KEY,
    appName: values.APP_NAME,
    requireVerifiedPhone: values.REQUIRE_VERIFIED_PHONE,
    passwordFirst: values.PASSWORD_FIRST,
    sms: {
      region: values.SMS_REGION,
      senderId: values.SMS_SENDER_ID,
      maxPriceUsd: values.SMS_MAX_PRICE_USD,
      originationNumber: values.SMS_ORIGINATION_NUMBER,
      entityId: values.SMS_ENTITY_ID,
      templateId: values.SMS_TEMPLATE_ID,
    },
  };
}

function readVariables(env: Environment): Values {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    const held = env[name] || undefined;
    const parsed = v.safeParse(variable.schema, held ?? variable.fallback);
    if (parsed.success) {
      values[name] = parsed.output;
    } else {
      problems.push(`${name} ${holding(held, variable)}; it takes ${variable.takes}.`);
    }
  }
  if (problems.length > 0) {
    throw new ConfigError(problems.join(' '));
  }
  return values as Values;
}

function holding(held: string | undefined, { secret = false }: Variable): string {
  if (held === undefined) {
    return 'is not set';
  }
  return secret ? 'holds something else (not shown)' : `is ${JSON.stringify(held)}`;
}

function wholeNumber(min: number, max: number, fallback: string) {
  const schema = v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  );
  return { schema, takes: `a whole number from ${min} to ${max}`, fallback };
}

function shortId() {
  return v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,50}$/));
}

function decodeBase64(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
