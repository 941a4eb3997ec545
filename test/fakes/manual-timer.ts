import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../src/domain/ports/timer.ts';
import type { ManualClock } from './manual-clock.ts';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Turns of the event loop in which whoever was woken does what it does, and goes to sleep again. */
const QUIET_TURNS = 5;

/** Lets time pass by moving the clock: to whoever of those that sleep wakes first. */
export class ManualTimer implements Timer {
  readonly #clock: ManualClock;
  readonly #sleepers: Sleeper[] = [];
  #passing = false;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  sleep(milliseconds: number): Promise<void> {
    const wakeAt = this.#clock.elapsed() + Math.max(0, milliseconds);
    return new Promise((wake) => {
      this.#sleepers.push({ wakeAt, wake });
      void this.#passTime();
    });
  }

  async #passTime(): Promise<void> {
    if (this.#passing) {
      return;
    }
    this.#passing = true;
    while (this.#sleepers.length > 0) {
      for (let turn = 0; turn < QUIET_TURNS; turn++) {
        await setImmediate();
      }
      this.#sleepers.sort((one, other) => one.wakeAt - other.wakeAt);
      const { wakeAt, wake } = this.#sleepers.shift() as Sleeper;
      this.#clock.advance(Math.max(0, wakeAt - this.#clock.elapsed()));
      wake();
    }
    this.#passing = false;
  }
}
