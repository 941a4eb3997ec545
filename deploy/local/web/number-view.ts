/** The first screen: a country, a number as it is typed, and what to do with it. */
import {
  AsYouType,
  type CountryCode,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { byId, make } from './elements.ts';
import {
  countryOf,
  countryOptions,
  formatNumber,
  likelyCountry,
  nationalNumber,
} from './phone-numbers.ts';

export type Intent = 'sign-in' | 'create';

export interface NumberViewOptions {
  /** Numbers that have an account already. */
  readonly users: readonly string[];
  readonly onSubmit: (phoneNumber: string, intent: Intent) => void;
}

// Laxer than any country's plan, so that numbers that the shipped plan does not know yet can be tried.
const E164 = /^\+[1-9]\d{6,14}$/;

const view = byId('number-view', HTMLFormElement);
const country = byId('country', HTMLSelectElement);
const number = byId('number', HTMLInputElement);
const callingCode = byId('calling-code', HTMLSpanElement);
const submit = byId('number-submit', HTMLButtonElement);
const progress = byId('number-progress', HTMLParagraphElement);
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
    this.#stopWork();
    problem.hidden = text === undefined;
    problem.textContent = text ?? '';
    if (text === undefined) number.focus();
    else problem.focus();
  }

  hide(): void {
    view.hidden = true;
  }

  /** Shows that the attempt is under way: it may take seconds. */
  work(): void {
    problem.hidden = true;
    submit.disabled = true;
    view.ariaBusy = 'true';
    submit.textContent = 'Sending a code…';
    submit.classList.add('busy');
    progress.textContent = submit.textContent;
  }

  #stopWork(): void {
    submit.disabled = false;
    view.ariaBusy = 'false';
    submit.classList.remove('busy');
    progress.textContent = '';
    this.#nameSubmit();
  }

  #nameSubmit(): void {
    if (view.ariaBusy === 'true') return;
    submit.textContent = this.#intent === 'create' ? 'Create account' : 'Text me a code';
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
    this.#nameSubmit();
    // The account to try is no number to make an account for.
    if (this.#intent === 'create' && this.#options.users.includes(this.#typedNumber)) {
      number.value = '';
      country.value = likelyCountry();
    }
    problem.hidden = true;
    this.#write(number.value);
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
    country.value = countryOf(e164) ?? country.value;
    this.#write(nationalNumber(e164));
  }

  #typed(event: Event): void {
    fieldError.textContent = '';
    hint.textContent = '';
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
    this.#write(formatted);
  }

  #write(text: string): void {
    number.value = text;
    const international = text.startsWith('+');
    callingCode.textContent = international ? '' : `+${getCountryCallingCode(this.#country)}`;
    const example = getExampleNumber(this.#country, examples)?.formatNational();
    number.placeholder = example ?? '';
    hint.textContent = '';
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
