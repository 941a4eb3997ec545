/**
 * Reads a file of triggers the way it gets to Lambda: bundled by esbuild, so that it may be
 * TypeScript of any kind, with its tsconfig, in a CommonJS project or in one of ES modules. Packages
 * stay outside, and are the ones that Node finds from the importing file. Where there is no esbuild,
 * plain JavaScript is read as it is.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  BuildFailure,
  BuildOptions,
  ImportKind,
  Loader,
  Message,
  OnLoadResult,
  OutputFile,
  Plugin,
} from 'esbuild';

export class HandlerError extends Error {
  readonly code = 'HANDLER_NOT_LOADED';
}

export interface Bundle {
  /** The file that was bundled. */
  readonly file: string;
  readonly format: ModuleFormat;
  /** With a source map: stacks show the lines of the source where Node is told to read those. */
  readonly code: string;
}

export type Exports = Readonly<Record<string, unknown>>;

type ModuleFormat = 'esm' | 'cjs';

/** What esbuild tells of a build, done or failed. */
interface Built {
  readonly errors: readonly Message[];
  readonly outputFiles?: readonly OutputFile[] | undefined;
}

/**
 * Whether esbuild is installed, as it need not be beside the package for other projects.
 *
 * @throws HandlerError in one sentence, where that can't be found out
 */
export async function canBundle(): Promise<boolean> {
  try {
    await import('esbuild');
    return true;
  } catch (cause) {
    // Jest has a code of its own.
    const absent = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];
    if (absent.includes((cause as NodeJS.ErrnoException).code ?? '')) return false;
    throw notLoaded('esbuild', reasonOf(cause), cause);
  }
}

/** @throws HandlerError in one sentence */
export async function bundleTrigger(file: string): Promise<Bundle> {
  const { build } = await import('esbuild');
  const format = await formatOf(file);
  const built = await build(optionsFor(file, format)).catch((failure: BuildFailure) => failure);
  const bundle = read(built, file, format);
  if (bundle instanceof HandlerError) throw bundle;
  return bundle;
}

/**
 * Bundles anew whenever anything changes that went into the bundle, and once at the start.
 *
 * @param onBuilt is waited for before the next bundle
 * @returns what ends the watch
 */
export async function watchTrigger(
  file: string,
  onBuilt: (built: Bundle | HandlerError) => Promise<void>,
): Promise<() => Promise<void>> {
  const { context } = await import('esbuild');
  const format = await formatOf(file);
  const report: Plugin = {
    name: 'report',
    setup: ({ onEnd }) => {
      onEnd((built) => onBuilt(read(built, file, format)));
    },
  };
  const options = optionsFor(file, format);
  const watched = await context({ ...options, plugins: [...(options.plugins ?? []), report] });
  await watched.watch();
  return () => watched.dispose();
}

/**
 * Runs the bundle, which is a module of its own each time.
 *
 * @throws HandlerError in one sentence
 */
