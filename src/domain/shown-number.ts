import { HIDDEN_NUMBER, isPhoneNumber, maskPhoneNumber } from './phone-number.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import { type Phone, recipientOf } from './recipient.ts';
import type { SignInRequest } from './sign-in.ts';

export interface ShownNumberDependencies {
  readonly pseudonymizer: Pseudonymizer;
  readonly requireVerifiedPhone: boolean;
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
  of(request: SignInRequest & { readonly phone: Phone }): string {
    const { scope } = request;
    if (!this.#deps.showLastDigits) {
      return HIDDEN_NUMBER;
    }
    const recipient = recipientOf(request, this.#deps.requireVerifiedPhone);
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
