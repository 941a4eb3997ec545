import { describe, expect, it } from 'vitest';
import type { Challenge, Code } from '../../src/domain/challenge.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { ChallengeRepository, Saved } from '../../src/domain/ports/challenge-repository.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

const scope: SignInScope = {
  userPoolId: 'eu-west-1_Pool',
  clientId: 'client',
  username: 'user-a',
};
const issuedAt = Date.UTC(2026, 0, 15);
const lifetime = { issuedAt, expiresAt: issuedAt + 300_000 };
const digestOf = (letter: string) => `${letter.repeat(42)}A`;

const LIVE: Code = { kind: 'live', digest: digestOf('d'), ...lifetime };
const OTHER: Code = { kind: 'live', digest: digestOf('e'), ...lifetime };
const DECOY = { kind: 'decoy', ...lifetime } as const;

const codes: readonly (readonly [string, Code])[] = [
  ['a live code', LIVE],
  ['a live code whose provider wants feedback', { ...LIVE, feedbackReference: 'r'.repeat(40) }],
  ['a live code of version 1', { ...LIVE, unbound: true }],
  ['a decoy', DECOY],
  ['a live code of eight digits', { ...LIVE, digits: 8 }],
  ['no code', { kind: 'none' }],
];

/** How repositories may differ, each by what it can't know. */
export interface ChallengeRepositoryTraits {
  /** Why it knows nothing of what other sign-ins and earlier rounds did, if it doesn't. */
  readonly knowsThisSessionOnly?: string;
}

