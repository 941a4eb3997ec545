/**
 * Who may import whom. An import counts whether it is of a value or of a type, static or dynamic.
 * test/structure.test.ts shows that each rule bites.
 */

/**
 * A rule that lists all that some files may import from this repository. Packages and Node's modules
 * are free.
 * @param {string} name
 * @param {string} from which files, as a regular expression; its group is `$1` in `allowed`
 * @param {string[]} allowed what they may import, as regular expressions
 * @param {string} comment why
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
function knowsOnly(name, from, allowed, comment) {
  const to = { path: '^(src|deploy|test)/', ...(allowed.length > 0 ? { pathNot: allowed } : {}) };
  return { name, severity: 'error', comment, from: { path: from }, to };
}

const DOMAIN = '^src/domain/';
const SETTINGS = '^src/settings[.]ts$';
const CONFIG = '^src/config/';
const OBSERVABILITY = '^src/observability/';
const ADAPTERS = '^src/adapters/';
const ADAPTERS_LIB = '^src/adapters/lib/';
const EVENTS = '^src/trigger-events[.]ts$';
const DISPATCHER = '^src/dispatcher[.]ts$';
const PIPELINE = '^src/pipeline[.]ts$';
const TOKENS = '^src/container/tokens[.]ts$';
const CONTAINER = '^src/container/(?!tokens[.])';
const CREATE_HANDLER = '^src/create-handler[.]ts$';
const HANDLER = '^src/handler[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'domain-knows-only-domain',
      severity: 'error',
      comment:
        'The rules of a sign-in are plain TypeScript, without packages and Node modules: the domain reaches the world through a port.',
      from: { path: DOMAIN },
      to: { pathNot: DOMAIN },
    },
    {
      name: 'ports-know-only-types',
      severity: 'error',
      comment:
        'A port says what the domain needs, in the types of the domain: it runs none of its code.',
      from: { path: '^src/domain/ports/' },
      to: { path: DOMAIN, pathNot: '^src/domain/ports/', dependencyTypesNot: ['type-only'] },
    },
    knowsOnly(
      'adapters-know-domain-lib-and-settings',
      '^src/adapters/(?!lib/)([^/]+)/',
      [DOMAIN, ADAPTERS_LIB, '^src/adapters/$1/', SETTINGS],
      "A technology is replaced in one folder: an adapter knows neither another port's adapters nor who puts it to use.",
    ),
    knowsOnly(
      'adapters-lib-knows-no-port',
      ADAPTERS_LIB,
      [DOMAIN, ADAPTERS_LIB, SETTINGS],
      'What several adapters share depends on none of them.',
    ),
    knowsOnly(
      'stores-know-adapters',
      '^src/adapters/[^/]+$',
      [DOMAIN, ADAPTERS, SETTINGS],
      'dynamodb-store.ts assembles the adapters of several ports that share one table, and nothing else.',
    ),
    knowsOnly(
      'config-knows-domain-and-settings',
      CONFIG,
      [CONFIG, DOMAIN, SETTINGS],
      'Settings are read before anything is built.',
    ),
    knowsOnly(
      'observability-knows-domain-and-settings',
      OBSERVABILITY,
      [OBSERVABILITY, DOMAIN, SETTINGS],
      'The log and the metrics tell outcomes of the domain, whoever produced them.',
    ),
    {
      name: 'only-container-knows-adapters',
      severity: 'error',
      comment: 'Which adapter serves which port is decided in one place, from the settings.',
      from: { path: '^src/', pathNot: [CONTAINER, ADAPTERS] },
      to: { path: ADAPTERS },
    },
    {
      name: 'only-container-knows-config',
      severity: 'error',
      comment:
        'The container reads the settings and hands each object what it needs of them, and tokens.ts names their type.',
      from: { path: '^src/', pathNot: [CONTAINER, CREATE_HANDLER, TOKENS, CONFIG] },
      to: { path: CONFIG },
    },
    knowsOnly(
      'settings-know-only-packages',
      SETTINGS,
      [],
      'Everything that reads settings stands on this file.',
    ),
    knowsOnly(
      'events-know-domain',
      EVENTS,
      [DOMAIN],
      'An event is translated to and from the domain before anyone acts on it.',
    ),
    knowsOnly(
      'dispatcher-knows-events-and-domain',
      DISPATCHER,
      [DOMAIN, EVENTS],
      'The dispatcher leads an event to its use case, and does nothing else.',
    ),
    knowsOnly(
      'pipeline-knows-dispatcher-and-observability',
      PIPELINE,
      [DOMAIN, EVENTS, DISPATCHER, OBSERVABILITY],
      'What surrounds every event takes its parts as arguments.',
    ),
    knowsOnly(
      'tokens-know-what-they-name',
      TOKENS,
      [DOMAIN, SETTINGS, CONFIG, OBSERVABILITY, DISPATCHER],
      'A token names a port or a use case, never who serves it.',
    ),
    {
      name: 'container-knows-no-pipeline',
      severity: 'error',
      comment: 'The container builds what the pipeline is given.',
      from: { path: CONTAINER },
      to: { path: PIPELINE },
    },
    knowsOnly(
      'create-handler-knows-container-and-pipeline',
      CREATE_HANDLER,
      [CONTAINER, TOKENS, PIPELINE],
      'The one place where the container and what surrounds every event meet.',
    ),
    {
      name: 'nobody-knows-handler',
      severity: 'error',
      comment: 'Importing the Lambda entry starts the function.',
      from: { path: '^(src|deploy)/' },
      to: { path: HANDLER },
    },
    {
      name: 'all-of-src-has-rules',
      severity: 'error',
      comment:
        'A new file or folder at the root of src/ could import anything: say here what it may know.',
      from: {
        path: '^src/',
        pathNot: [
          ...[DOMAIN, SETTINGS, CONFIG, OBSERVABILITY, ADAPTERS, EVENTS, DISPATCHER],
          ...[PIPELINE, TOKENS, CONTAINER, CREATE_HANDLER, HANDLER],
        ],
      },
      to: {},
    },
    {
      name: 'src-knows-no-deploy-and-no-test',
      severity: 'error',
      comment: 'The function runs without its tools and its tests.',
      from: { path: '^src/' },
      to: { path: '^(deploy|test)/' },
    },
    {
      name: 'deploy-knows-no-test',
      severity: 'error',
      comment: 'The tools work where the tests are not.',
      from: { path: '^deploy/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Files that import each other are one file: none can be read or moved alone.',
      from: { path: '^(src|deploy)/' },
      to: { circular: true },
    },
  ],
  options: {
    // Reads TypeScript without the typescript package, which would have to be older than 7. It sees
    // types that a declaration imports, not `import('…').Name`: a lint rule forbids those.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
