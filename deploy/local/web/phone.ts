/** The phone beside the app: the SMS that it got, in bubbles, their codes to tap. */
import type { Sms } from '../inbox.ts';
import { byId, make } from './elements.ts';
import { formatNumber } from './number-view.ts';

const list = byId('messages', HTMLOListElement);
const empty = byId('no-messages', HTMLParagraphElement);
const clock = byId('phone-clock', HTMLSpanElement);
const copied = byId('copied', HTMLParagraphElement);

const CODE = /(?<!\d)\d{4,10}(?!\d)/;

export class Phone {
  readonly #onTap: (code: string) => boolean;

  /** @param onTap takes a tapped code, unless there is nowhere to put it */
  constructor(onTap: (code: string) => boolean) {
    this.#onTap = onTap;
    const showTime = () => {
      clock.textContent = timeOf(new Date());
    };
    showTime();
    setInterval(showTime, 10_000);
  }

  clear(): void {
    list.replaceChildren();
    empty.hidden = false;
  }

  receive({ to, message, at }: Sms): void {
    empty.hidden = true;
    const about = `To ${formatNumber(to)}, ${timeOf(new Date(at))}`;
    const bubble = make('p', { class: 'bubble' }, ...this.#textOf(message));
    list.append(make('li', {}, make('p', { class: 'about', text: about }), bubble));
    list.scrollTop = list.scrollHeight;
  }

  #textOf(message: string): readonly (Node | string)[] {
    const found = CODE.exec(message);
    if (found === null) return [message];
    const [code] = found;
    const button = make('button', { class: 'tap', text: code });
    button.type = 'button';
    button.title = 'Use this code';
    button.addEventListener('click', () => void this.#tap(code));
    return [message.slice(0, found.index), button, message.slice(found.index + code.length)];
  }

  async #tap(code: string): Promise<void> {
    copied.textContent = '';
    if (this.#onTap(code)) return;
    try {
      await navigator.clipboard.writeText(code);
      copied.textContent = 'Code copied.';
    } catch {
      copied.textContent = 'This browser does not let the page copy the code.';
    }
  }
}

function timeOf(date: Date): string {
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
