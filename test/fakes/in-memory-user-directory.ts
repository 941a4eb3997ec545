import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** A user pool in memory, which can be put out of reach. */
export class InMemoryUserDirectory implements UserDirectory {
  /** Usernames whose number is recorded as verified. */
  readonly verified = new Set<string>();
  codeOnly = true;
  reachable = true;

  async provesPhoneAtEverySignIn(): Promise<boolean> {
    this.#reach();
    return this.codeOnly;
  }

  async markPhoneVerified({ username }: SignInScope): Promise<void> {
    this.#reach();
    this.verified.add(username);
  }

  #reach(): void {
    if (!this.reachable) {
      throw new Error('The user directory is out of reach.');
    }
  }
}