export function describeChallengeRepositoryContract(
  name: string,
  create: () => ChallengeRepository,
  { knowsThisSessionOnly }: ChallengeRepositoryTraits = {},
): void {
  function challenge(repository: ChallengeRepository, code: Code = LIVE): Challenge {
    const id = repository.nextId();
    return {
      id,
      code,
      sends: 2,
      refusedSends: 10,
      failures: 0,
      resendAt: issuedAt + 30_000,
      shownUntil: issuedAt + 60_000,
      version: 0,
    };
  }

  /** Saves it, and returns it as it stands. */
  async function save(repository: ChallengeRepository, unsaved: Challenge): Promise<Challenge> {
    const saved = await repository.save(unsaved);
    if (saved.kind === 'conflict') {
      throw new Error('Somebody else has written.');
    }
    return saved.challenge;
  }

  const find = (repository: ChallengeRepository, sought: Challenge) =>
    repository.find(repository.referTo(sought, scope), scope);

  describe(`ChallengeRepository contract: ${name}`, () => {
    it('never gives an id twice', () => {
      const repository = create();
      const ids = Array.from({ length: 1000 }, () => repository.nextId());
      expect(new Set(ids).size).toBe(1000);
    });

    it.each(codes)('finds a challenge with %s again, unchanged', async (_, code) => {
      const repository = create();
      const saved = await save(repository, challenge(repository, code));
      expect(await find(repository, saved)).toEqual(saved);
    });

    it('counts the sends that were refused, whatever is out', async () => {
      const repository = create();
      for (const [, code] of codes) {
        for (const refusedSends of [0, 1, 10]) {
          const saved = await save(repository, { ...challenge(repository, code), refusedSends });
          expect(await find(repository, saved)).toMatchObject({ code, refusedSends });
        }
      }
    });

    it('finds the newest state after a second save', async () => {
      const repository = create();
      const first = await save(repository, challenge(repository));
      const second = await save(repository, { ...first, code: OTHER, sends: 3 });
      expect(await find(repository, second)).toEqual(second);
      expect(second).toMatchObject({ code: OTHER, sends: 3 });
    });

    it.each<readonly [string, SignInScope]>([
      ['another user', { ...scope, username: 'user-b' }],
      ['another app client', { ...scope, clientId: 'other' }],
      ['another user pool', { ...scope, userPoolId: 'eu-west-1_Other' }],
    ])('neither finds nor recognises anything for %s', async (_, other) => {
      const repository = create();
      const saved = await save(repository, challenge(repository));
      const reference = repository.referTo(saved, scope);
      expect(await repository.recognises(reference, scope)).toBe(true);
      expect(await repository.recognises(reference, other)).toBe(false);
      expect(await repository.find(reference, other)).toBeUndefined();
    });

    it.each([
      ['nothing', ''],
      ['a code in the open', 'CODE-123456'],
      ['JSON null', 'null'],
      ['another shape', '{"v":1,"code":"123456"}'],
      ['a later version', '{"v":99}'],
      ['broken JSON', '{"v":1,'],
      ['a UUID', '6f1c0f8e-0000-4000-8000-000000000000'],
      ['the length of one of ours', 'A'.repeat(200)],
      ['100 kB', 'x'.repeat(100_000)],
    ])('neither finds nor recognises anything by a foreign reference: %s', async (_, reference) => {
      expect(await create().find(reference, scope)).toBeUndefined();
      expect(await create().recognises(reference, scope)).toBe(false);
    });

    it('finds nothing by a reference with anything before or behind it', async () => {
      const repository = create();
      const reference = repository.referTo(await save(repository, challenge(repository)), scope);
      for (const longer of [`a${reference}`, `${reference}a`, ` ${reference}`, `${reference}\n`]) {
        expect(await repository.find(longer, scope)).toBeUndefined();
        expect(await repository.recognises(longer, scope)).toBe(false);
      }
    });

    it('finds nothing by a reference with any one character altered', async () => {
      const repository = create();
      const saved = await save(repository, challenge(repository));
      const reference = repository.referTo(saved, scope);
      for (let i = 0; i < reference.length; i++) {
        const other = reference[i] === '7' ? '8' : '7';
        const altered = reference.slice(0, i) + other + reference.slice(i + 1);
        expect(await repository.find(altered, scope)).toBeUndefined();
      }
    });

    it('A26: refers to every challenge in as many characters, 200 at most', () => {
      const repository = create();
      const lengths = codes.flatMap(([, code]) =>
        [0, 20].map((failures) => {
          const refusedSends = failures / 2;
          const worn = { ...challenge(repository, code), sends: failures, refusedSends, failures };
          return repository.referTo(worn, scope).length;
        }),
      );
      expect(new Set(lengths).size).toBe(1);
      expect(lengths[0]).toBeLessThanOrEqual(200);
    });

    it('takes an answer that was wrong, and consumes one that was right', async () => {
      const repository = create();
      const saved = await save(repository, challenge(repository));
      expect(await repository.takeAnswer(saved, 3)).toEqual({ kind: 'taken' });
      expect(await repository.consume(saved, 3)).toEqual({ kind: 'taken' });
    });

    it('knows of one failure more after an answer that was wrong', async () => {
      const repository = create();
      const saved = await save(repository, challenge(repository));
      await repository.takeAnswer(saved, 3);
      const found = await find(repository, saved);
      expect(found && repository.afterAnswer(found).failures).toBe(1);
    });

    if (knowsThisSessionOnly === undefined) {
      describeWhatAStoreKnows();
    } else {
      describeWhatASessionKnows(knowsThisSessionOnly);
    }

    function describeWhatASessionKnows(reason: string): void {
      describe(`knows this session only: ${reason}`, () => {
        it('never conflicts: each sign-in has its own challenge', async () => {
          const repository = create();
          const first = await save(repository, challenge(repository));
          for (const code of [OTHER, LIVE]) {
            expect(await repository.save({ ...first, code })).toMatchObject({
              kind: 'saved',
              challenge: { code },
            });
          }
        });

        it('takes every answer, and consumes a code any number of times', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          for (let i = 0; i < 5; i++) {
            expect(await repository.takeAnswer(saved, 1)).toEqual({ kind: 'taken' });
            expect(await repository.consume(saved, 1)).toEqual({ kind: 'taken' });
          }
        });

        it('counts a failure for every round that did not ask for a code, whatever was typed', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          const next = repository.afterAnswer(repository.afterAnswer(saved));
          expect((await find(repository, next))?.failures).toBe(2);
        });

        it('does not keep the round that asked for an SMS', async () => {
          const repository = create();
          const saved = await save(repository, { ...challenge(repository), sentIn: 'round' });
          expect((await find(repository, saved))?.sentIn).toBeUndefined();
        });
      });
    }

    function describeWhatAStoreKnows(): void {
      describe('knows what other sign-ins did', () => {
        const conflictWith = (current: Challenge): Saved => ({ kind: 'conflict', current });

        it('finds nothing that was never saved', async () => {
          const repository = create();
          expect(await find(repository, challenge(repository))).toBeUndefined();
        });

        it('keeps the round that asked for the newest SMS', async () => {
          const repository = create();
          const saved = await save(repository, { ...challenge(repository), sentIn: 'round 1' });
          expect((await find(repository, saved))?.sentIn).toBe('round 1');
          const { sentIn: _, ...without } = saved;
          await save(repository, without);
          expect((await find(repository, saved))?.sentIn).toBeUndefined();
        });

        it('never lets an older write beat a newer one: whoever did not know it gets a conflict', async () => {
          const repository = create();
          const first = await save(repository, challenge(repository));
          const second = await save(repository, { ...first, code: OTHER });
          const late = await repository.save({ ...first, sends: 9 });
          expect(late).toEqual(conflictWith(second));
          expect(await find(repository, first)).toEqual(second);
        });

        it('opens a challenge once, however many begin it', async () => {
          const repository = create();
          const unsaved = challenge(repository);
          const results = await Promise.all(
            Array.from({ length: 20 }, () => repository.save(unsaved)),
          );
          expect(results.filter(({ kind }) => kind === 'saved')).toHaveLength(1);
        });

        it('lets one of 20 resends at once through', async () => {
          const repository = create();
          const first = await save(repository, challenge(repository));
          const results = await Promise.all(
            Array.from({ length: 20 }, (_, i) =>
              repository.save({
                ...first,
                code: { ...lifetime, kind: 'decoy', issuedAt: issuedAt + i },
              }),
            ),
          );
          const saved = results.filter(({ kind }) => kind === 'saved');
          expect(saved).toHaveLength(1);
          expect(await find(repository, first)).toEqual(
            saved[0] && 'challenge' in saved[0] && saved[0].challenge,
          );
        });

        it('A20: takes no more of 20 answers at once than there may be', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          const taken = await Promise.all(
            Array.from({ length: 20 }, () => repository.takeAnswer(saved, 3)),
          );
          expect(taken.filter(({ kind }) => kind === 'taken')).toHaveLength(3);
          expect(taken.filter(({ kind }) => kind === 'exhausted')).toHaveLength(17);
          expect((await find(repository, saved))?.failures).toBe(3);
        });

        it('takes answers to a decoy as to any other code', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository, DECOY));
          expect(await repository.takeAnswer(saved, 1)).toEqual({ kind: 'taken' });
          expect(await repository.takeAnswer(saved, 1)).toEqual({ kind: 'exhausted' });
        });

        it('A10: counts answers on through a resend', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          await repository.takeAnswer(saved, 1);
          const resent = await save(repository, { ...saved, code: OTHER });
          expect(await repository.takeAnswer(resent, 1)).toEqual({ kind: 'exhausted' });
          expect((await find(repository, saved))?.failures).toBe(1);
        });

        it('does not write failures: a save of somebody who knew of fewer takes none back', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          await repository.takeAnswer(saved, 3);
          await save(repository, { ...saved, code: OTHER });
          expect((await find(repository, saved))?.failures).toBe(1);
        });

        it.each<[string, Code, Code]>([
          ['a code', LIVE, OTHER],
          ['a decoy', DECOY, { ...DECOY, issuedAt: issuedAt + 1 }],
        ])(
          'A17: takes no answer that was compared with %s which another has replaced since',
          async (_, code, next) => {
            const repository = create();
            const saved = await save(repository, challenge(repository, code));
            const current = await save(repository, { ...saved, code: next });
            expect(await repository.takeAnswer(saved, 3)).toEqual({ kind: 'replaced', current });
            expect(await repository.consume(saved, 3)).toEqual({ kind: 'replaced', current });
            expect((await find(repository, saved))?.failures).toBe(0);
          },
        );

        it('A6: consumes a code once, and takes no answer to it any more', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          expect(await repository.consume(saved, 3)).toEqual({ kind: 'taken' });
          expect(await repository.consume(saved, 3)).toEqual({ kind: 'used' });
          expect(await repository.takeAnswer(saved, 3)).toEqual({ kind: 'used' });
          expect((await find(repository, saved))?.failures).toBe(0);
        });

        it('A7: lets one of 50 callers consume', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          const results = await Promise.all(
            Array.from({ length: 50 }, () => repository.consume(saved, 3)),
          );
          expect(results.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
          expect(results.filter(({ kind }) => kind === 'used')).toHaveLength(49);
        });

        it('A20: lets nobody consume once all answers were taken', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          await repository.takeAnswer(saved, 1);
          expect(await repository.consume(saved, 1)).toEqual({ kind: 'exhausted' });
        });

        it('A6: shows a consumed code as used, whoever saves an older state', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          await repository.consume(saved, 3);
          expect((await find(repository, saved))?.code).toEqual({ kind: 'used' });
          await save(repository, { ...saved, resendAt: issuedAt });
          expect((await find(repository, saved))?.code).toEqual({ kind: 'used' });
          expect(await repository.consume(saved, 3)).toEqual({ kind: 'used' });
        });

        describe('takes an answer that Cognito delivers again once', () => {
          const calledAt = issuedAt + 10_000;
          const first: Delivery = { name: '0123456789abcdef', calledAt };
          const secondsOn = (seconds: number): Delivery => ({
            ...first,
            calledAt: calledAt + seconds * 1000,
          });
          const other = { ...secondsOn(5), name: 'fedcba9876543210' };

          it('finds what was taken, and when Cognito called, whoever saves an older state', async () => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            await repository.takeAnswer(saved, 3, first);
            await repository.consume(saved, 3, other);
            await save(repository, saved);
            const answers = (await find(repository, saved))?.answers ?? [];
            expect(answers.toSorted((a, b) => a.calledAt - b.calledAt)).toEqual([
              { ...first, isRight: false },
              { ...other, isRight: true },
            ]);
          });

          it.each([5, 10, 13, -5])('a wrong one, %i seconds after the first', async (seconds) => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            expect(await repository.takeAnswer(saved, 1, first)).toEqual({ kind: 'taken' });
            const again = secondsOn(seconds);
            const repeated = { kind: 'repeated', isRight: false };
            expect(await repository.takeAnswer(saved, 1, again)).toEqual(repeated);
            expect(await repository.consume(saved, 1, again)).toEqual(repeated);
            expect((await find(repository, saved))?.failures).toBe(1);
          });

          it.each([5, 10, 13, -5])('a right one, %i seconds after the first', async (seconds) => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            expect(await repository.consume(saved, 3, first)).toEqual({ kind: 'taken' });
            const again = secondsOn(seconds);
            const repeated = { kind: 'repeated', isRight: true };
            expect(await repository.consume(saved, 3, again)).toEqual(repeated);
            expect(await repository.takeAnswer(saved, 3, again)).toEqual(repeated);
          });

          it('a wrong one, where both calls are under way', async () => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            const taken = await Promise.all(
              [first, secondsOn(5), secondsOn(10)].map((each) =>
                repository.takeAnswer(saved, 3, each),
              ),
            );
            expect(taken.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
            expect(taken.filter(({ kind }) => kind === 'repeated')).toHaveLength(2);
            expect((await find(repository, saved))?.failures).toBe(1);
          });

          it('A6: and not where it is replayed, at once or long after', async () => {
            for (const seconds of [0, 1, -1, 16, 60]) {
              const repository = create();
              const saved = await save(repository, challenge(repository));
              await repository.takeAnswer(saved, 3, first);
              const again = secondsOn(seconds);
              expect(await repository.takeAnswer(saved, 3, again)).toEqual({ kind: 'taken' });
              await repository.consume(saved, 3, { ...first, name: other.name });
              const replay = { ...again, name: other.name };
              expect(await repository.consume(saved, 3, replay)).toEqual({ kind: 'used' });
            }
          });

          it('A6: and not where another answer, or one to another round, comes', async () => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            await repository.takeAnswer(saved, 3, first);
            expect(await repository.takeAnswer(saved, 3, other)).toEqual({ kind: 'taken' });
            expect((await find(repository, saved))?.failures).toBe(2);
            await repository.consume(saved, 3, { ...first, name: 'aaaaaaaaaaaaaaaa' });
            const another = { ...secondsOn(5), name: 'bbbbbbbbbbbbbbbb' };
            expect(await repository.consume(saved, 3, another)).toEqual({ kind: 'used' });
            expect(await repository.consume(saved, 3)).toEqual({ kind: 'used' });
          });

          it('A7: and one of 50 at once', async () => {
            const repository = create();
            const saved = await save(repository, challenge(repository));
            const results = await Promise.all(
              Array.from({ length: 50 }, () => repository.consume(saved, 3, first)),
            );
            expect(results.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
            expect(results.filter(({ kind }) => kind === 'used')).toHaveLength(49);
          });
        });

        it('consumes the code of a resend in its turn', async () => {
          const repository = create();
          const saved = await save(repository, challenge(repository));
          await repository.consume(saved, 3);
          const resent = await save(repository, { ...saved, code: OTHER });
          expect((await find(repository, saved))?.code).toEqual(OTHER);
          expect(await repository.consume(resent, 3)).toEqual({ kind: 'taken' });
          expect(await repository.consume(resent, 3)).toEqual({ kind: 'used' });
        });
      });
    }
  });
}
