import { defineConfig } from 'vitest/config';

const DYNAMODB_LOCAL = 'test/support/dynamodb-local/global-setup.ts';

/** Tests that mostly wait for processes of their own. */
const WAITING = ['test/{browser,deploy,package}/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Metrics go to the same stream as the log; tests about them turn them on.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lambda/**', ...WAITING],
          globalSetup: DYNAMODB_LOCAL,
        },
      },
      {
        extends: true,
        test: {
          name: 'commands',
          include: WAITING,
          globalSetup: DYNAMODB_LOCAL,
          // One worker would leave cores idle. Those of `source` go by the clock: they run apart from these.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'lambda',
          include: ['test/lambda/**/*.test.ts'],
          globalSetup: 'test/lambda/global-setup.ts',
          // Containers are processes: two files at once would take each other's time.
          fileParallelism: false,
        },
      },
    ],
  },
});
