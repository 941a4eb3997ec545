/** What the environment variables leave to other places: a file of settings, and secrets in Secrets Manager. */
import * as v from 'valibot';
import { ConfigError } from '../settings.ts';

/** Variables by name; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How those places are read. */
export interface OtherPlaces {
  /** The text of a file. */
  readonly readFile: (path: string) => Promise<string>;
  /** The text of a secret, by its ARN or name. */
  readonly readSecret: (id: string) => Promise<string>;
  /** Told of all variables but the secrets, which are being read meanwhile. */
  readonly whileReading?: (env: Environment) => void;
}

/** Variables that may be kept in Secrets Manager, and which variable then names the secret there. */
export const SECRET_VARIABLES = {
  OTP_HASH_KEY: 'OTP_HASH_KEY_SECRET',
  OTP_LOOKUP_KEY: 'OTP_LOOKUP_KEY_SECRET',
  TWILIO_SECRET: 'TWILIO_SECRET_SECRET',
} as const;

/** The variable that names the file. */
export const SETTINGS_FILE = 'SETTINGS_FILE';

/**
 * The environment with what a file and Secrets Manager hold of it. Variables of the environment come before those of
 * the file.
 *
 * @param secretVariables by the variables that they stand for.
 * @throws {@link ConfigError} naming the variable whose file or secret can't be read.
 */
export async function completeEnvironment(
  env: Environment,
  places: OtherPlaces,
  secretVariables: Readonly<Record<string, string>> = SECRET_VARIABLES,
): Promise<Environment> {
  const settings = await withFile(env, places);
  const named = Object.entries(secretVariables).flatMap(([name, pointer]) => {
    const id = settings[pointer];
    return id ? [{ name, pointer, id }] : [];
  });
  if (named.length === 0) {
    return settings;
  }
  const reading = Promise.all(
    named.map(async (secret) => [secret.name, await secretOf(settings, secret, places)]),
  );
  places.whileReading?.(settings);
  return { ...settings, ...Object.fromEntries(await reading) };
}

const settingsText = v.pipe(
  v.string(),
  // Editors on Windows may begin a file with a mark of its encoding, which is no JSON.
  v.transform((text) => text.replace(/^\uFEFF/, '')),
  v.parseJson(),
  v.check((settings) => !Array.isArray(settings)),
  v.record(v.string(), v.unknown()),
);

/** By this key a file names the schema that editors check it with. */
const SCHEMA_KEY = '$schema';

async function withFile(env: Environment, { readFile }: OtherPlaces): Promise<Environment> {
  const path = env[SETTINGS_FILE];
  if (!path) {
    return env;
  }
  let text: string;
  try {
    text = await readFile(path);
  } catch {
    throw new ConfigError(`${SETTINGS_FILE} names ${path}, which can't be read.`);
  }
  const settings = v.safeParse(settingsText, text);
  if (!settings.success) {
    throw new ConfigError(
      `${SETTINGS_FILE} names ${path}, which does not hold settings; it takes a JSON object of variables, such as {"OTP_LENGTH":8}.`,
    );
  }
  const ofFile = Object.entries(settings.output)
    .filter(([name]) => name !== SCHEMA_KEY && !env[name])
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return { ...env, ...Object.fromEntries(ofFile) };
}

/** A variable, the one that names its secret, and what that is named. */
interface NamedSecret {
  readonly name: string;
  readonly pointer: string;
  readonly id: string;
}

async function secretOf(
  env: Environment,
  { name, pointer, id }: NamedSecret,
  { readSecret }: OtherPlaces,
): Promise<string> {
  if (env[name]) {
    throw new ConfigError(`${name} and ${pointer} are both set; set one of them.`);
  }
  try {
    return await readSecret(id);
  } catch (error) {
    const reason = error instanceof Error ? error.name : typeof error;
    throw new ConfigError(
      `${pointer} names a secret that can't be read (${reason}); it takes the ARN or name of a secret of Secrets Manager that holds text, and the function's role needs secretsmanager:GetSecretValue on it.`,
    );
  }
}
