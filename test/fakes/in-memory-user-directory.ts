import type { Deadline } from '../../src/domain/deadline.ts';
import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** A user pool in memory, which can be put out of reach. */
export class InMemoryUserDirectory implements UserDirectory {
  /** Usernames whose number is recorded as verified. */
  readonly verified = new Set<string>();
  codeOnly = true;
  reachable = true;

  async provesPhoneAtEverySignIn(_: SignInScope, deadline: Deadline): Promise<boolean> {
    this.#reach(deadline);
    return this.codeOnly;
  }

  async markPhoneVerified({ username }: SignInScope, deadline: Deadline): Promise<void> {
    this.#reach(deadline);
    this.verified.add(username);
  }

  #reach(deadline: Deadline): void {
    if (!this.reachable || deadline.passed) {
      throw new Error('The user directory is out of reach.');
    }
  }
}
