import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TriggerName } from '../../../deploy/local/cognito/trigger-names.ts';
import type { TriggerHandlers } from '../../../deploy/local/endpoint.ts';
import { TriggerFile } from '../../../deploy/local/load-handler.ts';
import { createProject } from './project.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

type Sources = { readonly [T in TriggerName]?: string };

function filesOf(sources: Sources, directory: string): readonly TriggerFile[] {
  return TriggerFile.of(new Map(Object.entries(sources) as [TriggerName, string][]), directory);
}

async function load(sources: Sources, directory: string): Promise<TriggerHandlers> {
  const loaded = await Promise.all(filesOf(sources, directory).map((file) => file.load()));
  return Object.assign({}, ...loaded);
}

/** What the trigger of the file `index.ts`, or another, answers. */
async function answerOf(files: Readonly<Record<string, string>>, source = 'index.ts') {
  const { PostConfirmation } = await load({ PostConfirmation: source }, await createProject(files));
  return call(PostConfirmation);
}

function call(handler: unknown): unknown {
  return (handler as () => unknown)();
}

async function errorOf(source: string, directory: string): Promise<Error> {
  return load({ PostConfirmation: source }, directory).then(
    () => Promise.reject(new Error('It was loaded')),
    (error: Error) => error,
  );
}

const commonJs = { 'package.json': '{ "type": "commonjs" }' };
const esModules = { 'package.json': '{ "type": "module" }' };

