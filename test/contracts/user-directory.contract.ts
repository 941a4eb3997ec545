import { afterEach, describe, expect, it } from 'vitest';
import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** Whether the app client signs users in by the custom challenge alone, or by a password too. */
export type ClientKind = 'code-only' | 'with-passwords';

/** A directory with one user, whose number is not verified yet. */
export interface UserDirectoryHarness {
  readonly directory: UserDirectory;
  readonly scope: SignInScope;
  isVerified(): Promise<boolean>;
  putOutOfReach(): Promise<void>;
  close(): Promise<void>;
}

export function describeUserDirectoryContract(
  name: string,
  start: (client: ClientKind) => Promise<UserDirectoryHarness>,
): void {
  describe(`UserDirectory contract: ${name}`, () => {
    let harness: UserDirectoryHarness;
    afterEach(() => harness.close());

    it('records a number as verified, and again', async () => {
      harness = await start('code-only');
      const { directory, scope } = harness;
      expect(await harness.isVerified()).toBe(false);
      await directory.markPhoneVerified(scope);
      expect(await harness.isVerified()).toBe(true);
      await directory.markPhoneVerified(scope);
      expect(await harness.isVerified()).toBe(true);
    });

    it.each([
      ['signs in by code alone', 'code-only', true],
      ['takes passwords too', 'with-passwords', false],
    ] as const)('knows an app client that %s', async (_, kind, proves) => {
      harness = await start(kind);
      expect(await harness.directory.provesPhoneAtEverySignIn(harness.scope)).toBe(proves);
    });

    it('throws when it can not be reached', async () => {
      harness = await start('code-only');
      const { directory, scope } = harness;
      await harness.putOutOfReach();
      await expect(directory.provesPhoneAtEverySignIn(scope)).rejects.toThrow();
      await expect(directory.markPhoneVerified(scope)).rejects.toThrow();
    });
  });
}
