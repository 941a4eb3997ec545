import type { FailureCounter, Failures } from '../../domain/ports/failure-counter.ts';

/** Remembers no failure beyond the sign-in that it happened in. */
export class NoFailureCounter implements FailureCounter {
  async read(): Promise<Failures> {
    return { count: 0, lastAt: 0 };
  }

  async add(): Promise<number> {
    return 0;
  }

  async clear(): Promise<void> {}
}
