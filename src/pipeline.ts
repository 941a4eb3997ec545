/** What every invocation passes through: log context, deadline, dispatcher, metrics, and a shield around its faults. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Dispatcher } from './dispatcher.ts';
import { Deadline } from './domain/deadline.ts';
import type { Outcome } from './domain/outcome.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { Pseudonymizer } from './domain/ports/pseudonymizer.ts';
import { logOutcome } from './observability/outcome-log.ts';
import { countFault, countOutcome } from './observability/outcome-metrics.ts';
import { recordOf } from './observability/outcome-record.ts';
import { describeFault } from './observability/redaction.ts';
import {
  outlineEvent,
  SignUpRefusedError,
  subjectOf,
  type TriggerEvent,
} from './trigger-events.ts';

/** What the pipeline is made of. */
export interface PipelineParts {
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly pseudonymizer: Pseudonymizer;
  readonly clock: Clock;
  /** Milliseconds that the cold start took of the first invocation's time. */
  readonly initMs: number;
}

/** The function that Lambda calls for each event. */
export type Handler = (event: TriggerEvent, context: Context) => Promise<TriggerEvent>;

/** Puts the handler together. */
export function createPipeline(parts: PipelineParts): Handler {
  const { dispatcher, logger, metrics, pseudonymizer, clock, initMs } = parts;
  const deadlines = new InvocationDeadlines(clock, initMs);

  // Middy's own timeout answers while the work goes on: it would send its SMS when the container thaws.
  return middy<TriggerEvent, TriggerEvent>({ timeoutEarlyInMillis: 0 })
    .use(logContext(logger))
    .use(timeoutWarning(logger))
    .use(faultShield(logger, metrics))
    .handler(async (event, context) => {
      const deadline = deadlines.next(remainingTime(context));
      const { answer, outcome } = await dispatcher.dispatch(event, deadline);
      const record = recordOf(outcome);
      logOutcome(logger, subjectFields(event, outcome, pseudonymizer), outcome, record);
      countOutcome(metrics, outcome, record);
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    });
}

/** The same user always has the same pseudonym; only the key's holder can tell whose it is. */
function subjectFields(
  event: TriggerEvent,
  outcome: Outcome,
  pseudonymizer: Pseudonymizer,
): Record<string, string> {
  if (outcome.kind === 'not-our-trigger') {
    return { trigger: event.triggerSource };
  }
  const { identity, ...fields } = subjectOf(event);
  return { ...fields, user: pseudonymizer.pseudonym(identity) };
}

type Middleware = MiddlewareObj<TriggerEvent, TriggerEvent>;

/** Puts the request id on every line, and the event's outline into the log where that is turned on. */
function logContext(logger: Logger): Middleware {
  return {
    before: ({ event, context }) => {
      logger.addContext(context);
      logger.logEventIfEnabled(outlineEvent(event));
    },
  };
}

/** Says once, when the first event arrives, that Lambda would stop the function before Cognito gives up on it. */
function timeoutWarning(logger: Logger): Middleware {
  let first = true;
  return {
    before: ({ context }) => {
      const remainingMs = remainingTime(context);
      if (first && remainingMs < ENOUGH_MS) {
        const warning = `The function's timeout left its first event ${Math.round(remainingMs)} ms. Set it to 5 seconds, which is how long Cognito waits: a slow SMS provider has less time now.`;
        logger.warn('warning', { outcome: 'warning', warning });
      }
      first = false;
    },
  };
}

/** Milliseconds until Lambda stops the invocation; infinite outside of Lambda, where nothing does. */
function remainingTime(context: Context): number {
  const remainingMs = context.getRemainingTimeInMillis?.();
  return Number.isFinite(remainingMs) ? remainingMs : Number.POSITIVE_INFINITY;
}

/** Cognito shows an error's text to the end user: a fault's gets a reference, and the log gets the rest. */
function faultShield(logger: Logger, metrics: Metrics): Middleware {
  return {
    onError: (request) => {
      if (!(request.error instanceof SignUpRefusedError)) {
        countFault(metrics, request.error);
        request.error = shieldedError(logger, request.error, request.context.awsRequestId);
      }
    },
  };
}

/** Logs a fault and returns what may leave the function in its place. */
export function shieldedError(logger: Logger, fault: unknown, requestId?: string): Error {
  const reference = requestId ?? randomUUID();
  logger.error('fault', { outcome: 'fault', reference, fault: describeFault(fault) });
  return new Error(`Sign-in is not available right now, please try again (reference ${reference})`);
}

/**
 * Milliseconds from Cognito's call to our answer.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
export const ANSWER_WITHIN_MS = 4_200;

/** Milliseconds that an answer needs to leave the function before Lambda stops it. */
const LEAVING_MS = 500;

/** Milliseconds that the first event should find left: with less, the function's timeout is too short. */
export const ENOUGH_MS = 4_500;

/** Gives each invocation the moment by which its answer must be on its way back. */
export class InvocationDeadlines {
  readonly #clock: Clock;
  #spentMs: number;

  /**
   * @param initMs milliseconds that the cold start took: Cognito waited through them, so the first
   * invocation has that much less.
   */
  constructor(clock: Clock, initMs: number) {
    this.#clock = clock;
    this.#spentMs = initMs;
  }

  /**
   * To be called once for each invocation, when its handler begins.
   *
   * @param remainingMs what Lambda's own timeout leaves of it, in milliseconds; infinite where there is none.
   */
  next(remainingMs: number): Deadline {
    const spentMs = this.#spentMs;
    this.#spentMs = 0;
    const milliseconds = Math.min(ANSWER_WITHIN_MS - spentMs, remainingMs - LEAVING_MS);
    return Deadline.in(this.#clock, milliseconds, spentMs);
  }
}
