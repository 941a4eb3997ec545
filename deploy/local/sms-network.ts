/** What the SMS providers of the endpoint share: the phones, and the fault that every SMS meets. */
import type { Inbox } from './inbox.ts';

/**
 * How providers misbehave: `hang` never answers, `throttle` refuses for the rate, `refuse` says
 * that there can be no SMS to the number; each provider says it in its own words.
 */
export const smsFaults = ['hang', 'throttle', 'refuse'] as const;
export type SmsFault = (typeof smsFaults)[number];

/** What became of an SMS that a provider found nothing wrong with. */
export type SmsFate = 'delivered' | Exclude<SmsFault, 'hang'>;

export class SmsNetwork {
  /** The fault that every further SMS meets. */
  fault: SmsFault | undefined;
  readonly #inbox: Inbox;
  readonly #now: () => number;

  /** @param now epoch milliseconds */
  constructor(inbox: Inbox, now: () => number, fault?: SmsFault) {
    this.#inbox = inbox;
    this.#now = now;
    this.fault = fault;
  }

  /**
   * Never settles where providers hang.
   *
   * @param to E.164 number
   */
  async send(to: string, message: string): Promise<SmsFate> {
    if (this.fault === 'hang') await new Promise<never>(() => {});
    if (this.fault === 'throttle' || this.fault === 'refuse') return this.fault;
    this.deliver(to, message);
    return 'delivered';
  }

  /** Past every fault: for what is no provider's. */
  deliver(to: string, message: string): void {
    this.#inbox.deliver({ to, message, at: new Date(this.#now()).toISOString() });
  }
}
