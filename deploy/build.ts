/**
 * `npm run build`: bundles the function, with all that it needs, into dist/. What few invocations
 * need (a dynamic `import()` in the source) goes into files of its own, which load when it is needed.
 */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: { index: 'src/handler.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ES modules first: the CommonJS builds of the AWS SDK can't be tree-shaken.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  // What is left of CommonJS in the bundle asks for `require`, which ES modules lack.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});

const bytes = (files: { readonly bytes: number }[]) =>
  `${Math.round(files.reduce((sum, file) => sum + file.bytes, 0) / 1024)} KiB`;
const { 'dist/index.mjs': entry, ...chunks } = metafile.outputs;
console.log(`dist/index.mjs: ${bytes(entry ? [entry] : [])}`);
console.log(`dist/chunks: ${bytes(Object.values(chunks))}, loaded as they are needed`);
console.log('Lambda handler: index.handler, runtime nodejs24.x, timeout 5 seconds');
