/** Node's own modules, as the bundle takes them. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { rolldown } from 'rolldown';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FUNCTION } from '../../deploy/bundling/bundle.ts';

/** What a module exports once it went through the bundler. */
async function bundled<Exports>(code: string): Promise<Exports> {
  const folder = await temporaryFolder();
  const entry = join(folder, 'entry.ts');
  const file = join(folder, 'entry.mjs');
  await writeFile(entry, code);
  const build = await rolldown({ ...FUNCTION, input: entry });
  await build.write({ file, format: 'esm' });
  await build.close();
  return import(file);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'builtin-modules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

interface Files {
  read(path: string, encoding?: 'utf8'): Promise<string | Buffer>;
  write(path: string, text: string): Promise<void>;
}

describe('Promises of files in a bundle', () => {
  it.each([
    ['by name', `export { readFile as read, writeFile as write } from 'node:fs/promises';`],
    [
      'as one',
      `import fs from 'node:fs/promises'; export const { readFile: read, writeFile: write } = fs;`,
    ],
    [
      'from `fs`',
      `import { promises } from 'node:fs'; export const { readFile: read, writeFile: write } = promises;`,
    ],
  ])('read and write them, imported %s', async (_, code) => {
    const files = await bundled<Files>(code);
    const path = join(await temporaryFolder(), 'file');
    await files.write(path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
    expect(await files.read(path, 'utf8')).toBe('text');
    expect(await files.read(path)).toEqual(Buffer.from('text'));
  });

  it.each([
    ['by name', `export { readFile as read } from 'node:fs/promises';`],
    ['as one', `import fs from 'node:fs/promises'; export const read = fs.readFile;`],
  ])('are broken where there is none, imported %s', async (_, code) => {
    const { read } = await bundled<Files>(code);
    const missing = read(join(await temporaryFolder(), 'missing'));
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('A stream of files is known in a bundle', async () => {
  const { isFile } = await bundled<{ isFile(stream: unknown): boolean }>(
    `import { ReadStream } from 'node:fs'; export const isFile = (stream) => stream instanceof ReadStream;`,
  );
  const file = createReadStream(import.meta.filename);
  onTestFinished(() => void file.destroy());
  expect([file, Readable.from([])].map(isFile)).toEqual([true, false]);
});

describe('The global `crypto` in a bundle', () => {
  it('makes UUIDs', async () => {
    const { uuid } = await bundled<{ uuid(): string }>(
      `export const uuid = () => (typeof crypto === 'undefined' ? '' : crypto.randomUUID());`,
    );
    expect(uuid()).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(uuid()).not.toBe(uuid());
  });
});
