import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/adapters/clock/system.ts';
import { Deadline } from '../../src/domain/deadline.ts';
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
      await directory.markPhoneVerified(scope, inTime());
      expect(await harness.isVerified()).toBe(true);
      await directory.markPhoneVerified(scope, inTime());
      expect(await harness.isVerified()).toBe(true);
    });

    it.each([
      ['signs in by code alone', 'code-only', true],
      ['takes passwords too', 'with-passwords', false],
    ] as const)('knows an app client that %s', async (_, kind, proves) => {
      harness = await start(kind);
      expect(await harness.directory.provesPhoneAtEverySignIn(harness.scope, inTime())).toBe(
        proves,
      );
    });

    it('throws once the deadline has passed', async () => {
      harness = await start('code-only');
      const { directory, scope } = harness;
      const passed = Deadline.in(new SystemClock(), 0);
      await expect(directory.provesPhoneAtEverySignIn(scope, passed)).rejects.toThrow();
      await expect(directory.markPhoneVerified(scope, passed)).rejects.toThrow();
      expect(await harness.isVerified()).toBe(false);
    });

    it('throws when it can not be reached', async () => {
      harness = await start('code-only');
      const { directory, scope } = harness;
      await harness.putOutOfReach();
      await expect(directory.provesPhoneAtEverySignIn(scope, inTime())).rejects.toThrow();
      await expect(directory.markPhoneVerified(scope, inTime())).rejects.toThrow();
    });
  });
}

/** More than any directory takes. */
export function inTime(): Deadline {
  return Deadline.in(new SystemClock(), 4000);
}
