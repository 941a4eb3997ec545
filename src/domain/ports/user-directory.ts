import type { Deadline } from '../deadline.ts';
import type { SignInScope } from '../sign-in.ts';

/** The user pool's records, as far as a sign-in may change them. */
export interface UserDirectory {
  /**
   * Records that the number is the user's own: number and mark are written together, so that the
   * mark never lands on another number.
   *
   * @param number in E.164, as a code has just proven it.
   * @throws when it could not be recorded by the deadline.
   */
  confirmPhone(scope: SignInScope, number: string, deadline: Deadline): Promise<void>;
}
