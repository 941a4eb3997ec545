/** Calls a pool's trigger functions and turns whatever goes wrong into Cognito's errors. */
import type { JsonObject } from '../json.ts';
import type { Invocation, LambdaService } from '../lambda.ts';
import { CognitoError } from './errors.ts';
import type { TriggerEvent } from './trigger-events.ts';
import type { TriggerName } from './trigger-names.ts';
import { readOutput } from './trigger-response.ts';
import type { UserPool } from './user-pool.ts';

export interface TriggerLimits {
  /** How long Cognito waits for one answer; 5000 ms on AWS. */
  readonly timeoutMs: number;
  /** How often Cognito calls in all while no answer comes; 3 on AWS. */
  readonly attempts: number;
  /** Also require what AWS only sometimes refuses: the whole event back, private parameters. */
  readonly strict: boolean;
}

/** One run of a trigger: what it got, and what came of it in the end. It holds secrets. */
export interface TriggerRun {
  readonly trigger: TriggerName;
  readonly event: TriggerEvent;
  readonly result: Invocation;
}

export type TriggerListener = (run: TriggerRun) => void;

export class Triggers {
  readonly limits: TriggerLimits;
  readonly #lambda: LambdaService;
  readonly #onRun: TriggerListener;

  constructor(lambda: LambdaService, limits: TriggerLimits, onRun: TriggerListener = () => {}) {
    this.#lambda = lambda;
    this.limits = limits;
    this.#onRun = onRun;
  }

  /** Like {@link run} for a trigger that a pool may do without: undefined where it does. */
  async runIfAttached(
    pool: UserPool,
    trigger: TriggerName,
    event: TriggerEvent,
  ): Promise<JsonObject | undefined> {
    return pool.settings.triggers.has(trigger) ? this.run(pool, trigger, event) : undefined;
  }

  /**
   * Runs the function attached to `trigger` and gives back the `response` of its output.
   * @throws CognitoError UserLambdaValidationException, UnexpectedLambdaException,
   *   InvalidLambdaResponseException
   */
  async run(pool: UserPool, trigger: TriggerName, event: TriggerEvent): Promise<JsonObject> {
    const arn = pool.settings.triggers.get(trigger) ?? '';
    const result = await this.#invoke(arn, event);
    this.#onRun({ trigger, event, result });
    switch (result.kind) {
      case 'returned':
        return readOutput(result.payload, event, this.limits.strict);
      case 'failed':
        throw new CognitoError(
          'UserLambdaValidationException',
          `${trigger} failed with error ${result.errorMessage}.`,
        );
      case 'timed-out':
        throw notInvoked(trigger, 'Socket timeout while invoking Lambda function');
      case 'no-such-function':
        throw notInvoked(trigger, 'ResourceNotFoundException');
    }
  }

  /** Only a timeout is followed by another call; an error thrown is not. */
  async #invoke(arn: string, event: TriggerEvent): Promise<Invocation> {
    const { attempts, timeoutMs } = this.limits;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#lambda.invoke(arn, event, timeoutMs);
      const again = result.kind === 'timed-out' && attempt < attempts && !this.#lambda.closed;
      if (!again) return result;
    }
  }
}

function notInvoked(trigger: TriggerName, reason: string): CognitoError {
  const message = `${trigger} invocation failed due to error ${reason}.`;
  return new CognitoError('UnexpectedLambdaException', message);
}
