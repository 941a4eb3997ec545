declare const e164: unique symbol;

/** A phone number in E.164 form, as ITU-T E.164 §6 lays it down: `+` and at most 15 digits. */
export type PhoneNumber = string & { readonly [e164]: true };

// No country has numbers under seven digits with its code, so a shorter one is a slip.
const E164 = /^\+[1-9]\d{6,14}$/;

/** Whether a text is a number in E.164 form. */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return E164.test(text);
}

/** Hides all but the last four digits, as Cognito does: `+12025554567` reads `+*******4567`. */
export function maskPhoneNumber(number: PhoneNumber): string {
  return `+${'*'.repeat(number.length - 5)}${number.slice(-4)}`;
}

/** Stands for every number alike, where not even its last digits may be shown. */
export const HIDDEN_NUMBER = '+*******';
