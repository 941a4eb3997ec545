/** The phone beside the app: the SMS that it got, in bubbles, and their codes to tap while they work. */
import type { Sms } from '../inbox.ts';
import { byId, make } from './elements.ts';
import { formatNumber } from './phone-numbers.ts';
import { isSpent, spend } from './spent-codes.ts';
import { problemText } from './words.ts';

export interface PhoneOptions {
  /** Takes a code for the sign-in under way, unless there is nowhere to put it. */
  readonly onTap: (code: string) => boolean;
  /** Told when there may be another code to type than before. */
  readonly onChange: () => void;
}

/**
 * What a tap on a code does: a sign-in under way takes it, or it is only copied. A code that is dead
 * must not be tapped, for it would cost a try.
 */
type Use = 'fill' | 'copy' | 'dead';

interface Message {
  readonly sms: Sms;
  readonly item: HTMLElement;
  readonly about: HTMLElement;
  readonly bubble: HTMLElement;
  /** As it is shown now; undefined where there is no code in it. */
  use?: Use;
}

const inbox = byId('inbox', HTMLDivElement);
const title = byId('phone-title', HTMLHeadingElement);
const clear = byId('clear-inbox', HTMLButtonElement);
const list = byId('messages', HTMLOListElement);
const empty = byId('no-messages', HTMLParagraphElement);
const clock = byId('phone-clock', HTMLSpanElement);
const note = byId('phone-note', HTMLParagraphElement);

const CODE = /(?<!\d)\d{4,10}(?!\d)/;

export class Phone {
  readonly #options: PhoneOptions;
  #messages: Message[] = [];
  #signingIn: string | undefined;

  constructor(options: PhoneOptions) {
    this.#options = options;
    const showTime = () => {
      clock.textContent = timeOf(new Date());
    };
    showTime();
    setInterval(showTime, 10_000);
    // Whoever has no mouse has to scroll in it, also where no code can be tapped.
    inbox.tabIndex = 0;
    clear.addEventListener('click', () => void this.#clearInbox());
  }

  /** The SMS so far, oldest first. */
  get received(): readonly Sms[] {
    return this.#messages.map(({ sms }) => sms);
  }

  /** Whether there is a code for the sign-in under way. */
  get hasCode(): boolean {
    return this.#messages.some(({ use }) => use === 'fill');
  }

  /** The number of the sign-in under way, E.164. */
  set signingIn(number: string | undefined) {
    this.#signingIn = number;
    this.#showUses();
  }

  /** These codes no longer work. */
  spend(messages: readonly Sms[]): void {
    spend(messages);
    this.#showUses();
  }

  /** Forgets every SMS, or those to the number given. */
  clear(to?: string): void {
    const isGone = ({ sms }: Message) => to === undefined || sms.to === to;
    for (const { item } of this.#messages.filter(isGone)) item.remove();
    this.#messages = this.#messages.filter((message) => !isGone(message));
    this.#showWhetherEmpty();
    this.#showUses();
  }

  receive(sms: Sms): void {
    note.textContent = '';
    const about = make('p', { class: 'about', text: aboutText(sms) });
    const bubble = make('p', { class: 'bubble', text: sms.message });
    const item = make('li', {}, about, bubble);
    list.append(item);
    this.#messages.push({ sms, item, about, bubble });
    this.#showWhetherEmpty();
    this.#showUses();
  }

  #showWhetherEmpty(): void {
    empty.hidden = this.#messages.length > 0;
    clear.hidden = !empty.hidden;
  }

  async #clearInbox(): Promise<void> {
    try {
      await fetch('/inbox', { method: 'DELETE' });
      note.textContent = 'All SMS deleted.';
      title.focus();
    } catch {
      note.textContent = problemText('unreachable', '');
    }
  }

  #showUses(): void {
    const withCode = this.#messages.filter(({ sms }) => CODE.test(sms.message));
    // To each number: a newer code is in place of the one before.
    const newest = new Map(withCode.map((message) => [message.sms.to, message]));
    for (const message of withCode) {
      const isNewest = newest.get(message.sms.to) === message;
      const use = isNewest ? this.#useOf(message.sms) : 'dead';
      if (use !== message.use) this.#show(message, use);
    }
    this.#options.onChange();
    inbox.scrollTop = inbox.scrollHeight;
  }

  #useOf(sms: Sms): Use {
    if (isSpent(sms)) return 'dead';
    return sms.to === this.#signingIn ? 'fill' : 'copy';
  }

  #show(message: Message, use: Use): void {
    const { sms, about, bubble } = message;
    const found = CODE.exec(sms.message);
    if (found === null) return;
    const { 0: code, index } = found;
    message.use = use;
    about.replaceChildren(
      aboutText(sms),
      ...(use === 'dead' ? [': ', make('span', { class: 'whole', text: 'no longer works' })] : []),
    );
    const shown = use === 'dead' ? make('s', { text: code }) : this.#button(code, use);
    bubble.replaceChildren(
      sms.message.slice(0, index),
      shown,
      sms.message.slice(index + code.length),
    );
  }

  #button(code: string, use: 'fill' | 'copy'): HTMLButtonElement {
    const button = make('button', { class: `tap ${use}`, text: code });
    button.type = 'button';
    button.title = use === 'fill' ? 'Use this code' : 'Copy this code';
    button.addEventListener('click', () => void this.#tap(code, use));
    return button;
  }

  async #tap(code: string, use: 'fill' | 'copy'): Promise<void> {
    note.textContent = '';
    if (use === 'fill' && this.#options.onTap(code)) return;
    try {
      await navigator.clipboard.writeText(code);
      note.textContent = 'Code copied.';
    } catch {
      note.textContent = 'This browser does not let the page copy the code.';
    }
  }
}

function aboutText({ to, at }: Sms): string {
  return `To ${formatNumber(to)}, ${timeOf(new Date(at))}`;
}

function timeOf(date: Date): string {
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
