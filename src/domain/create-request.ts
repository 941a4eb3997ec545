import type { Deadline } from './deadline.ts';
import type { RoundResult } from './ports/round-claims.ts';
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
  /** Another call for this round may have sent an SMS, and can't be asked: so this one must not. */
  readonly mayBeServed?: boolean;
  /** Called before an SMS leaves: what the round counts as if this call is never heard of again. */
  readonly foresee?: (result: RoundResult) => Promise<void>;
}
