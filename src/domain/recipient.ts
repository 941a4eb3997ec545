/** Whom a code goes to, and by what name everything about that account is counted. */
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { NumberingPlan } from './ports/numbering-plan.ts';
import type { ReviewNumber } from './review-numbers.ts';
import type { SignInScope } from './sign-in.ts';

/** The number that the user's record holds, whatever it is. */
export interface Phone {
  readonly number: string | undefined;
  readonly verified: boolean;
}

/** Whom a code goes to, if anybody. */
export type Recipient =
  | {
      readonly kind: 'phone';
      /** As the user's record holds it. */
      readonly number: PhoneNumber;
      /** In the form that messages go to. */
      readonly destination: PhoneNumber;
      /** Of the destination, as ISO 3166-1 alpha-2; `ZZ` when it belongs to no country. */
      readonly country: string;
      /** It signs in by a code of its own: no SMS goes to it. */
      readonly review?: ReviewNumber;
    }
  | { readonly kind: 'nobody'; readonly reason: UnreachableReason };

/** Why there is nobody to send a code to. */
export type UnreachableReason =
  | 'user-not-found'
  | 'number-missing'
  | 'number-not-e164'
  | NumberRefusal
  | 'number-not-verified';

/** Why a number gets no SMS, whoever it is. */
export type NumberRefusal =
  /** No numbering plan allows it. */
  | 'number-impossible'
  /** It is a premium or service number, and no route names it. */
  | 'number-special';

/** Who may be sent a code. */
export interface RecipientRules {
  /** Whether a number that nobody has proven gets no code. */
  readonly requireVerifiedPhone: boolean;
  /** Whether a route names the number by the digits that it begins with, and sends: then it gets SMS, whatever it is. */
  readonly isNamed: (number: PhoneNumber) => boolean;
  /** The entry of a number that signs in without an SMS; `undefined` for all others. */
  readonly reviewOf: (number: PhoneNumber) => ReviewNumber | undefined;
}

/** Finds out whom an event is about. */
export class Recipients {
  readonly #plan: NumberingPlan;
  readonly #rules: RecipientRules;

  constructor(plan: NumberingPlan, rules: RecipientRules) {
    this.#plan = plan;
    this.#rules = rules;
  }

  /** Whom a code goes to. */
  of({
    userNotFound,
    phone: { number, verified },
  }: {
    readonly userNotFound: boolean;
    readonly phone: Phone;
  }): Recipient {
    if (userNotFound) {
      return nobody('user-not-found');
    }
    if (number === undefined || number === '') {
      return nobody('number-missing');
    }
    if (!isPhoneNumber(number)) {
      return nobody('number-not-e164');
    }
    const destination = this.#plan.canonical(number);
    const refusal = this.refusalOf(destination);
    if (refusal !== undefined) {
      return nobody(refusal);
    }
    if (!verified && this.#rules.requireVerifiedPhone) {
      return nobody('number-not-verified');
    }
    const review = this.#rules.reviewOf(destination);
    const country = this.#plan.countryOf(destination);
    return { kind: 'phone', number, destination, country, ...(review && { review }) };
  }

  /** Why a number gets no SMS as it stands; `undefined` where it may. */
  refusalOf(number: PhoneNumber): NumberRefusal | undefined {
    const kind = this.#plan.kindOf(number);
    return kind === 'ordinary' || this.#rules.isNamed(number) ? undefined : `number-${kind}`;
  }
}

function nobody(reason: UnreachableReason): Recipient {
  return { kind: 'nobody', reason };
}

/** The entry of whoever signs in by the code of a review number. */
export function reviewOf(recipient: Recipient): ReviewNumber | undefined {
  return recipient.kind === 'phone' ? recipient.review : undefined;
}

/** The country that somebody's SMS go to, as ISO 3166-1 alpha-2; `undefined` where none are sent. */
export function smsCountryOf(recipient: Recipient): string | undefined {
  return recipient.kind === 'phone' && recipient.review === undefined
    ? recipient.country
    : undefined;
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
export function accountOf(recipient: Recipient, scope: SignInScope): Account {
  return recipient.kind === 'phone'
    ? { name: phoneAccount(recipient.destination), known: true }
    : usernameAccount(scope);
}

/** What is counted by where nobody's number is to be locked. */
export function usernameAccount({ userPoolId, username }: SignInScope): Account {
  return { name: `user ${userPoolId} ${username}`, known: false };
}

/** What the account of a number is counted by; the number in its canonical form. */
export function phoneAccount(number: PhoneNumber): string {
  return `phone ${number}`;
}