describe('A file of triggers', () => {
  test.each(['triggers.mjs', './named.ts#define'])('%s gives a function', async (source) => {
    const { PreSignUp } = await load({ PreSignUp: source }, fixtures);
    expect(PreSignUp).toBeTypeOf('function');
  });

  test.each([
    ['none.mjs', 'There is no file'],
    ['named.ts', 'exports no function named handler'],
    ['named.ts#notAFunction', 'exports no function named notAFunction'],
    ['broken.mjs', "can't be loaded: the table is missing"],
  ])('%s is refused in one sentence', async (source, reason) => {
    const error = await errorOf(source, fixtures);
    expect(error).toMatchObject({ code: 'HANDLER_NOT_LOADED' });
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('\n');
  });

  test.each(['c#/index.mjs', 'c#/index.mjs#handler'])(
    'is found where a folder has a # in its name: %s',
    async (source) => {
      const files = { 'c#/index.mjs': "export const handler = () => 'found';" };
      expect(await answerOf(files, source)).toBe('found');
    },
  );

  test('is loaded once for all triggers that it serves', async () => {
    const directory = await createProject({
      'index.mjs': `let calls = 0;
        export const define = () => (calls += 1);
        export const create = () => (calls += 1);`,
    });
    const { DefineAuthChallenge, CreateAuthChallenge } = await load(
      { DefineAuthChallenge: 'index.mjs#define', CreateAuthChallenge: './index.mjs#create' },
      directory,
    );
    expect([call(DefineAuthChallenge), call(CreateAuthChallenge)]).toEqual([1, 2]);
  });

  test('leaves no temporary files', async () => {
    const temporary = await createProject({});
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    await load({ PreSignUp: 'triggers.mjs' }, fixtures);
    await errorOf('broken.mjs', fixtures);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe('As people write them, triggers', () => {
  test.each([
    ['of a package without a type', { 'package.json': '{}' }],
    ['of no package', {}],
    ['of a CommonJS package', commonJs],
    ['of a package of ES modules', esModules],
  ])('in TypeScript %s have enums, decorators and imports without extension', async (_, files) => {
    const answer = await answerOf({
      ...files,
      'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
      'status.ts': "export enum Status { Sent = 'SENT' }",
      'lib/index.ts': `
        export function traced(_target: object, _key: string, method: PropertyDescriptor) {
          const original = method.value;
          method.value = () => [original(), 'traced'];
        }`,
      'index.ts': `
        import { traced } from './lib';
        import { Status } from './status';
        class Trigger { @traced run(): unknown { return Status.Sent; } }
        export const handler = () => new Trigger().run();`,
    });
    expect(answer).toEqual(['SENT', 'traced']);
  });

  test('import by the paths of their tsconfig', async () => {
    const answer = await answerOf(
      {
        ...commonJs,
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }',
        'src/code.ts': "export const code = '123456';",
        'src/triggers/create.ts':
          "import { code } from '@app/code'; export const handler = () => code;",
      },
      'src/triggers/create.ts',
    );
    expect(answer).toBe('123456');
  });

  test.each([
    ['exports.handler', "exports.handler = () => require('./code').code;"],
    ['module.exports', "module.exports = { handler: () => require('./code.js').code };"],
  ])('in CommonJS give %s', async (_, index) => {
    const answer = await answerOf(
      { 'index.js': index, 'code.js': 'exports.code = 1;' },
      'index.js',
    );
    expect(answer).toBe(1);
  });

  test('wait for what they import at the top level of ES modules', async () => {
    const index = "const { sep } = await import('node:path'); export const handler = () => sep;";
    expect(await answerOf({ ...esModules, 'index.ts': index })).toBe('/');
  });

  test.each([
    ['ES modules', esModules],
    ['CommonJS', commonJs],
  ])('in %s find the packages of their own folder, which stay one module', async (_, files) => {
    const counting = {
      'node_modules/counting/package.json': '{ "main": "counting.js" }',
      'node_modules/counting/counting.js': `
        let count = 0;
        module.exports = { next: () => [(count += 1), require('node:path').basename(__dirname)] };`,
    };
    const directory = await createProject({
      ...files,
      ...counting,
      'define.ts': "import { next } from 'counting'; export const handler = next;",
      'create.ts': "export const handler = () => require('counting').next();",
    });
    const { DefineAuthChallenge, CreateAuthChallenge } = await load(
      { DefineAuthChallenge: 'define.ts', CreateAuthChallenge: 'create.ts' },
      directory,
    );
    const answers = [call(DefineAuthChallenge), call(CreateAuthChallenge)];
    expect(answers).toEqual([
      [1, 'counting'],
      [2, 'counting'],
    ]);
  });

  test('in a workspace are bundled with its other packages', async () => {
    const answer = await answerOf({
      'node_modules/@app/codes/package.json': '{ "main": "../../../codes/index.ts" }',
      'codes/index.ts': "export enum Code { First = '123456' }",
      'index.ts': "import { Code } from '@app/codes'; export const handler = () => Code.First;",
    });
    expect(answer).toBe('123456');
  });

  test.each([
    [
      'CommonJS',
      commonJs,
      "import { readFileSync } from 'fs'; import { join } from 'path'; const text = readFileSync(join(__dirname, 'sms.txt'), 'utf8');",
    ],
    [
      'ES modules',
      esModules,
      "import { readFileSync } from 'node:fs'; const text = readFileSync(new URL('sms.txt', import.meta.url), 'utf8');",
    ],
  ])('in %s read the files beside them', async (_, files, index) => {
    const answer = await answerOf({
      ...files,
      'texts/sms.txt': 'Your code',
      'texts/read.ts': `${index} export { text };`,
      'index.ts': "import { text } from './texts/read'; export const handler = () => text;",
    });
    expect(answer).toBe('Your code');
  });
});

describe('What can not be bundled', () => {
  test.each([
    ['a slip of syntax', 'export const handler = () => {\n  return 1 +;\n};', 2, 'Unexpected ";"'],
    ['a file that is not there', "\n\nimport './none';", 3, 'Could not resolve "./none"'],
    ['a package that is not there', "import 'none';", 1, 'Could not resolve "none"'],
  ])('is refused by file and line for %s', async (_, source, line, reason) => {
    const directory = await createProject({
      'index.ts': "import './lib/helper'; export const handler = () => 1;",
      'lib/helper.ts': source,
    });
    const { message } = await errorOf('index.ts', directory);
    const helper = join(directory, 'lib/helper.ts');
    expect(message).toBe(
      `${join(directory, 'index.ts')} can't be loaded: ${helper}:${line}: ${reason}`,
    );
  });

  test('is refused where package.json is no JSON', async () => {
    const directory = await createProject({ 'package.json': '{', 'index.ts': '' });
    const { message } = await errorOf('index.ts', directory);
    expect(message).toContain(`index.ts can't be loaded: ${directory}/package.json is no JSON`);
  });
});

describe('A file that is watched', () => {
  async function watch(directory: string) {
    const [file] = filesOf({ PostConfirmation: 'index.ts' }, directory);
    if (file === undefined) throw new Error('There is no file');
    const seen: unknown[] = [];
    await file.load();
    const stop = await file.watch({
      onReload: ({ PostConfirmation }) => seen.push(call(PostConfirmation)),
      onBroken: ({ message }) => seen.push(message),
    });
    onTestFinished(stop);
    return seen;
  }

  const saw = (seen: readonly unknown[], what: readonly unknown[]) =>
    expect.poll(() => seen, { timeout: 10_000 }).toEqual(what);

  test('is loaded again when anything changes that it imports', async () => {
    const directory = await createProject({
      'index.ts': "import { code } from './lib/code'; export const handler = () => code;",
      'lib/code.ts': 'export const code = 1;',
    });
    const seen = await watch(directory);
    await writeFile(join(directory, 'lib/code.ts'), 'export const code = 2;');
    await saw(seen, [2]);
    await writeFile(join(directory, 'index.ts'), 'export const handler = () => 3;');
    await saw(seen, [2, 3]);
  });

  test('says what is wrong with a broken edit, and is loaded again when that is taken back', async () => {
    const good = 'export const handler = () => 1;';
    const directory = await createProject({ 'index.ts': good });
    const path = join(directory, 'index.ts');
    const seen = await watch(directory);

    await writeFile(path, 'export const handler = () =>');
    const unfinished = `${path} can't be loaded: ${path}:1: Unexpected end of file`;
    await saw(seen, [unfinished]);

    await writeFile(path, "throw new Error('the table is missing');");
    const failing = `${path} can't be loaded: the table is missing`;
    await saw(seen, [unfinished, failing]);

    await writeFile(path, good);
    await saw(seen, [unfinished, failing, 1]);
  });
});
