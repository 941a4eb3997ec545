/** The packages that a bundle holds, and what their licences ask to be told along. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A package, as package-lock.json has it. */
export interface LockedPackage {
  readonly version: string;
  /** As SPDX calls it. */
  readonly license?: string;
  /** Of its tarball, as Subresource Integrity. */
  readonly integrity?: string;
  /** Part of another package's tarball. */
  readonly inBundle?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** By the folder that a package is installed in, such as `node_modules/a/node_modules/b`; the project itself by ''. */
export type Lock = Readonly<Record<string, LockedPackage>>;

export interface BundledPackage extends LockedPackage {
  readonly name: string;
  readonly folder: string;
}

/** Where the texts of licences are told to whoever gets a bundle. */
export const LICENSES = 'THIRD-PARTY-LICENSES.md';

const ROOT = resolve(import.meta.dirname, '../..');
const AWS_SDK = 'node_modules/@aws-sdk/client-sns';

export async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')).packages;
}

/**
 * The packages that modules belong to, by name.
 *
 * @param modules paths from the project's folder.
 * @throws Error where package-lock.json does not know one.
 */
export function bundledPackages(lock: Lock, modules: readonly string[]): BundledPackage[] {
  const folders = new Set(
    modules
      .map((path) => /\bnode_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
      .filter((folder) => folder !== undefined),
  );
  return [...folders].sort().map((folder) => {
    const locked = lock[folder];
    if (locked === undefined) {
      throw new Error(`package-lock.json has no ${folder}: run npm ci, then build again.`);
    }
    return { ...locked, name: nameOf(folder), folder };
  });
}

/** The name of the package that is installed there. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * The licences of what is in a bundle, as a page. A text that several packages have is told once.
 *
 * @throws Error where a package brings no licence, and says none that is known here.
 */
export async function licensesPage(packages: readonly BundledPackage[]): Promise<string> {
  const texts = new Map<string, string[]>();
  for (const { name, version, folder } of packages) {
    const text = await readLicense(folder);
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  return [...texts].map(([text, names]) => `## ${names.join(', ')}\n\n${text}\n`).join('\n');
}

async function readLicense(folder: string): Promise<string> {
  const files = (await readdir(join(ROOT, folder))).sort();
  const licence = files.find((file) => /^licen[cs]e(\.\w+)?$/i.test(file));
  if (licence === undefined) return knownLicense(folder);
  // Apache-2.0 has a NOTICE told along, too.
  const notices = files.filter((file) => /^(copyright)?notice(\.\w+)?$/i.test(file));
  return (await Promise.all([licence, ...notices].map((file) => read(folder, file)))).join('\n\n');
}

/** Some packages say only which one it is. */
async function knownLicense(folder: string): Promise<string> {
  const { name, license, author } = JSON.parse(await read(folder, 'package.json'));
  if (license === 'MIT') {
    const ours = await read('', 'LICENSE');
    return ours.replace(/^Copyright .*$/m, `Copyright (c) ${author.name}`);
  }
  // It asks for nothing to be told along.
  if (license === 'MIT-0') return `MIT-0, ${author.name}`;
  if (name.startsWith('@aws-sdk/') && folder !== AWS_SDK) return readLicense(AWS_SDK);
  throw new Error(`${name} brings no LICENSE: it can't be bundled.`);
}

/** Without what differs between two copies of one text, and can't be seen. */
async function read(folder: string, file: string): Promise<string> {
  const text = await readFile(join(ROOT, folder, file), 'utf8');
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
