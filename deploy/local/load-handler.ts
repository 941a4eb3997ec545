/** Loads a trigger function from a file named on the command line. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LambdaHandler } from './lambda.ts';

export class HandlerError extends Error {
  readonly code = 'HANDLER_NOT_LOADED';
}

/**
 * @param source a JavaScript or TypeScript file, relative to `directory`; `FILE#name` takes the
 *   export `name` instead of `handler`.
 * @throws HandlerError in one sentence, where the file is missing, fails to load or has no such
 *   function.
 */
export async function loadHandler(source: string, directory: string): Promise<LambdaHandler> {
  const [path = '', exportName = 'handler'] = source.split('#', 2);
  const file = resolve(directory, path);
  if (!existsSync(file)) throw new HandlerError(`There is no file ${file} to load a trigger from.`);
  const handler = (await importFile(file))[exportName];
  if (typeof handler !== 'function') {
    throw new HandlerError(
      `${file} exports no function named ${exportName}: export one, or name another with ${path}#exportName.`,
    );
  }
  return handler as LambdaHandler;
}

async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HandlerError(`${file} can't be loaded: ${reason}`, { cause });
  }
}
