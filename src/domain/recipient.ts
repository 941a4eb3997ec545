/** Whom a code goes to, and by what name everything about that account is counted. */
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { CountryLookup } from './ports/country-lookup.ts';
import type { SignInScope } from './sign-in.ts';

/** The number that the user's record holds, whatever it is. */
export interface Phone {
  readonly number: string | undefined;
  readonly verified: boolean;
}

/** Whom a code goes to, if anybody. */
export type Recipient =
  | { readonly kind: 'phone'; readonly number: PhoneNumber }
  | { readonly kind: 'nobody'; readonly reason: UnreachableReason };

/** Why there is nobody to send a code to. */
export type UnreachableReason =
  | 'user-not-found'
  | 'number-missing'
  | 'number-not-e164'
  | 'number-not-verified';

/**
 * Finds out whom an event is about.
 *
 * @param requireVerifiedPhone whether a number that nobody has proven gets no code.
 */
export function recipientOf(
  {
    userNotFound,
    phone: { number, verified },
  }: {
    readonly userNotFound: boolean;
    readonly phone: Phone;
  },
  requireVerifiedPhone: boolean,
): Recipient {
  if (userNotFound) {
    return { kind: 'nobody', reason: 'user-not-found' };
  }
  if (number === undefined || number === '') {
    return { kind: 'nobody', reason: 'number-missing' };
  }
  if (!isPhoneNumber(number)) {
    return { kind: 'nobody', reason: 'number-not-e164' };
  }
  return verified || !requireVerifiedPhone
    ? { kind: 'phone', number }
    : { kind: 'nobody', reason: 'number-not-verified' };
}

/** By what name everything about somebody is counted. */
export interface Account {
  readonly name: string;
  /** It has a number that a code may go to. Who has none is counted for a while, and nobody is locked. */
  readonly known: boolean;
}

/**
 * What an account's counts go by: the number, which is all that an operator has of a user, or the
 * username where no code can be sent. So an account with a stranger's unverified number can't use up
 * what is the stranger's.
 */
export function accountOf(
  recipient: Recipient,
  { userPoolId, username }: SignInScope,
  countries: CountryLookup,
): Account {
  return recipient.kind === 'phone'
    ? { name: phoneAccount(countries.canonical(recipient.number)), known: true }
    : { name: `user ${userPoolId} ${username}`, known: false };
}

/** What the account of a number is counted by; the number in its canonical form. */
export function phoneAccount(number: PhoneNumber): string {
  return `phone ${number}`;
}
