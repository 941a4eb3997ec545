/** This project in another folder, as if it had been cloned and installed there. */
import { execFile } from 'node:child_process';
import {
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** This checkout. */
export const ROOT = resolve(import.meta.dirname, '../..');

const COPIED = [
  'LICENSE',
  'deploy',
  'package-lock.json',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
];

/** Lasts as long as the test that made it; its path is longer than this one's. */
export async function checkOutElsewhere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const root = join(folder, 'deeper', 'elsewhere');
  await mkdir(root, { recursive: true });
  for (const name of COPIED) {
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  }
  await copyPackages(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/**
 * Runs a module's text as a process of a checkout, from a file: how Node.js was started shows in what `process` exports,
 * and so in the names of a bundle.
 *
 * @returns what it wrote
 */
export async function runIn(root: string, module: string, ...args: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'module-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'run.mjs');
  await writeFile(file, module);
  return (await promisify(execFile)(process.execPath, [file, ...args], { cwd: root })).stdout;
}

/** The files themselves under another name, where that can be: they are many, and nobody writes to them. */
async function copyPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyPackages(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}
