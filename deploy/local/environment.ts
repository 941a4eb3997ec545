/**
 * What the function finds in its environment when it runs behind the local endpoint: its own
 * settings are the caller's, and whatever leads to a provider is this machine's.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { GATEWAY_VARIABLES } from '../../src/adapters/sms-gateway/lib/registry.ts';
import { ABUSE_VARIABLES } from '../../src/config/abuse-limits.ts';
import { CONFIG_VARIABLES } from '../../src/config/config.ts';
import {
  completeEnvironment,
  SECRET_VARIABLES,
  SETTINGS_FILE,
} from '../../src/config/environment.ts';
import { readSettings, validOrThrow } from '../../src/settings.ts';
import { isJsonObject } from './json.ts';

/** Of no use to anyone once this process has ended. */
export const passingHashKey = randomBytes(32).toString('base64');

/** Shown in place of every key. */
const standInKey = randomBytes(32).toString('base64');

/**
 * Takes the settings of the caller's file into the environment, where those that lead elsewhere are seen. Secrets
 * that are kept elsewhere are the caller's own: they are done without.
 *
 * @throws ConfigError where the file can't be read
 */
export async function setFileEnvironment(): Promise<void> {
  const settings = await completeEnvironment(process.env, {
    readFile: (path) => readFile(path, 'utf8'),
    readSecret: async () => '',
  });
  Object.assign(process.env, settings);
  for (const pointer of [SETTINGS_FILE, ...Object.values(SECRET_VARIABLES)]) {
    delete process.env[pointer];
  }
}

/**
 * The caller's own AWS settings, in variables and in files, and those for Twilio are put out of
 * sight: with them, a local sign-in could reach a real account.
 *
 * @param url of the local endpoint
 */
export function setLocalEnvironment(url: string): void {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_/i.test(name)) delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // For every service: what the endpoint does not know is refused here, and not on AWS.
    AWS_ENDPOINT_URL: url,
    TWILIO_API_URL: url,
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_SECRET: 'local-secret-of-no-account',
  });
  delete process.env.TWILIO_API_KEY_SID;
  bypassProxies(new URL(url).hostname);
  setDefaults({
    OTP_HASH_KEY: passingHashKey,
    APP_NAME: 'Phone OTP demo',
    // Metrics would only clutter the terminal.
    POWERTOOLS_METRICS_DISABLED: 'true',
    // Who signs up on the demo page proves the number by the first code.
    REQUIRE_VERIFIED_PHONE: 'false',
    CONFIRM_PHONE: 'true',
  });
}

/**
 * The function's variables as its Lambda configuration would have them, where it runs here. The keys
 * are others: a caller's own may be in use elsewhere.
 */
export function functionVariables(): Readonly<Record<string, string>> {
  const names = [...CONFIG_VARIABLES, ...GATEWAY_VARIABLES].filter((name) => !/^AWS_/.test(name));
  const set = names.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, /^OTP_\w+_KEY$/.test(name) ? standInKey : value]] : [];
  });
  return Object.fromEntries(set);
}

/** The terminal has a line of its own for each event: of the function's log only what deserves a look is left. */
export function hushFunctionLog(): void {
  setDefaults({ POWERTOOLS_LOG_LEVEL: 'WARN' });
}

/** Node itself sends what goes to this machine through a proxy, too, unless it is told not to. */
function bypassProxies(host: string): void {
  const { no_proxy, NO_PROXY } = process.env;
  const held = no_proxy || NO_PROXY || '';
  if (held.trim() === '*') return;
  const hosts = new Set([held, '127.0.0.1', 'localhost', host]);
  const list = [...hosts].filter((entry) => entry !== '').join(',');
  Object.assign(process.env, { no_proxy: list, NO_PROXY: list });
}

/**
 * Takes out of SMS_ROUTES what would lead past TWILIO_API_URL. What is no valid SMS_ROUTES stays
 * as it is: the function says what is wrong with it.
 */
export function keepRoutesLocal(): void {
  const routes = parseJson(process.env.SMS_ROUTES);
  if (!Array.isArray(routes)) return;
  const local = routes.map((rule) =>
    isJsonObject(rule) && Array.isArray(rule.gateways)
      ? { ...rule, gateways: rule.gateways.map(withoutApiUrl) }
      : rule,
  );
  process.env.SMS_ROUTES = JSON.stringify(local);
}

function withoutApiUrl(gateway: unknown): unknown {
  if (!isJsonObject(gateway) || gateway.gateway !== 'twilio') return gateway;
  const { apiUrl: _, ...rest } = gateway;
  return rest;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Has the function keep challenges and counts in DynamoDB, except where the caller set otherwise. */
export function setDurableEnvironment(): void {
  setDefaults({
    CHALLENGE_REPOSITORY: 'dynamodb',
    RATE_LIMITER: 'dynamodb',
    TABLE_NAME: 'phone-otp',
  });
}

/** Has the function limit nothing, except where the caller set otherwise: whoever tries it out signs in more often than anybody would. */
export function setUnlimitedEnvironment(): void {
  if (!process.env.TABLE_NAME) setDefaults({ RATE_LIMITER: 'none' });
}

/** @param url of the DynamoDB in this process */
export function setDynamoDbAddress(url: string): void {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
}

/** Whether the function will look for DynamoDB. */
export function needsDynamoDb(): boolean {
  const { CHALLENGE_REPOSITORY, RATE_LIMITER, TABLE_NAME } = process.env;
  const byDefault = TABLE_NAME ? 'dynamodb' : undefined;
  return [CHALLENGE_REPOSITORY || byDefault, RATE_LIMITER || byDefault].includes('dynamodb');
}

/**
 * The caller's own name for the table, where there is one.
 *
 * @throws ConfigError if DynamoDB would refuse it
 */
export function chosenTableName(): string | undefined {
  const { TABLE_NAME } = ABUSE_VARIABLES;
  const value = (name: string) => process.env[name] || undefined;
  return validOrThrow(readSettings({ TABLE_NAME }, { value, title: (name) => name })).TABLE_NAME;
}

/** Sets variables, except where the caller of the command did already. An empty one counts as unset. */
function setDefaults(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) process.env[name] ||= value;
}
