/** Calls a function as Cognito does: it waits five seconds, then calls again with the same event, three times in all. */
import { setTimeout } from 'node:timers/promises';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import type { Invocation } from './container.ts';

const PATIENCE_MS = 5000;
const CALLS = 3;

/** The text that Cognito hands on to the app where a trigger fails. */
export class TriggerError extends Error {}

export class CognitoCaller {
  /** Calls of the function, oldest first. */
  readonly calls: TriggerEvent['triggerSource'][] = [];
  readonly #invoke: (event: TriggerEvent) => Promise<Invocation>;

  constructor(invoke: (event: TriggerEvent) => Promise<Invocation>) {
    this.#invoke = invoke;
  }

  /** Events that Cognito had to give more than once, since no answer came in time. */
  get repeats(): number {
    return this.calls.length - this.#events;
  }

  #events = 0;

  /** @throws {@link TriggerError} */
  readonly handler = async (event: TriggerEvent): Promise<unknown> => {
    this.#events += 1;
    for (let call = 0; call < CALLS; call++) {
      this.calls.push(event.triggerSource);
      const waiting = new AbortController();
      const answer = await Promise.race([
        this.#invoke(event),
        setTimeout(PATIENCE_MS, undefined, { signal: waiting.signal }).catch(() => undefined),
      ]);
      waiting.abort();
      if (answer?.kind === 'returned') {
        return answer.payload;
      }
      if (answer?.kind === 'failed') {
        throw new TriggerError(`failed with error ${answer.errorMessage}.`);
      }
    }
    throw new TriggerError(
      'invocation failed due to error Socket timeout while invoking Lambda function.',
    );
  };
}
