/** A function with a code cache, on AWS's own runtime client: whatever is wrong with the cache, users notice nothing. */
import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleWithCache } from '../../deploy/bundling/code-cache/bundle-with-cache.ts';
import { checkOutElsewhere, ROOT, runIn } from '../support/other-checkout.ts';
import { createWorld, STORES, type WorldOptions } from './world.ts';

/** As it was built; each test spoils a copy. */
let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'code-cache-'));
  await bundleWithCache(built);
});

afterAll(() => rm(built, { recursive: true }));

async function createBundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'code-cache-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(built, folder, { recursive: true });
  return folder;
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('base64');
}

/** @returns what the log says became of the cache */
async function signIn(bundle: string, options: Partial<WorldOptions> = {}) {
  const { fn, sns, newestCode, signIn, faults } = await createWorld({
    ...{ store: 'session', bundle },
    ...options,
  });
  const driver = signIn();
  await driver.start();
  expect(await driver.answer('000000')).toMatchObject({ parameters: { status: 'INCORRECT' } });
  expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
  expect(sns.requests).toHaveLength(1);
  expect(faults()).toEqual([]);
  return fn.logLines.filter(({ message }) => message === 'code-cache');
}

const ignored = (reason: string) => [
  expect.objectContaining({ level: 'WARN', outcome: 'code-cache-ignored', reason }),
];

async function changeByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

describe('A code cache', () => {
  it.each(STORES)('is accepted once for each cold start (%s)', async (store) => {
    expect(await signIn(built, { store })).toEqual([
      expect.objectContaining({ level: 'INFO', outcome: 'code-cache-accepted' }),
    ]);
  });

  it('is accepted from a folder that nobody can write to, and that was moved', async () => {
    const folder = await createBundle();
    await chmod(folder, 0o555);
    expect(await signIn(folder)).toMatchObject([{ outcome: 'code-cache-accepted' }]);
    await chmod(folder, 0o755);
  });

  it('that is missing is done without', async () => {
    const folder = await createBundle();
    await rm(join(folder, 'function.cache'));
    expect(await signIn(folder)).toEqual(ignored('missing'));
  });

  it('that was cut short is ignored', async () => {
    const folder = await createBundle();
    await truncate(join(folder, 'function.cache'), 100_000);
    expect(await signIn(folder)).toEqual(ignored('changed'));
  });

  it.each([40, 400_000])('of which a bit was flipped is ignored (byte %d)', async (at) => {
    const folder = await createBundle();
    await changeByte(join(folder, 'function.cache'), at);
    expect(await signIn(folder)).toEqual(ignored('changed'));
  });

  it('of another bundle is ignored, though that is as long', async () => {
    const folder = await createBundle();
    const path = join(folder, 'function/index.cjs');
    const source = await readFile(path, 'latin1');
    await writeFile(path, source.replaceAll('code-cache-ignored', 'CODE-CACHE-IGNORED'), 'latin1');
    // The source that runs is the one that is there.
    expect(await signIn(folder)).toMatchObject([
      { outcome: 'CODE-CACHE-IGNORED', reason: 'changed' },
    ]);
  });

  it('is refused by V8 where Node.js starts with other options, and the log tells both', async () => {
    const log = await signIn(built, { env: { NODE_OPTIONS: '--stack-trace-limit=5' } });
    expect(log).toEqual(ignored('refused'));
    expect(log[0]).toMatchObject({
      made: expect.stringMatching(/^Node\.js v24\.\d+\.\d+ \(V8 [^,]+, \w+\)$/),
      here: expect.stringContaining('--stack-trace-limit=5'),
    });
  });

  it('is refused by V8 where another version made it', async () => {
    const folder = await createBundle();
    const cache = join(folder, 'function.cache');
    const before = await sha256(cache);
    // The header of the first file's tells the version in its second word.
    await changeByte(cache, 4);
    const loader = join(folder, 'index.mjs');
    const text = await readFile(loader, 'utf8');
    await writeFile(loader, text.replace(before, await sha256(cache)));
    expect(await signIn(folder)).toEqual(ignored('refused'));
  });
});

it('The scripts beside a code cache are the same, byte for byte, when they are built in another checkout', async () => {
  const build = `
    const { bundleWithCache } = await import(process.cwd() + '/deploy/bundling/code-cache/bundle-with-cache.ts');
    await bundleWithCache(process.argv[2]);
  `;
  const scripts: { readonly name: string; readonly sha256: string }[][] = [];
  for (const checkout of [ROOT, await checkOutElsewhere()]) {
    const folder = await mkdtemp(join(tmpdir(), 'code-cache-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await runIn(checkout, build, folder);
    const folderOfScripts = join(folder, 'function');
    const names = await readdir(folderOfScripts, { recursive: true });
    const code = names.filter((name) => name.endsWith('.cjs')).sort();
    scripts.push(
      await Promise.all(
        code.map(async (name) => ({ name, sha256: await sha256(join(folderOfScripts, name)) })),
      ),
    );
  }
  expect(scripts[0]?.length).toBeGreaterThan(4);
  expect(scripts[1]).toEqual(scripts[0]);
}, 300_000);

it('A code cache that was made with the options of Node.js is accepted by it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'code-cache-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await bundleWithCache(folder, { nodeOptions: ['--stack-trace-limit=5'] });
  const env = { NODE_OPTIONS: '--stack-trace-limit=5' };
  expect(await signIn(folder, { env })).toMatchObject([{ outcome: 'code-cache-accepted' }]);
});
