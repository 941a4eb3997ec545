import { beforeEach, describe, expect, it } from 'vitest';
import { ALL_PLACES, type SmsTraffic } from '../../src/domain/ports/sms-traffic.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NONE = { sent: 0, converted: 0 };
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

    const hour = async (at: number, place = 'SG') => (await traffic.read(place, at)).hour;
    const day = async (at: number, place = 'SG') => (await traffic.read(place, at)).day;

    it('knows of no SMS at first', async () => {
      const nothing = { latest: 0, pending: NONE, hour: NONE, day: NONE, usedUntil: 0 };
      expect(await traffic.read('SG', noon)).toEqual({ ...nothing, stopped: undefined });
    });

    it('A36: shows every container at once what an operator stops, and resumes', async () => {
      const [stoppedAt] = traffics;
      for (const other of traffics) {
        const stops = async () =>
          Promise.all(['SG', 'US'].map(async (place) => (await other.read(place, noon)).stopped));
        expect(await stops()).toEqual([undefined, undefined]);
        expect(await stoppedAt.stop('SG')).toEqual(new Set(['SG']));
        expect(await stops()).toEqual(['place', undefined]);
        expect(await stoppedAt.stop(ALL_PLACES)).toEqual(new Set(['SG', ALL_PLACES]));
        expect(await stops()).toEqual(['all', 'all']);
        expect(await stoppedAt.resume(ALL_PLACES)).toEqual(new Set(['SG']));
        expect(await stops()).toEqual(['place', undefined]);
        expect(await stoppedAt.resume('SG')).toEqual(new Set());
        expect(await stops()).toEqual([undefined, undefined]);
      }
    });

    it('stops and resumes a second time without harm', async () => {
      expect(await traffic.resume('SG')).toEqual(new Set());
      await traffic.stop('SG');
      expect(await traffic.stop('SG')).toEqual(new Set(['SG']));
      await traffic.resume('SG');
      expect(await traffic.resume('SG')).toEqual(new Set());
    });

    it('keeps its counts while it is stopped, and stops on the next day still', async () => {
      await reserve(2);
      await traffic.stop('SG');
      expect(await hour(noon)).toEqual({ sent: 2, converted: 0 });
      expect((await traffic.read('SG', midnight)).stopped).toBe('place');
    });

    it('counts what is sent and what converts, in every window', async () => {
      await reserve(3, noon);
      await traffic.countConverted('SG', noon);
      const counted = { sent: 3, converted: 1 };
      expect(await traffic.read('SG', noon)).toMatchObject({
        latest: 3,
        pending: counted,
        hour: counted,
        day: counted,
      });
    });

    it('holds SMS for pending until three minutes after the end of their five', async () => {
      await reserve(2, noon);
      await reserve(1, noon + 5 * MINUTE - 1);
      await reserve(1, noon + 5 * MINUTE);
      const pending = async (at: number) => (await traffic.read('SG', at)).pending.sent;
      expect(await pending(noon + 8 * MINUTE - 1)).toBe(4);
      expect(await pending(noon + 8 * MINUTE)).toBe(1);
      expect(await pending(noon + 13 * MINUTE)).toBe(0);
    });

    it('tells what was sent in the five minutes under way', async () => {
      await reserve(2, noon);
      await reserve(1, noon + 5 * MINUTE);
      expect((await traffic.read('SG', noon + 5 * MINUTE)).latest).toBe(1);
      expect((await traffic.read('SG', noon + 10 * MINUTE)).latest).toBe(0);
    });

    it('lets an hour slide by five minutes, past the full hour', async () => {
      const at = noon + 30 * MINUTE;
      await reserve(2, at);
      await reserve(1, at + 5 * MINUTE);
      expect(await hour(at + HOUR - 1)).toEqual({ sent: 3, converted: 0 });
      expect(await hour(at + HOUR)).toEqual({ sent: 1, converted: 0 });
      expect(await hour(at + HOUR + 5 * MINUTE)).toEqual(NONE);
    });

    it('lets an hour slide over midnight', async () => {
      await reserve(2, midnight - 10 * MINUTE);
      await traffic.countConverted('SG', midnight - 10 * MINUTE);
      await reserve(1, midnight);
      expect(await hour(midnight)).toEqual({ sent: 3, converted: 1 });
      expect((await traffic.read('SG', midnight)).latest).toBe(1);
      expect(await hour(midnight + 50 * MINUTE)).toEqual({ sent: 1, converted: 0 });
    });

    it('holds SMS of yesterday for pending, too', async () => {
      await reserve(2, midnight - 1);
      const pending = async (at: number) => (await traffic.read('SG', at)).pending.sent;
      expect(await pending(midnight + 3 * MINUTE - 1)).toBe(2);
      expect(await pending(midnight + 3 * MINUTE)).toBe(0);
    });

    it('lets a day slide by an hour', async () => {
      await reserve(2, noon + HOUR - 1);
      await reserve(1, noon + HOUR);
      await traffic.countConverted('SG', noon + HOUR);
      expect(await day(noon + 24 * HOUR - 1)).toEqual({ sent: 3, converted: 1 });
      expect(await day(noon + 24 * HOUR)).toEqual({ sent: 1, converted: 1 });
      expect(await day(noon + 25 * HOUR)).toEqual(NONE);
    });

    it('takes back a sign-in that did not come of it after all', async () => {
      await traffic.countConverted('SG', noon);
      await traffic.countConverted('SG', noon, -1);
      expect(await hour(noon)).toEqual(NONE);
      expect(await day(noon)).toEqual(NONE);
    });

    it('counts a code that is answered after midnight with the SMS of its time', async () => {
      await reserve(1, midnight - 1);
      await reserve(1, midnight);
      await traffic.countConverted('SG', midnight - 1);
      expect(await hour(midnight - 1)).toEqual({ sent: 1, converted: 1 });
      expect(await hour(midnight)).toEqual({ sent: 2, converted: 1 });
      expect(await day(midnight + 23 * HOUR)).toEqual({ sent: 1, converted: 0 });
    });

    it('tells whoever reserves what was counted before', async () => {
      await reserve(1, midnight - 1);
      await reserve(1, midnight);
      await traffic.countConverted('SG', midnight - 1);
      const { usedUntil: _, stopped: __, ...before } = await traffic.read('SG', midnight);
      for (const ask of ['probe', 'reserve'] as const) {
        expect(await traffic[ask]('SG', budget, midnight)).toEqual({ kind: 'reserved', before });
      }
      expect(await traffic.probe('SG', budget, midnight)).toMatchObject({ before: { latest: 2 } });
    });

    it('A36: tells each of 200 at once a count of its own', async () => {
      const reservations = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          traffics[i % traffics.length]?.reserve('SG', undefined, noon),
        ),
      );
      const before = reservations.map((each) =>
        each?.kind === 'reserved' ? each.before : undefined,
      );
      const upTo200 = Array.from({ length: 200 }, (_, i) => i);
      const inOrder = (counts: readonly unknown[]) =>
        counts.toSorted((a, b) => Number(a) - Number(b));
      expect(inOrder(before.map((each) => each?.latest))).toEqual(upTo200);
      expect(inOrder(before.map((each) => each?.pending.sent))).toEqual(upTo200);
    });

    it('tells whoever only probes what a reservation would come to', async () => {
      await reserve(5);
      const refused = { kind: 'refused', retryAt: noon + every };
      expect(await traffic.probe('SG', budget, noon)).toEqual(refused);
      expect(await traffic.reserve('SG', budget, noon)).toEqual(refused);
      expect(await traffic.probe('SG', undefined, noon)).toMatchObject({ kind: 'reserved' });
      expect(await traffic.probe('SG', budget, noon + every)).toMatchObject({ kind: 'reserved' });
      expect(await traffic.probe('US', budget, noon)).toMatchObject({ kind: 'reserved' });
    });

    it('counts nothing for whoever only probes', async () => {
      await traffic.probe('SG', budget, noon);
      await traffic.probe('SG', undefined, noon);
      expect(await traffic.read('SG', noon)).toMatchObject({ day: NONE, usedUntil: 0 });
    });

    it('keeps places apart', async () => {
      await reserve(5, noon, 'SG');
      await reserve(1, noon, ALL_PLACES);
      await traffic.countConverted('US', noon);
      expect(await hour(noon, 'SG')).toEqual({ sent: 5, converted: 0 });
      expect(await hour(noon, 'US')).toEqual({ sent: 0, converted: 1 });
      expect(await reserve(1, noon, ALL_PLACES)).toEqual(['reserved']);
    });

    it('A11: shows every container the same counts', async () => {
      await reserve(2);
      for (const other of traffics) {
        expect(await other.read('SG', noon)).toMatchObject({
          hour: { sent: 2, converted: 0 },
          usedUntil: noon + 2 * every,
        });
      }
    });

    it('has no limit without a budget, and uses none up', async () => {
      for (let i = 0; i < 20; i++) {
        expect((await traffic.reserve('SG', undefined, noon)).kind).toBe('reserved');
      }
      const all = { hour: { sent: 20, converted: 0 }, usedUntil: 0 };
      expect(await traffic.read('SG', noon)).toMatchObject(all);
      expect(await reserve(1)).toEqual(['reserved']);
    });

    it('allows some at once, then says when the next is allowed, and counts no other', async () => {
      expect(await reserve(5)).toEqual(Array(5).fill('reserved'));
      const refused = { kind: 'refused', retryAt: noon + every };
      expect(await traffic.reserve('SG', budget, noon)).toEqual(refused);
      expect(await traffic.reserve('SG', budget, noon + every - 1)).toEqual(refused);
      expect(await hour(noon)).toEqual({ sent: 5, converted: 0 });
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
        expect(await hour(at)).toEqual({ sent: 5, converted: 0 });
      }
    });

    it('gives a budget anew when a day of UTC begins, and says so', async () => {
      const late = midnight - 60_000;
      await reserve(5, late);
      const refused = { kind: 'refused', retryAt: midnight };
      expect(await traffic.reserve('SG', budget, late)).toEqual(refused);
      expect(await reserve(6, midnight)).toEqual([...Array(5).fill('reserved'), 'refused']);
    });

    it('gives back what was not sent after all, in every window', async () => {
      await reserve(5);
      await traffic.giveBack('SG', budget, noon);
      const left = { sent: 4, converted: 0 };
      expect(await traffic.read('SG', noon)).toMatchObject({
        latest: 4,
        pending: left,
        hour: left,
        day: left,
      });
      expect(await reserve(2)).toEqual(['reserved', 'refused']);
    });

    it('gives back to yesterday what was counted there, and leaves today as it is', async () => {
      await reserve(2, midnight - 1);
      await reserve(5, midnight);
      await traffic.giveBack('SG', budget, midnight - 1);
      expect(await traffic.read('SG', midnight)).toMatchObject({
        latest: 5,
        day: { sent: 6, converted: 0 },
      });
      expect(await reserve(1, midnight)).toEqual(['refused']);
    });

    it('gives back where there is no budget', async () => {
      await traffic.reserve('SG', undefined, noon);
      await traffic.giveBack('SG', undefined, noon);
      expect(await day(noon)).toEqual(NONE);
    });

    it('gives back no more than was counted', async () => {
      await traffic.giveBack('SG', budget, noon);
      await traffic.giveBack('SG', undefined, noon);
      await reserve(1);
      await traffic.giveBack('SG', budget, noon);
      await traffic.giveBack('SG', budget, noon);
      expect(await day(noon)).toEqual(NONE);
      expect(await reserve(6)).toEqual([...Array(5).fill('reserved'), 'refused']);
    });
  });
}
