import type { Deadline } from './deadline.ts';
import type { Phone } from './recipient.ts';
import type { Round, SignInRequest } from './sign-in.ts';

/** What the use case that opens a round is asked. */
export interface CreateRequest extends SignInRequest {
  /** All completed rounds, oldest first; the one to create is not among them. */
  readonly rounds: readonly Round[];
  readonly phone: Phone;
  /** The user's record, not this round's answer, asks for a new code. */
  readonly resendAttribute: boolean;
  /** BCP 47 tags of the languages that the user may read, most wanted first. */
  readonly locales: readonly (string | undefined)[];
  /** By when the answer must be on its way back. */
  readonly deadline: Deadline;
}

/** Names a round: the same for every call for it, and for no other round of the user. */
export function nameOf(
  request: Pick<CreateRequest, 'scope' | 'rounds' | 'resendRequested' | 'resendAttribute'> & {
    readonly phone: Pick<Phone, 'number'>;
  },
): string {
  const { scope, phone, rounds, resendRequested, resendAttribute } = request;
  return JSON.stringify([
    scope.userPoolId,
    scope.clientId,
    scope.username,
    // A code is good for the number that it was sent to.
    phone.number,
    resendRequested,
    resendAttribute,
    rounds.map(({ challengeName, passed, reference }) => [challengeName, passed, reference]),
  ]);
}
