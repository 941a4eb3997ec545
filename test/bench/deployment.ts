/** A side in operation: its Lambda functions, each with containers of its own, and every call of them measured. */
import type { TriggerEvent } from '../../src/trigger-events.ts';
import type { Stretch } from '../lambda/container.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import type { RuntimeClient } from '../lambda/runtime-client.ts';
import type { Side, TriggerSource } from './sides.ts';

/** One event, from when the container got it until its answer was there. */
export interface Call {
  readonly trigger: TriggerSource;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly eventBytes: number;
  readonly answerBytes: number;
}

/** What differs from one deployment of a side to another. */
export interface Circumstances {
  /** Beside the side's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the id of each container's process once that has started, before its first event. */
  readonly whenStarted?: (pid: number) => Promise<void>;
}

export interface DeploymentOptions extends Circumstances {
  readonly client: RuntimeClient;
  /** No event is handed on from then on. */
  readonly ended: AbortSignal;
}

export class Deployment {
  readonly side: Side;
  /** In the order of the events. */
  readonly calls: Call[] = [];
  /** To give another side the very same. */
  readonly events: TriggerEvent[] = [];
  readonly #functions: ReadonlyMap<TriggerSource, LambdaFunction>;
  readonly #ended: AbortSignal;

  private constructor(
    side: Side,
    functions: ReadonlyMap<TriggerSource, LambdaFunction>,
    ended: AbortSignal,
  ) {
    this.side = side;
    this.#functions = functions;
    this.#ended = ended;
  }

  static async create(
    side: Side,
    { client, ended, env = {}, whenStarted }: DeploymentOptions,
  ): Promise<Deployment> {
    const functions = new Map<TriggerSource, LambdaFunction>();
    for (const { bundle, triggers } of side.functions) {
      const settings = { client, bundle, env: { ...side.env, ...env }, whenStarted };
      const fn = await LambdaFunction.create(settings);
      for (const trigger of triggers) {
        functions.set(trigger, fn);
      }
    }
    return new Deployment(side, functions, ended);
  }

  /** @throws Error if the function failed: there is nothing to measure then. */
  readonly handler = async (event: TriggerEvent): Promise<unknown> => {
    this.#ended.throwIfAborted();
    const trigger = event.triggerSource;
    const fn = this.#functions.get(trigger);
    const answer = await fn?.invoke(event);
    const call = fn?.containers.at(-1)?.stretches.at(-1);
    if (answer?.kind !== 'returned' || call === undefined) {
      throw new Error(`${this.side.name}, ${trigger}: ${JSON.stringify(answer)}\n${fn?.log}`);
    }
    this.events.push(event);
    this.calls.push({
      trigger,
      wallMs: call.wallMs,
      cpuMs: call.cpuMs,
      eventBytes: bytesOf(event),
      answerBytes: bytesOf(answer.payload),
    });
    return answer.payload;
  };

  /** The starts of the containers, from the process's beginning until it asked for its first event. */
  get starts(): Stretch[] {
    return this.#containers.flatMap(({ stretches }) => stretches.slice(0, 1));
  }

  /** What its containers have used together, and the most memory that one of them had. */
  usage(): { readonly cpuMs: number; readonly peakMemoryMb: number } {
    const used = this.#containers.map((container) => container.usage());
    return {
      cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      peakMemoryMb: Math.max(...used.map(({ peakMemoryKb }) => peakMemoryKb / 1024)),
    };
  }

  get log(): string {
    return [...new Set(this.#functions.values())].map(({ log }) => log).join('');
  }

  async close(): Promise<void> {
    await Promise.all([...new Set(this.#functions.values())].map((fn) => fn.close()));
  }

  get #containers() {
    return [...new Set(this.#functions.values())].flatMap(({ containers }) => containers);
  }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
