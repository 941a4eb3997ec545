/** What the function finds in its environment when it runs behind the local endpoint. */
import { randomBytes } from 'node:crypto';
import { GUARD_VARIABLES } from '../../src/guard-settings.ts';
import { readSettings, validOrThrow } from '../../src/settings.ts';
import type { LocalDynamoDb } from './dynamodb.ts';

/** Of no use to anyone once this process has ended. */
export const passingHashKey = randomBytes(32).toString('base64');

/** @param url of the local endpoint */
export function setLocalEnvironment(url: string): void {
  setDefaults({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SNS: url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url,
    AWS_LAMBDA_FUNCTION_NAME: 'phone-otp',
    OTP_HASH_KEY: passingHashKey,
    APP_NAME: 'Phone OTP demo',
    // Metrics would only clutter the terminal.
    POWERTOOLS_METRICS_DISABLED: 'true',
    // Who signs up on the demo page proves the number by the first code.
    REQUIRE_VERIFIED_PHONE: 'false',
  });
}

/** Has the function keep challenges and counts in this table. */
export function setDurableEnvironment({ url, tableName }: LocalDynamoDb): void {
  setDefaults({
    CHALLENGE_REPOSITORY: 'dynamodb',
    RATE_LIMITER: 'dynamodb',
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: url,
  });
}

/**
 * The caller's own name for the table, where there is one.
 *
 * @throws ConfigError if DynamoDB would refuse it
 */
export function chosenTableName(): string | undefined {
  const { TABLE_NAME } = GUARD_VARIABLES;
  const held = (name: string) => process.env[name] || undefined;
  return validOrThrow(readSettings({ TABLE_NAME }, { held, title: (name) => name })).TABLE_NAME;
}

/** Sets variables, except where the caller of the command did already. */
function setDefaults(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
}
