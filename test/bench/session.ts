/** What an event costs as the sign-in's session grows: each holds all the rounds before it. */

import { MAX_ROUNDS } from '../../src/domain/otp-policy.ts';
import { CUSTOM_CHALLENGE } from '../../src/domain/sign-in.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { SignInDriver } from '../support/sign-in-driver.ts';
import type { Call, Deployment } from './deployment.ts';
import type { SideName } from './sides.ts';
import type { Stage } from './stage.ts';
import { medianOf } from './statistics.ts';
import type { Subject } from './subject.ts';
import { medianAndQuartiles, type Table } from './table.ts';

const COMPARED = ['ours', 'bare'] as const satisfies readonly SideName[];
const ROUNDS = [1, 2, 5, 10, 20, 35, 50];

/** Where a sign-in would end by itself. */
const END = { ours: ` (Define ends it after ${MAX_ROUNDS})`, bare: '' };

/** The calls of one round: Define, Create, Verify. */
interface GrownRound {
  readonly side: SideName;
  readonly round: number;
  readonly calls: readonly Call[];
}

export const session: Subject = {
  about: 'events as the session grows from 1 round to 50: time and bytes',
  runs: 60,
  async measure(open, runs) {
    const stage = await open();
    const deployments: Deployment[] = [];
    for (const name of COMPARED) {
      deployments.push(await stage.deploy(name));
    }
    const rounds: GrownRound[] = [];
    for (let run = 0; run < runs; run++) {
      for (const round of ROUNDS) {
        for (const deployment of deployments) {
          const calls = await playRound(stage, deployment, round);
          rounds.push({ side: deployment.side.name, round, calls });
        }
      }
    }
    await Promise.all(deployments.map((deployment) => stage.retire(deployment)));
    return {
      tables: COMPARED.map((side) => growth(rounds, side, runs)),
      figures: { runs, rounds },
    };
  },
};

/** Plays one round of a sign-in, as if the first code had been answered wrong in all before it. */
async function playRound(stage: Stage, deployment: Deployment, round: number): Promise<Call[]> {
  const user = stage.newUser();
  const handler = goingOn(deployment.handler);
  const first = new SignInDriver(handler, user);
  await first.start();
  if (round > 1) {
    const challengeMetadata = metadataOf(first.answers.at(-1));
    const missed = { challengeName: CUSTOM_CHALLENGE, challengeResult: false, challengeMetadata };
    const later = new SignInDriver(handler, user, Array(round - 1).fill(missed));
    await later.start();
    await later.check('000000');
  } else {
    await first.check('000000');
  }
  return deployment.calls.slice(-3);
}

/** Whether a sign-in may go on that long is not the question here. */
function goingOn(handler: Deployment['handler']): Deployment['handler'] {
  return async (event) => {
    const answer = await handler(event);
    return event.triggerSource === 'DefineAuthChallenge_Authentication'
      ? { ...event, response: { challengeName: CUSTOM_CHALLENGE } }
      : answer;
  };
}

function metadataOf(answer: TriggerEvent | undefined): string {
  const response = answer?.response ?? {};
  return 'challengeMetadata' in response ? String(response.challengeMetadata) : '';
}

function growth(
  rounds: readonly GrownRound[],
  side: (typeof COMPARED)[number],
  runs: number,
): Table {
  const triggers = ['Define', 'Create', 'Verify'];
  return {
    caption: `${side}, by the sign-in's round${END[side]}: wall time, µs (runs: ${runs}; median, quartiles), and bytes of the event and of its answer`,
    columns: ['round', ...triggers.flatMap((trigger) => [`${trigger}, µs`, 'event', 'answer'])],
    rows: ROUNDS.map((round) => {
      const same = rounds.filter((grown) => grown.side === side && grown.round === round);
      const cells = triggers.flatMap((_, i) => {
        const calls = same.map(({ calls }) => calls[i] as Call);
        return [
          medianAndQuartiles(calls.map(({ wallMs }) => wallMs * 1000)),
          String(medianOf(calls.map(({ eventBytes }) => eventBytes))),
          String(medianOf(calls.map(({ answerBytes }) => answerBytes))),
        ];
      });
      return [String(round), ...cells];
    }),
  };
}
