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

/** Whole modules that Node loads when they are asked for, and no cold start needs: watchers of files and readline come with it. */
const ON_DEMAND = ['fs/promises'];

/** What a cold start does call, and what does the same with nothing more to load: the SDK looks for `~/.aws/config`. */
const STAND_INS: Readonly<Record<string, string>> = {
  'fs/promises.readFile': `async (...args) => process.getBuiltinModule('node:fs').readFileSync(...args)`,
};

/** Calls are marked as pure, so that what nothing imports is left out of the bundle. */
function byName(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) as object).filter(
    (key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default',
  );
  const reader = (key: string) => (isOnDemand(name, key) ? 'late' : 'read');
  const value = (key: string) =>
    STAND_INS[`${name}.${key}`] ?? `/* @__PURE__ */ ${reader(key)}('${key}')`;
  return [
    `const all = () => process.getBuiltinModule('node:${name}');`,
    READERS,
    `export default /* @__PURE__ */ ${ON_DEMAND.includes(name) ? 'allLate' : 'all'}();`,
    ...names.map((key) => `const _${key} = ${value(key)};`),
    `export { ${names.map((key) => `_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}

/** Or an export, such as the class `fs.ReadStream`, for which Node loads its streams of files. */
function isOnDemand(name: string, key: string): boolean {
  const { get } = Object.getOwnPropertyDescriptor(process.getBuiltinModule(name), key) ?? {};
  const isLoadedByReading = get !== undefined && (/^[A-Z][a-z]/.test(key) || key === 'promises');
  return ON_DEMAND.includes(name) || isLoadedByReading;
}

/** What is on demand is read when it is used: the SDK asks of each body whether it is a `ReadStream`. */
const READERS = `
const read = (key) => all()[key];
const late = (key) => new Proxy(function () {}, {
  get: (_, property) => read(key)[property],
  apply: (_, self, args) => Reflect.apply(read(key), self, args),
  construct: (_, args) => Reflect.construct(read(key), args),
});
const allLate = () => new Proxy({}, { get: (_, key) => read(key) });`;
