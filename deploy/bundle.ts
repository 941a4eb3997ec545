/** How the function is bundled, for whoever deploys it and whoever measures it. */
import { build, type Metafile } from 'esbuild';

/**
 * Bundles the function, with all that it needs, into a folder. What few invocations need (a dynamic
 * `import()` in the source) goes into files of its own, which load when it is needed.
 *
 * @returns what went into each file; paths are relative to the working directory.
 */
export async function bundleFunction(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { index: 'src/handler.ts' },
    outdir,
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
  return metafile;
}
