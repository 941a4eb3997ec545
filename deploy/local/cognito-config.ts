/** What a local Cognito starts with, as an object of a test or as a JSON file, checked in words. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import type { ExistenceErrors } from './cognito/app-client.ts';
import { type SignInAttribute, signInAttributes } from './cognito/attribute-schema.ts';
import type { AliasAttribute, PreTokenGenerationVersion } from './cognito/pool-settings.ts';
import { type TriggerName, triggerNames } from './cognito/trigger-names.ts';
import type { UserStatus } from './cognito/user.ts';
import type { LambdaHandler } from './lambda.ts';
import { type SmsFault, smsFaults } from './sms-network.ts';

/** What is wrong with the configuration, and where. */
export class CognitoConfigError extends Error {
  override readonly name = 'CognitoConfigError';
  readonly code = 'COGNITO_CONFIG_INVALID';
}

/** A function, or the file that exports it as `handler`; `FILE#name` takes another export. */
export type TriggerSource = LambdaHandler | string;
export type TriggerSources = { readonly [T in TriggerName]?: TriggerSource | undefined };

export interface UserConfig {
  /** In a phone sign-in pool the phone number; elsewhere any name. */
  readonly username: string;
  /** Values as the strings Cognito keeps: `phone_number_verified` is `'true'`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Default CONFIRMED. */
  readonly status?: UserStatus | undefined;
  /** Default true. */
  readonly enabled?: boolean | undefined;
  /** Made where they are not there yet. */
  readonly groups?: readonly string[] | undefined;
  /** Default none. Whatever it is: the pool's rules for passwords are not asked. */
  readonly password?: string | undefined;
}

/** What the SDK calls ExplicitAuthFlowsType: these declarations do without those of the SDK. */
export type AuthFlow = (typeof authFlows)[number];
const authFlows = [
  'ADMIN_NO_SRP_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
  'USER_PASSWORD_AUTH',
] as const;

export interface ClientConfig {
  /** Only the first client of the first pool may do without: it is `phoneotp`. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** Default none. */
  readonly secret?: string | undefined;
  /** Default custom auth and refreshing. */
  readonly authFlows?: readonly AuthFlow[] | undefined;
  /** Default ENABLED: the client hides whether users exist. */
  readonly preventUserExistenceErrors?: ExistenceErrors | undefined;
  readonly enableTokenRevocation?: boolean | undefined;
  /** How long one session string is good for: default 3. */
  readonly authSessionValidityMinutes?: number | undefined;
  readonly accessTokenSeconds?: number | undefined;
  readonly idTokenSeconds?: number | undefined;
  readonly refreshTokenSeconds?: number | undefined;
  /** Where set, a refresh gives a new refresh token, and the old one works for the grace time. */
  readonly refreshTokenRotation?: { readonly graceSeconds: number } | undefined;
  /** The attributes that users may read and write themselves: default all. */
  readonly readAttributes?: readonly string[] | undefined;
  readonly writeAttributes?: readonly string[] | undefined;
}

export interface PoolConfig {
  /** Only the first pool may do without. */
  readonly id?: string | undefined;
  /** How users of the pool sign in: default by phone number. */
  readonly usernameAttributes?: readonly SignInAttribute[] | undefined;
  readonly aliasAttributes?: readonly AliasAttribute[] | undefined;
  /** Default V1_0, as on AWS. */
  readonly preTokenGenerationVersion?: PreTokenGenerationVersion | undefined;
  readonly triggers?: TriggerSources | undefined;
  /** A phone number alone is a user whose number is verified. */
  readonly users?: readonly (string | UserConfig)[] | undefined;
  readonly clients?: readonly ClientConfig[] | undefined;
}

/** What a JSON file may hold. File names in it are relative to its folder. */
export interface CognitoConfig {
  /** Default one pool for phone sign-in, with one client. */
  readonly pools?: readonly PoolConfig[] | undefined;
  /** More users of the first pool. */
  readonly users?: readonly (string | UserConfig)[] | undefined;
  /** More triggers of the first pool. */
  readonly triggers?: TriggerSources | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /**
   * What a pool's id is appended to for the `iss` of its tokens: default the endpoint's address. On
   * AWS it is `https://cognito-idp.us-east-1.amazonaws.com`, and some clients take no other.
   */
  readonly issuer?: string | undefined;
  /** The fault that every SMS meets from the start. */
  readonly smsFault?: SmsFault | undefined;
  /** How long Cognito waits for a trigger: default 5000, as on AWS. */
  readonly triggerTimeoutMs?: number | undefined;
  /** How often Cognito calls a trigger that doesn't answer: default 3, as on AWS. */
  readonly triggerAttempts?: number | undefined;
  /** Refuse incomplete trigger output that AWS only sometimes refuses: default true. */
  readonly strictTriggerOutput?: boolean | undefined;
}

