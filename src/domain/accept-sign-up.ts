import { isPhoneNumber } from './phone-number.ts';
import type { NumberRefusal, Recipients } from './recipient.ts';

/** Somebody who signs up. */
export interface SignUpRequest {
  /** The phone number, whatever it is. */
  readonly phoneNumber: string | undefined;
  readonly hasEmail: boolean;
}

/** What came of a sign-up. */
export type SignUpOutcome =
  | { readonly kind: 'sign-up-accepted' }
  /** It is by e-mail: none of our business, and Cognito goes on as its pool is set up. */
  | { readonly kind: 'sign-up-by-email' }
  | { readonly kind: 'sign-up-refused'; readonly reason: SignUpRefusal };

/** Why somebody may not sign up. */
export type SignUpRefusal = 'number-missing' | 'number-not-e164' | NumberRefusal;

/**
 * Lets a new user in without a confirmation code of its own: the code of the first sign-in proves
 * the number, and until then the account can't be used. So the number is never taken for verified here,
 * and must be one that a code can go to.
 */
export class AcceptSignUp {
  readonly #recipients: Recipients;
  readonly #needsPhone: boolean;

  /** @param needsPhone whether a sign-up by e-mail, without a number, is refused. */
  constructor(recipients: Recipients, { needsPhone }: { readonly needsPhone: boolean }) {
    this.#recipients = recipients;
    this.#needsPhone = needsPhone;
  }

  execute({ phoneNumber, hasEmail }: SignUpRequest): SignUpOutcome {
    if (phoneNumber === undefined || phoneNumber === '') {
      return hasEmail && !this.#needsPhone
        ? { kind: 'sign-up-by-email' }
        : refused('number-missing');
    }
    if (!isPhoneNumber(phoneNumber)) {
      return refused('number-not-e164');
    }
    const refusal = this.#recipients.refusalOf(phoneNumber);
    return refusal === undefined ? { kind: 'sign-up-accepted' } : refused(refusal);
  }
}

function refused(reason: SignUpRefusal): SignUpOutcome {
  return { kind: 'sign-up-refused', reason };
}
