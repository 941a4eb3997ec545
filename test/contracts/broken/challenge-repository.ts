import { setImmediate } from 'node:timers/promises';
import { SessionChallengeRepository } from '../../../src/adapters/challenge-repository/session.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { type TakenAnswer, takenBefore } from '../../../src/domain/delivery.ts';
import type { ChallengeRepository } from '../../../src/domain/ports/challenge-repository.ts';
import { InMemoryChallengeRepository } from '../../fakes/in-memory-challenge-repository.ts';
import { KEY } from '../../support/keys.ts';
import { describeChallengeRepositoryContract } from '../challenge-repository.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

type Changes = (repository: ChallengeRepository) => Partial<ChallengeRepository>;

const ANY_NUMBER = Number.POSITIVE_INFINITY;

const stored =
  (changes: Changes = () => ({})) =>
  () =>
    altered<ChallengeRepository>(new InMemoryChallengeRepository(), changes);

const inSession =
  (changes: Changes = () => ({})) =>
  () =>
    altered<ChallengeRepository>(new SessionChallengeRepository(new HmacKeyRing([KEY])), changes);

/** Whatever the scope, it is this one. */
const anyScope = { userPoolId: '', clientId: '', username: '' };

const ofStores = suitesOf(
  'repository of challenges',
  describeChallengeRepositoryContract,
  stored(),
  {
    'finds a challenge for anybody': [
      'neither finds nor recognises anything for another user',
      stored((repository) => ({
        referTo: (challenge) => repository.referTo(challenge, anyScope),
        recognises: (reference) => repository.recognises(reference, anyScope),
        find: (reference) => repository.find(reference, anyScope),
      })),
    ],
    'recognises whatever looks like its own': [
      'neither finds nor recognises anything for another user',
      stored(() => ({ recognises: async (reference) => /^[0-9a-f-]{36} /.test(reference) })),
    ],
    'throws for a reference that is not its own': [
      'neither finds nor recognises anything by a foreign reference',
      stored((repository) => ({
        find: async (reference, scope) => {
          if (!(await repository.recognises(reference, scope))) {
            throw new Error('What is this?');
          }
          return repository.find(reference, scope);
        },
      })),
    ],
    'lets the last writer win': [
      'never lets an older write beat a newer one',
      stored((repository) => ({
        save: async (challenge) => {
          const saved = await repository.save(challenge);
          return saved.kind === 'conflict' && saved.current !== undefined
            ? repository.save({ ...challenge, version: saved.current.version })
            : saved;
        },
      })),
    ],
    'takes any number of answers': [
      'A20: takes no more of 20 answers at once than there may be',
      stored((repository) => ({
        takeAnswer: (challenge) => repository.takeAnswer(challenge, ANY_NUMBER),
      })),
    ],
    'consumes a code after all tries': [
      'A20: lets nobody consume once all answers were taken',
      stored((repository) => ({
        consume: (challenge) => repository.consume(challenge, ANY_NUMBER),
      })),
    ],
    'consumes a code as often as one likes': [
      'A6: consumes a code once',
      stored(() => ({ consume: async () => ({ kind: 'taken' }) })),
    ],
    'takes a wrong answer as often as it is delivered': [
      'a wrong one, 5 seconds after the first',
      stored((repository) => ({
        takeAnswer: (challenge, max) => repository.takeAnswer(challenge, max),
      })),
    ],
    'refuses a right answer that is delivered again': [
      'a right one, 5 seconds after the first',
      stored((repository) => ({
        consume: (challenge, max) => repository.consume(challenge, max),
      })),
    ],
    'reads first, and takes an answer later': [
      'a wrong one, where both calls are under way',
      stored((repository) => {
        const answers: TakenAnswer[] = [];
        return {
          takeAnswer: async (challenge, max, delivery) => {
            const earlier = delivery && takenBefore({ answers }, delivery);
            await setImmediate();
            if (earlier !== undefined) {
              return { kind: 'repeated', isRight: earlier.isRight };
            }
            answers.push(...(delivery === undefined ? [] : [{ ...delivery, isRight: false }]));
            return repository.takeAnswer(challenge, max);
          },
        };
      }),
    ],
    'takes every replay for the same call': [
      'A6: and not where it is replayed, at once or long after',
      stored((repository) => ({
        consume: async (challenge, max, delivery) => {
          const taken = await repository.consume(challenge, max, delivery);
          return taken.kind === 'used' ? { kind: 'repeated', isRight: true } : taken;
        },
      })),
    ],
    'consumes a code that another has replaced': [
      'A17: takes no answer that was compared with a code which another has replaced',
      stored((repository) => ({
        consume: async (challenge, max) => {
          const taken = await repository.consume(challenge, max);
          return taken.kind === 'replaced' ? repository.consume(taken.current, max) : taken;
        },
      })),
    ],
    'forgets whom to tell that a code was used': [
      'finds a challenge with a live code whose provider wants feedback again',
      stored((repository) => ({
        find: async (reference, scope) => {
          const found = await repository.find(reference, scope);
          if (found?.code.kind !== 'live') {
            return found;
          }
          const { feedbackReference: _, ...code } = found.code;
          return { ...found, code };
        },
      })),
    ],
  },
);

const ofSessions = suitesOf(
  'repository in the session',
  (name, make: () => ChallengeRepository) =>
    describeChallengeRepositoryContract(name, make, { knowsThisSessionOnly: 'of its kind' }),
  inSession(),
  {
    'seals nothing': [
      'finds nothing by a reference with any one character altered',
      inSession(() => ({
        referTo: (challenge) => Buffer.from(JSON.stringify(challenge)).toString('base64url'),
        find: async (reference) => {
          try {
            return JSON.parse(Buffer.from(reference, 'base64url').toString());
          } catch {
            return undefined;
          }
        },
      })),
    ],
    'grows with what is out': [
      'A26: refers to every challenge in as many characters',
      inSession((repository) => ({
        referTo: (challenge, scope) =>
          repository.referTo(challenge, scope) + '.'.repeat(challenge.failures),
      })),
    ],
    'counts no failure': [
      'knows of one failure more after an answer that was wrong',
      inSession(() => ({ afterAnswer: (challenge) => challenge })),
    ],
  },
);

export const CHALLENGE_REPOSITORIES = [...ofStores, ...ofSessions];
