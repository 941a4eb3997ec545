/**
 * `npm run bench`: what a sign-in costs, here and in functions that are written otherwise. Sides that
 * are compared take turns, so that what else the machine does befalls all of them.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseOptions, UsageError } from '../../deploy/command-line.ts';
import { bundle } from './bundle.ts';
import { cold } from './cold.ts';
import { durable } from './durable.ts';
import { load } from './load.ts';
import { describeMachine, thisMachine } from './machine.ts';
import { memory } from './memory.ts';
import { plan } from './plan.ts';
import { session } from './session.ts';
import { Stage } from './stage.ts';
import type { Ratio, Report, Subject } from './subject.ts';
import { formatTable } from './table.ts';
import { missedTargets } from './targets.ts';
import { warm } from './warm.ts';

const SUBJECTS = {
  cold,
  memory,
  durable,
  warm,
  session,
  bundle,
  plan,
  load,
} as const satisfies Record<string, Subject>;
type SubjectName = keyof typeof SUBJECTS;

const HELP = `npm run bench -- [subject ...] [options]

Measures all subjects, or those that are named:

${describeSubjects()}
  --runs N      how often each is measured, where that makes a difference
  --check       cold alone, and end with 1 when a ratio is past its target
  --json FILE   where all that was measured goes (default: bench.json)
  --help        this text

The functions run on AWS's Lambda runtime client for Node.js, which is installed into
a temporary folder at first, with their default settings, and with users who exist:
nothing waits on purpose. Under load, the bundle runs alone in one process. SMS and
DynamoDB are servers on this machine, which take their own time. Times are this
machine's, not Lambda's.
`;

function describeSubjects(): string {
  return Object.entries<Subject>(SUBJECTS)
    .map(([name, { about, runs }]) => {
      const often = runs === undefined ? '' : ` (${runs} runs)`;
      return `  ${name.padEnd(12)}  ${about}${often}\n`;
    })
    .join('');
}

interface Order {
  readonly subjects: readonly SubjectName[];
  readonly runs: number | undefined;
  readonly file: string;
  readonly check: boolean;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parseOptions('npm run bench', {
    args,
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const all = Object.keys(SUBJECTS) as SubjectName[];
  const unknown = positionals.find((name) => !(name in SUBJECTS));
  if (unknown !== undefined) {
    throw new UsageError(`There is no subject '${unknown}': ${all.join(', ')}.`);
  }
  const { runs, json, check } = values;
  if (check && positionals.some((name) => name !== 'cold')) {
    throw new UsageError('--check is for cold alone: name no other subject.');
  }
  if (runs !== undefined && !/^[1-9]\d{0,4}$/.test(runs)) {
    throw new UsageError('--runs takes a whole number from 1 to 99999.');
  }
  const named = check ? ['cold'] : positionals;
  return {
    check,
    subjects: named.length > 0 ? (named as SubjectName[]) : all,
    runs: runs === undefined ? undefined : Number(runs),
    // Under npm the working directory is the project's; the caller's own is INIT_CWD.
    file: json === undefined ? resolve('bench.json') : resolve(process.env.INIT_CWD ?? '.', json),
  };
}

async function measure({ subjects, runs, file, check }: Order, ended: AbortSignal): Promise<void> {
  const machine = thisMachine();
  console.log(`${describeMachine(machine)}\n`);
  let stage: Promise<Stage> | undefined;
  const open = () => {
    stage ??= Stage.open(ended);
    return stage;
  };
  const figures: Partial<Record<SubjectName, unknown>> = {};
  const ratios: Ratio[] = [];
  const failures: string[] = [];
  try {
    for (const name of subjects) {
      ended.throwIfAborted();
      const subject: Subject = SUBJECTS[name];
      const report: Report = await subject.measure(open, runs ?? subject.runs ?? 1, ended);
      figures[name] = report.figures;
      ratios.push(...(report.ratios ?? []));
      failures.push(...(report.failures ?? []));
      for (const table of report.tables) {
        console.log(formatTable(table));
      }
    }
  } finally {
    await (await stage)?.close();
  }
  await writeFile(file, JSON.stringify({ machine, ...figures }));
  console.log(`All figures: ${file}`);
  if (failures.length > 0) {
    console.error(failures.join('\n'));
    process.exitCode = 1;
  }
  if (!check) return;
  const missed = missedTargets(ratios);
  console.log(missed.length === 0 ? 'Every ratio is within its target.' : missed.join('\n'));
  if (missed.length > 0) process.exitCode = 1;
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => interruption.abort());
}
try {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
  } else {
    await measure(order, interruption.signal);
  }
} catch (error) {
  if (!interruption.signal.aborted) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    console.error(error.message);
  }
  process.exitCode = 1;
}
