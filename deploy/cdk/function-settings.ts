/** The settings of a function that is to be deployed, checked by the function's own rules. */
import { Token } from 'aws-cdk-lib';
import type { Config } from '../../src/config/config.ts';
import { type OwnGateways, openAdapters, readConfig } from '../../src/container/open-adapters.ts';

/** Environment variables by name: those of deploy/configuration.md. */
export type Settings = Readonly<Record<string, string>>;

/** The variables that are no settings here, and what to do in place of setting them. */
export const NOT_SETTINGS: Settings = {
  OTP_HASH_KEY: 'is a secret: leave it out, Secrets Manager makes one.',
  OTP_HASH_KEY_SECRET: 'is set to the secret that is made: leave it out.',
  OTP_LOOKUP_KEY: 'is a secret: leave it out, Secrets Manager makes one.',
  OTP_LOOKUP_KEY_SECRET: 'is set to the secret that is made: leave it out.',
  TWILIO_SECRET: 'is a secret: keep it in Secrets Manager, and set twilioSecret to that.',
  TWILIO_SECRET_SECRET: 'has a property of its own: set twilioSecret.',
  SENDS_PER_HOUR: 'has a property of its own: set smsBudgetPerHour.',
  TABLE_NAME: 'is set to the table that is made: leave it out.',
};

/** One sentence for each variable that is no setting, or is known only once it is deployed. */
export function flawsOf(settings: Settings): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const instead = NOT_SETTINGS[name];
    if (instead !== undefined) {
      return [`settings.${name} ${instead}`];
    }
    return Token.isUnresolved(value)
      ? [
          `settings.${name} is known only at deployment; it takes a text that can be checked before.`,
        ]
      : [];
  });
}

/** Stands in for every secret while settings are checked: 48 bytes, all different. */
const STAND_IN = Buffer.from(Array.from({ length: 48 }, (_, index) => index)).toString('base64');

/** What the function would read: the settings, and stand-ins for what is known only once it is deployed. */
function asDeployed(settings: Settings): Settings {
  return {
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'phone-otp',
    TABLE_NAME: 'phone-otp',
    OTP_HASH_KEY: STAND_IN,
    OTP_LOOKUP_KEY: STAND_IN,
    TWILIO_SECRET: STAND_IN,
    ...settings,
  };
}

/**
 * @param own gateways beside those that ship, which routes may name.
 * @throws ConfigError naming every setting that is wrong, what it holds and what it takes.
 */
export function configOf(settings: Settings, own?: OwnGateways): Config {
  return readConfig(asDeployed(settings), own);
}

/**
 * Checks what routes set for their gateways, too. A construct can't: gateways load when they are needed.
 *
 * @throws ConfigError when a setting is wrong.
 */
export async function checkSettings(settings: Settings): Promise<void> {
  await openAdapters(configOf(settings));
}

/** Bytes of settings that leave room in Lambda's 4 KB for the names of table and secrets. */
const FITS_BYTES = 3000;

/** What the log and the metrics go by: their library looks for it in the environment alone. */
export const LOG_VARIABLES: readonly string[] = [
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_LOGGER_LOG_EVENT',
  'POWERTOOLS_METRICS_DISABLED',
];

/** Settings by where the function finds them. */
export interface PlacedSettings {
  readonly environment: Settings;
  /** Absent where the environment can hold all of them. */
  readonly file?: Settings;
}

/** Where the function is to find each setting: in its environment, as long as that can hold them. */
export function placesOf(settings: Settings): PlacedSettings {
  if (fitsEnvironment(settings)) {
    return { environment: settings };
  }
  const isOfLog = ([name]: readonly [string, string]) => LOG_VARIABLES.includes(name);
  const all = Object.entries(settings);
  return {
    environment: Object.fromEntries(all.filter(isOfLog)),
    file: Object.fromEntries(all.filter((setting) => !isOfLog(setting))),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function fitsEnvironment(settings: Settings): boolean {
  const texts = Object.entries(settings).flat();
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) <= FITS_BYTES;
}
