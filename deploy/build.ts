/** `npm run build`: the function, with all that it needs, as files in dist/. */
import { rm } from 'node:fs/promises';
import { bundleFunction } from './bundle.ts';

await rm('dist', { recursive: true, force: true });

const metafile = await bundleFunction('dist');

const bytes = (files: { readonly bytes: number }[]) =>
  `${Math.round(files.reduce((sum, file) => sum + file.bytes, 0) / 1024)} KiB`;
const { 'dist/index.mjs': entry, ...chunks } = metafile.outputs;
console.log(`dist/index.mjs: ${bytes(entry ? [entry] : [])}`);
console.log(`dist/chunks: ${bytes(Object.values(chunks))}, loaded as they are needed`);
console.log('Lambda handler: index.handler, runtime nodejs24.x, timeout 5 seconds');
