/** What a function's memory buys, as it comes with a share of a processor: how long a cold sign-in takes, and its price. */
import { SignInDriver } from '../support/sign-in-driver.ts';
import { CpuShare, MB_PER_PROCESSOR } from './cpu-share.ts';
import type { SideName } from './sides.ts';
import type { Stage } from './stage.ts';
import { medianOf } from './statistics.ts';
import type { Report, Subject } from './subject.ts';
import type { Table } from './table.ts';

const SIZES_MB = [128, 256, 512, 1024, MB_PER_PROCESSOR];
const COMPARED = ['ours', 'ours, code cache', 'textbook'] as const satisfies readonly SideName[];

/** US dollars of a gigabyte-second, on arm64: AWS's price list as quoted in 2026. A start is billed as the events are. */
const GB_SECOND_USD = 0.0000133334;

interface Times {
  /** The starts, at full speed: as long as a function starts, Lambda lets it have more. */
  readonly startMs: number;
  /** Each event, at the share that the memory comes with. */
  readonly eventsMs: readonly number[];
}

export const memory: Subject = {
  about: 'a cold sign-in by the memory of the function: time and price (takes root)',
  runs: 9,
  async measure(open, runs): Promise<Report> {
    const obstacle = await whyNot();
    if (obstacle !== undefined) {
      const skipped = {
        caption: `A cold sign-in by memory: skipped. ${obstacle}`,
        columns: [],
        rows: [],
      };
      return { tables: [skipped], figures: { skipped: obstacle } };
    }
    const stage = await open();
    const rows: { memoryMb: number; side: SideName; times: Times[] }[] = [];
    for (const memoryMb of SIZES_MB) {
      const sides = COMPARED.map((side) => ({ memoryMb, side, times: [] as Times[] }));
      for (let run = 0; run < runs; run++) {
        for (const { side, times } of sides) {
          times.push(await coldSignIn(stage, side, memoryMb));
        }
      }
      rows.push(...sides);
    }
    return { tables: [table(rows, runs)], figures: rows };
  },
};

/** Why this machine can't portion out a processor, if so. */
async function whyNot(): Promise<string | undefined> {
  try {
    await (await CpuShare.forMemory(MB_PER_PROCESSOR)).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function coldSignIn(stage: Stage, side: SideName, memoryMb: number): Promise<Times> {
  const share = await CpuShare.forMemory(memoryMb);
  const deployment = await stage.deploy(side, { whenStarted: (pid) => share.hold(pid) });
  try {
    const driver = new SignInDriver(deployment.handler, stage.newUser());
    await driver.start();
    await driver.answer(stage.newestCode());
    const { starts, calls } = deployment;
    return {
      startMs: starts.reduce((sum, { wallMs }) => sum + wallMs, 0),
      eventsMs: calls.map(({ wallMs }) => wallMs),
    };
  } finally {
    await stage.retire(deployment);
    await share.close();
  }
}

function table(
  rows: readonly {
    readonly memoryMb: number;
    readonly side: string;
    readonly times: readonly Times[];
  }[],
  runs: number,
): Table {
  return {
    caption: `A cold sign-in by memory (runs: ${runs}; medians, ms; starts at full speed)`,
    columns: ['MB', '', 'starts', 'Define', 'Create', 'Verify', 'Define', 'all', '$ a million'],
    rows: rows.map(({ memoryMb, side, times }) => {
      const events = [0, 1, 2, 3].map((i) =>
        medianOf(times.map(({ eventsMs }) => eventsMs[i] ?? 0)),
      );
      const all = medianOf(
        times.map(({ startMs, eventsMs }) => eventsMs.reduce((sum, ms) => sum + ms, startMs)),
      );
      const usd = (all / 1000) * (memoryMb / 1024) * GB_SECOND_USD * 1e6;
      const cells = [medianOf(times.map(({ startMs }) => startMs)), ...events, all];
      return [String(memoryMb), side, ...cells.map((ms) => ms.toFixed(0)), usd.toFixed(2)];
    }),
  };
}
