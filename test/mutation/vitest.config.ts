import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { scopeNamed } from './scopes.ts';

/** Begins with the files that found the mutant before, and ends with those that take longest: most mutants are found by the first. */
class LikeliestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const resultOf = (file: TestSpecification) => this.ctx.cache.getTestSpecificationResult(file);
    const rank = (file: TestSpecification) => (resultOf(file)?.failed ? 0 : 1);
    const duration = (file: TestSpecification) => resultOf(file)?.duration ?? 0;
    return files.toSorted((a, b) => rank(a) - rank(b) || duration(a) - duration(b));
  }
}

/** The tests that meet the mutants of one scope. */
export default defineConfig({
  test: {
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    sequence: { sequencer: LikeliestFirst },
    ...scopeNamed(process.env.MUTATION_SCOPE).tests,
  },
});
