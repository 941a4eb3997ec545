/**
 * One Lambda container: the bundle in a process of its own, loaded by AWS's runtime client, with the
 * Runtime API in front of it that Lambda has.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RuntimeClient } from './runtime-client.ts';

const FUNCTION = 'phone-otp';
const REGION = 'eu-west-1';
const ARN = `arn:aws:lambda:${REGION}:123456789012:function:${FUNCTION}`;
const API = '/2018-06-01/runtime';

/** Lambda runs functions as a user without rights, such as Debian's `nobody`; root alone can become another. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface ContainerOptions {
  readonly client: RuntimeClient;
  /** The folder that holds the bundle. */
  readonly taskRoot: string;
  /** The function's own variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The function's timeout: a container that takes longer for an event is killed. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Called with the process's id once it has started, before its first event. */
  readonly whenStarted?: ((pid: number) => Promise<void>) | undefined;
}

/** What Lambda answers whoever invoked the function. */
export type Invocation =
  | { readonly kind: 'returned'; readonly payload: unknown }
  /** Lambda's `FunctionError`: the function threw, its start failed, it took too long, or it died. */
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string };

interface Pending {
  readonly id: string;
  readonly name: string;
  readonly event: string;
  readonly settle: (invocation: Invocation) => void;
}

/** Milliseconds of each stretch that a container went through, as seen from outside. */
export interface Stretch {
  readonly name: string;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export class Container {
  /** What the function wrote, in order. */
  log = '';
  /** The start, then each event. */
  readonly stretches: Stretch[] = [];
  readonly #options: ContainerOptions;
  readonly #server: Server;
  readonly #started = Promise.withResolvers<Invocation | undefined>();
  readonly #exited = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  /** The runtime client's open question for the next event. */
  #next: ServerResponse | undefined;
  #pending: Pending | undefined;
  #began = { at: 0, cpuMs: 0 };
  #exit: string | undefined;
  #isTold = false;

  private constructor(options: ContainerOptions) {
    this.#options = options;
    this.#server = createServer(async (request, response) => {
      const path = request.url ?? '';
      if (path === `${API}/invocation/next`) {
        this.#becomeIdle(response);
        return;
      }
      // Who is killed in the middle of an answer gave none.
      const body = await text(request).catch(() => undefined);
      if (body === undefined) {
        return;
      }
      // Before anything is read out of it, which is no time of the container's.
      if (
        this.#pending !== undefined &&
        path.startsWith(`${API}/invocation/${this.#pending.id}/`)
      ) {
        this.#noteStretch(this.#pending.name);
      }
      response.writeHead(202).end();
      if (path === `${API}/init/error`) {
        this.#started.resolve(failure(JSON.parse(body)));
      } else if (path === `${API}/invocation/${this.#pending?.id}/response`) {
        this.#settle({ kind: 'returned', payload: JSON.parse(body) });
      } else if (path === `${API}/invocation/${this.#pending?.id}/error`) {
        this.#settle(failure(JSON.parse(body)));
      }
    });
  }

  /** Starts the process; events may be given to it at once, and wait for it as they do on Lambda. */
  static async start(options: ContainerOptions): Promise<Container> {
    const container = new Container(options);
    await new Promise<void>((resolve) => container.#server.listen(0, '127.0.0.1', resolve));
    container.#spawn();
    return container;
  }

  /** Whether it lives, and works on no event. */
  get idle(): boolean {
    return this.#exit === undefined && this.#pending === undefined;
  }

  get alive(): boolean {
    return this.#exit === undefined;
  }

  /** Resolves once it has started, or failed to. */
  get ready(): Promise<unknown> {
    return this.#started.promise;
  }

  /** Hands it an event, once it has started. */
  async invoke(event: unknown): Promise<Invocation> {
    const settled = Promise.withResolvers<Invocation>();
    this.#pending = {
      id: randomUUID(),
      name: nameOf(event),
      event: JSON.stringify(event),
      settle: settled.resolve,
    };
    const failedStart = await this.#started.promise;
    if (failedStart !== undefined) {
      await this.#exited.promise;
      return failedStart;
    }
    await this.#tellStarted();
    this.#deliver();
    const seconds = (this.#options.timeoutMs / 1000).toFixed(2);
    const tooLong = setTimeout(() => {
      this.kill(`Task timed out after ${seconds} seconds`);
    }, this.#options.timeoutMs);
    try {
      return await settled.promise;
    } finally {
      clearTimeout(tooLong);
    }
  }

  async #tellStarted(): Promise<void> {
    const pid = this.#process?.pid;
    if (!this.#isTold && pid !== undefined) {
      this.#isTold = true;
      await this.#options.whenStarted?.(pid);
    }
  }

  /** Stops the clockwork: the process stays as it is, and its time goes by. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** @param reason what Lambda says of it to whoever waits. */
  kill(reason = 'Runtime exited with error: signal: killed'): void {
    this.#exit ??= reason;
    this.#process?.kill('SIGKILL');
  }

  /** What the process has used since it began: CPU time, and the most memory it had at once. */
  usage(): { readonly cpuMs: number; readonly peakMemoryKb: number } {
    const status = readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8');
    return { cpuMs: this.#cpuMs(), peakMemoryKb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) };
  }

  async close(): Promise<void> {
    this.kill();
    await this.#exited.promise;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #spawn(): void {
    const { client, taskRoot, env, memoryMb } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    this.#began = { at: performance.now(), cpuMs: 0 };
    this.#process = spawn(client.node, ['--max-http-header-size=81920', client.entry], {
      ...UNPRIVILEGED,
      cwd: taskRoot,
      env: {
        ...lambdaEnvironment(taskRoot, memoryMb),
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        ...env,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
    this.#process.once('error', (error) => this.#ended(error.message));
    this.#process.once('close', (code, signal) =>
      this.#ended(
        `Runtime exited with error: ${signal === null ? `exit status ${code}` : `signal: ${signal}`}`,
      ),
    );
  }

  #ended(reason: string): void {
    this.#exit ??= reason;
    const failed = {
      kind: 'failed',
      errorType: 'Runtime.ExitError',
      errorMessage: this.#exit,
    } as const;
    this.#started.resolve(failed);
    this.#settle(failed);
    this.#exited.resolve();
  }

  /** Lambda stops a container whenever it has no event for it. */
  #becomeIdle(next: ServerResponse): void {
    if (this.stretches.length === 0) {
      this.#noteStretch('start');
    }
    this.#next = next;
    this.#started.resolve(undefined);
    if (this.#pending === undefined) {
      this.freeze();
    } else {
      this.#deliver();
    }
  }

  #deliver(): void {
    if (this.#next === undefined || this.#pending === undefined) {
      return;
    }
    const { id, event } = this.#pending;
    const headers = {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + this.#options.timeoutMs),
      'lambda-runtime-invoked-function-arn': ARN,
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    };
    const cpuMs = this.#cpuMs();
    this.#began = { at: performance.now(), cpuMs };
    this.#next.writeHead(200, headers).end(event);
    this.#next = undefined;
    this.thaw();
  }

  #settle(invocation: Invocation): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(invocation);
  }

  #noteStretch(name: string): void {
    const { at, cpuMs } = this.#began;
    this.stretches.push({
      name,
      wallMs: performance.now() - at,
      cpuMs: this.#cpuMs() - cpuMs,
    });
  }

  /** By thread, since the process's own figure counts in ticks of 10 ms; not a number once it is gone. */
  #cpuMs(): number {
    const threads = `/proc/${this.#process?.pid}/task`;
    let nanoseconds = 0;
    try {
      for (const thread of readdirSync(threads)) {
        nanoseconds += Number.parseInt(readFileSync(`${threads}/${thread}/schedstat`, 'utf8'), 10);
      }
    } catch {
      return Number.NaN;
    }
    return nanoseconds / 1e6;
  }
}

/** What an event is called in the list of stretches. */
function nameOf(event: unknown): string {
  const { triggerSource = 'event' } = event as { readonly triggerSource?: string };
  return triggerSource;
}

function failure({
  errorType,
  errorMessage,
}: {
  errorType: string;
  errorMessage: string;
}): Invocation {
  return { kind: 'failed', errorType, errorMessage };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function lambdaEnvironment(taskRoot: string, memoryMb: number): Record<string, string> {
  return {
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: FUNCTION,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'ASIALOCAL',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    NODE_PATH: '/opt/nodejs/node_modules:/var/runtime/node_modules',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
  };
}
