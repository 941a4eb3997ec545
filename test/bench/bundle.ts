/** Which of the bundle's files a sign-in loads, and whose code is in them. */
import { SignInDriver } from '../support/sign-in-driver.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import type { Table } from './table.ts';

const COMPARED = ['ours', 'ours, DynamoDB'] as const;

interface Loaded {
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  /** By npm package, or `src/`. */
  readonly packages: Readonly<Record<string, { readonly bytes: number; readonly modules: number }>>;
}

export const bundle: Subject = {
  about: 'the code that a sign-in loads: bytes and modules, by package',
  async measure(open) {
    const stage = await open();
    const figures: Record<string, Loaded> = {};
    for (const side of COMPARED) {
      figures[side] = codeOf(stage, await loadedFiles(stage, side));
    }
    return { tables: [filesTable(figures), packagesTable(figures)], figures };
  },
};

const MARK = 'bench: loads ';

/** Has the process say what it loads; the paths are the bundle's. */
const TELL_LOADS = `
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      const root = 'file://' + process.env.LAMBDA_TASK_ROOT + '/';
      if (url.startsWith(root)) writeSync(2, '${MARK}' + url.slice(root.length) + '\\n');
      return next(url, context);
    },
  });
`;

async function loadedFiles(stage: Stage, side: (typeof COMPARED)[number]): Promise<string[]> {
  const script = `data:text/javascript,${encodeURIComponent(TELL_LOADS)}`;
  const deployment = await stage.deploy(side, { env: { NODE_OPTIONS: `--import=${script}` } });
  const driver = new SignInDriver(deployment.handler, stage.newUser());
  await driver.start();
  await driver.answer(stage.newestCode());
  const { log } = deployment;
  await stage.retire(deployment);
  return log
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length));
}

function codeOf({ bundles: { ours } }: Stage, names: readonly string[]): Loaded {
  const files: { file: string; bytes: number }[] = [];
  const packages: Record<string, { bytes: number; modules: number }> = {};
  for (const name of names) {
    const file = ours.find(({ path }) => path === name);
    if (file === undefined) {
      throw new Error(`The bundle has no ${name}.`);
    }
    files.push({ file: name, bytes: file.bytes });
    for (const [path, bytes] of Object.entries(file.modules)) {
      const owner = ownerOf(path);
      packages[owner] ??= { bytes: 0, modules: 0 };
      packages[owner].bytes += bytes;
      packages[owner].modules += 1;
    }
  }
  return { files, packages };
}

/** The innermost package that the file belongs to. */
function ownerOf(path: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'src/';
}

function filesTable(figures: Readonly<Record<string, Loaded>>): Table {
  const all = new Set(Object.values(figures).flatMap(({ files }) => files.map(({ file }) => file)));
  return {
    caption: 'Files that a sign-in loads, bytes',
    columns: ['', ...COMPARED],
    rows: [
      ...[...all].map((name) => [
        name,
        ...COMPARED.map((side) =>
          String(figures[side]?.files.find(({ file }) => file === name)?.bytes ?? ''),
        ),
      ]),
      [
        'together',
        ...COMPARED.map((side) =>
          String(figures[side]?.files.reduce((sum, { bytes }) => sum + bytes, 0)),
        ),
      ],
    ],
  };
}

function packagesTable(figures: Readonly<Record<string, Loaded>>): Table {
  const largest = new Map<string, number>();
  for (const { packages } of Object.values(figures)) {
    for (const [name, { bytes }] of Object.entries(packages)) {
      largest.set(name, Math.max(bytes, largest.get(name) ?? 0));
    }
  }
  const names = [...largest].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  return {
    caption: 'The same by package: bytes before they are minified, and modules',
    columns: ['', ...COMPARED.flatMap((side) => [side, 'modules'])],
    rows: names.map((name) => [
      name,
      ...COMPARED.flatMap((side) => {
        const share = figures[side]?.packages[name];
        return share === undefined ? ['', ''] : [String(share.bytes), String(share.modules)];
      }),
    ]),
  };
}
