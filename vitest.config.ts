import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Many tests wait for processes of their own: on two cores, one worker leaves them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Metrics go to the same stream as the log; tests about them turn them on.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lambda/**'],
          globalSetup: 'test/support/dynamodb-local/global-setup.ts',
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
