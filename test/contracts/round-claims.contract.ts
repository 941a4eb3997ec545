import { beforeEach, describe, expect, it } from 'vitest';
import type { RoundClaims, RoundResult } from '../../src/domain/ports/round-claims.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';

export interface RoundClaimsWorld {
  /** One, or several that share their claims: as several containers do. */
  readonly claims: readonly [RoundClaims, ...RoundClaims[]];
  readonly clock: ManualClock;
}

/** What the world's claims are to be kept for. */
export const HOLD_MS = 10_000;

const sent: RoundResult = { status: 'SENT', reference: 'challenge-1' };

/** @param create a world in which no round is claimed, and claims are kept for {@link HOLD_MS}. */
export function describeRoundClaimsContract(
  name: string,
  create: () => RoundClaimsWorld | Promise<RoundClaimsWorld>,
): void {
  describe(`RoundClaims contract: ${name}`, () => {
    let claims: RoundClaims;
    let world: RoundClaimsWorld;
    let workUntil: number;
    beforeEach(async () => {
      world = await create();
      claims = world.claims[0];
      workUntil = world.clock.now() + 4200;
    });

    const won = { kind: 'won', holder: expect.any(String) };

    it('gives a round to the first caller, and tells the others who has it until when', async () => {
      expect(await claims.claim('round', workUntil)).toEqual(won);
      expect(await claims.claim('round', workUntil + 500)).toEqual({ kind: 'open', workUntil });
    });

    it('A35: gives a round to one of 20 callers at once', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          world.claims[i % world.claims.length]?.claim('round', workUntil),
        ),
      );
      expect(results.filter((claim) => claim?.kind === 'won')).toHaveLength(1);
    });

    it('A35: tells later callers what the round came to', async () => {
      await claims.claim('round', workUntil);
      await claims.settle('round', sent);
      for (const other of world.claims) {
        expect(await other.claim('round', workUntil)).toEqual({ kind: 'settled', result: sent });
      }
    });

    it('gives a round that its holder abandoned to the next caller', async () => {
      const claim = await claims.claim('round', workUntil);
      await claims.abandon('round', claim.kind === 'won' ? claim.holder : '');
      expect(await claims.claim('round', workUntil)).toEqual(won);
    });

    it('lets nobody abandon what another holds', async () => {
      await claims.claim('round', workUntil);
      await claims.abandon('round', 'somebody else');
      expect((await claims.claim('round', workUntil)).kind).toBe('open');
    });

    it('keeps what was settled, whoever abandons the round', async () => {
      const claim = await claims.claim('round', workUntil);
      await claims.settle('round', sent);
      await claims.abandon('round', claim.kind === 'won' ? claim.holder : '');
      expect((await claims.claim('round', workUntil)).kind).toBe('settled');
    });

    it('keeps a settled claim for its time, and no longer', async () => {
      await claims.claim('round', workUntil);
      world.clock.advance(1000);
      await claims.settle('round', sent);
      world.clock.advance(HOLD_MS - 1);
      expect((await claims.claim('round', workUntil)).kind).toBe('settled');
      world.clock.advance(1);
      expect(await claims.claim('round', workUntil)).toEqual(won);
      expect((await claims.claim('round', workUntil)).kind).toBe('open');
    });

    it('keeps the claim of a caller that never settles, and gives it up in the end', async () => {
      await claims.claim('round', workUntil);
      world.clock.advance(4200 + HOLD_MS - 1);
      expect((await claims.claim('round', workUntil)).kind).toBe('open');
      world.clock.advance(1);
      expect(await claims.claim('round', workUntil)).toEqual(won);
    });

    it('A35: tells what the round came to should its holder never settle it', async () => {
      const foreseen: RoundResult = { status: 'DELIVERY_FAILED', reference: 'challenge-1' };
      await claims.claim('round', workUntil);
      await claims.foresee('round', foreseen);
      for (const other of world.claims) {
        expect(await other.claim('round', 0)).toEqual({ kind: 'open', workUntil, foreseen });
      }
      await claims.release('round', foreseen.reference);
      expect((await claims.claim('round', workUntil)).kind).toBe('open');
      await claims.settle('round', sent);
      expect(await claims.claim('round', 0)).toEqual({ kind: 'settled', result: sent });
    });

    it('foresees nothing of a round that is claimed anew', async () => {
      await claims.claim('round', workUntil);
      await claims.foresee('round', sent);
      world.clock.advance(4200 + HOLD_MS);
      const until = world.clock.now() + 4200;
      expect(await claims.claim('round', until)).toEqual(won);
      expect(await claims.claim('round', until)).toEqual({ kind: 'open', workUntil: until });
    });

    it('frees a round that was settled with a certain reference', async () => {
      await claims.claim('round', workUntil);
      await claims.release('round', sent.reference);
      expect((await claims.claim('round', workUntil)).kind).toBe('open');
      await claims.settle('round', sent);
      await claims.release('round', 'another');
      expect((await claims.claim('round', workUntil)).kind).toBe('settled');
      await claims.release('round', sent.reference);
      expect(await claims.claim('round', workUntil)).toEqual(won);
    });

    it('keeps every round apart, whatever text it is known by', async () => {
      for (const round of ['', ' ', '["a","b"]', 'a#b', '\u{1F510}\n', 'x'.repeat(10_000)]) {
        expect(await claims.claim(round, workUntil)).toEqual(won);
      }
    });
  });
}
