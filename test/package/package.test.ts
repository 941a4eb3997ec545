/** The package for other projects, installed into one that has nothing else, and put to use there. */
import { execFile } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildPackage, packTarball } from '../../deploy/bundling/npm-package.ts';
import { createWorld } from '../support/doctor-world.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { checkOutElsewhere, ROOT, runIn } from '../support/other-checkout.ts';

const BINARIES = resolve('node_modules/.bin');
const FIXTURES = join(import.meta.dirname, 'fixtures');
/** What else the tests there import, and a project that has such tests has already. */
const OTHERS = [
  ...['vitest', '@types/node'],
  ...['@aws-sdk/client-cognito-identity-provider', '@aws-sdk/client-sns'],
  ...['aws-cdk-lib', 'constructs', 'valibot'],
];
/** The operator's commands. */
const COMMANDS = [
  ...['account', 'attach', 'check-clients', 'detach', 'doctor', 'keys', 'resume-sending'],
  ...['review-number', 'sign-in', 'stop-sending', 'table'],
];

let folder: string;
/** What was packed. */
let built: string;
let tarball: string;
/** Whose project, with a gateway of its own, this is. */
const PAGE = 'deploy/package.md';
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
  for (const file of ['acme.ts', 'handler.ts', 'acme.test.ts', 'acme-local.test.ts']) {
    await writeFile(join(project, file), await example(PAGE, 'ts', `// ${file}`));
  }
  const signIn = await example('deploy/local/README.md', 'ts', 'import {\n  Cognito');
  await writeFile(join(project, 'sign-in.test.ts'), signIn);
  await writeFile(
    join(project, 'app.ts'),
    await example('deploy/README.md', 'ts', 'import { App, Stack }'),
  );
  // Node alone does not read enums.
  const trigger = 'enum Reply { Yes } export const handler = () => Reply.Yes;';
  await writeFile(join(project, 'pre-sign-up.ts'), trigger);
  const alone = ['--offline', '--no-audit', '--no-update-notifier'];
  const { code, output } = await run('npm', ['install', ...alone, tarball]);
  expect(code, output).toBe(0);
  for (const name of OTHERS) await lend(name);
  // It names packages that are lent, and would be looked for in the registry.
  await writeFile(join(project, 'package.json'), await example(PAGE, 'json', '{\n  "name"'));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Gives the other project a package of this one, and tells where. */
