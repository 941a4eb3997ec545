/** The second screen: one input for the code, and the clocks of the code that is out. */
import { byId } from './elements.ts';
import type { CodeRound } from './phone-sign-in.ts';
import { codeFromSms } from './web-otp.ts';
import { helpText, type Notice, roundNotice, stopwatch, triesLeft, waitText } from './words.ts';

export interface CodeViewOptions {
  readonly onAnswer: (code: string) => void;
  readonly onResend: () => void;
  readonly onRestart: () => void;
}

const TICK_MS = 250;

const view = byId('code-view', HTMLFormElement);
const title = byId('code-title', HTMLHeadingElement);
const field = byId('code-field', HTMLDivElement);
const input = byId('code', HTMLInputElement);
const message = byId('code-message', HTMLParagraphElement);
const attempts = byId('attempts', HTMLSpanElement);
const expiry = byId('expiry', HTMLSpanElement);
const submit = byId('code-submit', HTMLButtonElement);
const resend = byId('resend', HTMLButtonElement);
const restart = byId('restart', HTMLButtonElement);
const help = byId('code-help', HTMLParagraphElement);

export class CodeView {
  readonly #options: CodeViewOptions;
  #round: CodeRound | undefined;
  #clock: number | undefined;
  #webOtp = new AbortController();
  #busy = false;

  constructor(options: CodeViewOptions) {
    this.#options = options;
    input.addEventListener('input', () => this.#typed());
    view.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#answer();
    });
    resend.addEventListener('click', () => {
      // It stays focusable while it counts down, so that a screen reader can read the countdown.
      if (resend.ariaDisabled !== 'true') options.onResend();
    });
    restart.addEventListener('click', () => options.onRestart());
  }

  show(round: CodeRound): void {
    this.hide();
    this.#round = round;
    this.busy = false;
    view.hidden = false;
    input.value = '';
    input.style.setProperty('--length', String(round.codeLength));
    input.ariaInvalid = round.status === 'INCORRECT' ? 'true' : null;
    attempts.textContent = triesLeft(round.attemptsRemaining);
    help.textContent = helpText(round);
    this.#say(roundNotice(round));
    this.#showTimes(round);
    this.#clock = window.setInterval(() => this.#tick(round), TICK_MS);
    this.#focusNext();
    this.#listenForSms();
  }

  /** The round stands as it was, but the last step came to nothing. */
  showProblem(text: string): void {
    this.busy = false;
    this.#say({ tone: 'bad', text });
    this.#focusNext();
  }

  hide(): void {
    view.hidden = true;
    window.clearInterval(this.#clock);
    this.#webOtp.abort();
    this.#round = undefined;
  }

  set busy(busy: boolean) {
    this.#busy = busy;
    submit.disabled = busy;
    resend.disabled = busy;
    input.readOnly = busy;
    view.ariaBusy = String(busy);
  }

  /** @returns whether there is an input for it now */
  fill(code: string): boolean {
    if (view.hidden || field.hidden || this.#busy) return false;
    input.value = code;
    this.#typed();
    return true;
  }

  #typed(): void {
    const length = this.#round?.codeLength ?? 0;
    const digits = input.value.match(/\p{Nd}/gu) ?? [];
    input.value = digits.slice(0, length).join('');
    input.ariaInvalid = null;
    if (digits.length >= length) this.#answer();
  }

  #answer(): void {
    if (this.#busy || field.hidden) return;
    if (input.value === '') {
      this.#say({ tone: 'bad', text: 'Type the code from the SMS first.' });
      input.focus();
      return;
    }
    this.#options.onAnswer(input.value);
  }

  #say({ tone, text }: Notice): void {
    message.className = `notice ${tone}`;
    message.textContent = text;
  }

  #tick(round: CodeRound): void {
    const wasOpen = !field.hidden;
    this.#showTimes(round);
    if (!wasOpen || !field.hidden) return;
    this.#say(roundNotice({ ...round, status: 'EXPIRED' }));
    this.#focusNext();
  }

  #showTimes(round: CodeRound): void {
    const now = Date.now();
    const dead = now >= round.expiresAt;
    const canResend = round.resendsRemaining > 0;
    field.hidden = dead;
    submit.hidden = dead;
    help.hidden = dead || round.status === 'DELIVERY_FAILED' || round.status === 'THROTTLED';
    expiry.textContent = `Valid for ${stopwatch(round.expiresAt - now)}`;
    const wait = round.resendAt - now;
    title.textContent = dead ? titleWithoutCode(canResend, wait) : 'Enter the code';
    resend.hidden = !canResend;
    resend.ariaDisabled = String(wait > 0);
    resend.textContent = wait > 0 ? `Send a new code in ${waitText(wait)}` : 'Send a new code';
    resend.className = dead ? 'primary' : 'secondary';
  }

  #focusNext(): void {
    const next = [input, resend, restart].find((element) => element.checkVisibility());
    next?.focus();
  }

  #listenForSms(): void {
    this.#webOtp = new AbortController();
    void codeFromSms(this.#webOtp.signal).then((code) => {
      if (code !== undefined) this.fill(code);
    });
  }
}

function titleWithoutCode(canResend: boolean, wait: number): string {
  if (!canResend) return 'Start again';
  return wait > 0 ? 'No code for now' : 'Get a new code';
}
