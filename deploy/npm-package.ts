/**
 * How the package for other projects is built: one bundle for each entry point, as an ES module and
 * as CommonJS, with declarations. Dependencies are in the bundles, so that it installs alone.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/** What `cognito-phone-otp/<name>` imports. */
const ENTRY_POINTS: Readonly<Record<string, string>> = {
  local: 'deploy/local/start-local-cognito.ts',
};

/** What a project may have beside it: no bundle can hold its binary. */
const OPTIONAL_PEERS: Readonly<Record<string, string>> = { esbuild: '>=0.25.0' };

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const LICENSES = 'THIRD-PARTY-LICENSES.md';

/** Builds the package into a folder, as it is before `npm pack`. What the folder held is gone. */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const bundles = await Promise.all([
    bundle(folder, 'esm'),
    bundle(folder, 'cjs'),
    declare(folder),
  ]);
  await Promise.all([
    writeJson(join(folder, 'package.json'), await describePackage()),
    writeFile(join(folder, 'README.md'), await readReadme()),
    writeFile(join(folder, LICENSES), await readLicenses(bundles[0])),
    cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE')),
  ]);
}

/** @returns the path of the tarball */
export async function packTarball(folder: string, destination: string): Promise<string> {
  const options = ['--json', '--no-update-notifier', '--pack-destination', destination];
  const { stdout } = await run('npm', ['pack', resolve(folder), ...options]);
  const [packed] = JSON.parse(stdout);
  return join(destination, packed.filename);
}

async function bundle(folder: string, format: 'esm' | 'cjs'): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRY_POINTS,
    outdir: folder,
    outExtension: { '.js': format === 'esm' ? '.js' : '.cjs' },
    bundle: true,
    external: Object.keys(OPTIONAL_PEERS),
    platform: 'node',
    target: 'node22',
    format,
    // ES modules first: the CommonJS builds of the AWS SDK can't be tree-shaken.
    mainFields: ['module', 'main'],
    sourcemap: true,
    metafile: true,
  });
  return metafile;
}

/** One declaration file for each entry point. Both kinds of module have the same. */
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
      plugins: [dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false, generator: 'oxc' })],
    });
    await declarations.write({ dir: folder });
    for (const name of Object.keys(ENTRY_POINTS)) {
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
      ...Object.fromEntries(names.map((name) => [`./${name}`, exportsOf(name)])),
      './package.json': './package.json',
    },
    files: [...names.flatMap((name) => [`${name}.*`]), LICENSES],
    peerDependencies: OPTIONAL_PEERS,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(OPTIONAL_PEERS).map((name) => [name, { optional: true }]),
    ),
  };
}

function exportsOf(name: string): object {
  return {
    import: { types: `./${name}.d.ts`, default: `./${name}.js` },
    require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
  };
}

/** What the page on the local endpoint says to those who write tests. */
async function readReadme(): Promise<string> {
  const page = await readFile(join(ROOT, 'deploy/local/README.md'), 'utf8');
  const [, section = ''] = /^## In your tests\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(page) ?? [];
  return `# cognito-phone-otp\n${section}`;
}

/** The licences of what is in the bundles ask to be told along. */
async function readLicenses({ outputs }: Metafile): Promise<string> {
  const inPackage = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
  // What was shaken off counts for nothing.
  const held = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const names = new Set(held.map(([path]) => inPackage.exec(path)?.[1]));
  const texts = [...names]
    .filter((name) => name !== undefined)
    .sort()
    .map(async (name) => `## ${name}\n\n${await readLicense(name)}`);
  return (await Promise.all(texts)).join('\n');
}

/** @throws Error where a package brings no licence */
async function readLicense(name: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', name);
  for (const file of ['LICENSE', 'LICENSE.md']) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  throw new Error(`${name} brings no LICENSE: it can't be bundled.`);
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
