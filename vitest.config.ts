import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const DYNAMODB_LOCAL = 'test/support/dynamodb-local/global-setup.ts';

/** What takes longer than one waits for gladly: each has a script of its own, `npm run test:<name>`. */
const SLOW = {
  /** What is kept in DynamoDB, and whole sign-ins and attacks on it. */
  stores: [
    'test/adapters/**/dynamodb*.test.ts',
    'test/store-round-trips.test.ts',
    'test/threats/**/*.test.ts',
    'test/e2e/**/*.test.ts',
  ],
  /** Sign-ins at random and by the thousand, and adapters that are broken on purpose. */
  models: [
    'test/model/**/*.test.ts',
    'test/contracts/broken/**/*.test.ts',
    'test/bench/**/*.test.ts',
  ],
  /** The commands and the local endpoint, mostly as processes of their own. */
  commands: ['test/deploy/**/*.test.ts'],
  /** The demo page in Chromium. */
  browser: ['test/browser/**/*.test.ts'],
  /** The packed package, installed into projects. */
  package: ['test/package/**/*.test.ts'],
  /** The built function on AWS's runtime client. */
  lambda: ['test/lambda/**/*.test.ts'],
};

/** Of two cores Vitest would leave one idle. */
const ALL_CORES = { maxWorkers: Math.max(2, availableParallelism() - 1) };

/** Each process compiles the same files, which takes most of its time. */
const COMPILED_ONCE = {
  env: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
  },
};

const project = (name: keyof typeof SLOW, settings: object) => ({
  extends: true as const,
  test: { name, include: SLOW[name], globalSetup: DYNAMODB_LOCAL, ...settings },
});

export default defineConfig({
  test: {
    // Only what hangs should fail by them: a machine that is busy with other things takes its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Metrics go to the same stream as the log; tests about them turn them on.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'text'],
      skipFull: true,
      thresholds: { lines: 98, branches: 98 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          ...ALL_CORES,
          include: ['test/**/*.test.ts'],
          exclude: Object.values(SLOW).flat(),
        },
      },
      project('stores', ALL_CORES),
      // Runs beside `lambda` in CI.
      project('models', {}),
      project('commands', { ...ALL_CORES, ...COMPILED_ONCE }),
      project('browser', { ...ALL_CORES, ...COMPILED_ONCE }),
      project('package', { ...ALL_CORES, ...COMPILED_ONCE }),
      // Containers are processes: two files at once would take each other's time.
      project('lambda', { globalSetup: 'test/lambda/global-setup.ts', fileParallelism: false }),
    ],
  },
});
