import { setTimeout } from 'node:timers/promises';
import type { Timer } from '../../domain/ports/timer.ts';

/** The machine's timers. */
export class SystemTimer implements Timer {
  async sleep(milliseconds: number): Promise<void> {
    if (milliseconds > 0) {
      await setTimeout(milliseconds);
    }
  }
}
