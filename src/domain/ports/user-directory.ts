import type { Deadline } from '../deadline.ts';
import type { SignInScope } from '../sign-in.ts';

/** The user pool's records, as far as a sign-in may read and change them. */
export interface UserDirectory {
  /**
   * Whether the scope's app client signs users in by the custom challenge alone: no password, no
   * hosted page, so that every sign-in proves the phone.
   *
   * @throws when the directory can't be asked, or has not answered by the deadline.
   */
  provesPhoneAtEverySignIn(scope: SignInScope, deadline: Deadline): Promise<boolean>;

  /**
   * Records that the user's phone number is the user's own.
   *
   * @throws when it could not be recorded by the deadline.
   */
  markPhoneVerified(scope: SignInScope, deadline: Deadline): Promise<void>;
}
