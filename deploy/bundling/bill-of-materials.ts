/**
 * What is in the function's bundle, as a software bill of materials: of each package that has code in it, the exact
 * version, licence and tarball. `npm sbom` lists every dependency instead, and other ids and times at each call.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundledFile, modulesOf } from './bundle.ts';
import {
  type BundledPackage,
  bundledPackages,
  type Lock,
  nameOf,
  readLock,
} from './third-party.ts';

/** A document of CycloneDX 1.6. The same bundle has the same one. */
export async function billOfMaterials(files: readonly BundledFile[]) {
  const lock = await readLock();
  const packages = bundledPackages(lock, modulesOf(files));
  const root = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const folders = new Set(packages.map(({ folder }) => folder));
  const ref = (folder: string) => purl(nameOf(folder), lock[folder]?.version ?? '');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purl(root.name, root.version),
        name: root.name,
        version: root.version,
        description: root.description,
        licenses: [{ license: { id: root.license } }],
      },
    },
    components: packages.map(componentOf),
    dependencies: ['', ...folders].map((folder) => ({
      ref: folder === '' ? purl(root.name, root.version) : ref(folder),
      dependsOn: [...new Set(bundledDependencies(folder, lock, folders).map(ref))].sort(),
    })),
  };
}

function componentOf({ name, version, license, integrity }: BundledPackage) {
  if (license === undefined || integrity === undefined) {
    throw new Error(`package-lock.json says no licence or no integrity of ${name}.`);
  }
  const [algorithm, digest = ''] = integrity.split('-');
  return {
    type: 'library',
    'bom-ref': purl(name, version),
    name,
    version,
    scope: 'required',
    hashes: [
      {
        alg: algorithm?.replace('sha', 'SHA-'),
        content: Buffer.from(digest, 'base64').toString('hex'),
      },
    ],
    licenses: [{ license: { id: license } }],
    purl: purl(name, version),
  };
}

/** @see https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** What a package needs of the bundle; what was shaken off passes on what it needs itself. */
function bundledDependencies(
  folder: string,
  lock: Lock,
  bundled: ReadonlySet<string>,
  seen = new Set<string>(),
): string[] {
  return Object.keys(lock[folder]?.dependencies ?? {}).flatMap((name) => {
    const found = installedFor(folder, name, lock);
    if (found === undefined || seen.has(found)) return [];
    seen.add(found);
    return bundled.has(found) ? [found] : bundledDependencies(found, lock, bundled, seen);
  });
}

/** The folder of the package by that name that Node.js finds from this one. */
function installedFor(folder: string, name: string, lock: Lock): string | undefined {
  const inside = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
  if (inside in lock) return inside;
  if (folder === '') return undefined;
  return installedFor(
    folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))),
    name,
    lock,
  );
}