/** A part of the configuration, with the folder that its file names are relative to. */
export interface ConfigSource {
  readonly config: CognitoConfig;
  readonly directory: string;
}

/** @throws CognitoConfigError that names every wrong setting */
export function checkConfig(config: unknown, origin: string): CognitoConfig {
  const parsed = v.safeParse(configSchema, config);
  if (parsed.success) return parsed.output;
  throw new CognitoConfigError(`${origin}: ${parsed.issues.map(explain).join(' ')}`);
}

/**
 * @param path of a JSON file, relative to the working directory.
 * @throws CognitoConfigError where there is no such file, or something is wrong with it
 */
export async function readConfigFile(path: string): Promise<ConfigSource> {
  const file = resolve(path);
  return { config: checkConfig(await readJson(file), file), directory: dirname(file) };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'holds no JSON' : "can't be read";
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CognitoConfigError(`${file} ${reason}: ${detail}`, { cause });
  }
}

const text = v.optional(v.string());
const flag = v.optional(v.boolean());
const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const isWithin = (held: number) => Number.isInteger(held) && held >= min && held <= max;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return v.pipe(v.number(), v.check(isWithin, `a whole number ${range}`));
};
const positive = v.optional(wholeNumber(1));
const texts = v.optional(v.array(v.string()));

function isTriggerSource(value: unknown): value is TriggerSource {
  return typeof value === 'function' || (typeof value === 'string' && value !== '');
}

const trigger = v.custom<TriggerSource>(isTriggerSource, 'a function or the name of a file');
const triggersSchema = v.optional(
  v.strictObject(v.entriesFromList(triggerNames, v.optional(trigger))),
);

const userObject = v.strictObject({
  username: v.string(),
  attributes: v.optional(v.record(v.string(), v.string())),
  status: v.optional(
    v.picklist(['UNCONFIRMED', 'CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD']),
  ),
  enabled: flag,
  groups: texts,
  password: text,
});
// A union would only say that it takes either.
const userSchema = v.lazy((user) => (typeof user === 'string' ? v.string() : userObject));
const usersSchema = v.optional(v.array(userSchema));

const clientSchema = v.strictObject({
  id: v.optional(v.pipe(v.string(), v.regex(/^[\w+]{1,128}$/, 'letters, digits, _ and +'))),
  name: text,
  secret: text,
  authFlows: v.optional(v.array(v.picklist(authFlows))),
  preventUserExistenceErrors: v.optional(v.picklist(['ENABLED', 'LEGACY'])),
  enableTokenRevocation: flag,
  authSessionValidityMinutes: positive,
  accessTokenSeconds: positive,
  idTokenSeconds: positive,
  refreshTokenSeconds: positive,
  refreshTokenRotation: v.optional(v.strictObject({ graceSeconds: wholeNumber(0) })),
  readAttributes: texts,
  writeAttributes: texts,
});

const poolSchema = v.strictObject({
  id: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/, 'an id such as us-east-1_Example'),
    ),
  ),
  usernameAttributes: v.optional(v.array(v.picklist(signInAttributes))),
  aliasAttributes: v.optional(v.array(v.picklist([...signInAttributes, 'preferred_username']))),
  preTokenGenerationVersion: v.optional(v.picklist(['V1_0', 'V2_0'])),
  triggers: triggersSchema,
  users: usersSchema,
  clients: v.optional(v.pipe(v.array(clientSchema), v.minLength(1, 'at least one'))),
});

const configSchema: v.GenericSchema<unknown, CognitoConfig> = v.strictObject({
  pools: v.optional(v.pipe(v.array(poolSchema), v.minLength(1, 'at least one'))),
  users: usersSchema,
  triggers: triggersSchema,
  port: v.optional(wholeNumber(0, 65_535)),
  issuer: text,
  smsFault: v.optional(v.picklist(smsFaults)),
  triggerTimeoutMs: positive,
  triggerAttempts: positive,
  strictTriggerOutput: flag,
});

/** Numbers of people are cut short: what a setting holds may be one. */
function explain(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the configuration';
  if (issue.expected === 'never') return `There is no setting ${path}.`;
  const inWords = issue.kind === 'validation' || issue.type === 'custom';
  const takes = inWords ? issue.message : issue.expected;
  return `${path} takes ${takes}, not ${issue.received.replace(/\d(?=\d{4})/g, '*')}.`;
}
