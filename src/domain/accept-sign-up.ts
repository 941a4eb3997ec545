import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
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
export type SignUpRefusal =
  | 'number-missing'
  | 'number-not-e164'
  | NumberRefusal
  /** No SMS goes where the number is. */
  | 'number-denied';

/** What sign-ups go by. */
export interface SignUpSettings {
  /** Whether a sign-up by e-mail, without a number, is refused. */
  readonly needsPhone: boolean;
  /** Whether codes go where the number is. */
  isServed(number: PhoneNumber): boolean;
}

/**
 * Lets a new user in without a confirmation code of its own: the code of the first sign-in proves
 * the number, and until then the account can't be used. So the number is never taken for verified here,
 * and must be one that a code can go to.
 */
export class AcceptSignUp {
  readonly #recipients: Recipients;
  readonly #settings: SignUpSettings;

  constructor(recipients: Recipients, settings: SignUpSettings) {
    this.#recipients = recipients;
    this.#settings = settings;
  }

  execute({ phoneNumber, hasEmail }: SignUpRequest): SignUpOutcome {
    if (phoneNumber === undefined || phoneNumber === '') {
      return hasEmail && !this.#settings.needsPhone
        ? { kind: 'sign-up-by-email' }
        : refused('number-missing');
    }
    if (!isPhoneNumber(phoneNumber)) {
      return refused('number-not-e164');
    }
    const refusal = this.#recipients.refusalOf(phoneNumber);
    if (refusal !== undefined) {
      return refused(refusal);
    }
    return this.#settings.isServed(phoneNumber)
      ? { kind: 'sign-up-accepted' }
      : refused('number-denied');
  }
}

function refused(reason: SignUpRefusal): SignUpOutcome {
  return { kind: 'sign-up-refused', reason };
}
