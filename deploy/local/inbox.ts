/** The phones of this machine: every SMS that a provider of the endpoint accepted, oldest first. */
export interface Sms {
  /** E.164 number. */
  readonly to: string;
  readonly message: string;
  /** When the provider accepted it, ISO 8601. */
  readonly at: string;
}

export type SmsListener = (sms: Sms) => void;

export class Inbox {
  readonly #messages: Sms[] = [];
  readonly #listeners = new Set<SmsListener>();

  get messages(): readonly Sms[] {
    return [...this.#messages];
  }

  /** The newest message, to any number or to the one given. */
  latest(to?: string): Sms | undefined {
    return this.#messages.findLast((sms) => to === undefined || sms.to === to);
  }

  deliver(sms: Sms): void {
    this.#messages.push(sms);
    for (const listener of this.#listeners) listener(sms);
  }

  /** Forgets every message. */
  clear(): void {
    this.#messages.length = 0;
  }

  /** Calls `listener` for every message from now on, until the returned function is called. */
  subscribe(listener: SmsListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
