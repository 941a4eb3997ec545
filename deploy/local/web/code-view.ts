/** The second screen: one input for the code, and the clocks of the code that is out. */
import { stopwatch, waitText } from './durations.ts';
import { byId } from './elements.ts';
import type { CodeRound } from './phone-sign-in.ts';
import { codeFromSms } from './web-otp.ts';
import { helpText, type Notice, roundNotice, triesLeft } from './words.ts';

export interface CodeViewOptions {
  readonly onAnswer: (code: string) => void;
  readonly onResend: () => void;
  /** With the same number. */
  readonly onStartAgain: () => void;
  /** With another number. */
  readonly onRestart: () => void;
  /** Told when the code is too old, or there is none. */
  readonly onCodeDead: () => void;
}

const TICK_MS = 250;
/** How many places the input shows where the function does not tell. */
const USUAL_LENGTH = 6;

const view = byId('code-view', HTMLFormElement);
const title = byId('code-title', HTMLHeadingElement);
const field = byId('code-field', HTMLDivElement);
const input = byId('code', HTMLInputElement);
const message = byId('code-message', HTMLParagraphElement);
const attempts = byId('attempts', HTMLSpanElement);
const expiry = byId('expiry', HTMLSpanElement);
const submit = byId('code-submit', HTMLButtonElement);
const resend = byId('resend', HTMLButtonElement);
const startAgain = byId('start-again', HTMLButtonElement);
const restart = byId('restart', HTMLButtonElement);
const help = byId('code-help', HTMLParagraphElement);

export class CodeView {
  readonly #options: CodeViewOptions;
  #round: CodeRound | undefined;
  #clock: number | undefined;
  #codeArrived = false;
  #lastNotice: { readonly text: string; readonly times: number } | undefined;
  #webOtp = new AbortController();

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
    startAgain.addEventListener('click', () => options.onStartAgain());
    restart.addEventListener('click', () => options.onRestart());
  }

  show(round: CodeRound): void {
    const before = this.#round;
    this.#stop();
    this.#round = round;
    this.#busy = false;
    view.hidden = false;
    input.value = '';
    input.style.setProperty('--length', String(round.codeLength ?? USUAL_LENGTH));
    input.ariaInvalid = round.status === 'INCORRECT' ? 'true' : null;
    attempts.textContent = triesLeft(round.attemptsRemaining);
    help.textContent = helpText(round);
    this.#say(roundNotice(round, before));
    this.#showTimes(round);
    if (field.hidden) this.#options.onCodeDead();
    this.#clock = window.setInterval(() => this.#tick(round), TICK_MS);
    this.#focusNext();
    this.#listenForSms();
  }

  /** The round stands as it was, but the last step came to nothing. */
  showProblem(text: string): void {
    this.#busy = false;
    this.#say({ tone: 'bad', text });
    this.#focusNext();
  }

  /** @param text what is being done: it may take seconds, and the next notice may read like the last */
  work(text: string): void {
    this.#busy = true;
    this.#say({ tone: 'busy', text });
  }

  hide(): void {
    this.#stop();
    this.#lastNotice = undefined;
  }

  #stop(): void {
    view.hidden = true;
    window.clearInterval(this.#clock);
    this.#webOtp.abort();
    this.#round = undefined;
  }

  set #busy(busy: boolean) {
    for (const button of [submit, resend, startAgain]) button.disabled = busy;
    input.readOnly = busy;
    view.ariaBusy = String(busy);
  }

  get #busy(): boolean {
    return view.ariaBusy === 'true';
  }

  get isShown(): boolean {
    return !view.hidden;
  }

  /** Whether the code is on the phone beside: then nobody wonders where it is. */
  set codeArrived(arrived: boolean) {
    this.#codeArrived = arrived;
    if (this.#round !== undefined) this.#showTimes(this.#round);
  }

  /** @returns whether there is an input for it now */
  fill(code: string): boolean {
    if (view.hidden || field.hidden || this.#busy) return false;
    input.value = code;
    this.#typed();
    return true;
  }

  #typed(): void {
    const length = this.#round?.codeLength ?? Number.POSITIVE_INFINITY;
    const digits = input.value.match(/\p{Nd}/gu) ?? [];
    input.value = digits.slice(0, length).join('');
    input.ariaInvalid = null;
    if (digits.length >= length) this.#answer();
  }

  #answer(): void {
    if (this.#busy || field.hidden) return;
    const complete = input.value.length >= (this.#round?.codeLength ?? 1);
    if (complete) this.#options.onAnswer(input.value);
    else this.#askForTheRest();
  }

  /** Part of a code would cost a try. */
  #askForTheRest(): void {
    const length = this.#round?.codeLength;
    const text =
      input.value === ''
        ? 'Type the code from the SMS first.'
        : `The code has ${length} digits, and this is only ${input.value.length} of them.`;
    this.#say({ tone: 'bad', text });
    input.ariaInvalid = 'true';
    input.focus();
  }

  #say({ tone, text }: Notice): void {
    message.className = `notice ${tone}`;
    message.textContent = tone === 'busy' ? text : this.#numbered(text);
  }

  /** What happens once more must not look as if nothing had happened. */
  #numbered(text: string): string {
    const times = this.#lastNotice?.text === text ? this.#lastNotice.times + 1 : 1;
    this.#lastNotice = { text, times };
    return times === 1 ? text : `${text} (${times} times now)`;
  }

  #tick(round: CodeRound): void {
    const wasOpen = !field.hidden;
    this.#showTimes(round);
    if (!wasOpen || !field.hidden) return;
    this.#options.onCodeDead();
    this.#say(roundNotice({ ...round, status: 'EXPIRED' }));
    this.#focusNext();
  }

  #showTimes(round: CodeRound): void {
    const now = Date.now();
    const dead = now >= round.expiresAt;
    const canResend = round.resendsRemaining > 0;
    const mayBeLost = dead || round.status === 'DELIVERY_FAILED';
    field.hidden = dead;
    submit.hidden = dead;
    help.hidden = this.#codeArrived || mayBeLost || round.status === 'THROTTLED';
    expiry.textContent = `Valid for ${stopwatch(round.expiresAt - now)}`;
    const wait = round.resendAt - now;
    title.textContent = dead ? titleWithoutCode(canResend, wait) : 'Enter the code';
    resend.hidden = !canResend;
    resend.ariaDisabled = String(wait > 0);
    resend.textContent = wait > 0 ? `Send a new code in ${waitText(wait)}` : 'Send a new code';
    resend.className = dead ? 'primary' : 'secondary';
    startAgain.hidden = canResend || !mayBeLost;
    startAgain.className = resend.className;
  }

  #focusNext(): void {
    const next = [input, resend, startAgain].find((element) => element.checkVisibility());
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
