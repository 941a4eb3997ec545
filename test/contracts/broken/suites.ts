/** The contracts on broken adapters: see `vitest.config.ts` for who runs them. */
import { describe } from 'vitest';
import { SUITES } from './all.ts';

for (const { name, register } of SUITES) {
  describe(name, register);
}
