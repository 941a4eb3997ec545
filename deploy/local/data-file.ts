/** `--data FILE`: users, groups, user pools and app clients outlive the command. Keys and sign-ins don't. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { UsageError } from '../command-line.ts';
import { addUser, type LocalEndpoint, type SeedUser } from './endpoint.ts';
import { fromSnapshot, readState, restorePools, toSnapshot } from './state.ts';

/** Milliseconds in which more calls are waited for, so that a burst of them is written once. */
const SETTLE_MS = 100;

/** Keeps what an endpoint's pools hold in a file. */
export class DataFile {
  readonly #path: string;
  readonly #endpoint: LocalEndpoint;
  #written = '';
  #timer: NodeJS.Timeout | undefined;
  /** Writes follow each other, so that the last one is the newest. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, endpoint: LocalEndpoint) {
    this.#path = path;
    this.#endpoint = endpoint;
  }

  /**
   * Goes on with what the file holds, and makes the file where there is none. Triggers are those of
   * the command line: none is attached yet.
   *
   * @param users who are added where the file has none of their name.
   * @throws UsageError where it is no such file, or can't be read or written.
   */
  static async open(
    path: string,
    endpoint: LocalEndpoint,
    users: readonly SeedUser[],
  ): Promise<DataFile> {
    const held = await readText(path);
    if (held !== undefined) restore(path, held, endpoint, users);
    const file = new DataFile(path, endpoint);
    await file.#write();
    return file;
  }

  /** To be called after each call that may have changed something. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What can't be written now is told at the end.
      this.save().catch(() => {});
    }, SETTLE_MS);
  }

  /** @throws UsageError where the file can't be written. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const saved = this.#writing.catch(() => {}).then(() => this.#write());
    this.#writing = saved;
    return saved;
  }

  /** Whoever stops the command in the middle finds the file of before or the new one, and no half. */
  async #write(): Promise<void> {
    const text = `${JSON.stringify(toSnapshot(readState(this.#endpoint.pools)), null, 2)}\n`;
    if (text === this.#written) return;
    const draft = `${this.#path}.new`;
    try {
      // It holds phone numbers and what passwords are checked by.
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, this.#path);
    } catch (error) {
      throw new UsageError(`--data: ${this.#path} can't be written: ${reasonOf(error)}`);
    }
    this.#written = text;
  }
}

/** @returns undefined where there is no file yet */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`--data: ${path} can't be read: ${reasonOf(error)}`);
  }
}

function restore(
  path: string,
  text: string,
  endpoint: LocalEndpoint,
  users: readonly SeedUser[],
): void {
  const pools = readPools(path, text, endpoint);
  const pool = pools.all.find(({ id }) => id === endpoint.userPoolId);
  if (pool === undefined) {
    const ids = pools.all.map(({ id }) => id).join(', ');
    throw new UsageError(
      `--data: ${path} holds ${ids || 'no user pool'}, and not ${endpoint.userPoolId}: give its id by --pool-id, or another file.`,
    );
  }
  pool.settings = { ...pool.settings, triggers: new Map() };
  for (const user of users) {
    if (pool.find(user.username) === undefined) addUser(pool, user, Date.now());
  }
  endpoint.startOver(pools);
}

function readPools(path: string, text: string, endpoint: LocalEndpoint) {
  try {
    return restorePools(fromSnapshot(JSON.parse(text), endpoint.pools));
  } catch (error) {
    throw new UsageError(
      `--data takes a file that it wrote, or that is not there yet; ${path} is another: ${reasonOf(error)}`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
