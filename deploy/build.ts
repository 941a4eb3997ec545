/** `npm run build`: bundles the function, with all that it needs, into dist/index.mjs. */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: ['src/handler.ts'],
  outfile: 'dist/index.mjs',
  bundle: true,
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

const [bytes = 0] = Object.values(metafile.outputs).map((output) => output.bytes);
console.log(`dist/index.mjs: ${Math.round(bytes / 1024)} KiB, exports handler (nodejs24.x)`);
