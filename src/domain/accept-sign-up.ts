import { isPhoneNumber } from './phone-number.ts';

/** What came of a sign-up. */
export type SignUpOutcome =
  | { readonly kind: 'sign-up-accepted' }
  | { readonly kind: 'sign-up-refused'; readonly reason: 'number-missing' | 'number-not-e164' };

/**
 * Lets a new user in without a confirmation code of its own: the code of the first sign-in proves
 * the number, and until then the account can't be used. So the number is never taken for verified here.
 */
export class AcceptSignUp {
  execute(phoneNumber: string | undefined): SignUpOutcome {
    if (phoneNumber === undefined || phoneNumber === '') {
      return { kind: 'sign-up-refused', reason: 'number-missing' };
    }
    return isPhoneNumber(phoneNumber)
      ? { kind: 'sign-up-accepted' }
      : { kind: 'sign-up-refused', reason: 'number-not-e164' };
  }
}
