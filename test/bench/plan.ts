/** What it costs to know the world's phone numbers: the shipped numbering plan, beside libphonenumber itself. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Subject } from './subject.ts';
import { medianAndRange } from './table.ts';

const run = promisify(execFile);

/** Each side loads its module, looks one number up, and says how many milliseconds that took. */
const SIDES = {
  'the shipped plan': `
    const { ShippedNumberingPlan } = await import('./src/adapters/numbering-plan/shipped.ts');
    const plan = new ShippedNumberingPlan();
    plan.countryOf(plan.canonical(number)) + plan.kindOf(number);
  `,
  'libphonenumber-js/min': `
    const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
    parsePhoneNumberFromString(number).country;
  `,
  'libphonenumber-js/max': `
    const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
    parsePhoneNumberFromString(number).getType();
  `,
} as const;

export const plan: Subject = {
  about: 'loading the numbering plan and looking one number up, in a process of its own',
  runs: 21,
  async measure(_, runs) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-plan-'));
    try {
      const sides = await Promise.all(
        Object.entries(SIDES).map(async ([name, code], index) => {
          const file = join(folder, `${index}.mjs`);
          await bundleTo(file, code);
          return { name, file, bytes: (await stat(file)).size, times: [] as number[] };
        }),
      );
      for (let i = 0; i < runs; i++) {
        for (const { file, times } of sides) {
          const { stdout } = await run(process.execPath, [file]);
          times.push(Number(stdout));
        }
      }
      return {
        figures: sides.map(({ name, bytes, times }) => ({ name, bytes, times })),
        tables: [
          {
            caption: 'Loading a numbering plan and looking one number up',
            columns: ['', 'ms: median (range)', 'bytes'],
            rows: sides.map(({ name, bytes, times }) => [
              name,
              medianAndRange(times, 1),
              String(bytes),
            ]),
          },
        ],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function bundleTo(outfile: string, code: string): Promise<void> {
  await build({
    stdin: {
      contents: `
        const began = performance.now();
        const number = '+12025550100';
        ${code}
        process.stdout.write(String(performance.now() - began));
      `,
      resolveDir: '.',
      loader: 'ts',
    },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
}
