import { defineConfig } from 'vitest/config';

/** The contracts on broken adapters, most of which fail: `broken-adapters.test.ts` runs them, and looks which. */
export default defineConfig({
  test: {
    include: ['test/contracts/broken/suites.ts'],
    // Those that wait for ever need not do so for long.
    testTimeout: 2000,
  },
});
