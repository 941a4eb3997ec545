import type { Clock } from '../../src/domain/ports/clock.ts';

/** Clocks that stand still until they are told to move. */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;

  constructor(now = Date.UTC(2026, 0, 15, 12)) {
    this.#now = now;
  }

  now(): number {
    return Math.floor(this.#now);
  }

  elapsed(): number {
    return Math.floor(this.#elapsed);
  }

  /** Lets time go by. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    this.#elapsed += milliseconds;
  }

  /** Sets the time of day that many milliseconds forward, or back if negative: no time goes by. */
  set(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
