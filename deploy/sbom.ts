/** `npm run --silent sbom`: what is in the function's bundle, as a bill of materials for the standard output. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { billOfMaterials } from './bundling/bill-of-materials.ts';
import { bundleFunction } from './bundling/bundle.ts';

const folder = await mkdtemp(join(tmpdir(), 'sbom-'));
try {
  console.log(JSON.stringify(await billOfMaterials(await bundleFunction(folder)), null, 2));
} finally {
  await rm(folder, { recursive: true });
}