export async function importBundle({ file, format, code }: Bundle): Promise<Exports> {
  const folder = await mkdtemp(join(tmpdir(), 'trigger-'));
  const name = `${basename(file, extname(file))}.${format === 'esm' ? 'mjs' : 'cjs'}`;
  try {
    await writeFile(join(folder, name), code);
    return await importModule(join(folder, name), file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Runs a file that was not bundled: all that imports it gets one module.
 *
 * @throws HandlerError in one sentence
 */
export async function importUnbundled(file: string): Promise<Exports> {
  if (/\.([cm]?ts|tsx)$/.test(file)) {
    throw notLoaded(
      file,
      'TypeScript needs esbuild, so install it: npm install --save-dev esbuild',
    );
  }
  return importModule(file, file);
}

/** @param source the file that an error tells of */
async function importModule(path: string, source: string): Promise<Exports> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw notLoaded(source, reasonOf(cause), cause);
  }
}

/** What is in no package of ES modules is CommonJS, as Lambda takes it. */
async function formatOf(file: string): Promise<ModuleFormat> {
  if (/\.m[jt]s$/.test(file)) return 'esm';
  if (/\.c[jt]s$/.test(file)) return 'cjs';
  const path = packageAround(dirname(file));
  if (path === undefined) return 'cjs';
  try {
    const { type } = JSON.parse(await readFile(path, 'utf8'));
    return type === 'module' ? 'esm' : 'cjs';
  } catch (cause) {
    throw notLoaded(file, `${path} is no JSON`, cause);
  }
}

function packageAround(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : packageAround(parent);
}

function optionsFor(file: string, format: ModuleFormat): BuildOptions {
  const folder = dirname(file);
  return {
    entryPoints: [file],
    absWorkingDir: folder,
    // Nothing is written there: the paths in the source map start from it.
    outfile: join(folder, 'bundle.js'),
    write: false,
    bundle: true,
    platform: 'node',
    // Whoever reads the file runs it, too.
    target: `node${process.versions.node}`,
    format,
    sourcemap: 'inline',
    sourcesContent: false,
    sourceRoot: pathToFileURL(folder + sep).href,
    // Names are in error messages and stacks.
    keepNames: true,
    // Packages are resolved as Node does it, which knows nothing of what is for bundlers.
    mainFields: ['main'],
    conditions: ['node-addons', 'module-sync'],
    define: {
      'import.meta.url': '__source.url',
      'import.meta.filename': '__source.filename',
      'import.meta.dirname': '__source.dirname',
      __filename: '__source.filename',
      __dirname: '__source.dirname',
    },
    // What is left of CommonJS in an ES module asks for `require`, which those lack.
    ...(format === 'esm' && {
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    }),
    logLevel: 'silent',
    plugins: [keepPlaces(format)],
  };
}

/** Packages, and the paths that a file knows of itself, are where they are without the bundle. */
function keepPlaces(format: ModuleFormat): Plugin {
  return {
    name: 'keep-places',
    setup: ({ onResolve, onLoad, resolve: find }) => {
      const asked = Symbol('asked by this plugin');
      onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || pluginData === asked) return undefined;
        const found = await find(path, { kind, importer, resolveDir, pluginData: asked });
        const isPackage = !found.external && /[\\/]node_modules[\\/]/.test(found.path);
        return isPackage ? { path: nameFor(kind, found.path, format), external: true } : undefined;
      });
      onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        return /\bimport\.meta\b|\b__(file|dir)name\b/.test(source)
          ? withPlace(path, source)
          : null;
      });
    },
  };
}

/** `require` takes paths, `import` takes URLs. */
function nameFor(kind: ImportKind, path: string, format: ModuleFormat): string {
  const imports = kind === 'dynamic-import' || (kind === 'import-statement' && format === 'esm');
  return imports ? pathToFileURL(path).href : path;
}

/** What `define` refers to is on the first line, so that lines keep their numbers. */
function withPlace(filename: string, source: string): OnLoadResult {
  const place = { url: pathToFileURL(filename).href, filename, dirname: dirname(filename) };
  return {
    contents: `const __source = ${JSON.stringify(place)}; ${source}`,
    loader: extname(filename).replace(/^\.[cm]?/, '') as Loader,
  };
}

function read({ errors, outputFiles }: Built, file: string, format: ModuleFormat) {
  const [output] = outputFiles ?? [];
  const [first, ...others] = errors;
  if (first === undefined) return { file, format, code: output?.text ?? '' };
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return notLoaded(file, `${describe(first, file)}${more}`);
}

function describe({ text, location }: Message, file: string): string {
  if (location === null) return text;
  return `${resolve(dirname(file), location.file)}:${location.line}: ${text}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function notLoaded(file: string, reason: string, cause?: unknown): HandlerError {
  return new HandlerError(`${file} can't be loaded: ${reason}`, { cause });
}
