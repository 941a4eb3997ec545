import type { RateLimit } from '../abuse/rate-limit.ts';

/** What became of the SMS of one hour. */
export interface Conversion {
  readonly sent: number;
  /** Codes among them that signed someone in. */
  readonly converted: number;
}

/** How the SMS to one place stand. */
export interface Traffic {
  /** Of the hour that was asked for. */
  readonly conversion: Conversion;
  /** How far the place's budget is used: when it will be as good as unused, in epoch milliseconds. */
  readonly usedUntil: number;
}

/** Whether an SMS to a place may be sent. */
export type Reservation =
  /** Counted. `conversion` is the hour's, this SMS included. */
  | { readonly kind: 'reserved'; readonly conversion: Conversion }
  /** The budget is used up until `retryAt`, in epoch milliseconds. */
  | { readonly kind: 'refused'; readonly retryAt: number };

/**
 * Counts the SMS to each place, before they leave, and the sign-ins that come of them: SMS that nobody
 * ever answers are the mark of pumped traffic. A place is a country's code, or `ALL_PLACES`. Times are epoch
 * milliseconds, those of the SMS. Many share a place, so a write whose answer got lost is made
 * again, and may count twice. Every method throws `StoreError` when the counts can't be reached.
 */
export interface SmsTraffic {
  read(place: string, at: number): Promise<Traffic>;

  /**
   * Counts an SMS that is about to be sent, if the budget allows it: however many callers there are at once,
   * it never gives more.
   *
   * @param budget none where absent.
   */
  reserve(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation>;

  /** What `reserve` would say, by a call like it; nothing is counted. */
  probe(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation>;

  /** Takes back what `reserve` counted: the SMS was not sent after all. */
  giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void>;

  /**
   * Counts that the code of an SMS signed someone in.
   *
   * @param by -1 to take it back, where it did not after all.
   */
  countConverted(place: string, sentAt: number, by?: 1 | -1): Promise<void>;
}

/** The place that all SMS go to; ISO 3166 has no such code. */
export const ALL_PLACES = '*';
