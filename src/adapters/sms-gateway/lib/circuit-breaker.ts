import type { Clock } from '../../../domain/ports/clock.ts';

const FAILURES_TO_OPEN = 3;
const OPEN_MS = 30_000;

/**
 * Remembers, for the life of one container, that a provider fails: after three failures in a row it
 * is open for half a minute; then one failure opens it again, and one success closes it.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  #failures = 0;
  #openUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the provider is better left alone for now. */
  get open(): boolean {
    return this.#clock.elapsed() < this.#openUntil;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = Number.NEGATIVE_INFINITY;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES_TO_OPEN) {
      this.#openUntil = this.#clock.elapsed() + OPEN_MS;
    }
  }
}
