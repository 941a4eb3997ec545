import { beforeEach, describe, expect, it } from 'vitest';
import { ALL_PLACES, type SmsTraffic } from '../../src/domain/ports/sms-traffic.ts';

const HOUR = 3_600_000;
const noon = Date.UTC(2026, 0, 15, 12);
const midnight = Date.UTC(2026, 0, 16);

/** Five at once, then one every six minutes. */
const budget = { max: 10, windowMs: HOUR };
const every = HOUR / 10;

type Several = readonly [SmsTraffic, ...SmsTraffic[]];

/** @param create one, or several that share their counts: as several containers do. */
export function describeSmsTrafficContract(
  name: string,
  create: () => Several | Promise<Several>,
): void {
  describe(`SmsTraffic contract: ${name}`, () => {
    let traffics: Several;
    let traffic: SmsTraffic;
    beforeEach(async () => {
      traffics = await create();
      traffic = traffics[0];
    });

    async function reserve(times: number, at = noon, place = 'SG') {
      const kinds: string[] = [];
      for (let i = 0; i < times; i++) {
        kinds.push((await traffic.reserve(place, budget, at)).kind);
      }
      return kinds;
    }

    const conversion = async (at: number, place = 'SG') =>
      (await traffic.read(place, at)).conversion;

    it('knows of no SMS at first', async () => {
      const nothing = { conversion: { sent: 0, converted: 0 }, usedUntil: 0 };
      expect(await traffic.read('SG', noon)).toEqual(nothing);
    });

    it('counts what is sent and what converts, by the hour of the SMS', async () => {
      await reserve(2, noon);
      await reserve(1, noon + HOUR - 1);
      await traffic.countConverted('SG', noon);
      await reserve(1, noon + HOUR);
      expect(await conversion(noon + HOUR / 2)).toEqual({ sent: 3, converted: 1 });
      expect(await conversion(noon + HOUR)).toEqual({ sent: 1, converted: 0 });
      expect(await conversion(noon + 24 * HOUR)).toEqual({ sent: 0, converted: 0 });
    });

    it('takes back a sign-in that did not come of it after all', async () => {
      await traffic.countConverted('SG', noon);
      await traffic.countConverted('SG', noon, -1);
      expect(await conversion(noon)).toEqual({ sent: 0, converted: 0 });
    });

    it('counts a code that is answered after midnight with the hour of its SMS', async () => {
      await reserve(1, midnight - 1);
      await reserve(1, midnight);
      await traffic.countConverted('SG', midnight - 1);
      expect(await conversion(midnight - 1)).toEqual({ sent: 1, converted: 1 });
      expect(await conversion(midnight)).toEqual({ sent: 1, converted: 0 });
    });

    it('tells the hour, the SMS included, with each that it allows', async () => {
      await reserve(1);
      await traffic.countConverted('SG', noon);
      expect(await traffic.reserve('SG', budget, noon)).toEqual({
        kind: 'reserved',
        conversion: { sent: 2, converted: 1 },
      });
    });

    it('keeps places apart', async () => {
      await reserve(5, noon, 'SG');
      await reserve(1, noon, ALL_PLACES);
      await traffic.countConverted('US', noon);
      expect(await conversion(noon, 'SG')).toEqual({ sent: 5, converted: 0 });
      expect(await conversion(noon, 'US')).toEqual({ sent: 0, converted: 1 });
      expect(await reserve(1, noon, ALL_PLACES)).toEqual(['reserved']);
    });

    it('A11: shows every container the same counts', async () => {
      await reserve(2);
      for (const other of traffics) {
        expect(await other.read('SG', noon)).toEqual({
          conversion: { sent: 2, converted: 0 },
          usedUntil: noon + 2 * every,
        });
      }
    });

    it('has no limit without a budget, and uses none up', async () => {
      for (let i = 0; i < 20; i++) {
        expect((await traffic.reserve('SG', undefined, noon)).kind).toBe('reserved');
      }
      const all = { conversion: { sent: 20, converted: 0 }, usedUntil: 0 };
      expect(await traffic.read('SG', noon)).toEqual(all);
      expect(await reserve(1)).toEqual(['reserved']);
    });

    it('allows some at once, then says when the next is allowed, and counts no other', async () => {
      expect(await reserve(5)).toEqual(Array(5).fill('reserved'));
      const refused = { kind: 'refused', retryAt: noon + every };
      expect(await traffic.reserve('SG', budget, noon)).toEqual(refused);
      expect(await traffic.reserve('SG', budget, noon + every - 1)).toEqual(refused);
      expect(await conversion(noon)).toEqual({ sent: 5, converted: 0 });
      expect(await reserve(2, noon + every)).toEqual(['reserved', 'refused']);
    });

    it('A36: is unused again after a pause, whichever container asks', async () => {
      await reserve(6);
      for (const other of traffics) {
        const reserved = await other.reserve('SG', budget, noon + HOUR);
        expect(reserved.kind).toBe('reserved');
      }
      expect(await reserve(6 - traffics.length, noon + HOUR)).toEqual([
        ...Array(5 - traffics.length).fill('reserved'),
        'refused',
      ]);
    });

    it('A36: never gives more than the budget, for 50 callers at once', async () => {
      for (const at of [noon, noon + HOUR]) {
        const reservations = await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            traffics[i % traffics.length]?.reserve('SG', budget, at),
          ),
        );
        expect(reservations.filter((each) => each?.kind === 'reserved')).toHaveLength(5);
        expect(await conversion(at)).toEqual({ sent: 5, converted: 0 });
      }
    });

    it('gives a budget anew when a day of UTC begins, and says so', async () => {
      const late = midnight - 60_000;
      await reserve(5, late);
      const refused = { kind: 'refused', retryAt: midnight };
      expect(await traffic.reserve('SG', budget, late)).toEqual(refused);
      expect(await reserve(6, midnight)).toEqual([...Array(5).fill('reserved'), 'refused']);
    });

    it('gives back what was not sent after all', async () => {
      await reserve(5);
      await traffic.giveBack('SG', budget, noon);
      expect(await conversion(noon)).toEqual({ sent: 4, converted: 0 });
      expect(await reserve(2)).toEqual(['reserved', 'refused']);
    });

    it('gives back where there is no budget', async () => {
      await traffic.reserve('SG', undefined, noon);
      await traffic.giveBack('SG', undefined, noon);
      expect(await conversion(noon)).toEqual({ sent: 0, converted: 0 });
    });

    it('gives back no more than was counted', async () => {
      await traffic.giveBack('SG', budget, noon);
      await traffic.giveBack('SG', undefined, noon);
      await reserve(1);
      await traffic.giveBack('SG', budget, noon);
      await traffic.giveBack('SG', budget, noon);
      expect(await conversion(noon)).toEqual({ sent: 0, converted: 0 });
      expect(await reserve(6)).toEqual([...Array(5).fill('reserved'), 'refused']);
    });
  });
}
