import type { Clock } from '../../domain/ports/clock.ts';

/** The machine's clocks. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    // Less to load for a cold start than `performance`.
    return Math.floor(process.uptime() * 1000);
  }
}
