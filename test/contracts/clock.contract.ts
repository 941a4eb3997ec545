import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';

export function describeClockContract(name: string, create: () => Clock): void {
  describe(`Clock contract: ${name}`, () => {
    it('tells whole epoch milliseconds of this century', () => {
      const now = create().now();
      expect(Number.isSafeInteger(now)).toBe(true);
      expect(new Date(now).getUTCFullYear()).toBeGreaterThan(2000);
      expect(new Date(now).getUTCFullYear()).toBeLessThan(2100);
    });

    it('counts whole milliseconds that go by, and never back', async () => {
      const clock = create();
      const earlier = clock.elapsed();
      expect(Number.isSafeInteger(earlier)).toBe(true);
      expect(clock.elapsed()).toBeGreaterThanOrEqual(earlier);
    });

    it('does not run backwards', () => {
      const clock = create();
      const earlier = clock.now();
      expect(clock.now()).toBeGreaterThanOrEqual(earlier);
    });
  });
}
