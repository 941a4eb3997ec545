import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../src/domain/ports/timer.ts';
import type { ManualClock } from './manual-clock.ts';

/** Lets time pass by moving the clock. */
export class ManualTimer implements Timer {
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#clock.advance(Math.max(0, milliseconds));
    // Whatever waits for this moment comes first.
    await setImmediate();
  }
}
