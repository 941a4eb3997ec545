import { HIDDEN_NUMBER, isPhoneNumber, maskPhoneNumber } from './phone-number.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import type { Recipient } from './recipient.ts';
import type { SignInScope } from './sign-in.ts';

/** What it works with. */
export interface ShownNumberDependencies {
  readonly pseudonymizer: Pseudonymizer;
  /** Whether clients are shown the last four digits of the number. */
  readonly showLastDigits: boolean;
}

/** The number that a client is shown: the user's, masked. */
export class ShownNumber {
  readonly #deps: ShownNumberDependencies;

  constructor(dependencies: ShownNumberDependencies) {
    this.#deps = dependencies;
  }

  /** Without a number to show, one is made up that stays the same for this user, as a real one would. */
  of(recipient: Recipient, scope: SignInScope): string {
    if (!this.#deps.showLastDigits) {
      return HIDDEN_NUMBER;
    }
    if (recipient.kind === 'phone') {
      return maskPhoneNumber(recipient.number);
    }
    if (isPhoneNumber(scope.username)) {
      return maskPhoneNumber(scope.username);
    }
    const pseudonym = this.#deps.pseudonymizer.pseudonym(`${scope.userPoolId} ${scope.username}`);
    const lastFour = Number.parseInt(pseudonym.slice(0, 8), 16) % 10_000;
    return `+*******${String(lastFour).padStart(4, '0')}`;
  }
}
