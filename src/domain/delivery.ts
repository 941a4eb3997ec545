/** Cognito's repeated calls for an answer, and what tells them from a replay. */
import type { Clock } from './ports/clock.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import type { VerifyRequest } from './verify-request.ts';

/** An answer, as one call of Cognito's brings it. */
export interface Delivery {
  /** Of the round and its answer, in 16 hexadecimal digits: the same however often it is delivered. */
  readonly name: string;
  /** When Cognito called, in epoch milliseconds. */
  readonly calledAt: number;
}

/** An answer that was taken. */
export interface TakenAnswer extends Delivery {
  readonly isRight: boolean;
}

/** How to know an answer again; `undefined` where its round has no name, or it is no code at all. */
export function deliveryOf(
  { round, phone, deadline }: VerifyRequest,
  answer: string | undefined,
  { pseudonymizer, clock }: { readonly pseudonymizer: Pseudonymizer; readonly clock: Clock },
): Delivery | undefined {
  return round === undefined || answer === undefined
    ? undefined
    : {
        name: pseudonymizer.pseudonym(JSON.stringify([round, phone, answer])),
        calledAt: clock.now() - deadline.timeSpent,
      };
}

/** Milliseconds between two calls for one event, at least: Cognito waits for five seconds, of which a cold start that nobody measures and clocks that differ take some. */
export const AGAIN_AFTER_MS = 2_000;

/** Milliseconds between two calls for one event, at most: the third is made after ten seconds. */
export const AGAIN_WITHIN_MS = 15_000;

/**
 * The same answer, where Cognito's calls for one event brought both. Sooner or later than those calls come, it is a
 * replay. The price: had Cognito taken a session twice, which it does not, a session that was stolen with
 * its code would be good for as long once more.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
export function takenBefore(
  { answers }: { readonly answers?: readonly TakenAnswer[] },
  { name, calledAt }: Delivery,
): TakenAnswer | undefined {
  return answers?.find((taken) => {
    const apart = Math.abs(taken.calledAt - calledAt);
    return taken.name === name && apart >= AGAIN_AFTER_MS && apart <= AGAIN_WITHIN_MS;
  });
}
