/** `npm run build`: the function, with all that it needs, as files in dist/. */
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunction, modulesOf } from './bundling/bundle.ts';
import { bundleWithCache } from './bundling/code-cache/bundle-with-cache.ts';
import { bundledPackages, LICENSES, licensesPage, readLock } from './bundling/third-party.ts';
import { parseOptions, UsageError } from './command-line.ts';

const HELP = `npm run build -- [options]

Writes the function, with all that it needs, to dist/.

  --code-cache            with what V8 compiles for a sign-in, so that a cold start need not;
                          to be built by the Node.js that is to run it, on the same processor
  --node-options OPTIONS  the options that Node.js is started with there, such as
                          --node-options=--expose-gc: V8 refuses a cache made with others
  --help                  this text
`;

const DIST = 'dist';

/** @throws UsageError */
function readOrder(args: string[]) {
  const { values } = parseOptions('build', {
    args,
    options: {
      'code-cache': { type: 'boolean', default: false },
      'node-options': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { 'code-cache': codeCache, 'node-options': text, help } = values;
  if (text !== undefined && !codeCache) {
    throw new UsageError('--node-options is for --code-cache alone: add that.');
  }
  const nodeOptions = text?.split(/\s+/).filter((option) => option !== '') ?? [];
  const argument = nodeOptions.find((option) => !option.startsWith('--'));
  if (argument !== undefined) {
    throw new UsageError(`--node-options takes options of Node.js, not '${argument}'.`);
  }
  return { codeCache, nodeOptions, help };
}

async function writeBundle({
  codeCache,
  nodeOptions,
}: ReturnType<typeof readOrder>): Promise<void> {
  await rm(DIST, { recursive: true, force: true });
  const files = codeCache
    ? await bundleWithCache(DIST, { nodeOptions })
    : await bundleFunction(DIST);
  const packages = bundledPackages(await readLock(), modulesOf(files));
  await writeFile(join(DIST, LICENSES), await licensesPage(packages));
  for (const entry of await readdir(DIST, { withFileTypes: true })) {
    const path = join(DIST, entry.name);
    const size = entry.isDirectory() ? await sizeOf(path) : (await stat(path)).size;
    console.log(`${path}: ${kib(size)}`);
  }
  console.log('Lambda handler: index.handler, runtime nodejs24.x, timeout 5 seconds');
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async ({ parentPath, name }) => (await stat(join(parentPath, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}

try {
  const order = readOrder(process.argv.slice(2));
  if (order.help) console.log(HELP);
  else await writeBundle(order);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
