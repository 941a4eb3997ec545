/** The function as a script, which V8 can be given a code cache for; of an ES module it takes none. */
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import type * as entry from './entry.ts';

/** The bundle, which is the body of a function in CommonJS. */
export const BUNDLE = 'function.cjs';

/** What V8 compiled of it. */
export const CACHE = 'function.cache';

/** @param cache what V8 made of this very source, or nothing. */
export function compile(source: string, path: string, cache?: Buffer): Script {
  return new Script(`(function (exports, require, module) {${source}\n})`, {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cache !== undefined && { cachedData: cache }),
  });
}

/** @param path of the file that the script was compiled from. */
export function run(script: Script, path: string): typeof entry {
  const module = { exports: {} as typeof entry };
  script.runInThisContext()(module.exports, createRequire(path), module);
  return module.exports;
}
