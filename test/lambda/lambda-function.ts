/** A Lambda function: the bundle, its settings, and as many containers as there are events at once. */
import { chmod, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Container, type Invocation } from './container.ts';
import type { RuntimeClient } from './runtime-client.ts';

export interface LambdaFunctionOptions {
  readonly client: RuntimeClient;
  /** The folder with `index.mjs`. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  /** 5 seconds unless told otherwise: as long as Cognito waits. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  /** Called with the id of each container's process once that has started, before its first event. */
  readonly whenStarted?: ((pid: number) => Promise<void>) | undefined;
}

export class LambdaFunction {
  /** Dead ones, too, in the order in which they were started. */
  readonly containers: Container[] = [];
  readonly #options: LambdaFunctionOptions;
  readonly #taskRoot: string;

  private constructor(options: LambdaFunctionOptions, taskRoot: string) {
    this.#options = options;
    this.#taskRoot = taskRoot;
  }

  /** Lays the bundle out where the function can read it and nobody can write. */
  static async create(options: LambdaFunctionOptions): Promise<LambdaFunction> {
    const taskRoot = await mkdtemp(join(tmpdir(), 'lambda-task-'));
    await cp(options.bundle, taskRoot, { recursive: true });
    for (const name of await readdir(taskRoot, { recursive: true })) {
      await chmod(join(taskRoot, name), 0o555);
    }
    await chmod(taskRoot, 0o555);
    return new LambdaFunction(options, taskRoot);
  }

  /** What all its containers wrote. */
  get log(): string {
    return this.containers.map(({ log }) => log).join('');
  }

  /** The lines of the function's own log. */
  get logLines(): readonly Readonly<Record<string, unknown>>[] {
    return this.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }

  /** Serves the event by a container that has nothing to do, or else by a new one. */
  async invoke(event: unknown): Promise<Invocation> {
    const idle = this.containers.find((container) => container.idle);
    return (idle ?? (await this.startContainer())).invoke(event);
  }

  async startContainer(): Promise<Container> {
    const { client, env, timeoutMs = 5000, memoryMb = 512, whenStarted } = this.#options;
    const taskRoot = this.#taskRoot;
    const settings = { client, taskRoot, env, timeoutMs, memoryMb, whenStarted };
    const container = await Container.start(settings);
    this.containers.push(container);
    return container;
  }

  /** Ends the containers that have nothing to do: the next event meets a cold one. */
  recycle(): void {
    for (const container of this.containers.filter(({ idle }) => idle)) {
      container.kill();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.containers.map((container) => container.close()));
    await chmod(this.#taskRoot, 0o755);
    await rm(this.#taskRoot, { recursive: true, force: true });
  }
}
