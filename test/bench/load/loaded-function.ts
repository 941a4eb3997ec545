/** The built function in a process of its own, under load: as many events at once as are given to it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { TriggerEvent } from '../../../src/trigger-events.ts';
import type { Answer, Held, Question } from './function-process.ts';

type TriggerSource = TriggerEvent['triggerSource'];

export interface LoadedFunctionOptions {
  /** The folder with `index.mjs`. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  /** Events that it works on at the same time; others wait until one is done. */
  readonly eventsAtOnce: number;
  /** Fails whatever the function was asked, and is asked from then on. */
  readonly ended: AbortSignal;
}

/** A question before it has its `id`. */
type Asked =
  | { readonly kind: 'invoke'; readonly event: TriggerEvent }
  | { readonly kind: 'measure' };

export class LoadedFunction {
  /** Milliseconds that each event took, by its trigger. */
  readonly took = new Map<TriggerSource, number[]>();
  /** Errors of the function's own log, and whatever else is no line of it. */
  readonly complaints: string[] = [];
  readonly #process: ChildProcess;
  readonly #exited = Promise.withResolvers<void>();
  readonly #pending = new Map<number, PromiseWithResolvers<Answer>>();
  #failure: Error | undefined;
  #asked = 0;
  #room: number;
  /** Who waits for room, the longest first. */
  readonly #waiting: (() => void)[] = [];

  private constructor({ bundle, env, eventsAtOnce, ended }: LoadedFunctionOptions) {
    this.#room = eventsAtOnce;
    this.#process = fork(
      join(import.meta.dirname, 'function-process.ts'),
      [join(bundle, 'index.mjs')],
      {
        // What NODE_OPTIONS of the caller's would add is no part of the function.
        env: { PATH: process.env.PATH, ...env },
        execArgv: ['--expose-gc'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#process.on('message', (answer: Answer) => this.#settle(answer));
    this.#process.once('error', (error) => this.#fail(error));
    this.#process.once('close', (code, signal) => {
      const how = signal === null ? `with ${code}` : `by ${signal}`;
      this.#fail(new Error(`The function's process ended ${how}.\n${this.complaints.join('\n')}`));
      this.#exited.resolve();
    });
    ended.addEventListener('abort', () => this.#fail(ended.reason));
    this.#readLog();
  }

  /** Resolves once the function has started. */
  static async start(options: LoadedFunctionOptions): Promise<LoadedFunction> {
    options.ended.throwIfAborted();
    const fn = new LoadedFunction(options);
    await fn.#answerTo(0);
    return fn;
  }

  /** @throws Error if the function did. */
  readonly handler = async (event: TriggerEvent): Promise<unknown> => {
    await this.#enter();
    const answer = await this.#ask({ kind: 'invoke', event }).finally(() => this.#leave());
    if (answer.kind !== 'returned') {
      throw new Error(answer.kind === 'threw' ? answer.message : `It ${answer.kind}.`);
    }
    const took = this.took.get(event.triggerSource) ?? [];
    took.push(answer.ms);
    this.took.set(event.triggerSource, took);
    return answer.answer;
  };

  /** What it holds, once nothing of earlier events is left to wait for. */
  async measure(): Promise<Held> {
    const answer = await this.#ask({ kind: 'measure' });
    if (answer.kind !== 'measured') throw new Error(`It ${answer.kind}.`);
    return answer.held;
  }

  /** @throws Error where it answers nothing any more: its process is gone, or was ended. */
  throwIfGone(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited.promise;
  }

  async #enter(): Promise<void> {
    if (this.#room > 0) this.#room -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whoever waits takes the place; where nobody does, it is free. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#room += 1;
    else next();
  }

  #ask(asked: Asked): Promise<Answer> {
    this.#asked += 1;
    const answer = this.#answerTo(this.#asked);
    if (this.#failure === undefined) {
      this.#process.send({ id: this.#asked, ...asked } satisfies Question);
    }
    return answer;
  }

  #answerTo(id: number): Promise<Answer> {
    const pending = Promise.withResolvers<Answer>();
    if (this.#failure !== undefined) pending.reject(this.#failure);
    else this.#pending.set(id, pending);
    return pending.promise;
  }

  #settle(answer: Answer): void {
    this.#pending.get(answer.id)?.resolve(answer);
    this.#pending.delete(answer.id);
  }

  #fail(reason: Error): void {
    this.#failure ??= reason;
    for (const { reject } of this.#pending.values()) {
      reject(this.#failure);
    }
    this.#pending.clear();
  }

  /** The log is read as fast as it comes, and forgotten but for what deserves a look. */
  #readLog(): void {
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      let begun = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (begun + text).split('\n');
        begun = lines.pop() ?? '';
        this.complaints.push(...lines.filter(isComplaint));
      });
    }
  }
}

function isComplaint(line: string): boolean {
  return !line.startsWith('{') || line.includes('"level":"ERROR"');
}
