/** The Lambda entry of a bundle with a code cache: what V8 compiled at the build it need not compile again. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handler } from '../../../src/pipeline.ts';
import type { CacheFate, IgnoredBecause } from './entry.ts';
import { thisNode } from './node-version.ts';
import { CACHE, type CachedScript, Scripts } from './scripts.ts';

/** What the build made, and by which Node.js. */
export interface Pinned {
  /** The files that the cache is for, with the SHA-256 of their source in base64. */
  readonly files: readonly (CachedScript & { readonly sha256: string })[];
  /** Of the whole cache, too. */
  readonly cacheSha256: string;
  readonly made: string;
}

declare const PINNED: Pinned;
const { files: pinnedFiles, cacheSha256, made } = PINNED;

const scripts = new Scripts(import.meta.dirname);
const fate = compileAll();

/** The handler that Lambda calls. Its start is done when the module has loaded. */
export const handler: Handler = await scripts.load().start(fate);

/** Whatever is wrong with the cache, the function is as good as without it. */
function compileAll(): CacheFate {
  const cache = readCache();
  const files = pinnedFiles.map((file) => ({ ...file, source: scripts.read(file.path) }));
  const isUnchanged = files.every(({ source, sha256 }) => sha256Of(source) === sha256);
  const usable = isUnchanged && cache !== undefined && sha256Of(cache) === cacheSha256;
  let [from, isRefused] = [0, false];
  for (const { path, source, length } of files) {
    const own = usable ? cache.subarray(from, from + length) : undefined;
    from += length;
    isRefused ||= scripts.compile(path, source, own).cachedDataRejected === true;
  }
  if (usable) {
    return isRefused ? ignored('refused') : { kind: 'accepted' };
  }
  return ignored(cache === undefined ? 'missing' : 'changed');
}

function readCache(): Buffer | undefined {
  try {
    return readFileSync(join(import.meta.dirname, CACHE));
  } catch {
    return undefined;
  }
}

function ignored(reason: IgnoredBecause): CacheFate {
  return { kind: 'ignored', reason, made, here: thisNode() };
}

/** V8 takes changed bytes for good, and the cache of another source of the same length: they are checked before. */
function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
