/** How the function is bundled, for whoever deploys it and whoever measures it. */
import { readFile } from 'node:fs/promises';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { builtinsByCall } from './builtin-modules.ts';

/** Tables are read as JSON when they are needed: as JavaScript, the same text takes longer to compile. */
const tablesAsJson: Plugin = {
  name: 'tables-as-json',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.json$/ }, async ({ path }) => {
      const table = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(table)});` };
    });
  },
};

/** However the function is put together. */
export const FUNCTION = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // ES modules first: the CommonJS builds of the AWS SDK can't be tree-shaken.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  plugins: [builtinsByCall, tablesAsJson],
} as const satisfies BuildOptions;

/**
 * Bundles the function, with all that it needs, into a folder. What few invocations need (a dynamic
 * `import()` in the source) goes into files of its own, which load when it is needed.
 *
 * @returns what went into each file; paths are relative to the working directory.
 */
export async function bundleFunction(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    ...FUNCTION,
    entryPoints: { index: 'src/handler.ts' },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    splitting: true,
    format: 'esm',
    metafile: true,
    // What is left of CommonJS in the bundle asks for `require`, which ES modules lack.
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
    },
  });
  return metafile;
}
