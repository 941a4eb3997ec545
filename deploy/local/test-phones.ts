/** The phones as a test sees them: it waits for a code, and gets each SMS once. */
import type { Inbox, Sms } from './inbox.ts';

export interface CodeWait {
  /** Default 2000. */
  readonly timeoutMs?: number | undefined;
  /**
   * What a code looks like; its first group, where it has one, is the code. Default the first 4 to
   * 10 digits in a row.
   */
  readonly pattern?: RegExp | undefined;
}

interface Waiter {
  /** Takes the code it waits for, where that has come. */
  readonly look: () => void;
  readonly giveUp: (reason: string) => void;
}

const DEFAULT_TIMEOUT_MS = 2000;
const CODE = /(?<![\d+])\d{4,10}(?!\d)/;
const E164 = /^\+[1-9]\d{1,14}$/;

export class TestPhones {
  readonly #inbox: Inbox;
  readonly #handedOut = new WeakSet<Sms>();
  /** Whoever has waited longest is first. */
  readonly #waiters = new Set<Waiter>();

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
    inbox.subscribe(() => {
      for (const waiter of this.#waiters) waiter.look();
    });
  }

  /**
   * Every SMS so far, oldest first.
   *
   * @param to E.164 number; without it, to all numbers.
   */
  messages(to?: string): readonly Sms[] {
    return this.#inbox.messages.filter((sms) => to === undefined || sms.to === to);
  }

  /**
   * The code in the oldest SMS to this number that was not handed out yet: at once where there is
   * one, else from the next one. An SMS without a code is passed over.
   *
   * @param to E.164 number.
   * @throws Error where none came in time, which says what did come.
   */
  waitForCode(to: string, options: CodeWait = {}): Promise<string> {
    const code = this.#wait(to, options);
    // A test that fails before it awaits the code has said enough.
    code.catch(() => {});
    return code;
  }

  /** @param reason why nothing will come any more */
  giveUp(reason: string): void {
    for (const waiter of this.#waiters) waiter.giveUp(reason);
  }

  async #wait(to: string, { timeoutMs = DEFAULT_TIMEOUT_MS, pattern = CODE }: CodeWait) {
    checkNumber('waitForCode', to);
    const code = Promise.withResolvers<string>();
    const stop = () => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    };
    const waiter: Waiter = {
      look: () => {
        const found = this.#take(to, pattern);
        if (found === undefined) return;
        stop();
        code.resolve(found);
      },
      giveUp: (reason) => {
        stop();
        code.reject(new Error(`No code came to ${masked(to)}: ${reason}.`));
      },
    };
    const timer = setTimeout(
      () => waiter.giveUp(`${timeoutMs} ms have passed, with ${this.#countOf(to)}`),
      timeoutMs,
    );
    this.#waiters.add(waiter);
    waiter.look();
    return code.promise;
  }

  #take(to: string, pattern: RegExp): string | undefined {
    // With these flags a pattern would give every match, or go on from its last one.
    const first = new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''));
    for (const sms of this.messages(to)) {
      if (this.#handedOut.has(sms)) continue;
      const [whole, group] = first.exec(sms.message) ?? [];
      if (whole === undefined) continue;
      this.#handedOut.add(sms);
      return group ?? whole;
    }
    return undefined;
  }

  #countOf(to: string): string {
    const all = this.messages(to);
    const handedOut = all.filter((sms) => this.#handedOut.has(sms)).length;
    return `${handedOut} SMS to it handed out before and ${all.length - handedOut} without a code`;
  }
}

/**
 * @param method whose caller is told.
 * @throws TypeError where it is no number in E.164
 */
export function checkNumber(method: string, to: string): void {
  if (E164.test(to)) return;
  throw new TypeError(
    `${method} takes a phone number in E.164, with + and the country code, such as +12025550100.`,
  );
}

function masked(number: string): string {
  return number.replace(/\d(?=\d{4})/g, '*');
}
