import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/adapters/clock/system.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import type { UserDirectory } from '../../src/domain/ports/user-directory.ts';
import type { SignInScope } from '../../src/domain/sign-in.ts';

/** The number of the harness's user. */
export const PHONE = '+12025550100';

/** A directory with one user, whose number is not verified yet. */
export interface UserDirectoryHarness {
  readonly directory: UserDirectory;
  readonly scope: SignInScope;
  /** The user's number, once it is verified. */
  verifiedNumber(): Promise<string | undefined>;
  putOutOfReach(): Promise<void>;
  close(): Promise<void>;
}

export function describeUserDirectoryContract(
  name: string,
  start: () => Promise<UserDirectoryHarness>,
): void {
  describe(`UserDirectory contract: ${name}`, () => {
    let harness: UserDirectoryHarness;
    afterEach(() => harness.close());

    it('records a number as verified, and again', async () => {
      harness = await start();
      const { directory, scope } = harness;
      expect(await harness.verifiedNumber()).toBeUndefined();
      await directory.confirmPhone(scope, PHONE, inTime());
      expect(await harness.verifiedNumber()).toBe(PHONE);
      await directory.confirmPhone(scope, PHONE, inTime());
      expect(await harness.verifiedNumber()).toBe(PHONE);
    });

    it('never marks another number than the one that was proven', async () => {
      harness = await start();
      const { directory, scope } = harness;
      await directory.confirmPhone(scope, '+12025550111', inTime());
      expect(await harness.verifiedNumber()).toBe('+12025550111');
    });

    it('throws once the deadline has passed', async () => {
      harness = await start();
      const { directory, scope } = harness;
      const passed = Deadline.in(new SystemClock(), 0);
      await expect(directory.confirmPhone(scope, PHONE, passed)).rejects.toThrow();
      expect(await harness.verifiedNumber()).toBeUndefined();
    });

    it('throws when it can not be reached', async () => {
      harness = await start();
      const { directory, scope } = harness;
      await harness.putOutOfReach();
      await expect(directory.confirmPhone(scope, PHONE, inTime())).rejects.toThrow();
    });
  });
}

/** More than any directory takes. */
export function inTime(): Deadline {
  return Deadline.in(new SystemClock(), 4000);
}
