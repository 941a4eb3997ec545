import type { Deadline } from './deadline.ts';
import type { Phone } from './recipient.ts';
import type { SignInRequest } from './sign-in.ts';

/** An answer to be checked. */
export interface VerifyRequest extends SignInRequest {
  /** Where this round's challenge is found; absent when Cognito holds none of ours. */
  readonly reference: string | undefined;
  /** What tells this round from all others, and no client ever sees; absent where an earlier version opened it. */
  readonly round: string | undefined;
  readonly phone: Phone;
  /** What the user typed: any string at all. */
  readonly answer: string;
  /** By when the answer must be on its way back. */
  readonly deadline: Deadline;
}
