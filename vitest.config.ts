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

/** Those mostly wait for processes, so that one worker would leave cores idle. The others go by the clock. */
const PROCESSES = {
  maxWorkers: 2,
  // Each compiles the same files, which takes most of its time.
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
    testTimeout: 20_000,
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
          include: ['test/**/*.test.ts'],
          exclude: Object.values(SLOW).flat(),
        },
      },
      project('stores', {}),
      project('models', { testTimeout: 60_000 }),
      project('commands', PROCESSES),
      project('browser', PROCESSES),
      project('package', PROCESSES),
      // Containers are processes: two files at once would take each other's time.
      project('lambda', { globalSetup: 'test/lambda/global-setup.ts', fileParallelism: false }),
    ],
  },
});
