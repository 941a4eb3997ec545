/** Each contract is shown to catch what it is there for: adapters with a fault, of which each must fail its suite. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { SUITES } from './all.ts';

const CONFIG = join(import.meta.dirname, 'vitest.config.ts');

/** As far as Vitest's report matters here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** Runs every suite, each to its end, in a process of its own. */
async function runSuites(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'broken-'));
  const file = join(folder, 'report.json');
  const options = ['--config', CONFIG, '--reporter=json', `--outputFile=${file}`];
  const { PATH } = process.env;
  const vitest = spawn('vitest', ['run', ...options], { env: { PATH } });
  const [output] = await Promise.all([text(vitest.stderr), once(vitest, 'exit')]);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`Vitest wrote no report. ${output}`, { cause });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('The contracts', () => {
  /** Titles of tests that failed, by suite. */
  const failed = new Map<string, string[]>();
  const ran = new Set<string>();
  beforeAll(async () => {
    const { testResults } = await runSuites();
    for (const { ancestorTitles, title, status } of testResults.flatMap(
      ({ assertionResults }) => assertionResults,
    )) {
      const [suite = ''] = ancestorTitles;
      ran.add(suite);
      if (status === 'failed') {
        failed.set(suite, [...(failed.get(suite) ?? []), title]);
      }
    }
  }, 120_000);

  it.each(SUITES.filter(({ caughtBy }) => caughtBy === undefined))(
    'find no fault where there is none: $name',
    ({ name }) => {
      expect([...ran]).toContain(name);
      expect(failed.get(name) ?? []).toEqual([]);
    },
  );

  it.each(SUITES.filter(({ caughtBy }) => caughtBy !== undefined))(
    'catch it where a broken $name: "$caughtBy"',
    ({ name, caughtBy = '' }) => {
      const titles = failed.get(name) ?? [];
      expect(titles).toContainEqual(expect.stringContaining(caughtBy));
    },
  );
});
