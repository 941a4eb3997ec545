/** What every invocation passes through: log context, the dispatcher, metrics, and a shield around its faults. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Dispatcher, TriggerEvent } from './dispatcher.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { Pseudonymizer } from './domain/ports/pseudonymizer.ts';
import { ENOUGH_MS, InvocationDeadlines } from './invocation-deadline.ts';
import { logOutcome } from './observability/outcome-log.ts';
import { countFault, countOutcome } from './observability/outcome-metrics.ts';
import { describeFault, outlineEvent } from './observability/redaction.ts';

export interface PipelineParts {
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly pseudonymizer: Pseudonymizer;
  readonly clock: Clock;
  /** Milliseconds that the cold start took of the first invocation's time. */
  readonly initMs: number;
}

export type Handler = middy.MiddyfiedHandler<TriggerEvent, TriggerEvent>;

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
      const { event: answer, outcome } = await dispatcher.dispatch(event, deadline);
      logOutcome(logger, pseudonymizer, event, outcome);
      countOutcome(metrics, outcome);
      if (outcome.kind === 'sign-up-refused') {
        throw new SignUpRefusedError();
      }
      return answer;
    });
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

/** Cognito takes a thrown error for a refusal, and shows its text to the end user. */
export class SignUpRefusedError extends Error {
  readonly code = 'SIGN_UP_REFUSED';

  constructor() {
    super('Sign-up needs a phone number in international format, such as +14155550100');
  }
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
