import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { ChallengeRepository } from '../../src/domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

const scope: SignInScope = {
  userPoolId: 'eu-west-1_Pool',
  clientId: 'client',
  username: 'user-a',
};
const issuedAt = Date.UTC(2026, 0, 15);
const lifetime = { issuedAt, expiresAt: issuedAt + 300_000 };
const progress = { sends: 2, failures: 1, resendAt: issuedAt + 30_000 };

const codes: readonly (readonly [string, Challenge['code']])[] = [
  ['a live code', { kind: 'live', digest: 'keyed-digest', ...lifetime }],
  [
    'a live code whose provider wants feedback',
    { kind: 'live', digest: 'keyed-digest', feedbackReference: 'r'.repeat(100), ...lifetime },
  ],
  ['a decoy', { kind: 'decoy', ...lifetime }],
  ['a used code', { kind: 'used' }],
  ['no code', { kind: 'none' }],
];

/** @param canNotConsume why this technology can't tell that a challenge was used or answered before. */
export function describeChallengeRepositoryContract(
  name: string,
  create: () => ChallengeRepository,
  { canNotConsume }: { readonly canNotConsume?: string } = {},
): void {
  const skipped = canNotConsume ? ` (skipped: ${canNotConsume})` : '';

  function challenge(repository: ChallengeRepository, code = codes[0]?.[1]): Challenge {
    return { id: repository.nextId(), code: code ?? { kind: 'none' }, ...progress };
  }

  describe(`ChallengeRepository contract: ${name}`, () => {
    it('never gives an id twice', () => {
      const repository = create();
      const ids = Array.from({ length: 1000 }, () => repository.nextId());
      expect(new Set(ids).size).toBe(1000);
    });

    it.each(codes)('finds a challenge with %s again, unchanged', async (_, code) => {
      const repository = create();
      const saved = challenge(repository, code);
      const reference = await repository.save(saved, scope);
      expect(await repository.find(reference, scope)).toEqual(saved);
    });

    it('finds the newest state after a second save', async () => {
      const repository = create();
      const first = challenge(repository);
      await repository.save(first, scope);
      const reference = await repository.save({ ...first, failures: 2 }, scope);
      expect(await repository.find(reference, scope)).toEqual({ ...first, failures: 2 });
    });

    it.each<readonly [string, SignInScope]>([
      ['another user', { ...scope, username: 'user-b' }],
      ['another app client', { ...scope, clientId: 'other' }],
      ['another user pool', { ...scope, userPoolId: 'eu-west-1_Other' }],
    ])('finds nothing for %s', async (_, other) => {
      const repository = create();
      const reference = await repository.save(challenge(repository), scope);
      expect(await repository.find(reference, other)).toBeUndefined();
    });

    it.each([
      ['nothing', ''],
      ['a code in the open', 'CODE-123456'],
      ['JSON null', 'null'],
      ['another shape', '{"v":1,"code":"123456"}'],
      ['a later version', '{"v":99}'],
      ['broken JSON', '{"v":1,'],
      ['100 kB', 'x'.repeat(100_000)],
    ])('finds nothing by a foreign reference: %s', async (_, reference) => {
      expect(await create().find(reference, scope)).toBeUndefined();
    });

    it('finds nothing by a reference with any one character altered', async () => {
      const repository = create();
      const reference = await repository.save(challenge(repository), scope);
      for (let i = 0; i < reference.length; i++) {
        const other = reference[i] === '7' ? '8' : '7';
        const altered = reference.slice(0, i) + other + reference.slice(i + 1);
        expect(await repository.find(altered, scope)).toBeUndefined();
      }
    });

    it('A26: keeps the reference under 1 kB, whatever happened before', async () => {
      const repository = create();
      const worn = { ...challenge(repository, codes[1]?.[1]), sends: 10, failures: 20 };
      expect((await repository.save(worn, scope)).length).toBeLessThan(1024);
    });

    it('hands a challenge out to be answered', async () => {
      const repository = create();
      const saved = challenge(repository);
      const reference = await repository.save(saved, scope);
      expect(await repository.takeAnswer(reference, scope, 3)).toMatchObject(saved);
      const other = { ...scope, username: 'user-b' };
      expect(await repository.takeAnswer(reference, other, 3)).toBeUndefined();
      expect(await repository.takeAnswer('x'.repeat(10_000), scope, 3)).toBeUndefined();
    });

    it.skipIf(canNotConsume)(
      `A20: hands a challenge out to no more of 20 answers at once than it may get${skipped}`,
      async () => {
        const repository = create();
        const saved = challenge(repository);
        const reference = await repository.save(saved, scope);
        const taken = await Promise.all(
          Array.from({ length: 20 }, () => repository.takeAnswer(reference, scope, 3)),
        );
        expect(taken.filter((found) => found !== undefined)).toHaveLength(3);
        expect((await repository.find(reference, scope))?.answersTaken).toBe(3);
      },
    );

    it.skipIf(canNotConsume)(`A10: counts answers on through a resend${skipped}`, async () => {
      const repository = create();
      const saved = challenge(repository);
      const reference = await repository.save(saved, scope);
      await repository.takeAnswer(reference, scope, 1);
      const code = { kind: 'live', digest: 'another-digest', ...lifetime } as const;
      await repository.save({ ...saved, code }, scope);
      expect(await repository.takeAnswer(reference, scope, 1)).toBeUndefined();
    });

    it.skipIf(canNotConsume)(`A6: consumes a challenge once${skipped}`, async () => {
      const repository = create();
      const reference = await repository.save(challenge(repository), scope);
      expect(await repository.consume(reference, scope)).toBe(true);
      expect(await repository.consume(reference, scope)).toBe(false);
    });

    it.skipIf(canNotConsume)(`A7: lets one of 50 callers consume${skipped}`, async () => {
      const repository = create();
      const reference = await repository.save(challenge(repository), scope);
      const results = await Promise.all(
        Array.from({ length: 50 }, () => repository.consume(reference, scope)),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it.skipIf(canNotConsume)(`A6: shows a consumed code as used${skipped}`, async () => {
      const repository = create();
      const saved = challenge(repository);
      const reference = await repository.save(saved, scope);
      await repository.consume(reference, scope);
      const used = { ...saved, code: { kind: 'used' } };
      expect(await repository.find(reference, scope)).toEqual(used);
    });

    it.skipIf(canNotConsume)(
      `A6: never makes a used code good again, whoever saves an older state${skipped}`,
      async () => {
        const repository = create();
        const saved = challenge(repository);
        const reference = await repository.save(saved, scope);
        await repository.consume(reference, scope);
        await repository.save({ ...saved, failures: 2 }, scope);
        expect(await repository.consume(reference, scope)).toBe(false);
        expect((await repository.find(reference, scope))?.code).toEqual({ kind: 'used' });
      },
    );

    it.skipIf(canNotConsume)(`consumes the code of a resend in its turn${skipped}`, async () => {
      const repository = create();
      const saved = challenge(repository);
      const reference = await repository.save(saved, scope);
      await repository.consume(reference, scope);
      const code = { kind: 'live', digest: 'another-digest', ...lifetime } as const;
      await repository.save({ ...saved, code }, scope);
      expect((await repository.find(reference, scope))?.code).toEqual(code);
      expect(await repository.consume(reference, scope)).toBe(true);
      expect(await repository.consume(reference, scope)).toBe(false);
    });

    it.skipIf(canNotConsume)(`consumes nothing where nothing can match${skipped}`, async () => {
      const repository = create();
      const decoy = await repository.save(challenge(repository, codes[2]?.[1]), scope);
      expect(await repository.consume(decoy, scope)).toBe(false);
      const live = await repository.save(challenge(repository), scope);
      expect(await repository.consume(live, { ...scope, username: 'user-b' })).toBe(false);
      expect(await repository.consume('x'.repeat(10_000), scope)).toBe(false);
    });
  });
}
