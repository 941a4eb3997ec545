/** What the image and the CI job consist of, run here: there is no Docker engine in it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Program } from '../../support/program.ts';
import { createProject } from './project.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DOCKERFILE = join(ROOT, 'deploy/local/Dockerfile');
const README = join(ROOT, 'deploy/local/README.md');
const FIXTURE = join(import.meta.dirname, 'fixtures/triggers.mjs');

describe('The image', () => {
  let dockerfile: string;
  beforeAll(async () => {
    dockerfile = await readFile(DOCKERFILE, 'utf8');
  });

  const copied = () =>
    [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));

  /** The command after this instruction, as a list. */
  function commandOf(instruction: RegExp): readonly string[] {
    const [, list = '[]'] =
      new RegExp(`^${instruction.source}(\\[.*\\])$`, 'm').exec(dockerfile) ?? [];
    return JSON.parse(list);
  }

  /** A folder with all that the image copies, and what `npm ci` installs. */
  async function createApp(): Promise<string> {
    const app = await createProject({});
    await symlink(join(ROOT, 'node_modules'), join(app, 'node_modules'));
    for (const path of copied()) {
      await mkdir(dirname(join(app, path)), { recursive: true });
      await cp(join(ROOT, path), join(app, path), { recursive: true });
    }
    return app;
  }

  async function start(...options: string[]) {
    const app = await createApp();
    const [, file = '', ...fixed] = commandOf(/ENTRYPOINT /);
    // Before the options, as Docker puts its command behind the entry point.
    const args = [...fixed, '--port', '0', ...options];
    const program = new Program(file.replace('/app', app), args, { INIT_CWD: dirname(FIXTURE) });
    const [, port = ''] = await program.says(/ at https?:\/\/127\.0\.0\.1:(\d+)\n/);
    return port;
  }

  /** @returns the exit code of the health check */
  async function check(port: string): Promise<number | null> {
    const [, ...args] = commandOf(/HEALTHCHECK .*CMD /).map((arg) => arg.replaceAll('9229', port));
    const exited = Promise.withResolvers<number | null>();
    spawn(process.execPath, args).on('close', exited.resolve);
    return exited.promise;
  }

  test('copies what is there, and all that the endpoint is made of', async () => {
    expect(copied().filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied()).toEqual(expect.arrayContaining(['package-lock.json', 'src', 'deploy']));
  });

  test.each([['HTTP'], ['HTTPS', '--https']])('is healthy by %s', async (_, ...options) => {
    const port = await start('--function', 'triggers.mjs', ...options);
    expect(await check(port)).toBe(0);
  });

  test('is unhealthy while users can not sign in, and where nothing listens', async () => {
    const starting = createServer((_, response) => void response.writeHead(503).end());
    const port = await listen(starting);
    expect(await check(port)).toBe(1);
    await new Promise((resolve) => starting.close(resolve));
    expect(await check(port)).toBe(1);
  });
});

test('The job of the page starts the endpoint with triggers of the repository it is in', async () => {
  const page = await readFile(README, 'utf8');
  const repository = await createProject({ 'src/triggers.ts': await readFile(FIXTURE, 'utf8') });
  await symlink(ROOT, join(repository, 'cognito-phone-otp'));
  const port = await freePort();
  const command = (start: string) => {
    const [, text = ''] = new RegExp(`^ +- run: (${start}.*)$`, 'm').exec(page) ?? [];
    return text.replaceAll('9229', port);
  };
  run(`${command('npm start').replace(/ &$/, '')} --port ${port}`, repository);
  expect(await run(command('curl'), repository)).toBe('{"status":"ready"}');
});

/** @returns what it wrote, when it has ended: at the end of the test at the latest */
function run(command: string, cwd: string): Promise<string> {
  const ended = Promise.withResolvers<string>();
  const shell = spawn('bash', ['-c', command], { cwd, detached: true });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  shell.on('close', () => ended.resolve(output));
  onTestFinished(async () => {
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid);
    await ended.promise;
  });
  return ended.promise;
}

async function freePort(): Promise<string> {
  const server = createSocketServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: ReturnType<typeof createSocketServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}
