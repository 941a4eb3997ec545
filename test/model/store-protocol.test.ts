/**
 * Whatever people, Cognito, containers, clocks, the provider and the way to the table do, in any order: only the
 * newest code of a sign-in signs in, once, and no limit is passed. See `sign-in-world.ts` for what must hold.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { describeOnEachDynamoDb } from '../support/dynamodb.ts';
import { FragileLink, MISHAPS, type Mishap } from './fragile-link.ts';
import {
  forgetViolations,
  PROVIDERS,
  type SignIn,
  SignInWorld,
  throwViolations,
} from './sign-in-world.ts';

/** `SIGN_IN_RUNS` has it go on for longer; `SIGN_IN_SEED` and `SIGN_IN_PATH` repeat what it found. */
const RUNS = Number(process.env.SIGN_IN_RUNS ?? 150);
const SEED = process.env.SIGN_IN_SEED === undefined ? undefined : Number(process.env.SIGN_IN_SEED);

/** How many containers there are. */
const CONTAINERS = 3;

/** One thing that happens. */
interface Happening {
  readonly name: string;
  readonly happen: (world: SignInWorld) => Promise<unknown> | unknown;
}

const index = fc.nat({ max: 7 });
const box = fc.nat({ max: CONTAINERS - 1 });

function onSignIn(
  name: string,
  happen: (world: SignInWorld, signIn: SignIn, box: number) => Promise<unknown>,
): fc.Arbitrary<Happening> {
  return fc.tuple(index, box).map(([which, at]) => ({
    name: `${name} ${which} at ${at}`,
    happen: async (world) => {
      const signIn = world.open[which % Math.max(1, world.open.length)];
      if (signIn !== undefined) {
        await happen(world, signIn, at);
      }
    },
  }));
}

const start = fc.tuple(fc.nat({ max: 1 }), box).map(([user, at]) => ({
  name: `user ${user} starts at ${at}`,
  happen: (world: SignInWorld) => world.start(user, at),
}));

const step: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: start },
  {
    weight: 5,
    arbitrary: onSignIn('the newest code', (world, signIn, at) =>
      world.answerWithCode(signIn, at, 0),
    ),
  },
  {
    weight: 2,
    arbitrary: onSignIn('an older code', (world, signIn, at) =>
      world.answerWithCode(signIn, at, 1),
    ),
  },
  {
    weight: 4,
    arbitrary: onSignIn('a wrong code', (world, signIn, at) => world.answerWrongly(signIn, at)),
  },
  {
    weight: 2,
    arbitrary: onSignIn('the newest code, delivered again,', (world, signIn, at) =>
      world.answerWithCode(signIn, at, 0, 'again'),
    ),
  },
  {
    weight: 2,
    arbitrary: onSignIn('a wrong code, delivered again,', (world, signIn, at) =>
      world.answerWrongly(signIn, at, 'again'),
    ),
  },
  { weight: 4, arbitrary: onSignIn('a resend', (world, signIn, at) => world.resend(signIn, at)) },
  {
    weight: 2,
    arbitrary: onSignIn('the last round, delivered again', (world, signIn, at) =>
      world.redeliver(signIn, at),
    ),
  },
);

const atOnce = fc.array(step, { minLength: 2, maxLength: 4 }).map((steps) => ({
  name: `at once: ${steps.map(({ name }) => name).join(' | ')}`,
  happen: (world: SignInWorld) =>
    world.atOnce(
      steps.map(
        ({ happen }) =>
          () =>
            happen(world),
      ),
    ),
}));

/** An answer while a new code is on its way, each at a container of its own, the answer's slow now and then. */
const race = fc
  .tuple(index, fc.boolean(), fc.array(fc.constantFrom<Mishap[]>('none', 'slow'), { maxLength: 4 }))
  .map(([which, isRight, plan]) => ({
    name: `an answer (${isRight ? 'the newest code' : 'wrong'}) and a resend of ${which} race: ${plan.join(', ')}`,
    happen: async (world: SignInWorld) => {
      const signIn = world.open[which % Math.max(1, world.open.length)];
      if (signIn === undefined) {
        return;
      }
      world.pass(31_000);
      world.plan(0, plan);
      await world.atOnce([
        () => (isRight ? world.answerWithCode(signIn, 0, 0) : world.answerWrongly(signIn, 0)),
        () => world.resend(signIn, 1),
      ]);
    },
  }));