async function lend(name: string): Promise<string> {
  const place = join(project, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(resolve('node_modules', name), place);
  return place;
}

/** The page's block of code that begins with these characters. */
async function example(path: string, language: string, beginning: string): Promise<string> {
  const blocks = (await readFile(path, 'utf8')).matchAll(/^```(\w+)\n(.*?)^```$/gms);
  const found = [...blocks].find(
    ([, lang, text]) => lang === language && text?.startsWith(beginning),
  );
  if (found?.[2] === undefined) throw new Error(`${path} has no example ${beginning}`);
  return found[2];
}

/** Runs a command in the other project, and gives what it says and the code it ends with. */
async function run(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) {
  const ended = Promise.withResolvers<{ readonly code: number; readonly output: string }>();
  const { PATH, HOME } = process.env;
  const env = { PATH: `${BINARIES}:${PATH}`, HOME, ...variables };
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
    const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji'];
    const { code, output } = await run('attw', [tarball, ...options]);
    expect(code, output).toBe(0);
  });

  it('has declarations that need no others', async () => {
    const { code, output } = await compile('consumer.cts', '--types', '');
    expect(code, output).toBe(0);
  });

  it('has declarations for own gateways and adapters that need none but those of Node', async () => {
    const { code, output } = await compile('consumer.ts', '--types', 'node');
    expect(code, output).toBe(0);
  });

  it.each([
    ['acme.test.ts', []],
    // The AWS SDK's own declarations go by the browser's, too.
    ['acme-local.test.ts', ['--skipLibCheck']],
    ['handler.ts', []],
    // Declarations of aws-cdk-lib itself take a property that is undefined for one that is not there.
    ['app.ts', ['--exactOptionalPropertyTypes', 'false']],
  ])('compiles with %s of the pages, declarations and all', async (file, laxer) => {
    const options = ['--types', 'node', '--lib', 'es2023', '--allowImportingTsExtensions'];
    const { code, output } = await compile(file, ...options, ...laxer);
    expect(code, output).toBe(0);
  });

  it("compiles with the example of the endpoint's page", async () => {
    const options = ['--types', 'node', '--skipLibCheck'];
    const { code, output } = await compile('sign-in.test.ts', ...options);
    expect(code, output).toBe(0);
  });

  it('tells the licences of what it holds', async () => {
    const licences = await readFile(join(built, 'THIRD-PARTY-LICENSES.md'), 'utf8');
    expect(licences).toMatch(/^## hono [\d.]+\n\nMIT License/m);
    expect(licences).toMatch(/^## jose [\d.]+\n/m);
    expect(licences).toMatch(
      /^## @middy\/core [\d.]+\n\nMIT License\n\nCopyright \(c\) Middy contributors/m,
    );
    // The function that the construct deploys is in it, too.
    expect(licences).toMatch(/^## .*@aws-lambda-powertools\/metrics [\d.]+/m);
  });

  it('is the same, byte for byte, when it is built in another checkout', async () => {
    const build = `
      const { buildPackage, packTarball } = await import(process.cwd() + '/deploy/bundling/npm-package.ts');
      const [place] = process.argv.slice(2);
      await buildPackage(place + '/built');
      console.log(await packTarball(place + '/built', place));
    `;
    const tarballs: Buffer[] = [];
    for (const [checkout, place] of [
      [ROOT, join(folder, 'one')],
      [await checkOutElsewhere(), join(folder, 'another', 'place')],
    ] as const) {
      await mkdir(place, { recursive: true });
      tarballs.push(await readFile((await runIn(checkout, build, place)).trim()));
    }
    const [one = Buffer.of(), other] = tarballs;
    expect(other?.equals(one)).toBe(true);
  }, 300_000);
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

describe('The gateway that the page on the package adds', () => {
  it('keeps the contract', async () => {
    const { code, output } = await run('npm', ['test', '--', 'acme.test.ts']);
    expect(code, output).toBe(0);
    expect(Number(/Tests\s+(\d+) passed/.exec(output)?.[1])).toBeGreaterThan(15);
  });

  it('signs in on the local endpoint', async () => {
    const place = await lend('esbuild');
    onTestFinished(() => rm(place));
    const { code, output } = await run('npm', ['test', '--', 'acme-local.test.ts']);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests\s+1 passed/);
  });

  it('sends from a function that its project bundles, by the provider behind it', async () => {
    const place = await lend('esbuild');
    onTestFinished(() => rm(place));
    const built = await run('npm', ['run', 'build']);
    expect(built.code, built.output).toBe(0);
    // What the page on deployment puts into the zip file.
    expect(await readdir(join(project, 'dist'))).toEqual(['chunks', 'index.mjs']);
    const { code, output } = await run('node', ['send.mjs'], { OTP_HASH_KEY: STRONG_KEY });
    expect(code, output).toBe(0);
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toEqual({
      status: 'SENT',
      sender: 'MyApp',
      to: '+12025550100',
      text: expect.stringMatching(/\d{6}/),
    });
  });
});

describe('The construct of the package', () => {
  it('synthesises, with the built function inside as its asset', async () => {
    const { code, output } = await run('node', ['stack.mjs']);
    expect(code, output).toBe(0);
    const { types, assets } = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    expect(types).toContain('AWS::Lambda::Function');
    expect(assets).toEqual([['chunks', 'index.mjs']]);
  });

  it('can be required', async () => {
    const load = "console.log(typeof require('cognito-phone-otp/cdk').PhoneOtp)";
    const { code, output } = await run('node', ['--input-type=commonjs', '--eval', load]);
    expect({ code, output }).toEqual({ code: 0, output: 'function\n' });
  });
});

describe('npx cognito-phone-otp', () => {
  const call = (...args: string[]) =>
    run('npx', ['--no-install', '--no-update-notifier', 'cognito-phone-otp', ...args]);

  it('lists its commands', async () => {
    const { code, output } = await call();
    expect(code, output).toBe(0);
    expect([...output.matchAll(/^ {2}([a-z-]+)$/gm)].map(([, name]) => name)).toEqual(COMMANDS);
  });

  it.each(COMMANDS)('has %s tell its options, as it is called there', async (name) => {
    const { code, output } = await call(name, '--help');
    expect(code, output).toBe(0);
    expect(output.startsWith(`npx cognito-phone-otp ${name} `), output).toBe(true);
    expect(output).not.toContain('npm run');
  });

  it('names what is wrong with a command line as it is called there', async () => {
    const { code, output } = await call('attach', '--pool', 'x');
    expect(code).toBe(1);
    expect(output).toContain('see npx cognito-phone-otp attach --help.');
  });

  it('says what mends something as it is called there', async () => {
    const world = await createWorld({ account: { tables: {} } });
    const command = join(project, 'node_modules/.bin/cognito-phone-otp');
    const args = ['doctor', '--user-pool', world.userPoolId];
    const { output } = await world.run(command, args, world.account.env);
    expect(output).toContain('npx cognito-phone-otp table create --table phone-otp');
    expect(output).not.toContain('npm run');
  });

  it('says that there is no such command', async () => {
    const { code, output } = await call('toString');
    expect(code).toBe(1);
    expect(output).toBe("There is no command 'toString': see npx cognito-phone-otp --help.\n");
  });
});
