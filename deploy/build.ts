/** `npm run build`: bundles the function, with all that it needs, into dist/. */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: { index: 'src/handler.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Each SMS gateway becomes a file of its own, read only when a route names it.
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

for (const [file, { bytes, entryPoint }] of Object.entries(metafile.outputs)) {
  console.log(`${file}: ${Math.round(bytes / 1024)} KiB ${entryPoint ? `(${entryPoint})` : ''}`);
}
console.log('Zip dist/ as it is; the handler is index.handler (nodejs24.x).');
