/** The first screen: a country, a number as it is typed, and what to do with it. */
import {
  AsYouType,
  type CountryCode,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { countryOptions, likelyCountry } from './country-list.ts';
import { byId, make } from './elements.ts';

export type Intent = 'sign-in' | 'create';

export interface NumberViewOptions {
  /** Numbers that have an account already. */
  readonly users: readonly string[];
  readonly onSubmit: (phoneNumber: string, intent: Intent) => void;
}

// Laxer than any country's plan, so that made-up numbers such as +1 555 0100 can be tried.
const E164 = /^\+[1-9]\d{6,14}$/;

const view = byId('number-view', HTMLFormElement);
const country = byId('country', HTMLSelectElement);
const number = byId('number', HTMLInputElement);
const callingCode = byId('calling-code', HTMLSpanElement);
const submit = byId('number-submit', HTMLButtonElement);
const hint = byId('number-hint', HTMLParagraphElement);
const fieldError = byId('number-error', HTMLParagraphElement);
const problem = byId('number-problem', HTMLParagraphElement);
const intents = [...view.querySelectorAll<HTMLInputElement>('input[name=intent]')];

export class NumberView {
  readonly #options: NumberViewOptions;

  constructor(options: NumberViewOptions) {
    this.#options = options;
    country.append(...countryOptions());
    country.value = likelyCountry();
    country.addEventListener('change', () => this.#retype(number.value));
    number.addEventListener('input', (event) => this.#typed(event));
    number.addEventListener('change', () => this.#showHint());
    for (const intent of intents) intent.addEventListener('change', () => this.#chooseIntent());
    view.addEventListener('submit', (event) => this.#submit(event));
    this.#offerAccounts();
    this.#chooseIntent();
    const [first] = options.users;
    if (first !== undefined) this.#fill(first);
  }

  /** @param text why the last attempt came to nothing */
  show(text?: string): void {
    view.hidden = false;
    this.busy = false;
    problem.hidden = text === undefined;
    problem.textContent = text ?? '';
    if (text === undefined) number.focus();
    else problem.focus();
  }

  hide(): void {
    view.hidden = true;
  }

  set busy(busy: boolean) {
    submit.disabled = busy;
    view.ariaBusy = String(busy);
  }

  set intent(wanted: Intent) {
    for (const intent of intents) intent.checked = intent.value === wanted;
    this.#chooseIntent();
  }

  get #intent(): Intent {
    return intents.some(({ checked, value }) => checked && value === 'create')
      ? 'create'
      : 'sign-in';
  }

  get #country(): CountryCode {
    return country.value as CountryCode;
  }

  /** What was typed in E.164 form, as far as it goes. */
  get #typedNumber(): string {
    const typed = new AsYouType(this.#country);
    typed.input(number.value);
    return typed.getNumber()?.number ?? '';
  }

  #chooseIntent(): void {
    const create = this.#intent === 'create';
    submit.textContent = create ? 'Create account' : 'Text me a code';
    // The account to try is no number to make an account for.
    if (create && this.#options.users.includes(this.#typedNumber)) {
      number.value = '';
      country.value = likelyCountry();
    }
    problem.hidden = true;
    this.#retype(number.value);
  }

  #offerAccounts(): void {
    const { users } = this.#options;
    const buttons = users.map((user) => {
      const button = make('button', { class: 'account', text: formatNumber(user) });
      button.type = 'button';
      button.addEventListener('click', () => {
        this.intent = 'sign-in';
        this.#fill(user);
        number.focus();
      });
      return button;
    });
    const box = byId('accounts', HTMLDivElement);
    box.hidden = users.length === 0;
    box.append(...buttons);
  }

  #fill(e164: string): void {
    const typed = new AsYouType();
    typed.input(e164);
    const found = typed.getCountry() ?? countryOfCallingCode(typed.getCallingCode());
    if (found !== undefined) country.value = found;
    this.#retype(e164.replace(`+${getCountryCallingCode(this.#country)}`, ''));
  }

  #typed(event: Event): void {
    fieldError.textContent = '';
    number.ariaInvalid = null;
    // Formatting would throw a caret inside the number to the end, and put back a deleted bracket.
    const deleted = event instanceof InputEvent && event.inputType.startsWith('delete');
    if (!deleted && number.selectionEnd === number.value.length) this.#retype(number.value);
  }

  #retype(text: string): void {
    const typed = new AsYouType(this.#country);
    const formatted = typed.input(text);
    const found = text.startsWith('+') ? typed.getCountry() : undefined;
    if (found !== undefined) country.value = found;
    number.value = formatted;
    const international = formatted.startsWith('+');
    callingCode.textContent = international ? '' : `+${getCountryCallingCode(this.#country)}`;
    const example = getExampleNumber(this.#country, examples)?.formatNational();
    number.placeholder = example ?? '';
    this.#showHint();
  }

  #showHint(): void {
    const e164 = this.#typedNumber;
    const strange =
      E164.test(e164) &&
      parsePhoneNumberFromString(e164)?.isPossible() !== true &&
      !this.#options.users.includes(e164);
    hint.textContent = strange
      ? 'An unusual length for this country, but the demo takes it as it is.'
      : '';
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const e164 = this.#typedNumber;
    if (E164.test(e164)) {
      this.#options.onSubmit(e164, this.#intent);
      return;
    }
    fieldError.textContent = 'Enter a whole phone number.';
    number.ariaInvalid = 'true';
    number.focus();
  }
}

export function formatNumber(e164: string): string {
  return new AsYouType().input(e164);
}

/** The first country of a calling code that several share: of +1 the United States. */
function countryOfCallingCode(code: string | undefined): CountryCode | undefined {
  const options = [...country.options].map(({ value }) => value as CountryCode);
  if (code === '1') return 'US';
  return options.find((option) => getCountryCallingCode(option) === code);
}
