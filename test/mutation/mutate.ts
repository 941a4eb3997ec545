/**
 * `npm run test:mutation`: breaks the code in one place at a time, and fails where too many of these
 * mutants pass the tests.
 */
import { execFileSync } from 'node:child_process';
import { matchesGlob } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { parseOptions, UsageError } from '../../deploy/command-line.ts';
import { SCOPES, type Scope, scopeNamed } from './scopes.ts';

const HELP = `npm run test:mutation -- [scope ...] [options]

Mutates all scopes, or those that are named:

${SCOPES.map(({ name, atLeast, mutate }) => `  ${name.padEnd(10)}  at least ${atLeast} %: ${mutate.join(' ')}\n`).join('')}
  --mutate FILES   these files alone, with commas between them
  --since REV      the files alone that differ from where this branch left REV, such as main
  --fresh          forgets what earlier runs found out
  --workers N      how many mutants are tested at a time (default: 2)
  --help           this text

A page in .mutation/ shows the mutants. What was found out of whole scopes is kept there, too: the
next run of them tests those alone that a change may have made to live or die.
`;

interface Order {
  readonly scopes: readonly Scope[];
  /** The only files to mutate; absent for all. */
  readonly files: readonly string[] | undefined;
  readonly fresh: boolean;
  readonly workers: number;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parseOptions('test:mutation', {
    args,
    allowPositionals: true,
    options: {
      mutate: { type: 'string' },
      since: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      workers: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { mutate, since, fresh, workers } = values;
  if (mutate !== undefined && since !== undefined) {
    throw new UsageError('--mutate and --since both say which files: give one of them.');
  }
  if (!/^[1-9]\d?$/.test(workers)) {
    throw new UsageError('--workers takes a whole number from 1 to 99.');
  }
  return {
    scopes: positionals.length > 0 ? positionals.map((name) => scopeNamed(name)) : SCOPES,
    files: since === undefined ? mutate?.split(',') : changedSince(since),
    fresh,
    workers: Number(workers),
  };
}

/**
 * The files, from the project's root, that this branch or the working tree has added or changed.
 *
 * @throws UsageError
 */
function changedSince(revision: string): readonly string[] {
  const git = (...args: string[]) => {
    const output = execFileSync('git', [...args, '-z', '--', 'src'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\0').filter((path) => path !== '');
  };
  try {
    return [
      ...git('diff', '--merge-base', '--name-only', '--diff-filter=d', revision),
      ...git('ls-files', '--others', '--exclude-standard'),
    ];
  } catch {
    throw new UsageError(
      `--since takes a revision that git knows, such as main, not '${revision}'.`,
    );
  }
}

/** What of the scope is to be mutated: globs, or the files that were asked for. */
function targetsIn(scope: Scope, files: readonly string[] | undefined): readonly string[] {
  const { mutate, except = [] } = scope;
  return (
    files?.filter((file) => isIn(scope, file)) ?? [...mutate, ...except.map((glob) => `!${glob}`)]
  );
}

function isIn({ mutate, except = [] }: Scope, file: string): boolean {
  const matches = (glob: string) => matchesGlob(file, glob);
  return mutate.some(matches) && !except.some(matches);
}

/** Mutates what is asked for of a scope. Stryker itself has the process fail below the threshold. */
async function mutate(scope: Scope, targets: readonly string[], order: Order): Promise<void> {
  const { name, atLeast } = scope;
  // It is read by the configuration of Vitest, which each worker loads.
  process.env.MUTATION_SCOPE = name;
  const stryker = new Stryker({
    mutate: [...targets],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: order.workers,
    thresholds: { high: 100, low: atLeast, break: atLeast },
    // The score of a few files would be mixed with all that was found out before.
    incremental: order.files === undefined,
    incrementalFile: `.mutation/${name}.json`,
    force: order.fresh,
    tempDirName: '.mutation',
    // Not there: Stryker would rewrite it by a part of the compiler that TypeScript 7 has no more.
    tsconfigFile: '.mutation/tsconfig.json',
    disableTypeChecks: false,
    ignorePatterns: ['**/*.md', 'dist', 'dist-package', 'cdk.out'],
    reporters: ['progress-append-only', 'clear-text', 'html'],
    clearTextReporter: { reportTests: false, logTests: false },
    htmlReporter: { fileName: `.mutation/${name}.html` },
  });
  await stryker.runMutationTest();
}

async function run(order: Order): Promise<void> {
  const stray = order.files?.find((file) => !SCOPES.some((scope) => isIn(scope, file)));
  if (stray !== undefined) {
    console.log(`No scope has ${stray}: it is not mutated.`);
  }
  const tasks = order.scopes
    .map((scope) => ({ scope, targets: targetsIn(scope, order.files) }))
    .filter(({ targets }) => targets.length > 0);
  if (tasks.length === 0) {
    console.log('There is nothing to mutate.');
  }
  for (const { scope, targets } of tasks) {
    await mutate(scope, targets, order);
  }
}

try {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
  } else {
    await run(order);
  }
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
