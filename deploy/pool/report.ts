/** What the commands for an existing pool say, to people and to programs. */
import { ConfigError } from '../../src/settings.ts';
import { flawOfRegion, UsageError } from '../command-line.ts';
import { CallError } from './aws.ts';
import { linesOf } from './changes.ts';
import type { ChangesOf } from './plan.ts';

/** As a diff has it, under a heading for each thing that changes. */
export function diff(changes: readonly ChangesOf[]): string {
  return changes
    .map(({ of, changes }) => [of, ...changes.flatMap(linesOf)].join('\n'))
    .join('\n\n');
}

/**
 * Runs a command's work to its end, and says in one sentence what its caller can mend; anything
 * else is a fault and keeps its stack.
 */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const sentence = error instanceof Error ? explain(error) : undefined;
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

/** An empty region is found out as soon as a client is made, before any call could explain it. */
function explain(error: Error): string | undefined {
  const isMendable = [UsageError, CallError, ConfigError].some((kind) => error instanceof kind);
  return isMendable ? error.message : flawOfRegion(error);
}
