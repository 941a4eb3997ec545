import { openAdapters, readConfig } from '../../src/container/open-adapters.ts';

/**
 * Reads the function's settings as its own start does. That one would put what is wrong into its
 * log, and end in a sentence for Cognito's end users.
 *
 * @throws ConfigError
 */
export async function checkSettings(): Promise<void> {
  await openAdapters(readConfig(process.env));
}
