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
      const namespace = NAMESPACES[kind];
      return namespace !== undefined && names.has(name) ? { path: name, namespace } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: byName(path) }));
    onLoad({ filter: /.*/, namespace: 'whole-builtin' }, ({ path }) => ({ contents: whole(path) }));
  },
};

/** Where modules come from, by how they are asked for; a `require` builds no facade. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'import-statement': 'builtin',
  'dynamic-import': 'whole-builtin',
};

function withoutScheme(name: string): string {
  return name.replace(/^node:/, '');
}

/** Calls are marked as pure, so that what nothing imports is left out of the bundle. */
function byName(name: string): string {
  const exported = Object.keys(process.getBuiltinModule(name) as object);
  const names = exported.filter((key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default');
  return [
    `const all = /* @__PURE__ */ process.getBuiltinModule('node:${name}');`,
    'const read = (key) => all[key];',
    'export default all;',
    ...names.map((key) => `const _${key} = /* @__PURE__ */ read('${key}');`),
    `export { ${names.map((key) => `_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}

/** What an `import()` gives has every export, and esbuild reads none of a CommonJS module before its time. */
function whole(name: string): string {
  return `module.exports = process.getBuiltinModule('node:${name}');`;
}
