import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';

/** A clock, and how time goes by for it. */
export interface ClockHarness {
  readonly clock: Clock;
  /** Lets at least that many milliseconds go by. */
  pass(milliseconds: number): Promise<void>;
  /** Sets the time of day that many milliseconds forward, or back if negative, until the test ends. */
  set(milliseconds: number): void;
}

/** How time goes by for the machine's clocks. */
export function systemTime(): Omit<ClockHarness, 'clock'> {
  return {
    pass: setTimeout,
    set: (milliseconds) => {
      const { now } = Date;
      const time = vi.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
      onTestFinished(() => {
        time.mockRestore();
      });
    },
  };
}

export function describeClockContract(name: string, create: () => ClockHarness): void {
  describe(`Clock contract: ${name}`, () => {
    it('tells whole epoch milliseconds of this century', () => {
      const now = create().clock.now();
      expect(Number.isSafeInteger(now)).toBe(true);
      expect(new Date(now).getUTCFullYear()).toBeGreaterThan(2000);
      expect(new Date(now).getUTCFullYear()).toBeLessThan(2100);
    });

    it('counts whole milliseconds that go by, and never back', async () => {
      const { clock, pass } = create();
      const earlier = clock.elapsed();
      expect(Number.isSafeInteger(earlier)).toBe(true);
      expect(clock.elapsed()).toBeGreaterThanOrEqual(earlier);
      await pass(30);
      // The system's timers may be a fraction early, and the fraction that it began in is cut off.
      expect(clock.elapsed()).toBeGreaterThanOrEqual(earlier + 28);
    });

    it.each([3_600_000, -3_600_000])(
      'counts on when somebody sets the time of day by %i milliseconds',
      (milliseconds) => {
        const { clock, set } = create();
        const [time, elapsed] = [clock.now(), clock.elapsed()];
        set(milliseconds);
        expect(Math.abs(clock.now() - time - milliseconds)).toBeLessThan(60_000);
        expect(clock.elapsed()).toBeGreaterThanOrEqual(elapsed);
        expect(clock.elapsed()).toBeLessThan(elapsed + 60_000);
      },
    );

    it('does not run backwards', () => {
      const { clock } = create();
      const earlier = clock.now();
      expect(clock.now()).toBeGreaterThanOrEqual(earlier);
    });
  });
}
