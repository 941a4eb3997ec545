/** A sign-in that meets cold containers alone, from the first process's beginning to the last answer. */
import type { Stretch } from '../lambda/container.ts';
import { SignInDriver } from '../support/sign-in-driver.ts';
import type { Call, Deployment } from './deployment.ts';
import { SIDES, type SideName } from './sides.ts';
import type { Stage } from './stage.ts';
import { medianOf } from './statistics.ts';
import type { Ratio, Subject } from './subject.ts';
import { medianAndQuartiles, medianAndRange, type Table } from './table.ts';

interface ColdSignIn {
  readonly starts: readonly Stretch[];
  readonly calls: readonly Call[];
  /** The starts and the calls, one after the other. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMemoryMb: number;
}

type Round = Readonly<Record<SideName, ColdSignIn>>;

export const cold: Subject = {
  about: 'a sign-in on cold containers: time, CPU, memory, and where they go',
  runs: 31,
  async measure(open, runs) {
    const stage = await open();
    // The first finds the files unread and this process's own code unoptimised.
    await measureRound(stage);
    const rounds: Round[] = [];
    for (let run = 0; run < runs; run++) {
      rounds.push(await measureRound(stage));
    }
    return {
      tables: [totals(rounds), split(rounds), ratioTable(rounds)],
      figures: { rounds },
      ratios: ratiosOf(rounds),
    };
  },
};

async function measureRound(stage: Stage): Promise<Round> {
  const user = stage.newUser();
  let events: Deployment['events'] = [];
  const measure = async (name: SideName): Promise<ColdSignIn> => {
    const deployment = await stage.deploy(name);
    try {
      if (name === 'floor') {
        for (const event of events) {
          await deployment.handler(event);
        }
      } else {
        const driver = new SignInDriver(deployment.handler, user);
        await driver.start();
        const { kind } = await driver.answer(stage.newestCode());
        if (kind !== 'tokens') {
          throw new Error(`${name} did not sign in.\n${deployment.log}`);
        }
        events = deployment.events;
      }
      const { starts, calls } = deployment;
      const wallMs = [...starts, ...calls].reduce((sum, stretch) => sum + stretch.wallMs, 0);
      return { starts, calls, wallMs, ...deployment.usage() };
    } finally {
      await stage.retire(deployment);
    }
  };
  return {
    ours: await measure('ours'),
    'ours, code cache': await measure('ours, code cache'),
    'ours, DynamoDB': await measure('ours, DynamoDB'),
    bare: await measure('bare'),
    textbook: await measure('textbook'),
    floor: await measure('floor'),
  };
}

function totals(rounds: readonly Round[]): Table {
  return {
    caption: `A cold sign-in (runs: ${rounds.length}; median, least and most)`,
    columns: ['', 'containers', 'wall, ms', 'CPU, ms', 'peak memory, MiB'],
    rows: SIDES.map((side) => {
      const signIns = rounds.map((round) => round[side]);
      return [
        side,
        String(signIns[0]?.starts.length),
        medianAndRange(signIns.map(({ wallMs }) => wallMs)),
        medianAndRange(signIns.map(({ cpuMs }) => cpuMs)),
        medianAndRange(signIns.map(({ peakMemoryMb }) => peakMemoryMb)),
      ];
    }),
  };
}

/** On Lambda, a start runs at full speed, and the events at what the function's memory pays for. */
function split(rounds: readonly Round[]): Table {
  return {
    caption:
      'The same, split (median wall / CPU, ms; boot is what floor takes to start, times the containers)',
    columns: ['', 'boot', 'init', 'Define', 'Create', 'Verify', 'Define'],
    rows: SIDES.map((side) => {
      const cells = rounds.map((round) => {
        const { starts, calls } = round[side];
        const boot = scaled(sumOf(round.floor.starts), starts.length);
        return [boot, minus(sumOf(starts), boot), ...calls];
      });
      const columns = cells[0]?.map((_, i) => cells.map((row) => row[i] as Effort)) ?? [];
      return [side, ...columns.map(wallAndCpu)];
    }),
  };
}

const PAIRS: readonly (readonly [SideName, SideName])[] = [
  ['ours', 'textbook'],
  ['ours', 'bare'],
  ['ours, code cache', 'textbook'],
  ['ours, code cache', 'bare'],
  ['ours, DynamoDB', 'textbook'],
  ['ours, DynamoDB', 'ours'],
];

const COMPARED = [
  ['wall', 'wallMs'],
  ['CPU', 'cpuMs'],
  ['peak memory', 'peakMemoryMb'],
] as const;

/** Of one side to the other, run by run, each figure's ratios. */
function ratiosBetween(rounds: readonly Round[], [side, other]: readonly [SideName, SideName]) {
  return COMPARED.map(([what, figure]) => ({
    of: `${side} / ${other}`,
    what,
    values: rounds.map((round) => round[side][figure] / round[other][figure]),
  }));
}

function ratiosOf(rounds: readonly Round[]): readonly Ratio[] {
  return PAIRS.flatMap((pair) => ratiosBetween(rounds, pair)).map(({ of, what, values }) => ({
    ...{ of, what },
    value: medianOf(values),
  }));
}

function ratioTable(rounds: readonly Round[]): Table {
  return {
    caption: 'One side to the other, run by run (median, quartiles)',
    columns: ['', ...COMPARED.map(([what]) => what)],
    rows: PAIRS.map((pair) => [
      pair.join(' / '),
      ...ratiosBetween(rounds, pair).map(({ values }) => medianAndQuartiles(values, 2)),
    ]),
  };
}

type Effort = Pick<Stretch, 'wallMs' | 'cpuMs'>;

function sumOf(efforts: readonly Effort[]): Effort {
  return {
    wallMs: efforts.reduce((sum, { wallMs }) => sum + wallMs, 0),
    cpuMs: efforts.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

function scaled({ wallMs, cpuMs }: Effort, factor: number): Effort {
  return { wallMs: wallMs * factor, cpuMs: cpuMs * factor };
}

function minus(a: Effort, b: Effort): Effort {
  return { wallMs: a.wallMs - b.wallMs, cpuMs: a.cpuMs - b.cpuMs };
}

function wallAndCpu(efforts: readonly Effort[]): string {
  const wall = medianOf(efforts.map(({ wallMs }) => wallMs));
  const cpu = medianOf(efforts.map(({ cpuMs }) => cpuMs));
  return `${wall.toFixed(1)} / ${cpu.toFixed(1)}`;
}
