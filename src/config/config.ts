/** The function's settings, from its environment variables. */
import * as v from 'valibot';
import type { OtpPolicy } from '../domain/otp-policy.ts';
import type { ReviewNumber } from '../domain/review-numbers.ts';
import type { SmsMessageSettings } from '../domain/sms/message.ts';
import type { SmsRoute } from '../domain/sms/route.ts';
import {
  AWS_REGION,
  ConfigError,
  DLT_ID,
  MAX_PRICE_USD,
  ORIGINATION_NUMBER,
  readSettings,
  SENDER_ID,
  type Settings,
  type SettingValues,
  validOrThrow,
  wholeNumber,
} from '../settings.ts';
import { ABUSE_VARIABLES, type AbuseConfig, abuseConfig, type OwnStores } from './abuse-limits.ts';
import { type Environment, SECRET_VARIABLES, SETTINGS_FILE } from './environment.ts';
import { HASH_KEYS, type Keys, keyWarnings, LOOKUP_KEY } from './keys.ts';
import { parseReviewNumbers, reviewWarnings } from './review-numbers.ts';
import { settingWarnings } from './setting-warnings.ts';
import { type Known, parseSmsRoutes } from './sms-routes.ts';
import { readSmsTexts } from './sms-texts.ts';

/** The settings of the function, checked. */
export interface Config {
  readonly policy: OtpPolicy;
  /** Secrets for keyed digests: the first one signs, all verify. */
  readonly hashKeys: Keys;
  /** Secret for what is looked up by a digest; `undefined` where that goes by the last of `hashKeys`. */
  readonly lookupKey: Uint8Array | undefined;
  readonly requireVerifiedPhone: boolean;
  /** Whether a number that a code has proven is recorded as verified. */
  readonly confirmPhone: boolean;
  /** Whether clients are to learn nothing of who has an account, and whether a send went well. */
  readonly hideUserExistence: boolean;
  /** Milliseconds between the moments at which answers leave, where user existence is hidden. */
  readonly answerStepMs: number;
  readonly passwordFirst: boolean;
  /** Whether a sign-up by e-mail, without a phone number, is refused. */
  readonly signUpNeedsPhone: boolean;
  /** Numbers that sign in without an SMS, those whose end is past among them. */
  readonly reviewNumbers: readonly ReviewNumber[];
  readonly sms: {
    readonly routes: readonly SmsRoute[];
    /** What an environment variable that a gateway reads holds; `undefined` when unset or empty. */
    readonly variable: (name: string) => string | undefined;
  };
  readonly messages: SmsMessageSettings;
  readonly abuse: AbuseConfig;
  /** What is allowed but likely not meant, one sentence each. */
  readonly warnings: readonly string[];
}

const flag = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((text) => text === 'true'),
);

/** Digits in a code that is sent. */
export const OTP_LENGTH = wholeNumber(6, 10, '6');

/** Every variable: how it is read, its default, and what it takes, in words. */
export const VARIABLES = {
  OTP_HASH_KEY: HASH_KEYS,
  OTP_LOOKUP_KEY: LOOKUP_KEY,
  // With 20 characters every text of ours is one SMS, even where a letter forces UCS-2 (70 a segment).
  APP_NAME: {
    // Nothing that can't be seen but joiners, which some scripts write words with.
    schema: v.pipe(v.string(), v.maxLength(30), v.regex(/^[\P{C}\p{Join_Control}]*$/u)),
    fallback: '',
    takes: 'up to 30 characters, no line breaks or direction marks',
  },
  OTP_LENGTH,
  // As long as Cognito keeps a round open, unless a client's AuthSessionValidity is set.
  OTP_TTL_SECONDS: wholeNumber(30, 600, '180'),
  OTP_MAX_ATTEMPTS: wholeNumber(1, 10, '3'),
  OTP_MAX_SENDS: wholeNumber(1, 10, '3'),
  OTP_RESEND_COOLDOWN_SECONDS: wholeNumber(0, 300, '30'),
  REQUIRE_VERIFIED_PHONE: { schema: flag, fallback: 'true', takes: 'true or false' },
  CONFIRM_PHONE: { schema: flag, fallback: 'false', takes: 'true or false' },
  HIDE_USER_EXISTENCE: { schema: flag, fallback: 'true', takes: 'true or false' },
  ANSWER_STEP_MS: wholeNumber(100, 2000, '500'),
  PASSWORD_FIRST: { schema: flag, fallback: 'false', takes: 'true or false' },
  SIGN_UP_NEEDS_PHONE: { schema: flag, fallback: 'false', takes: 'true or false' },
  REVIEW_NUMBERS: { schema: v.optional(v.string()), takes: 'entries in JSON' },
  SMS_TIMEOUT_MS: wholeNumber(500, 4000, '3000'),
  // Gateways of AWS ask for one: others do without.
  SMS_REGION: { ...AWS_REGION, schema: v.optional(AWS_REGION.schema) },
  SMS_SENDER_ID: SENDER_ID,
  SMS_MAX_PRICE_USD: MAX_PRICE_USD,
  SMS_ORIGINATION_NUMBER: ORIGINATION_NUMBER,
  SMS_ENTITY_ID: DLT_ID,
  SMS_TEMPLATE_ID: DLT_ID,
  SMS_ROUTES: { schema: v.optional(v.string()), takes: 'rules in JSON' },
  SMS_TEMPLATES: { schema: v.optional(v.string()), takes: 'templates in JSON' },
  // https://wicg.github.io/sms-one-time-codes/
  SMS_ORIGIN: {
    schema: v.optional(
      v.pipe(v.string(), v.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/)),
    ),
    takes: 'a host such as example.com',
  },
  // https://developers.google.com/identity/sms-retriever/verify
  SMS_APP_HASH: {
    schema: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{11}$/))),
    takes: 'the 11 characters of an Android app hash',
  },
  ...ABUSE_VARIABLES,
} as const satisfies Settings;

