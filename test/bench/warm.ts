/** Rounds in warm containers: a sign-in with one wrong answer, over and over. */
import { SignInDriver } from '../support/sign-in-driver.ts';
import type { Call, Deployment } from './deployment.ts';
import type { SideName } from './sides.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import { medianAndQuartiles, type Table } from './table.ts';

const COMPARED = ['ours', 'bare', 'textbook', 'floor'] as const satisfies readonly SideName[];

/** The events of one round. */
const EVENTS = [
  'Define',
  'Create',
  'Verify, wrong',
  'Define, after a wrong answer',
  'Create, after a wrong answer',
  'Verify, right',
  'Define, after the right answer',
];

export const warm: Subject = {
  about: 'the events of a sign-in with one wrong answer, in warm containers',
  runs: 500,
  async measure(open, runs) {
    const stage = await open();
    const deployments: Deployment[] = [];
    for (const name of COMPARED) {
      deployments.push(await stage.deploy(name));
    }
    for (let run = 0; run < runs; run++) {
      await playRound(stage, deployments);
    }
    const sides = Object.fromEntries(
      deployments.map(({ side, calls }) => [side.name, calls] as const),
    );
    await Promise.all(deployments.map((deployment) => stage.retire(deployment)));
    return {
      tables: [
        figures(sides, runs, 'wall time', ({ wallMs }) => wallMs),
        figures(sides, runs, 'CPU time', ({ cpuMs }) => cpuMs),
      ],
      figures: { runs, events: EVENTS, sides },
    };
  },
};

async function playRound(stage: Stage, deployments: readonly Deployment[]): Promise<void> {
  const user = stage.newUser();
  let events: Deployment['events'] = [];
  for (const deployment of deployments) {
    if (deployment.side.name === 'floor') {
      for (const event of events) {
        await deployment.handler(event);
      }
      continue;
    }
    const driver = new SignInDriver(deployment.handler, user);
    await driver.start();
    await driver.answer('000000');
    const { kind } = await driver.answer(stage.newestCode());
    if (kind !== 'tokens') {
      throw new Error(`${deployment.side.name} did not sign in.\n${deployment.log}`);
    }
    events = deployment.events.slice(-EVENTS.length);
  }
}

function figures(
  sides: Readonly<Record<string, readonly Call[]>>,
  runs: number,
  what: string,
  of: (call: Call) => number,
): Table {
  return {
    caption: `Warm events: ${what}, µs, the runtime client's own (floor) included (runs: ${runs}; median, quartiles)`,
    columns: ['', ...COMPARED],
    rows: EVENTS.map((event, place) => [
      event,
      ...COMPARED.map((side) => {
        const calls = sides[side] ?? [];
        const same = calls.filter((_, i) => i % EVENTS.length === place);
        return medianAndQuartiles(same.map((call) => of(call) * 1000));
      }),
    ]),
  };
}
