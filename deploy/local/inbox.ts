/**
 * The phones of this machine: every SMS that a provider of the endpoint accepted, oldest first.
 * Mails of a user pool's own are shown among them.
 */
export interface Sms {
  /** E.164 number; of a mail, the address. */
  readonly to: string;
  /** Only mails have one. */
  readonly subject?: string;
  readonly message: string;
  /** When the provider accepted it, ISO 8601. */
  readonly at: string;
}

export type InboxEvent =
  | { readonly kind: 'sms'; readonly sms: Sms }
  /** What there was is gone: all of it, or what went to one number. */
  | { readonly kind: 'cleared'; readonly to?: string | undefined };

export type InboxListener = (event: InboxEvent) => void;

export class Inbox {
  #messages: readonly Sms[] = [];
  readonly #listeners = new Set<InboxListener>();

  get messages(): readonly Sms[] {
    return this.#messages;
  }

  /** The newest message, to any number or to the one given. */
  latest(to?: string): Sms | undefined {
    return this.#messages.findLast((sms) => to === undefined || sms.to === to);
  }

  deliver(sms: Sms): void {
    this.#messages = [...this.#messages, sms];
    this.#tell({ kind: 'sms', sms });
  }

  /** Forgets every message, or those to the number given. */
  clear(to?: string): void {
    this.#messages = this.#messages.filter((sms) => to !== undefined && sms.to !== to);
    this.#tell({ kind: 'cleared', to });
  }

  /** Calls `listener` for whatever happens from now on, until the returned function is called. */
  subscribe(listener: InboxListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(event: InboxEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
