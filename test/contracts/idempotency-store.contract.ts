import { beforeEach, describe, expect, it } from 'vitest';
import type { IdempotencyStore, RoundResult } from '../../src/domain/ports/idempotency-store.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';

export interface IdempotencyStoreWorld {
  /** One, or several that share their rounds: as several containers do. */
  readonly stores: readonly [IdempotencyStore, ...IdempotencyStore[]];
  readonly clock: ManualClock;
}

/** What the world's rounds are to be kept for. */
export const HOLD_MS = 16_000;

const sent: RoundResult = { status: 'SENT', reference: 'challenge-1' };

/** @param create a world in which no round is acquired, and rounds are kept for {@link HOLD_MS}. */
export function describeIdempotencyStoreContract(
  name: string,
  create: () => IdempotencyStoreWorld | Promise<IdempotencyStoreWorld>,
): void {
  describe(`IdempotencyStore contract: ${name}`, () => {
    let store: IdempotencyStore;
    let world: IdempotencyStoreWorld;
    let busyUntil: number;
    beforeEach(async () => {
      world = await create();
      store = world.stores[0];
      busyUntil = world.clock.now() + 4200;
    });

    const claimant = (who: string, until = busyUntil) => ({
      holder: who,
      challengeId: `challenge of ${who}`,
      busyUntil: until,
    });
    const acquire = (who: string, until?: number) => store.acquire('round', claimant(who, until));
    const acquiredBy = (who: string) => ({
      kind: 'acquired',
      challengeId: `challenge of ${who}`,
    });

    it('gives a round to the first caller, and tells the others who has it until when', async () => {
      expect(await store.look('round')).toEqual({ kind: 'free' });
      expect(await acquire('a')).toEqual(acquiredBy('a'));
      const inProgress = { kind: 'in-progress', busyUntil, challengeId: 'challenge of a' };
      expect(await acquire('b', busyUntil + 500)).toEqual(inProgress);
      expect(await store.look('round')).toEqual(inProgress);
    });

    it('A35: gives a round to one of 20 callers at once', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          world.stores[i % world.stores.length]?.acquire('round', claimant(`caller ${i}`)),
        ),
      );
      expect(results.filter((acquired) => acquired?.kind === 'acquired')).toHaveLength(1);
    });

    it('A35: tells later callers what the round came to', async () => {
      await acquire('a');
      await store.complete('round', 'a', sent);
      const completed = { kind: 'completed', result: sent, holder: 'a' };
      for (const other of world.stores) {
        expect(await other.acquire('round', claimant('b'))).toEqual(completed);
        expect(await other.look('round')).toEqual(completed);
      }
    });

    it('A35: gives a round whose caller never answered to one of 20, with the challenge that it had', async () => {
      await acquire('a');
      world.clock.advance(4200);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          world.stores[i % world.stores.length]?.acquire(
            'round',
            claimant(`caller ${i}`, busyUntil + 4200),
          ),
        ),
      );
      const acquired = results.filter((result) => result?.kind === 'acquired');
      expect(acquired).toEqual([acquiredBy('a')]);
    });

    it('gives a round that its caller abandoned to the next one at once, with the challenge that it had', async () => {
      await acquire('a');
      await store.abandon('round', 'a');
      expect(await acquire('b')).toEqual(acquiredBy('a'));
    });

    it('gives a round that was released to the next caller, with a challenge of its own', async () => {
      await acquire('a');
      await store.release('round', 'a');
      expect(await acquire('b')).toEqual(acquiredBy('b'));
      await store.complete('round', 'b', sent);
      await store.release('round', 'b');
      expect(await acquire('c')).toEqual(acquiredBy('c'));
    });

    it('lets nobody complete, abandon or release what another has', async () => {
      await acquire('a');
      await store.complete('round', 'b', sent);
      await store.abandon('round', 'b');
      await store.release('round', 'b');
      expect(await acquire('c')).toMatchObject({ kind: 'in-progress' });
    });

    it('lets a caller that was overtaken change nothing any more', async () => {
      await acquire('a');
      world.clock.advance(4200);
      await acquire('b', busyUntil + 4200);
      await store.complete('round', 'a', { status: 'DELIVERY_FAILED', reference: 'old' });
      expect((await acquire('c')).kind).toBe('in-progress');
      await store.complete('round', 'b', sent);
      expect(await acquire('c')).toMatchObject({ kind: 'completed', result: sent });
    });

    it('keeps what was completed, whoever abandons the round', async () => {
      await acquire('a');
      await store.complete('round', 'a', sent);
      await store.abandon('round', 'a');
      expect((await acquire('b')).kind).toBe('completed');
    });

    it('A35: keeps a round for its time from when it was acquired, and no longer', async () => {
      await acquire('a');
      await store.complete('round', 'a', sent);
      world.clock.advance(HOLD_MS - 1);
      expect((await acquire('b')).kind).toBe('completed');
      world.clock.advance(1);
      expect(await store.look('round')).toEqual({ kind: 'free' });
      expect(await acquire('c', busyUntil + HOLD_MS)).toEqual(acquiredBy('c'));
      expect((await acquire('d')).kind).toBe('in-progress');
    });

    it('keeps a round for as long as its caller works on it', async () => {
      const until = world.clock.now() + 2 * HOLD_MS;
      await acquire('a', until);
      world.clock.advance(2 * HOLD_MS - 1);
      const inProgress = { kind: 'in-progress', busyUntil: until, challengeId: 'challenge of a' };
      expect(await acquire('b', until + 1)).toEqual(inProgress);
    });

    it('keeps a round for its time anew where it was taken over', async () => {
      await acquire('a');
      world.clock.advance(10_000);
      await acquire('b', busyUntil + 10_000);
      await store.complete('round', 'b', sent);
      world.clock.advance(HOLD_MS - 1);
      expect((await acquire('c')).kind).toBe('completed');
    });

    describe('a completed round that is called for again', () => {
      beforeEach(async () => {
        await acquire('a');
        await store.complete('round', 'a', sent);
        world.clock.advance(HOLD_MS - 1000);
      });

      it('A35: is kept for its time anew, and no longer', async () => {
        expect(await store.prolong('round', 'a', 'b')).toBe(true);
        const completed = { kind: 'completed', result: sent, holder: 'a' };
        expect(await acquire('c')).toEqual(completed);
        world.clock.advance(HOLD_MS - 1);
        expect(await acquire('c')).toEqual(completed);
        world.clock.advance(1);
        expect(await acquire('c', busyUntil + 2 * HOLD_MS)).toEqual(acquiredBy('c'));
      });

      it('A35: is prolonged once, by one of 20 callers at once', async () => {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            world.stores[i % world.stores.length]?.prolong('round', 'a', `caller ${i}`),
          ),
        );
        expect(results.filter((isProlonged) => isProlonged)).toHaveLength(1);
        world.clock.advance(2000);
        expect(await store.prolong('round', 'a', 'late')).toBe(false);
        world.clock.advance(HOLD_MS - 2000);
        expect((await acquire('c')).kind).toBe('acquired');
      });

      it('may be prolonged once more when it begins anew', async () => {
        await store.prolong('round', 'a', 'b');
        world.clock.advance(HOLD_MS);
        await acquire('c', busyUntil + 3 * HOLD_MS);
        await store.complete('round', 'c', sent);
        expect(await store.prolong('round', 'c', 'd')).toBe(true);
      });

      it('is not prolonged once another has it', async () => {
        world.clock.advance(1000);
        await acquire('c', busyUntil + HOLD_MS);
        await store.complete('round', 'c', sent);
        expect(await store.prolong('round', 'a', 'b')).toBe(false);
        world.clock.advance(HOLD_MS);
        expect((await acquire('d')).kind).toBe('acquired');
      });
    });

    it('prolongs nothing that was not completed', async () => {
      expect(await store.prolong('round', 'a', 'b')).toBe(false);
      await acquire('a');
      expect(await store.prolong('round', 'a', 'b')).toBe(false);
      world.clock.advance(HOLD_MS);
      expect(await acquire('c', busyUntil + HOLD_MS)).toEqual(acquiredBy('c'));
    });

    it('keeps every round apart, whatever text it is known by', async () => {
      for (const round of ['', ' ', '["a","b"]', 'a#b', '\u{1F510}\n', 'x'.repeat(10_000)]) {
        expect(await store.acquire(round, claimant('a'))).toEqual(acquiredBy('a'));
      }
    });
  });
}
