/** What the commands share: how they read their options, and how they say what is wrong with them. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Something that the caller of a command can mend, in one sentence. */
export class UsageError extends Error {}

/**
 * @param command what to call for help.
 * @throws UsageError
 */
export function parseOptions<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new UsageError(`${reason}: see ${command} -- --help.`);
  }
}
