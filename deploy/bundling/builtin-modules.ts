/** How the bundle gets Node's own modules: by a call, which costs a cold start less than an `import`. */
import { builtinModules } from 'node:module';
import type { Plugin } from 'rolldown';

/** The beginning of the ids of what stands for them. */
const BUILTIN = '\0builtin:';

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` of one builds a facade that reads
 * every export, among them getters that load half of Node: `node:http` alone brings undici along. Here
 * each export is read only where the bundle uses it.
 *
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
export const builtinsByCall: Plugin = {
  name: 'builtins-by-call',
  resolveId(id, _importer, { kind }) {
    const name = id.replace(/^node:/, '');
    const isOurs = kind === 'import-statement' && builtinModules.includes(name);
    return isOurs ? `${BUILTIN}${name}` : undefined;
  },
  load(id) {
    return id.startsWith(BUILTIN)
      ? { code: byName(id.slice(BUILTIN.length)), moduleSideEffects: false }
      : undefined;
  },
  transform: {
    filter: { code: /\bimport\(['"]node:/ },
    handler: (code) =>
      code.replace(
        /\bimport\((['"]node:[\w/]+['"])\)/g,
        'Promise.resolve(process.getBuiltinModule($1))',
      ),
  },
};

/** Calls are marked as pure, so that what nothing imports is left out of the bundle. */
function byName(name: string): string {
  const all = process.getBuiltinModule(name) as object;
  const names = Object.keys(all).filter((key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default');
  const reader = (key: string) => (isClassOnDemand(all, key) ? 'late' : 'read');
  return [
    `const all = /* @__PURE__ */ process.getBuiltinModule('node:${name}');`,
    READERS,
    'export default all;',
    ...names.map((key) => `const _${key} = /* @__PURE__ */ ${reader(key)}('${key}');`),
    `export { ${names.map((key) => `_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}

/** Such as `fs.ReadStream`, for which Node loads its streams of files. */
function isClassOnDemand(all: object, key: string): boolean {
  return /^[A-Z][a-z]/.test(key) && Object.getOwnPropertyDescriptor(all, key)?.get !== undefined;
}

/** A class on demand is read when it is used: the SDK asks of each body whether it is a `ReadStream`. */
const READERS = `
const read = (key) => all[key];
const late = (key) => new Proxy(class {}, {
  get: (_, property) => all[key][property],
  construct: (_, args) => Reflect.construct(all[key], args),
});`;
