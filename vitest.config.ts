import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Metrics go to the same stream as the log; tests about them turn them on.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
  },
});
