import type { Clock } from '../../domain/ports/clock.ts';

/** The machine's clocks. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return Math.floor(performance.now());
  }
}
