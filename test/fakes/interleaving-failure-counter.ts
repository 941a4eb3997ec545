import { setImmediate } from 'node:timers/promises';
import type { FailureCounter } from '../../src/domain/ports/failure-counter.ts';

/** Lets every other caller in before each step, as a store across the network does. */
export class InterleavingFailureCounter implements FailureCounter {
  readonly #inner: FailureCounter;

  constructor(inner: FailureCounter) {
    this.#inner = inner;
  }

  read(...args: Parameters<FailureCounter['read']>): ReturnType<FailureCounter['read']> {
    return setImmediate().then(() => this.#inner.read(...args));
  }

  add(...args: Parameters<FailureCounter['add']>): ReturnType<FailureCounter['add']> {
    return setImmediate().then(() => this.#inner.add(...args));
  }

  clear(...args: Parameters<FailureCounter['clear']>): ReturnType<FailureCounter['clear']> {
    return setImmediate().then(() => this.#inner.clear(...args));
  }
}