/** Every variable that is read here, and so not those that gateways alone read. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(VARIABLES);

/** The adapters and countries that settings may name. */
export type KnownAdapters = Omit<Known, 'languages'> & {
  /** The environment variables that gateways read. */
  readonly gatewayVariables: readonly string[];
  readonly ownStores?: OwnStores;
};

/**
 * Reads the settings. An empty variable counts as unset.
 *
 * @param now epoch milliseconds.
 * @throws {@link ConfigError} naming every variable that is wrong, what it holds and what it takes.
 */
export function parseConfig(env: Environment, known: KnownAdapters, now: number): Config {
  const variable = (name: string) =>
    env[name] || (name === 'SMS_REGION' && env.AWS_REGION) || undefined;
  const values = validOrThrow(readSettings(VARIABLES, { value: variable, title: (name) => name }));
  const lifetimeMs = values.OTP_TTL_SECONDS * 1000;
  const { messages, warnings } = validOrThrow(
    readSmsTexts({
      appName: values.APP_NAME,
      codeLength: values.OTP_LENGTH,
      lifetimeMs,
      templates: values.SMS_TEMPLATES,
      origin: values.SMS_ORIGIN,
      appHash: values.SMS_APP_HASH,
    }),
  );
  const abuse = validOrThrow(abuseConfig(values, known.ownStores));
  const { rateLimiter } = abuse;
  const isOnLambda = Boolean(env.AWS_LAMBDA_FUNCTION_NAME);
  const reviewNumbers = validOrThrow(
    parseReviewNumbers(values.REVIEW_NUMBERS, { now, rateLimiter, isOnLambda }),
  );
  const routes = smsRoutes(values, variable, {
    ...known,
    languages: Object.keys(messages.templates),
  });
  const policy = {
    codeLength: values.OTP_LENGTH,
    lifetimeMs,
    maxAttempts: values.OTP_MAX_ATTEMPTS,
    maxSends: values.OTP_MAX_SENDS,
    resendCooldownMs: values.OTP_RESEND_COOLDOWN_SECONDS * 1000,
    sendTimeoutMs: values.SMS_TIMEOUT_MS,
  };
  return {
    policy,
    hashKeys: values.OTP_HASH_KEY,
    lookupKey: values.OTP_LOOKUP_KEY,
    requireVerifiedPhone: values.REQUIRE_VERIFIED_PHONE,
    confirmPhone: values.CONFIRM_PHONE,
    hideUserExistence: values.HIDE_USER_EXISTENCE,
    answerStepMs: values.ANSWER_STEP_MS,
    passwordFirst: values.PASSWORD_FIRST,
    signUpNeedsPhone: values.SIGN_UP_NEEDS_PHONE,
    reviewNumbers,
    sms: { routes, variable },
    messages,
    abuse,
    warnings: [
      ...warnings,
      ...reviewWarnings(reviewNumbers, now),
      ...keyWarnings(values.OTP_HASH_KEY, values.OTP_LOOKUP_KEY),
      ...settingWarnings({
        env,
        known: [
          ...Object.keys(VARIABLES),
          ...Object.values(SECRET_VARIABLES),
          SETTINGS_FILE,
          ...known.gatewayVariables,
        ],
        abuse,
        hideUserExistence: values.HIDE_USER_EXISTENCE,
        requireVerifiedPhone: values.REQUIRE_VERIFIED_PHONE,
        policy,
        gateways: new Set(routes.flatMap(gatewaysOf)),
      }),
    ],
  };
}

/** Without SMS_ROUTES, one route sends everything by SNS. */
function smsRoutes(
  values: SettingValues<typeof VARIABLES>,
  variable: (name: string) => string | undefined,
  known: Known,
): readonly SmsRoute[] {
  if (values.SMS_ROUTES !== undefined) {
    const idle = Object.entries(PER_COUNTRY).filter(([name]) => variable(name) !== undefined);
    if (idle.length > 0) {
      const problems = idle.map(
        ([name, key]) => `${name} has no place beside SMS_ROUTES; set ${key} at its gateways.`,
      );
      throw new ConfigError(problems.join(' '));
    }
    return validOrThrow(parseSmsRoutes(values.SMS_ROUTES, known));
  }
  const settings = {
    senderId: values.SMS_SENDER_ID,
    originationNumber: values.SMS_ORIGINATION_NUMBER,
    entityId: values.SMS_ENTITY_ID,
    templateId: values.SMS_TEMPLATE_ID,
  };
  const gateways = [{ gateway: 'sns', settings, title: 'SNS, the default route' }];
  return [
    {
      kind: 'send',
      countries: '*',
      prefixes: [],
      gateways,
      locale: undefined,
      ignoreUserLocale: false,
      retryAfterTimeout: false,
    },
  ];
}

function gatewaysOf(route: SmsRoute): string[] {
  return route.kind === 'send' ? route.gateways.map(({ gateway }) => gateway) : [];
}

/** Variables that belong to one country each, and what SMS_ROUTES calls them. */
const PER_COUNTRY = {
  SMS_SENDER_ID: 'senderId',
  SMS_ORIGINATION_NUMBER: 'originationNumber',
  SMS_ENTITY_ID: 'entityId',
  SMS_TEMPLATE_ID: 'templateId',
};
