/**
 * AWS's own runtime client for Node.js (npm `aws-lambda-ric`): the program that loads a handler on
 * Lambda and hands it one event after the other. It compiles native code while it is installed, so it
 * is no dependency of the project: it is installed once into a folder for temporary files and kept there.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '4.0.2';

/** What compiling it needs, as Debian calls it. */
const PACKAGES = ['cmake', 'g++', 'make', 'autoconf', 'automake', 'libtool', 'xz-utils', 'python3'];
const PROGRAMS = ['cmake', 'g++', 'make', 'autoreconf', 'libtoolize', 'xz', 'python3'];

export interface RuntimeClient {
  /** The Node.js that runs it: a copy that an unprivileged user can reach. */
  readonly node: string;
  /** The client's main file. */
  readonly entry: string;
}

/**
 * Installs the client unless an earlier run did, which takes about a minute.
 *
 * @throws Error that says what is missing, or what the installation printed last.
 */
export async function installRuntimeClient(): Promise<RuntimeClient> {
  const home = join(tmpdir(), `lambda-runtime-client-${VERSION}-node-${process.versions.node}`);
  const client = {
    node: join(home, 'bin/node'),
    entry: join(home, 'node_modules/aws-lambda-ric/index.mjs'),
  };
  if (!existsSync(home)) {
    await checkPrograms();
    await install(home);
  }
  return client;
}

async function checkPrograms(): Promise<void> {
  const found = await Promise.all(
    PROGRAMS.map((program) =>
      run('sh', ['-c', `command -v ${program}`]).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = PROGRAMS.filter((_, index) => found[index] === false);
  if (missing.length > 0) {
    throw new Error(
      `AWS's Lambda runtime client can't be compiled without ${missing.join(', ')}: on Debian, install them with \`apt-get install ${PACKAGES.join(' ')}\`.`,
    );
  }
}

/** In a folder of its own first: two runs at once, or one that is interrupted, must leave no half of it. */
async function install(home: string): Promise<void> {
  const draft = await mkdtemp(`${home}-`);
  try {
    const manifest = {
      private: true,
      dependencies: { 'aws-lambda-ric': VERSION },
      allowScripts: { 'aws-lambda-ric': true },
    };
    await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
    await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: draft, env: plainNpm() });
    await mkdir(join(draft, 'bin'));
    await copyFile(process.execPath, join(draft, 'bin/node'), constants.COPYFILE_FICLONE);
    await chmod(draft, 0o755);
    await rename(draft, home);
  } catch (error) {
    if (!existsSync(home)) {
      const { stderr = '' } = error as { readonly stderr?: string };
      const said = stderr.trim().split('\n').slice(-20).join('\n');
      throw new Error(`AWS's Lambda runtime client could not be installed.\n${said}`, {
        cause: error,
      });
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The environment without what the npm that runs us tells its scripts of this project. */
function plainNpm(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle)_/.test(name),
  );
  return Object.fromEntries(kept);
}

const run = promisify(execFile);
