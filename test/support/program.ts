/** One of this project's commands, run as the process that it is. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs until it ends by itself or the test does. */
export class Program {
  /** All that it wrote. */
  output = '';
  /** What it wrote for others to read on. */
  stdout = '';
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exited = Promise.withResolvers<number | null>();
  readonly #gone = Promise.withResolvers<void>();

  /** @param variables what differs from this process's environment; `undefined` takes one out. */
  constructor(
    file: string,
    args: readonly string[],
    variables: Readonly<Record<string, string | undefined>> = {},
  ) {
    const env = { ...process.env, INIT_CWD: undefined, ...variables };
    this.#process = spawn(process.execPath, [file, ...args], { cwd: root, env });
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      this.stdout += chunk.toString();
    });
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
    });
    this.#process.on('close', (code) => this.#exited.resolve(code));
    this.#process.on('exit', () => this.#gone.resolve());
    onTestFinished(async () => {
      this.#process.kill('SIGKILL');
      // Not until its output ends: what it had started may write there for longer.
      await this.#gone.promise;
      this.#process.stdout.destroy();
      this.#process.stderr.destroy();
    });
  }

  /** Its exit code, once it has ended and all that it wrote is here. */
  get exited(): Promise<number | null> {
    return this.#exited.promise;
  }

  type(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  endInput(): void {
    this.#process.stdin.end();
  }

  interrupt(): void {
    this.#process.kill('SIGINT');
  }

  /** Waits until the output matches. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    await expect.poll(() => this.output, { timeout: 30_000 }).toMatch(pattern);
    return pattern.exec(this.output) as RegExpExecArray;
  }
}
