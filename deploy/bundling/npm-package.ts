/**
 * How the package for other projects is built: ES modules that share what several entry points need,
 * CommonJS where a project is likely to ask for it, and declarations. Dependencies are in the bundles:
 * it installs alone, and a function that is built on it loads what was measured here, tree-shaken and
 * with its dynamic imports, whatever its own bundler would have made of the AWS SDK.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { PACKAGE_COMMAND } from '../command-line.ts';
import { bundleFunction, modulesOf } from './bundle.ts';
import { bundledPackages, LICENSES, licensesPage, readLock } from './third-party.ts';

/** What `cognito-phone-otp/<name>` imports; `index` is `cognito-phone-otp` itself. */
const ENTRY_POINTS: Readonly<Record<string, string>> = {
  index: 'deploy/entry-points/index.ts',
  cdk: 'deploy/cdk/phone-otp.ts',
  contracts: 'test/contracts/index.ts',
  local: 'deploy/local/start-local-cognito.ts',
};

/** Those of them that are CommonJS, too: Jest takes nothing else. Node's `require` takes ES modules. */
const COMMON_JS = ['local'];

/** What `npx cognito-phone-otp` runs. Commands tell by the file's name how they were called. */
const COMMAND: Readonly<Record<string, string>> = { [PACKAGE_COMMAND]: 'deploy/cli.ts' };

/** What a project has beside it where it needs it: each is one with the project's own, or a binary. */
const OPTIONAL_PEERS: Readonly<Record<string, string>> = {
  // From 2.254 on the construct's template is the same, byte for byte; 2.250 has no `Validations`.
  'aws-cdk-lib': '^2.254.0',
  constructs: '^10.5.0',
  esbuild: '>=0.25.0',
  vitest: '>=3',
};

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
/** Where source maps have their sources' paths begin, wherever the package is written: the same files are the same package. */
const MAPS_BEGIN = join(ROOT, 'dist-package');
/** What editors check a file of settings with. */
const SETTINGS_SCHEMA = 'settings.schema.json';

/** Builds the package into a folder, as it is before `npm pack`. What the folder held is gone. */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const [[esModules, commonJs, files]] = await Promise.all([
    Promise.all([
      bundleEsModules(folder),
      bundleCommonJs(folder),
      bundleFunction(join(folder, 'dist')),
    ]),
    declare(folder),
  ]);
  const modules = [esModules, commonJs].flatMap(modulesOfMetafile);
  const packages = bundledPackages(await readLock(), [...modules, ...modulesOf(files)]);
  await Promise.all([
    writeJson(join(folder, 'package.json'), await describePackage()),
    writeFile(join(folder, 'README.md'), await readReadme()),
    writeFile(join(folder, LICENSES), await licensesPage(packages)),
    cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE')),
    cp(join(ROOT, 'deploy', SETTINGS_SCHEMA), join(folder, SETTINGS_SCHEMA)),
  ]);
}

/** @returns the path of the tarball */
export async function packTarball(folder: string, destination: string): Promise<string> {
  const options = ['--json', '--no-update-notifier', '--pack-destination', destination];
  const { stdout } = await run('npm', ['pack', resolve(folder), ...options]);
  const [packed] = JSON.parse(stdout);
  return join(destination, packed.filename);
}

async function bundleEsModules(folder: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    ...BUNDLES,
    entryPoints: { ...ENTRY_POINTS, ...COMMAND },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await writeTo(folder, outputFiles);
  return metafile;
}

async function bundleCommonJs(folder: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    ...BUNDLES,
    entryPoints: Object.fromEntries(COMMON_JS.map((name) => [name, ENTRY_POINTS[name] ?? ''])),
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
  await writeTo(folder, outputFiles);
  return metafile;
}

/** As `modulesOf` of the function's files. */
function modulesOfMetafile({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}

async function writeTo(folder: string, files: readonly OutputFile[]): Promise<void> {
  for (const { path, contents } of files) {
    const place = join(folder, relative(MAPS_BEGIN, path));
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, contents);
  }
}