const time = fc.constantFrom(500, 5000, 16_000, 30_000, 61_000, 300_000).map((milliseconds) => ({
  name: `${milliseconds} ms pass`,
  happen: (world: SignInWorld) => world.pass(milliseconds),
}));

const mishaps = fc
  .tuple(box, fc.array(fc.constantFrom(...MISHAPS), { minLength: 1, maxLength: 8 }))
  .map(([at, plan]) => ({
    name: `at ${at} come: ${plan.join(', ')}`,
    happen: (world: SignInWorld) => world.plan(at, plan),
  }));

const death = fc.tuple(box, fc.nat({ max: 9 })).map(([at, requests]) => ({
  name: `${at} dies after ${requests} requests`,
  happen: (world: SignInWorld) => world.dieAfter(at, requests),
}));

const lateWrites = fc.constant({
  name: 'late writes arrive',
  happen: (world: SignInWorld) => world.deliverLate(),
});

const provider = fc.constantFrom(...PROVIDERS).map((does) => ({
  name: `the provider ${does}`,
  happen: (world: SignInWorld) => {
    world.provider = does;
  },
}));

const newNumber = fc.nat({ max: 1 }).map((user) => ({
  name: `user ${user} has another number`,
  happen: (world: SignInWorld) => world.changeNumber(user),
}));

const story = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: step },
    { weight: 4, arbitrary: atOnce },
    { weight: 2, arbitrary: race },
    { weight: 4, arbitrary: time },
    { weight: 2, arbitrary: mishaps },
    { weight: 1, arbitrary: death },
    { weight: 1, arbitrary: lateWrites },
    { weight: 1, arbitrary: provider },
    { weight: 1, arbitrary: newNumber },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
);

describeOnEachDynamoDb((dynamoDb) => {
  let links: FragileLink[];
  let stores: DynamoDbStore[];
  beforeAll(async () => {
    await dynamoDb.stores();
    links = await Promise.all(
      Array.from({ length: CONTAINERS }, () => FragileLink.open(dynamoDb.url())),
    );
    stores = SignInWorld.storesOn(dynamoDb.tableName(), links);
  });
  afterAll(async () => {
    for (const store of stores) {
      store.close();
    }
    await Promise.all(links.map((link) => link.close()));
  });

  /** Lets a story happen, and says what it broke. */
  async function tell(hides: boolean, happenings: readonly Happening[]): Promise<SignInWorld> {
    forgetViolations();
    const world = new SignInWorld(links, stores, hides);
    for (const { happen } of happenings) {
      await happen(world);
      throwViolations();
    }
    await world.deliverLate();
    return world;
  }

  describe('Sign-ins on several containers', () => {
    it(`hold what they promise in ${RUNS} stories`, {
      timeout: 600_000 + RUNS * 2000,
    }, async () => {
      let tokens = 0;
      let sms = 0;
      await fc.assert(
        fc.asyncProperty(fc.boolean(), story, async (hides, happenings) => {
          const world = await tell(hides, happenings);
          tokens += world.tokens;
          sms += world.sms;
        }),
        {
          numRuns: RUNS,
          ...(SEED !== undefined && { seed: SEED }),
          ...(process.env.SIGN_IN_PATH !== undefined && { path: process.env.SIGN_IN_PATH }),
          reporter: (run) => {
            if (run.failed) {
              const [hides, happenings = []] = run.counterexample ?? [];
              const names = [`hidden: ${hides}`, ...happenings.map(({ name }) => name)];
              throw new Error(
                `seed ${run.seed}, path ${run.counterexamplePath}:\n${names.join('\n')}\n${String(run.errorInstance)}`,
              );
            }
          },
        },
      );
      // Stories in which nobody gets anywhere would show nothing; a repeated one is alone.
      if (process.env.SIGN_IN_PATH === undefined) {
        expect(tokens).toBeGreaterThan(RUNS / 10);
        expect(sms).toBeGreaterThan(RUNS);
      }
    });
  });
});
