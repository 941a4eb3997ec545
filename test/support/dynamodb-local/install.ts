/**
 * AWS's own DynamoDB Local, kept in the system's temporary folder between runs. It comes out of the npm
 * package that AWS Amplify runs it from, without that package's dependencies and scripts.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const NAME = 'amplify-dynamodb-simulator';
const VERSION = '2.9.30';
const INTEGRITY =
  'xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';

const run = promisify(execFile);

/** Where `DynamoDBLocal.jar` is once it is installed. */
export const FOLDER = join(tmpdir(), `dynamodb-local-${VERSION}-${userInfo().username}`);

/** Whether there is a folder, and it is ours: whoever else can write to it chooses what we run. */
export function isInstalled(): boolean {
  const found = lstatSync(FOLDER, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** Downloads 57 MB from the npm registry, unless that was done before. */
export async function install(): Promise<void> {
  if (isInstalled()) {
    return;
  }
  // Whoever else installs at the same time sees a whole folder or none.
  const fresh = await mkdtemp(`${FOLDER}-`);
  try {
    await run('npm', [
      ...['pack', `${NAME}@${VERSION}`, '--ignore-scripts', '--loglevel', 'error'],
      ...['--pack-destination', fresh],
    ]);
    const archive = join(fresh, `${NAME}-${VERSION}.tgz`);
    const digest = createHash('sha512').update(await readFile(archive));
    if (digest.digest('base64') !== INTEGRITY) {
      throw new Error(`${NAME} ${VERSION} is not what it was.`);
    }
    const unpack = ['--strip-components', '2', 'package/emulator'];
    await run('tar', ['-xzf', archive, '-C', fresh, ...unpack]);
    await rm(archive);
    await rename(fresh, FOLDER);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!isInstalled()) {
      throw new Error(`DynamoDB Local could not be installed. ${error}`);
    }
  }
}
