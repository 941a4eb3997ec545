import { beforeEach, describe, expect, it } from 'vitest';
import { SendPace } from '../../../src/domain/abuse/send-pace.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { ManualTimer } from '../../fakes/manual-timer.ts';
import { SeededRandomSource } from '../../fakes/seeded-random-source.ts';

const USUAL_MS = 250;

describe('A23: a send that does not take place', () => {
  let clock: ManualClock;
  /** What chance says next; 0 when there is nothing left. */
  let chances: number[];
  let pace: SendPace;
  beforeEach(() => {
    clock = new ManualClock();
    chances = [];
    pace = paceWith({ next: () => chances.shift() ?? 0 });
  });

  function paceWith(random: { next(): number }, priorMedianMs = USUAL_MS) {
    return new SendPace({ timer: new ManualTimer(clock), random, priorMedianMs });
  }

  async function imitate(timeoutMs = 3000) {
    const start = clock.now();
    const failure = await pace.imitate(Deadline.in(clock, timeoutMs));
    return { tookMs: clock.now() - start, failure };
  }

  async function imitateMany(times: number) {
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      took.push((await imitate()).tookMs);
    }
    return took.sort((a, b) => a - b);
  }

  describe('while none was seen that did', () => {
    it('takes what sends usually take', async () => {
      expect(await imitate()).toEqual({ tookMs: USUAL_MS, failure: undefined });
    });

    it('takes now less, now more', async () => {
      pace = paceWith(new SeededRandomSource());
      const took = await imitateMany(1001);
      expect(took[500]).toBeGreaterThan(USUAL_MS * 0.95);
      expect(took[500]).toBeLessThan(USUAL_MS * 1.05);
      // A standard deviation to either side of a log-normal's median: its 16th and 84th percentile.
      expect((took[160] ?? 0) / USUAL_MS).toBeCloseTo(Math.exp(-0.35), 1);
      expect((took[840] ?? 0) / USUAL_MS).toBeCloseTo(Math.exp(0.35), 1);
    });
  });

  describe('when some were seen that did', () => {
    it('takes what one of them took, each as likely as another', async () => {
      for (const tookMs of [110, 120, 130]) {
        pace.record(tookMs);
      }
      // Three that were seen, and the prior, which counts for four.
      for (const [chance, tookMs] of [
        [0 / 7, 110],
        [1.01 / 7, 120],
        [2.99 / 7, 130],
        [3.01 / 7, USUAL_MS],
        [6.99 / 7, USUAL_MS],
      ] as const) {
        chances = [chance];
        expect(await imitate()).toEqual({ tookMs, failure: undefined });
      }
    });

    it('soon goes by them rather than by what is usual', async () => {
      pace = paceWith(new SeededRandomSource());
      for (let i = 0; i < 50; i++) {
        pace.record(1000);
      }
      const took = await imitateMany(1000);
      expect(took.filter((tookMs) => tookMs === 1000).length).toBeGreaterThan(900);
    });

    it('has forgotten all but the newest 256', async () => {
      pace = paceWith(new SeededRandomSource(), 0);
      pace.record(2000);
      for (let i = 0; i < 255; i++) {
        pace.record(100);
      }
      expect((await imitateMany(3000)).at(-1)).toBe(2000);
      pace.record(100);
      expect((await imitateMany(3000)).at(-1)).toBe(100);
    });
  });

  describe('when the time is up', () => {
    it('has timed out, like one whose answer did not come', async () => {
      pace.record(2000);
      expect(await imitate(1999)).toEqual({ tookMs: 1999, failure: { mayHaveLeft: true } });
      expect(await imitate(2000)).toEqual({ tookMs: 2000, failure: undefined });
    });

    it.each([0, -1])('before it began, has not left: %i ms', async (timeoutMs) => {
      expect(await imitate(timeoutMs)).toEqual({ tookMs: 0, failure: { mayHaveLeft: false } });
    });
  });

  describe('when the provider fails', () => {
    it.each([true, false])('fails like the newest send: mayHaveLeft %s', async (mayHaveLeft) => {
      pace.record(100);
      pace.record(40, { mayHaveLeft });
      expect(await imitate()).toMatchObject({ tookMs: 40, failure: { mayHaveLeft } });
    });

    it('takes as long as the failures did, neither the sends before nor what is usual', async () => {
      pace = paceWith(new SeededRandomSource());
      pace.record(100);
      pace.record(40, { mayHaveLeft: false });
      pace.record(50, { mayHaveLeft: false });
      expect(new Set(await imitateMany(100))).toEqual(new Set([40, 50]));
    });

    it('goes well again, and takes as long as a send, once one did', async () => {
      pace = paceWith(new SeededRandomSource(), 0);
      pace.record(40, { mayHaveLeft: true });
      pace.record(100);
      expect(await imitate()).toMatchObject({ failure: undefined });
      expect(await imitateMany(100)).not.toContain(40);
    });
  });
});
