/** The Lambda entry of a bundle with a code cache: what V8 compiled at the build it need not compile again. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handler } from '../../src/pipeline.ts';
import type { CacheFate } from './entry.ts';
import { thisNode } from './node-version.ts';
import { BUNDLE, CACHE, compile, run } from './script.ts';

/** What the build made, as SHA-256 in base64, and by which Node.js. */
declare const PINNED: { readonly bundle: string; readonly cache: string; readonly made: string };

const path = join(import.meta.dirname, BUNDLE);
const source = readFileSync(path);
const { script, fate } = compileBundle();

/** The handler that Lambda calls. Its start is done when the module has loaded. */
export const handler: Handler = await run(script, path).start(fate);

/** Whatever is wrong with the cache, the function is as good as without it. */
function compileBundle() {
  const cache = readCache();
  const text = source.toString('latin1');
  if (!Buffer.isBuffer(cache)) {
    return { script: compile(text, path), fate: cache };
  }
  const script = compile(text, path, cache);
  const fate: CacheFate = script.cachedDataRejected ? ignored('refused') : { kind: 'accepted' };
  return { script, fate };
}

/** V8 takes changed bytes for good, and the cache of another source of the same length: they are checked before. */
function readCache(): Buffer | CacheFate {
  try {
    const cache = readFileSync(join(import.meta.dirname, CACHE));
    const isPinned = sha256(cache) === PINNED.cache && sha256(source) === PINNED.bundle;
    return isPinned ? cache : ignored('changed');
  } catch {
    return ignored('missing');
  }
}

function ignored(reason: Extract<CacheFate, { kind: 'ignored' }>['reason']): CacheFate {
  return { kind: 'ignored', reason, made: PINNED.made, here: thisNode() };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
