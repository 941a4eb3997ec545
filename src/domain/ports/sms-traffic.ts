import type { RateLimit } from '../abuse/rate-limit.ts';

/** SMS, and what became of them. */
export interface Conversion {
  readonly sent: number;
  /** Codes among them that signed someone in. */
  readonly converted: number;
}

/** SMS are counted in buckets of so many milliseconds, which UTC's days are made of. */
export const BUCKET_MS = 5 * 60_000;

/** Milliseconds within which people answer, if they do. */
export const ANSWER_TIME_MS = 3 * 60_000;

/** What became of the SMS to one place of late. */
export interface RecentSms {
  /** Sent in the bucket that is under way. */
  readonly latest: number;
  /** Those that may yet be answered: of all buckets but those that ended `ANSWER_TIME_MS` ago or earlier. */
  readonly pending: Conversion;
  /** Those of the last twelve buckets, with the one under way. */
  readonly hour: Conversion;
  /** Those of the last 24 hours of the clock, with the one under way. */
  readonly day: Conversion;
}

/** How the SMS to one place stand. */
export interface Traffic extends RecentSms {
  /** How far the place's budget is used: when it will be as good as unused, in epoch milliseconds. */
  readonly usedUntil: number;
  /** What an operator has stopped of the SMS to the place; `undefined` where they may be sent. */
  readonly stopped: Stop | undefined;
}

/** Those to this place, or all of them, which this place's are among. */
export type Stop = 'place' | 'all';

/** Whether an SMS to a place may be sent. */
export type Reservation =
  /** Counted. `before` is what was counted before this SMS: of several at once, each finds one more. */
  | { readonly kind: 'reserved'; readonly before: RecentSms }
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

  /** Takes back what `reserve` counted: the SMS was not sent after all, or its provider refused it. */
  giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void>;

  /**
   * Counts that the code of an SMS signed someone in, with the SMS of its time.
   *
   * @param by -1 to take it back, where it did not after all.
   */
  countConverted(place: string, sentAt: number, by?: 1 | -1): Promise<void>;

  /**
   * Stops the SMS to a place, until they are resumed: every container reads it with the place's counts.
   *
   * @returns all places that are stopped now.
   */
  stop(place: string): Promise<ReadonlySet<string>>;

  /**
   * Takes a stop of this very place back; others stay.
   *
   * @returns all places that are stopped still.
   */
  resume(place: string): Promise<ReadonlySet<string>>;
}

/** The place that all SMS go to; ISO 3166 has no such code. */
export const ALL_PLACES = '*';
