/** Bundles the function with what V8 compiles for a sign-in, so that a cold start compiles none of it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { UsageError } from '../../command-line.ts';
import { type BundledFile, FUNCTION, writeBundle } from '../bundle.ts';
import type { Pinned } from './loader.ts';
import { CACHE, type CachedScript, CONTENTS, FUNCTION_FOLDER } from './scripts.ts';

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
 * Bundles the function into a folder, as CommonJS with its code cache and an entry that loads both. It
 * is warmed up by a sign-in on this machine, with the routes and the stores of the environment.
 *
 * @returns the function's files, from their own folder.
 * @throws UsageError where Node.js does not know an option.
 */
export async function bundleWithCache(
  outdir: string,
  { nodeOptions = [] }: CodeCacheOptions = {},
): Promise<readonly BundledFile[]> {
  const root = resolve(outdir);
  const functionFolder = join(root, FUNCTION_FOLDER);
  const entry = join(HERE, 'entry.ts');
  const files = await writeBundle(entry, functionFolder, { format: 'cjs', extension: 'cjs' });
  const pinned: Pinned = {
    files: await Promise.all(
      (await warmUp(nodeOptions, root)).map(async (script) => ({
        ...script,
        sha256: await sha256(join(functionFolder, script.path)),
      })),
    ),
    cacheSha256: await sha256(join(root, CACHE)),
    made: await nodeWith(nodeOptions),
  };
  const { transform } = FUNCTION;
  const define = { ...transform.define, PINNED: JSON.stringify(pinned) };
  const loader = await rolldown({
    ...FUNCTION,
    input: join(HERE, 'loader.ts'),
    transform: { ...transform, define },
  });
  await loader.write({ file: join(root, 'index.mjs'), format: 'esm', minify: true });
  await loader.close();
  return files;
}

/** @returns what the cache that it wrote is made of */
async function warmUp(
  nodeOptions: readonly string[],
  root: string,
): Promise<readonly CachedScript[]> {
  const chosen = CHOICES.map((name) => [name, process.env[name]]).filter(([, value]) => value);
  const env = { PATH: process.env.PATH, ...Object.fromEntries(chosen) };
  await node([...nodeOptions, join(HERE, 'warm-up.ts'), root], env);
  const contents = join(root, CONTENTS);
  const scripts = JSON.parse(await readFile(contents, 'utf8'));
  await rm(contents);
  return scripts;
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
