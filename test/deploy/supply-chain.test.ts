/** What others wrote and we hand on: which packages, by which bytes, and under which licences. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billOfMaterials } from '../../deploy/bundling/bill-of-materials.ts';
import { type BundledFile, bundleFunction, modulesOf } from '../../deploy/bundling/bundle.ts';
import { bundledPackages, licensesPage, readLock } from '../../deploy/bundling/third-party.ts';

/** Those that let anybody hand the code on, and ask no more than that they are told along. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

let folder: string;
let bundle: readonly BundledFile[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supply-chain-'));
  bundle = await bundleFunction(folder);
});

afterAll(() => rm(folder, { recursive: true }));

it('Every package in the lock is known by the bytes of its tarball', async () => {
  const unknown = Object.entries(await readLock()).filter(
    ([place, { integrity, inBundle }]) =>
      // The project itself, and what comes inside of another tarball.
      place !== '' && inBundle !== true && !integrity?.startsWith('sha512-'),
  );
  expect(unknown.map(([place]) => place)).toEqual([]);
});

describe('The packages in the bundle', () => {
  it('are those whose code is in it, and no tool', async () => {
    const names = bundledPackages(await readLock(), modulesOf(bundle)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['@aws-sdk/client-sns', '@middy/core', '@smithy/core', 'valibot']),
    );
    const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(names.filter((name) => name in devDependencies)).toEqual([]);
  });

  it('have licences that are allowed', async () => {
    const others = bundledPackages(await readLock(), modulesOf(bundle)).filter(
      ({ license = 'none' }) => !ALLOWED.includes(license),
    );
    expect(others).toEqual([]);
  });

  it('have their licences told along, each text once', async () => {
    const packages = bundledPackages(await readLock(), modulesOf(bundle));
    const page = await licensesPage(packages);
    const headings = [...page.matchAll(/^## (.*)$/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    );
    expect(headings.sort()).toEqual(
      packages.map(({ name, version }) => `${name} ${version}`).sort(),
    );
    expect(page).toMatch(/Permission is hereby granted, free of charge/);
    expect(page.match(/Apache License\n/g)?.length).toBeLessThan(10);
    expect(page).toContain('Copyright (c) Microsoft Corporation. All rights reserved.');
  });
});

describe('The bill of materials', () => {
  it('names each package in the bundle by version, licence and tarball', async () => {
    const { components } = await billOfMaterials(bundle);
    const packages = bundledPackages(await readLock(), modulesOf(bundle));
    expect(components.map(({ name, version }) => ({ name, version }))).toEqual(
      packages.map(({ name, version }) => ({ name, version })),
    );
    const { integrity = '', version } = (await readLock())['node_modules/@smithy/core'] ?? {};
    expect(components.find(({ name }) => name === '@smithy/core')).toEqual({
      ...{ type: 'library', scope: 'required', name: '@smithy/core', version },
      'bom-ref': `pkg:npm/%40smithy/core@${version}`,
      purl: `pkg:npm/%40smithy/core@${version}`,
      licenses: [{ license: { id: 'Apache-2.0' } }],
      hashes: [
        {
          alg: 'SHA-512',
          content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
        },
      ],
    });
  });

  it('leads from the function to each of them', async () => {
    const { metadata, components, dependencies } = await billOfMaterials(bundle);
    const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const reach = (ref: string) => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const next of needs.get(ref) ?? []) reach(next);
    };
    reach(metadata.component['bom-ref']);
    reached.delete(metadata.component['bom-ref']);
    expect([...reached].sort()).toEqual(components.map((component) => component['bom-ref']).sort());
  });

  it('is the same whenever it is written', async () => {
    const write = () => promisify(execFile)(process.execPath, ['deploy/sbom.ts']);
    const { stdout } = await write();
    expect(JSON.parse(stdout)).toEqual(await billOfMaterials(bundle));
    expect((await write()).stdout).toBe(stdout);
  });
});
