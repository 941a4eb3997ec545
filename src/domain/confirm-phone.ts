import type { Deadline } from './deadline.ts';
import type { UserDirectory } from './ports/user-directory.ts';
import type { SignInScope } from './sign-in.ts';

/** What became of the number in the user's record after a sign-in. */
export type ConfirmPhoneOutcome =
  | { readonly kind: 'phone-confirmed' | 'phone-already-confirmed' }
  | { readonly kind: 'phone-not-confirmed'; readonly reason: NotConfirmedReason }
  | {
      readonly kind: 'phone-not-confirmed';
      readonly reason: 'directory-failed';
      readonly fault: unknown;
    };

/** Why the number was not marked as verified. */
export type NotConfirmedReason =
  | 'number-missing'
  /** The app client can also sign users in without a code, so this sign-in may prove nothing. */
  | 'other-sign-in-ways';

/** Whose number a sign-in has proven. */
export interface ConfirmPhoneRequest {
  readonly scope: SignInScope;
  readonly phone: { readonly number: string | undefined; readonly verified: boolean };
  /** By when the answer must be on its way back. */
  readonly deadline: Deadline;
}

/** After a sign-in: records that the number is the user's own, since its code was right. Never fails the sign-in. */
export class ConfirmPhone {
  readonly #directory: UserDirectory;

  constructor(directory: UserDirectory) {
    this.#directory = directory;
  }

  async execute({ scope, phone, deadline }: ConfirmPhoneRequest): Promise<ConfirmPhoneOutcome> {
    if (phone.verified) {
      return { kind: 'phone-already-confirmed' };
    }
    if (!phone.number) {
      return { kind: 'phone-not-confirmed', reason: 'number-missing' };
    }
    try {
      if (!(await this.#directory.provesPhoneAtEverySignIn(scope, deadline))) {
        return { kind: 'phone-not-confirmed', reason: 'other-sign-in-ways' };
      }
      await this.#directory.markPhoneVerified(scope, deadline);
      return { kind: 'phone-confirmed' };
    } catch (fault) {
      return { kind: 'phone-not-confirmed', reason: 'directory-failed', fault };
    }
  }
}
