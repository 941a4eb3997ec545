/**
 * Whatever clients do over HTTP, in any order, by the SDK or the raw protocol, with the challenge in the session or in
 * DynamoDB, while the provider, Cognito's deliveries, keys and versions change: tokens for the right code alone, SMS
 * within the limits, nothing told that is not so, and no secret told. See `client-world.ts` for what must hold.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { captureLog, setEnv } from '../support/function.ts';
import { ClientStage } from './client-stage.ts';
import {
  BLIND_STEPS,
  type ClientSignIn,
  ClientWorld,
  DELIVERIES,
  PROTOCOLS,
  PROVIDER_MOODS,
  type Way,
} from './client-world.ts';

/**
 * `SOAK_MINUTES` has it go on for so long, over both stores; `CLIENTS_SEED`, `CLIENTS_PATH` and `CLIENTS_REPLAY`
 * repeat what it found.
 */
const { SOAK_MINUTES, CLIENTS_SEED, CLIENTS_PATH, CLIENTS_REPLAY } = process.env;
const SOAK_MS = SOAK_MINUTES === undefined ? undefined : (Number(SOAK_MINUTES) * 60_000) / 2;

type Command = fc.AsyncCommand<object, ClientWorld>;

function command(name: string, run: (world: ClientWorld) => Promise<unknown> | unknown): Command {
  return {
    check: () => true,
    run: async (_, world) => {
      await run(world);
    },
    toString: () => name,
  };
}

const index = fc.nat({ max: 7 });

const way: fc.Arbitrary<Way> = fc.record({
  protocol: fc.constantFrom(...PROTOCOLS),
  box: fc.nat({ max: 1 }),
  inTurn: fc.boolean(),
});

const said = ({ protocol, box, inTurn }: Way) =>
  `by ${protocol} at ${inTurn ? 'both, first ' : ''}${box}`;

/** Something that the client of an open sign-in does. */
function onSignIn(
  name: string,
  run: (world: ClientWorld, signIn: ClientSignIn, way: Way) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return fc.tuple(index, way).map(([which, by]) =>
    command(`${name} in ${which} ${said(by)}`, async (world) => {
      const signIn = world.open[which % Math.max(1, world.open.length)];
      if (signIn !== undefined) {
        await run(world, signIn, by);
      }
    }),
  );
}

const start = fc
  .tuple(fc.constantFrom(0, 0, 0, 1, 1, 2), way)
  .map(([who, by]) =>
    command(`${who === 2 ? 'a stranger' : `user ${who}`} starts ${said(by)}`, (world) =>
      world.start(who, by),
    ),
  );

/** As people paste codes. */
const pasted = (code: string) =>
  ` ${code.slice(0, 3)}-${code.slice(3)}\u200e`.replaceAll('1', '１').replaceAll('2', '٢');

const answer = fc.oneof(
  onSignIn('the newest code', (world, signIn, by) => world.answerWithCode(signIn, 0, by)),
  onSignIn('the newest code, pasted,', (world, signIn, by) =>
    world.answerWithCode(signIn, 0, by, pasted),
  ),
  onSignIn('an older code', (world, signIn, by) => world.answerWithCode(signIn, 1, by)),
  onSignIn('a wrong code', (world, signIn, by) => world.guess(signIn, by)),
  onSignIn('what is no code', (world, signIn, by) => world.answer(signIn, 'hello', by)),
  onSignIn("another's code", (world, signIn, by) => world.answerWithAnothers(signIn, 0, by)),
);

const answerDeliveredAgain = fc.constantFrom(...DELIVERIES.slice(1)).chain((delivery) =>
  fc.oneof(
    onSignIn(`the newest code, delivered ${delivery},`, (world, signIn, by) =>
      world.delivering(delivery, () => world.answerWithCode(signIn, 0, by)),
    ),
    onSignIn(`a wrong code, delivered ${delivery},`, (world, signIn, by) =>
      world.delivering(delivery, () => world.guess(signIn, by)),
    ),
  ),
);

const resend = fc.oneof(
  onSignIn('a resend', (world, signIn, by) => world.resend(signIn, by)),
  onSignIn('a resend, 30 s on,', (world, signIn, by) => {
    world.pass(30);
    return world.resend(signIn, by);
  }),
  onSignIn('a resend with the code', (world, signIn, by) =>
    world.resend(signIn, by, signIn.challenge.codes.at(-1)?.code),
  ),
);

const replay = fc.tuple(index, index, way).map(([which, old, by]) =>
  command(`old session ${old} of ${which} again ${said(by)}`, async (world) => {
    const signIn = world.signIns[which % Math.max(1, world.signIns.length)];
    if (signIn !== undefined) {
      await world.replay(signIn, old, by);
    }
  }),
);

const twoAnswers = fc.oneof(
  onSignIn('the newest code twice at once', (world, signIn, by) =>
    world.answerTwiceAtOnce(signIn, true, by),
  ),
  onSignIn('the newest code and a wrong one at once', (world, signIn, by) =>
    world.answerTwiceAtOnce(signIn, false, by),
  ),
);

const together = fc
  .tuple(fc.nat({ max: 1 }), way, way)
  .map(([who, one, other]) =>
    command(`user ${who} starts twice at once, ${said(one)} and ${said(other)}`, (world) =>
      world.together([() => world.start(who, one), () => world.start(who, other)]),
    ),
  );

