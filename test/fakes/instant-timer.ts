import { setImmediate } from 'node:timers/promises';
import type { Timer } from '../../src/domain/ports/timer.ts';

/** Waits for nothing but whatever else is ready to run, and remembers how long it was asked to. */
export class InstantTimer implements Timer {
  readonly waits: number[] = [];

  async sleep(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
    await setImmediate();
  }
}
