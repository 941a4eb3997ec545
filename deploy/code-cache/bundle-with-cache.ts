/** Bundles the function with what V8 compiles for a sign-in, so that a cold start compiles none of it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { FUNCTION } from '../bundle.ts';
import { UsageError } from '../command-line.ts';
import { BUNDLE, CACHE } from './script.ts';

/** The settings that choose what code a sign-in runs. */
const CHOICES = ['SMS_ROUTES', 'TABLE_NAME', 'CHALLENGE_REPOSITORY', 'RATE_LIMITER'];

/** The exit code of a Node.js that does not know an option. */
const BAD_OPTION = 9;

const HERE = import.meta.dirname;

/** What differs from a bundle for this Node.js. */
export interface CodeCacheOptions {
  /** As Lambda starts Node.js: V8 refuses a cache that was made with others. */
  readonly nodeOptions?: readonly string[];
}

/**
 * Bundles the function into a folder, as one file with its code cache and an entry that loads both.
 * It is warmed up by a sign-in on this machine, with the routes and the stores of the environment.
 *
 * @returns what went into the bundle; paths are relative to the working directory.
 * @throws UsageError where Node.js does not know an option.
 */
export async function bundleWithCache(
  outdir: string,
  { nodeOptions = [] }: CodeCacheOptions = {},
): Promise<Metafile> {
  const [bundle, cache] = [resolve(outdir, BUNDLE), resolve(outdir, CACHE)];
  const { metafile } = await build({
    ...FUNCTION,
    entryPoints: [join(HERE, 'entry.ts')],
    outfile: bundle,
    format: 'cjs',
    charset: 'ascii',
    metafile: true,
  });
  await warmUp(nodeOptions, bundle, cache);
  const pinned = {
    bundle: await sha256(bundle),
    cache: await sha256(cache),
    made: await nodeWith(nodeOptions),
  };
  await build({
    ...FUNCTION,
    entryPoints: [join(HERE, 'loader.ts')],
    outfile: join(outdir, 'index.mjs'),
    format: 'esm',
    define: { PINNED: JSON.stringify(pinned) },
  });
  return metafile;
}

async function warmUp(nodeOptions: readonly string[], bundle: string, cache: string) {
  const chosen = CHOICES.map((name) => [name, process.env[name]]).filter(([, value]) => value);
  const env = { PATH: process.env.PATH, ...Object.fromEntries(chosen) };
  await node([...nodeOptions, join(HERE, 'warm-up.ts'), bundle, cache], env);
}

/** How such a Node.js is called when it runs. */
async function nodeWith(nodeOptions: readonly string[]): Promise<string> {
  return node([...nodeOptions, join(HERE, 'tell-node-version.ts')], { PATH: process.env.PATH });
}

async function node(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const limits = { maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)(process.execPath, args, { env, ...limits })).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== BAD_OPTION) throw error;
    throw new UsageError(`Node.js does not start with these options: ${stderr?.trim()}`);
  }
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('base64');
}
