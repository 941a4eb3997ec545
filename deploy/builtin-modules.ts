/** How the bundle gets Node's own modules: by a call, which costs a cold start less than an `import`. */
import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` of one builds a facade that reads
 * every export, among them getters that load half of Node: `node:http` alone brings undici along. Here
 * each export is read only where the bundle uses it.
 *
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
export const builtinsByCall: Plugin = {
  name: 'builtins-by-call',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules.map(withoutScheme));
    onResolve({ filter: /^(node:)?[\w/]+$/ }, ({ path, kind }) => {
      const name = withoutScheme(path);
      // A `require` builds no facade.
      const isImport = kind === 'import-statement' || kind === 'dynamic-import';
      return isImport && names.has(name) ? { path: name, namespace: 'builtin' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: moduleOf(path) }));
  },
};

function withoutScheme(name: string): string {
  return name.replace(/^node:/, '');
}

/** Reading is marked as pure, so that what nothing imports is left out of the bundle. */
function moduleOf(name: string): string {
  const exported = Object.keys(process.getBuiltinModule(name) as object);
  const names = exported.filter((key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default');
  return [
    `const all = process.getBuiltinModule('node:${name}');`,
    'const read = (key) => all[key];',
    'export default all;',
    ...names.map((key) => `const _${key} = /* @__PURE__ */ read('${key}');`),
    `export { ${names.map((key) => `_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}
