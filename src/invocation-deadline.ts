/** How long the function may take: Cognito gives up on a trigger after 5 seconds and calls it again. */
import { Deadline } from './domain/deadline.ts';
import type { Clock } from './domain/ports/clock.ts';

/**
 * Milliseconds from Cognito's call to our answer.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
export const ANSWER_WITHIN_MS = 4_200;

/** What an answer needs, in milliseconds, to leave the function before Lambda stops it. */
const LEAVING_MS = 500;

/** A function that has less than this left, in milliseconds, when its first event arrives has too short a timeout. */
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
    const milliseconds = Math.min(ANSWER_WITHIN_MS - this.#spentMs, remainingMs - LEAVING_MS);
    this.#spentMs = 0;
    return Deadline.in(this.#clock, milliseconds);
  }
}
