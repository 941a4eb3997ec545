/** How long the function may take: Cognito gives up on a trigger after 5 seconds, and calls it again. */

/**
 * Milliseconds from Cognito's call to our answer.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
export const ANSWER_WITHIN_MS = 4_200;

/**
 * @param initMs what the cold start took: Cognito waited through it, so the first invocation has
 * that much less.
 * @returns the deadline of each invocation, in epoch milliseconds, given when its handler began.
 */
export function invocationDeadlines(initMs: number): (startedAt: number) => number {
  let spent = initMs;
  return (startedAt) => {
    const deadline = startedAt - spent + ANSWER_WITHIN_MS;
    spent = 0;
    return deadline;
  };
}