const answersTogether = fc.tuple(way, way).map(([one, other]) =>
  command(`two sign-ins answer at once, ${said(one)} and ${said(other)}`, async (world) => {
    const [first, second] = world.open;
    if (first !== undefined && second !== undefined) {
      await world.together([
        () => world.answerWithCode(first, 0, one),
        () => world.answerWithCode(second, 0, other),
      ]);
    }
  }),
);

const time = fc
  .constantFrom(1, 5, 16, 30, 60, 120, 180, 600, 900)
  .map((seconds) => command(`${seconds} s pass`, (world) => world.pass(seconds)));

const newNumber = fc
  .nat({ max: 1 })
  .map((who) => command(`user ${who} has another number`, (world) => world.changeNumber(who)));

const provider = fc
  .constantFrom(...PROVIDER_MOODS)
  .map((mood) => command(`the provider ${mood}`, (world) => world.provider(mood)));

const deliveries = fc
  .constantFrom(...DELIVERIES)
  .map((delivery) => command(`Cognito delivers ${delivery}`, (world) => world.deliver(delivery)));

const rotation = fc.constant(command('a key is replaced by one step', (world) => world.rotate()));

const twins = fc
  .tuple(fc.array(fc.constantFrom(...BLIND_STEPS), { minLength: 1, maxLength: 6 }), way)
  .map(([steps, by]) =>
    command(`a user and a stranger: ${steps.join(', ')} ${said(by)}`, (world) =>
      world.compareTwins(steps, by),
    ),
  );

const stories = fc.commands(
  [
    fc.oneof(
      { weight: 10, arbitrary: start },
      { weight: 24, arbitrary: answer },
      { weight: 6, arbitrary: answerDeliveredAgain },
      { weight: 9, arbitrary: resend },
      { weight: 3, arbitrary: replay },
      { weight: 2, arbitrary: twoAnswers },
      { weight: 1, arbitrary: together },
      { weight: 1, arbitrary: answersTogether },
      { weight: 5, arbitrary: time },
      { weight: 1, arbitrary: newNumber },
      { weight: 2, arbitrary: provider },
      { weight: 1, arbitrary: deliveries },
      { weight: 2, arbitrary: rotation },
      { weight: 3, arbitrary: twins },
    ),
  ],
  {
    maxCommands: 30,
    size: 'max',
    ...(CLIENTS_REPLAY !== undefined && { replayPath: CLIENTS_REPLAY }),
  },
);

const dynamoDb = useDynamoDb();

describe.each([
  { store: 'the session', isDurable: false, runs: 90 },
  { store: 'DynamoDB', isDurable: true, runs: 45 },
])('Clients over HTTP, with all that is kept in $store,', ({ store, isDurable, runs }) => {
  let stage: ClientStage;
  beforeAll(async () => {
    const [table] = isDurable ? await dynamoDb.stores(1) : [];
    stage = await ClientStage.open(table);
  });
  /** What a soak came to: the log is captured while it goes on. */
  let summary = '';
  afterAll(async () => {
    process.stdout.write(summary);
    await stage.close();
  });

  it('are told the truth, and get tokens for the right code alone', {
    timeout: 300_000 + (SOAK_MS ?? 0),
  }, async () => {
    const log = captureLog();
    setEnv({
      AWS_ENDPOINT_URL_SNS: stage.smsLink.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    const codeLengths = fc.constantFrom<[number, number]>([6, 6], [6, 6], [6, 8], [8, 6]);
    let [tokens, sms, told] = [0, 0, 0];
    let story: Promise<void> | undefined;
    await fc.assert(
      fc.asyncProperty(fc.boolean(), codeLengths, stories, async (hides, lengths, commands) => {
        const world = new ClientWorld(stage, log, hides, lengths);
        story = fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
        await story;
        world.checkSecrets();
        tokens += world.tokens;
        sms += world.sms;
        told += 1;
      }),
      {
        ...(SOAK_MS === undefined
          ? { numRuns: runs }
          : {
              numRuns: Number.MAX_SAFE_INTEGER,
              interruptAfterTimeLimit: SOAK_MS,
              markInterruptAsFailure: false,
            }),
        ...(CLIENTS_SEED !== undefined && { seed: Number(CLIENTS_SEED) }),
        ...(CLIENTS_PATH !== undefined && { path: CLIENTS_PATH }),
        asyncReporter: async (run) => {
          if (run.failed) {
            throw new Error(describeFailure(run));
          }
        },
      },
    );
    // A soak that is over lets its last story go on.
    await story;
    if (SOAK_MS !== undefined) {
      summary = `${told} stories in ${store}: ${sms} SMS, ${tokens} sign-ins\n`;
    }
    // Stories in which nobody gets anywhere would show nothing; a repeated one is alone.
    if (CLIENTS_PATH === undefined) {
      expect(tokens).toBeGreaterThan(told / 4);
      expect(sms).toBeGreaterThan(told);
    }
  });
});

/** What happened, a line each, and how to have it happen again. */
function describeFailure(
  run: fc.RunDetails<[boolean, [number, number], Iterable<Command>]>,
): string {
  const [hides, lengths = [], commands = []] = run.counterexample ?? [];
  const replay = /replayPath="([^"]+)"/.exec(String(commands))?.[1];
  const steps = String(commands).replace(/\/\*.*\*\//, '');
  return [
    String(run.errorInstance),
    `hidden: ${hides}, digits: ${lengths.join(' and ')}`,
    ...steps.split(/,(?=\S)/),
    `CLIENTS_SEED=${run.seed} CLIENTS_PATH=${run.counterexamplePath} CLIENTS_REPLAY=${replay}`,
  ].join('\n');
}
