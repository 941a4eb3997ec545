import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** A directory with one user, whose number is not verified yet. */
export interface UserDirectoryHarness {
  readonly directory: UserDirectory;
  readonly scope: SignInScope;
  isVerified(): Promise<boolean>;
  /** Lets the app client sign users in by the custom challenge alone, or by a password too. */
  allowPasswords(allowed: boolean): Promise<void>;
  putOutOfReach(): Promise<void>;
  close(): Promise<void>;
}

export function describeUserDirectoryContract(
  name: string,
  start: () => Promise<UserDirectoryHarness>,
): void {
  describe(`UserDirectory contract: ${name}`, () => {
    let harness: UserDirectoryHarness;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.close());

    it('records a number as verified, and again', async () => {
      const { directory, scope } = harness;
      expect(await harness.isVerified()).toBe(false);
      await directory.markPhoneVerified(scope);
      expect(await harness.isVerified()).toBe(true);
      await directory.markPhoneVerified(scope);
      expect(await harness.isVerified()).toBe(true);
    });

    it('knows an app client that signs in by code alone', async () => {
      await harness.allowPasswords(false);
      expect(await harness.directory.provesPhoneAtEverySignIn(harness.scope)).toBe(true);
    });

    it('knows an app client that takes passwords too', async () => {
      await harness.allowPasswords(true);
      expect(await harness.directory.provesPhoneAtEverySignIn(harness.scope)).toBe(false);
    });

    it('throws when it can not be reached', async () => {
      await harness.putOutOfReach();
      const { directory, scope } = harness;
      await expect(directory.provesPhoneAtEverySignIn(scope)).rejects.toThrow();
      await expect(directory.markPhoneVerified(scope)).rejects.toThrow();
    });
  });
}
