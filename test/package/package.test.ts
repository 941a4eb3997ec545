/** The package for other projects, installed into one that has nothing else, and put to use there. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildPackage, packTarball } from '../../deploy/npm-package.ts';

const BINARIES = resolve('node_modules/.bin');
const FIXTURES = join(import.meta.dirname, 'fixtures');
/** What else the tests there import, and a project that has such tests has already. */
const OTHERS = [
  ...['vitest', '@types/node'],
  ...['@aws-sdk/client-cognito-identity-provider', '@aws-sdk/client-sns'],
];

let folder: string;
/** What was packed. */
let built: string;
let tarball: string;
/** The other project. */
let project: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'package-')));
  built = join(folder, 'built');
  project = join(folder, 'project');
  await buildPackage(built);
  tarball = await packTarball(built, folder);
  await cp(FIXTURES, project, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await writeFile(join(project, 'sign-in.test.ts'), await exampleOfReadme());
  // Node alone does not read enums.
  const trigger = 'enum Reply { Yes } export const handler = () => Reply.Yes;';
  await writeFile(join(project, 'pre-sign-up.ts'), trigger);
  const alone = ['--offline', '--no-audit', '--no-update-notifier'];
  const { code, output } = await run('npm', ['install', ...alone, tarball]);
  expect(code, output).toBe(0);
  for (const name of OTHERS) await lend(name);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Gives the other project a package of this one, and tells where. */
async function lend(name: string): Promise<string> {
  const place = join(project, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(resolve('node_modules', name), place);
  return place;
}

async function exampleOfReadme(): Promise<string> {
  const page = await readFile('deploy/local/README.md', 'utf8');
  const example = /^## In your tests\n.*?^```ts\n(.*?)^```$/ms.exec(page)?.[1];
  if (example === undefined) throw new Error('The page has no example for tests.');
  return example;
}

/** Runs a command in the other project, and gives what it says and the code it ends with. */
async function run(command: string, args: readonly string[]) {
  const ended = Promise.withResolvers<{ readonly code: number; readonly output: string }>();
  const { PATH, HOME } = process.env;
  const env = { PATH: `${BINARIES}:${PATH}`, HOME };
  execFile(command, args, { cwd: project, env }, (error, stdout, stderr) => {
    ended.resolve({
      code: Number(error?.code ?? 0),
      output: stripVTControlCharacters(stdout + stderr),
    });
  });
  return ended.promise;
}

function compile(file: string, ...options: readonly string[]) {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit'];
  const environment = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022'];
  return run('tsc', [...strict, ...environment, ...options, file]);
}

describe('The package', () => {
  it('installs alone', async () => {
    const installed = await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8');
    expect(Object.keys(JSON.parse(installed).packages)).toEqual(['node_modules/cognito-phone-otp']);
  });

  it('keeps the rules for packages', async () => {
    const { messages, pkg } = await publint({ pkgDir: built, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has the right declarations for each kind of module', async () => {
    // Before Node 12 nothing but the main entry could have declarations.
    const options = ['--profile', 'node16', '--format', 'ascii', '--no-emoji'];
    const { code, output } = await run('attw', [tarball, ...options]);
    expect(code, output).toBe(0);
  });

  it('has declarations that need no others', async () => {
    const { code, output } = await compile('consumer.cts', '--types', '');
    expect(code, output).toBe(0);
  });

  it("compiles with the example of the endpoint's page", async () => {
    const options = ['--types', 'node', '--skipLibCheck'];
    const { code, output } = await compile('sign-in.test.ts', ...options);
    expect(code, output).toBe(0);
  });

  it('tells the licences of what it holds', async () => {
    const licences = await readFile(join(built, 'THIRD-PARTY-LICENSES.md'), 'utf8');
    expect(licences).toMatch(/^## hono\n\nMIT License/m);
    expect(licences).toMatch(/^## jose\n/m);
  });
});

describe.each([
  ['an ES module', 'module', "import { startLocalCognito } from 'cognito-phone-otp/local';"],
  ['CommonJS', 'commonjs', "const { startLocalCognito } = require('cognito-phone-otp/local');"],
])('From %s, a trigger', (_, kind, load) => {
  function startWith(PreSignUp: string) {
    const options = JSON.stringify({ triggers: { PreSignUp } });
    const start = `startLocalCognito(${options}).then((cognito) => cognito.close());`;
    return run('node', [`--input-type=${kind}`, '--eval', `${load} ${start}`]);
  }

  it('in JavaScript is loaded without esbuild', async () => {
    const { code, output } = await startWith('triggers.mjs#define');
    expect(code, output).toBe(0);
  });

  it('in TypeScript needs esbuild, and says so', async () => {
    const { code, output } = await startWith('pre-sign-up.ts');
    expect(code).toBe(1);
    const sentence = 'TypeScript needs esbuild, so install it: npm install --save-dev esbuild';
    expect(output).toContain(`${join(project, 'pre-sign-up.ts')} can't be loaded: ${sentence}`);
  });

  it('in TypeScript is loaded where the project has esbuild', async () => {
    const place = await lend('esbuild');
    onTestFinished(() => rm(place));
    const { code, output } = await startWith('pre-sign-up.ts');
    expect(code, output).toBe(0);
  });
});

describe('A sign-in with the package', () => {
  it("works in Vitest, as in the example of the endpoint's page", async () => {
    const { code, output } = await run('vitest', ['run', 'sign-in.test.ts']);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests\s+3 passed/);
  });

  it('works in Jest, in CommonJS', async () => {
    const options = ['--rootDir', join(project, 'jest'), '--config', '{"transform":{}}'];
    const { code, output } = await run('jest', options);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests:\s+3 passed/);
  });

  it("works in Node's own test runner", async () => {
    const { code, output } = await run('node', ['--test', 'node/sign-in.test.mjs']);
    expect(code, output).toBe(0);
    expect(output).toMatch(/pass 1/);
  });
});
