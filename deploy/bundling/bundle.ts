/** How the function is bundled, for whoever deploys it and whoever measures it. */
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import {
  type InputOptions,
  type OutputChunk,
  type Plugin,
  type RolldownOutput,
  rolldown,
} from 'rolldown';
import { builtinsByCall } from './builtin-modules.ts';

/** A file of the bundle. */
export interface BundledFile {
  /** From the folder that the bundle was written to. */
  readonly path: string;
  readonly bytes: number;
  /** The modules in it, by their path from the project, and their bytes before they were minified. */
  readonly modules: Readonly<Record<string, number>>;
}

/** The modules of which something is in the bundle: what was shaken off counts for nothing. */
export function modulesOf(files: readonly BundledFile[]): readonly string[] {
  return files
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, bytes]) => bytes > 0)
    .map(([path]) => path);
}

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = resolve(ROOT, 'src');

/** Tables are read as JSON when they are needed: as JavaScript, the same text takes longer to compile. */
const tablesAsJson: Plugin = {
  name: 'tables-by-parsing',
  async load(id) {
    if (!id.startsWith(SRC) || !id.endsWith('.json')) {
      return undefined;
    }
    const table = JSON.stringify(JSON.parse(await readFile(id, 'utf8')));
    return { code: `export default JSON.parse(${JSON.stringify(table)});`, moduleType: 'js' };
  },
};

/** However the function is put together. */
export const FUNCTION = {
  cwd: ROOT,
  platform: 'node',
  // ES modules first: the CommonJS builds of the AWS SDK can't be tree-shaken.
  resolve: { mainFields: ['module', 'main'] },
  transform: {
    target: 'node24',
    // The SDK asks of every body whether it is such a stream, which here none is, and Node would load them for that.
    define: { ReadableStream: 'undefined' },
    // The global one is all of Web Crypto, which the SDK would load for a random id.
    inject: { crypto: 'node:crypto' },
  },
  // Chunks may share more than what the entry exports.
  preserveEntrySignatures: 'allow-extension',
  plugins: [builtinsByCall, tablesAsJson],
} as const satisfies InputOptions;

/** What loads the AWS SDK for most sign-ins. */
const ON_AWS = ['adapters/sms-gateway/sns.ts', 'adapters/dynamodb-store.ts'];

/** Bundles the function, with all that it needs, into a folder. */
export async function bundleFunction(outdir: string): Promise<readonly BundledFile[]> {
  return writeBundle(resolve(SRC, 'handler.ts'), outdir, { format: 'esm', extension: 'mjs' });
}

/** How the files are written. */
export interface BundleFormat {
  readonly format: 'esm' | 'cjs';
  readonly extension: string;
}

/** Bundles what an entry of the function needs into a folder, as `index` and chunks. */
export async function writeBundle(
  entry: string,
  outdir: string,
  { format, extension }: BundleFormat,
): Promise<readonly BundledFile[]> {
  const build = await rolldown({ ...FUNCTION, input: { index: entry } });
  const written = await build.write({
    dir: outdir,
    format,
    minify: true,
    comments: false,
    // V8 keeps text of one byte a character, and compiles it faster.
    charset: 'ascii',
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `chunks/[name]-[hash].${extension}`,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: await groupsFor(entry),
    },
  });
  await build.close();
  return chunksOf(written).map(({ fileName, code, modules }) => ({
    path: fileName,
    bytes: Buffer.byteLength(code),
    modules: Object.fromEntries(
      Object.entries(modules).map(([id, { renderedLength }]) => [
        relative(ROOT, id),
        renderedLength,
      ]),
    ),
  }));
}

/**
 * Which modules go into one file, whatever else they may be loaded for: what starts the function, and
 * what its sign-ins share of the AWS SDK. A file more to be found costs a cold start as much as some
 * 5 KB more to be compiled. All else is split as it comes, by what a dynamic `import()` loads.
 */
async function groupsFor(entry: string) {
  const build = await rolldown({ ...FUNCTION, input: { index: entry } });
  const chunks = chunksOf(await build.generate({ format: 'esm' }));
  await build.close();
  const start = modulesLoadedWith(entry, chunks);
  const onAws = ON_AWS.map((path) => resolve(SRC, path));
  const [sns, dynamoDb] = onAws.map((id) => sharedModulesOf(id, chunks));
  // A gateway that does without the SDK shares them with those that load it.
  const isOurs = (id: string) => id.startsWith(SRC) && sns?.has(id) === true;
  const is = (modules: ReadonlySet<string> | undefined) => (id: string) =>
    modules?.has(id) === true;
  return [
    // Without the entry: a chunk that waited for it, while it waits for the chunk, would wait for ever.
    { name: 'function', test: (id: string) => id !== entry && (start.has(id) || isOurs(id)) },
    { name: 'aws', test: is(sns) },
    { name: 'aws-json', test: is(dynamoDb) },
  ];
}

/** Every module that is loaded with one. */
function modulesLoadedWith(id: string, chunks: readonly OutputChunk[]): ReadonlySet<string> {
  return new Set(chunksLoadedWith(id, chunks).flatMap(({ moduleIds }) => moduleIds));
}

/** Those of them that others load, too. */
function sharedModulesOf(id: string, chunks: readonly OutputChunk[]): ReadonlySet<string> {
  const [, ...shared] = chunksLoadedWith(id, chunks);
  return new Set(shared.flatMap(({ moduleIds }) => moduleIds));
}

/** The chunk that holds a module, then all that it imports. */
function chunksLoadedWith(id: string, chunks: readonly OutputChunk[]): readonly OutputChunk[] {
  const loaded = new Set(chunks.filter(({ moduleIds }) => moduleIds.includes(id)));
  for (const { imports } of loaded) {
    for (const chunk of chunks.filter(({ fileName }) => imports.includes(fileName))) {
      loaded.add(chunk);
    }
  }
  return [...loaded];
}

function chunksOf({ output }: RolldownOutput): OutputChunk[] {
  return output.filter((file) => file.type === 'chunk');
}