const BUNDLES = {
  absWorkingDir: ROOT,
  outdir: MAPS_BEGIN,
  write: false,
  bundle: true,
  external: Object.keys(OPTIONAL_PEERS),
  platform: 'node',
  target: 'node22',
  // ES modules first: the CommonJS builds of the AWS SDK can't be tree-shaken.
  mainFields: ['module', 'main'],
  sourcemap: true,
  // Stacks tell files and lines by it; with the sources it would be most of the package.
  sourcesContent: false,
  metafile: true,
} as const satisfies BuildOptions;

/** Whose types are written into our declarations: a project needs neither package for them. */
const INLINED_TYPES = {
  'aws-lambda': join(ROOT, 'node_modules/@types/aws-lambda/index.d.ts'),
  valibot: join(ROOT, 'node_modules/valibot/dist/index.d.mts'),
};

/** What a package declares for all of a project would clash with the same package there. */
const WITHOUT_GLOBALS: Plugin = {
  name: 'without-globals',
  load: async (id) => {
    if (!id.endsWith('@types/aws-lambda/handler.d.ts')) return null;
    const text = await readFile(id, 'utf8');
    return text.replace(/^declare global \{.*?^\}/ms, '').replace(/^import .*"node:stream";$/m, '');
  },
};

/** Declarations for each entry point. Both kinds of module have the same. */
async function declare(folder: string): Promise<void> {
  const types = await mkdtemp(join(tmpdir(), 'declarations-'));
  try {
    await emitDeclarations(types);
    const input = Object.entries(ENTRY_POINTS).map(([name, source]) => [
      name,
      join(types, source.replace(/\.ts$/, '.d.ts')),
    ]);
    const declarations = await rolldown({
      input: Object.fromEntries(input),
      external: Object.keys(OPTIONAL_PEERS).map((name) => new RegExp(`^${name}(/|$)`)),
      resolve: { alias: INLINED_TYPES },
      plugins: [
        WITHOUT_GLOBALS,
        dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false, generator: 'oxc' }),
      ],
    });
    await declarations.write({ dir: folder, chunkFileNames: 'chunks/[name]-[hash].d.ts' });
    for (const name of COMMON_JS) {
      await cp(join(folder, `${name}.d.ts`), join(folder, `${name}.d.cts`));
    }
  } finally {
    await rm(types, { recursive: true });
  }
}

async function emitDeclarations(folder: string): Promise<void> {
  const project = join(folder, 'tsconfig.json');
  await writeJson(project, {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      ...{ noEmit: false, declaration: true, emitDeclarationOnly: true },
      ...{ rootDir: ROOT, outDir: folder, typeRoots: [join(ROOT, 'node_modules/@types')] },
    },
    include: [],
    files: Object.values(ENTRY_POINTS).map((source) => join(ROOT, source)),
  });
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
}

async function describePackage(): Promise<object> {
  const root = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const names = Object.keys(ENTRY_POINTS);
  return {
    ...{ name: root.name, version: root.version, description: root.description },
    ...{ license: root.license, type: 'module', engines: { node: '>=22' }, sideEffects: false },
    exports: {
      ...Object.fromEntries(
        names.map((name) => [name === 'index' ? '.' : `./${name}`, exportsOf(name)]),
      ),
      './package.json': './package.json',
      [`./${SETTINGS_SCHEMA}`]: `./${SETTINGS_SCHEMA}`,
    },
    bin: { [PACKAGE_COMMAND]: `${PACKAGE_COMMAND}.js` },
    files: [
      ...[...names, PACKAGE_COMMAND].map((name) => `${name}.*`),
      'chunks',
      'dist',
      LICENSES,
      SETTINGS_SCHEMA,
    ],
    peerDependencies: OPTIONAL_PEERS,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(OPTIONAL_PEERS).map((name) => [name, { optional: true }]),
    ),
  };
}

function exportsOf(name: string): object {
  const esModule = { types: `./${name}.d.ts`, default: `./${name}.js` };
  if (!COMMON_JS.includes(name)) return esModule;
  return {
    import: esModule,
    require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
  };
}

/** The page on the package, and what the one on the local endpoint says to those who write tests. */
async function readReadme(): Promise<string> {
  const page = await readFile(join(ROOT, 'deploy/package.md'), 'utf8');
  const local = await readFile(join(ROOT, 'deploy/local/README.md'), 'utf8');
  const [section = ''] = /^## In your tests\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(local) ?? [];
  // Other pages are not in the package.
  return `${page}\n${section}`.replace(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, '$1');
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
