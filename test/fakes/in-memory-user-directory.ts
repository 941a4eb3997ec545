import type { Deadline } from '../../src/domain/deadline.ts';
import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** A user pool in memory, which can be put out of reach. */
export class InMemoryUserDirectory implements UserDirectory {
  /** The number that is recorded as verified, by username. */
  readonly verified = new Map<string, string>();
  reachable = true;

  async confirmPhone({ username }: SignInScope, number: string, deadline: Deadline): Promise<void> {
    if (!this.reachable || deadline.passed) {
      throw new Error('The user directory is out of reach.');
    }
    this.verified.set(username, number);
  }
}
