import { setTimeout } from 'node:timers/promises';
import { wholeMilliseconds } from '../../domain/deadline.ts';
import type { Timer } from '../../domain/ports/timer.ts';

/** The machine's timers. */
export class SystemTimer implements Timer {
  async sleep(milliseconds: number): Promise<void> {
    const duration = wholeMilliseconds(milliseconds);
    if (duration > 0) {
      await setTimeout(duration);
    }
  }
}
