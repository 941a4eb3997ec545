/** Whom a code goes to, and by what name everything about that account is counted. */
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { SignInScope } from './sign-in.ts';

export interface Phone {
  readonly number: string | undefined;
  readonly verified: boolean;
}

export type Recipient =
  | { readonly kind: 'phone'; readonly number: PhoneNumber }
  | { readonly kind: 'nobody'; readonly reason: UnreachableReason };

export type UnreachableReason =
  | 'user-not-found'
  | 'number-missing'
  | 'number-not-e164'
  | 'number-not-verified';

export function recipientOf(
  { userNotFound, phone }: { readonly userNotFound: boolean; readonly phone: Phone },
  requireVerifiedPhone: boolean,
): Recipient {
  if (userNotFound) {
    return { kind: 'nobody', reason: 'user-not-found' };
  }
  if (phone.number === undefined || phone.number === '') {
    return { kind: 'nobody', reason: 'number-missing' };
  }
  if (!isPhoneNumber(phone.number)) {
    return { kind: 'nobody', reason: 'number-not-e164' };
  }
  return phone.verified || !requireVerifiedPhone
    ? { kind: 'phone', number: phone.number }
    : { kind: 'nobody', reason: 'number-not-verified' };
}

/**
 * What an account's counts go by: the number, which is all that an operator has of a user, or the
 * username where no code can be sent. So an account with a stranger's unverified number can't use up
 * what is the stranger's.
 */
export function accountOf(recipient: Recipient, { userPoolId, username }: SignInScope): string {
  return recipient.kind === 'phone'
    ? phoneAccount(recipient.number)
    : `user ${userPoolId} ${username}`;
}

export function phoneAccount(number: PhoneNumber): string {
  return `phone ${number}`;
}
