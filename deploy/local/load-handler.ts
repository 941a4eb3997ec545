/** Loads trigger functions from the files that were named, and again when those change. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Bundle,
  bundleTrigger,
  canBundle,
  type Exports,
  HandlerError,
  importBundle,
  importUnbundled,
  watchTrigger,
} from './bundle-trigger.ts';
import type { TriggerName } from './cognito/trigger-names.ts';
import type { TriggerHandlers } from './endpoint.ts';
import type { LambdaHandler } from './lambda.ts';

export interface ReloadListener {
  onReload(handlers: TriggerHandlers): void;
  /** The functions of before stay good. */
  onBroken(error: HandlerError): void;
}

/** One file, with the functions in it that serve triggers: they share what the file holds in memory. */
export class TriggerFile {
  readonly path: string;
  /** As it was named. */
  readonly #name: string;
  readonly #exports = new Map<TriggerName, string>();
  /** What the functions in use were loaded from. */
  #code: string | undefined;

  private constructor(name: string, directory: string) {
    this.#name = name;
    this.path = resolve(directory, name);
  }

  /**
   * @param sources a JavaScript or TypeScript file for each trigger, relative to `directory`;
   *   `FILE#name` takes the export `name` instead of `handler`.
   */
  static of(sources: ReadonlyMap<TriggerName, string>, directory: string): readonly TriggerFile[] {
    const files = new Map<string, TriggerFile>();
    for (const [trigger, source] of sources) {
      // Folders may have a # in their name, exports have no slash.
      const [, name = '', exportName = 'handler'] = /^(.*?)(?:#([^#/\\]*))?$/s.exec(source) ?? [];
      const named = new TriggerFile(name, directory);
      const file = files.get(named.path) ?? named;
      file.#exports.set(trigger, exportName);
      files.set(file.path, file);
    }
    return [...files.values()];
  }

  /**
   * Without esbuild, plain JavaScript is loaded as it is.
   *
   * @throws HandlerError in one sentence, where the file is missing, fails to load or has no such
   *   function.
   */
  async load(): Promise<TriggerHandlers> {
    if (!existsSync(this.path)) {
      throw new HandlerError(`There is no file ${this.path} to load a trigger from.`);
    }
    if (await canBundle()) return this.#take(await bundleTrigger(this.path));
    return this.#handlersIn(await importUnbundled(this.path));
  }

  /** @returns what ends the watch */
  watch(listener: ReloadListener): Promise<() => Promise<void>> {
    return watchTrigger(this.path, async (built) => {
      if (!(built instanceof HandlerError) && built.code === this.#code) return;
      try {
        if (built instanceof HandlerError) throw built;
        listener.onReload(await this.#take(built));
      } catch (error) {
        if (!(error instanceof HandlerError)) throw error;
        // Whoever takes the edit back is told, too, that all is well.
        this.#code = undefined;
        listener.onBroken(error);
      }
    });
  }

  async #take(bundle: Bundle): Promise<TriggerHandlers> {
    const handlers = this.#handlersIn(await importBundle(bundle));
    this.#code = bundle.code;
    return handlers;
  }

  #handlersIn(exported: Exports): TriggerHandlers {
    const found = [...this.#exports].map(([trigger, name]) => [
      trigger,
      this.#find(exported, name),
    ]);
    return Object.fromEntries(found);
  }

  #find(exported: Exports, name: string): LambdaHandler {
    const handler = exported[name] ?? (exported.default as Exports | undefined)?.[name];
    if (typeof handler === 'function') return handler as LambdaHandler;
    throw new HandlerError(
      `${this.path} exports no function named ${name}: export one, or name another with ${this.#name}#exportName.`,
    );
  }
}
