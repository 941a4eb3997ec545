import { beforeEach, describe, expect, it } from 'vitest';
import type { ConversionCounter } from '../../src/domain/ports/conversion-counter.ts';

const HOUR = 3_600_000;
const hour = Date.UTC(2026, 0, 15, 12);

type Several = readonly [ConversionCounter, ...ConversionCounter[]];

/** @param create one counter, or several that share their counts: as several containers do. */
export function describeConversionCounterContract(
  name: string,
  create: () => Several | Promise<Several>,
): void {
  describe(`ConversionCounter contract: ${name}`, () => {
    let counters: Several;
    let counter: ConversionCounter;
    beforeEach(async () => {
      counters = await create();
      counter = counters[0];
    });

    it('counts nothing at first', async () => {
      expect(await counter.read('SG', hour)).toEqual({ sent: 0, converted: 0 });
    });

    it('counts what was sent and what was converted, of one hour together', async () => {
      await counter.countSent('SG', hour);
      await counter.countSent('SG', hour + HOUR - 1);
      await counter.countConverted('SG', hour + 1);
      expect(await counter.read('SG', hour + HOUR / 2)).toEqual({ sent: 2, converted: 1 });
    });

    it('counts every country and every hour for itself', async () => {
      await counter.countSent('SG', hour);
      await counter.countSent('MY', hour);
      expect(await counter.read('MY', hour)).toEqual({ sent: 1, converted: 0 });
      expect(await counter.read('ID', hour)).toEqual({ sent: 0, converted: 0 });
      expect(await counter.read('SG', hour + HOUR)).toEqual({ sent: 0, converted: 0 });
    });

    it('does not mix a late proof of the hour before into the hour that has begun', async () => {
      await counter.countSent('SG', hour);
      await counter.countSent('SG', hour + HOUR);
      await counter.countConverted('SG', hour);
      expect(await counter.read('SG', hour + HOUR)).toEqual({ sent: 1, converted: 0 });
    });

    it('misses none of 40 counts at once', async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => {
          const any = counters[i % counters.length];
          return i % 4 === 0 ? any?.countConverted('SG', hour) : any?.countSent('SG', hour);
        }),
      );
      expect(await counter.read('SG', hour)).toEqual({ sent: 30, converted: 10 });
    });
  });
}
