/** The function's files as scripts, which V8 can be given a code cache for; of ES modules it takes none. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { constants, Script } from 'node:vm';
import type * as entry from './entry.ts';

/** The folder of the function's files, which are CommonJS. */
export const FUNCTION_FOLDER = 'function';

/** What V8 compiled of those that a sign-in loads. */
export const CACHE = 'function.cache';

/** What the cache is made of, which the build alone reads: a {@link CachedScript} for each file, in their order. */
export const CONTENTS = 'function.cache.json';

export interface CachedScript {
  /** From the function's folder. */
  readonly path: string;
  /** Bytes of the cache that are its own. */
  readonly length: number;
}

/** The file that loads the others. */
const ENTRY = 'index.cjs';

/** Loads the function's files, each once. */
export class Scripts {
  readonly #folder: string;
  readonly #compiled = new Map<string, Script>();
  readonly #loaded = new Map<string, { exports: unknown }>();

  /** @param root of the bundle: the folder that holds the function's. */
  constructor(root: string) {
    this.#folder = resolve(root, FUNCTION_FOLDER);
  }

  /** Those that were compiled, by their path from the function's folder. */
  get compiled(): ReadonlyMap<string, Script> {
    return this.#compiled;
  }

  /**
   * Compiles a file ahead of its use.
   *
   * @param path from the function's folder.
   * @param cache what V8 made of this very source, or nothing.
   */
  compile(path: string, source = this.read(path), cache?: Buffer): Script {
    const text = source.toString('latin1');
    const script = new Script(`(function (exports, require, module) {${text}\n})`, {
      filename: join(this.#folder, path),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(cache !== undefined && { cachedData: cache }),
    });
    this.#compiled.set(path, script);
    return script;
  }

  read(path: string): Buffer {
    return readFileSync(join(this.#folder, path));
  }

  /** Runs the function's files as far as its entry needs them. */
  load(): typeof entry {
    return this.#require(ENTRY) as typeof entry;
  }

  #require(path: string): unknown {
    const loaded = this.#loaded.get(path);
    if (loaded !== undefined) {
      return loaded.exports;
    }
    const module = { exports: {} };
    this.#loaded.set(path, module);
    const script = this.#compiled.get(path) ?? this.compile(path);
    const others = createRequire(join(this.#folder, path));
    const require = (id: string) =>
      id.startsWith('.') ? this.#require(join(dirname(path), id)) : others(id);
    script.runInThisContext()(module.exports, require, module);
    return module.exports;
  }
}
