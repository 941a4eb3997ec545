import type { Meter, RateLimit, Take } from '../abuse/rate-limit.ts';

/** What is counted of one account, over all its sign-ins. */
export interface AccountRecord {
  /** Answers in a row that were compared and were wrong. */
  readonly attemptCount: number;
  /** When the newest of them was counted, in epoch milliseconds; 0 when there is none. */
  readonly lastAttemptAt: number;
  /** How far the limits on its SMS are used. */
  readonly sends: Meter;
}

/** Counts from `from` up to, and not including, `below`. */
export interface CountRange {
  readonly from: number;
  readonly below: number;
}

/** A write that a condition guards. */
export type GuardedWrite =
  /** `record` is how the account stands after it. */
  | { readonly kind: 'done'; readonly record: AccountRecord }
  /** Nothing changed: `record` is why. */
  | { readonly kind: 'refused'; readonly record: AccountRecord };

/**
 * Counts wrong answers and SMS by account, across sign-ins and containers. An account is any text: what
 * is kept of it outlives the call only as a keyed digest. Every write counts once, also where its
 * answer got lost and it had to be made again. Every method throws `StoreError` when the counts can't
 * be reached; what was to be counted may have been.
 */
export interface AccountLedger {
  /** How the account stands; one that nothing is known of has counts of 0. */
  read(account: string): Promise<AccountRecord>;

  /**
   * Counts one wrong answer if the count is in `range`: however many callers there are at once, none adds
   * to a count outside.
   *
   * @param at epoch milliseconds of the answer.
   * @param keepUntil when the count may be forgotten, in epoch milliseconds; never when absent.
   */
  registerAttempt(
    account: string,
    range: CountRange,
    at: number,
    keepUntil: number | undefined,
  ): Promise<GuardedWrite>;

  /**
   * Starts the count of wrong answers anew if it is in `range`; what is known of the SMS stays.
   *
   * @param keepUntil when the account may be forgotten, in epoch milliseconds.
   */
  clearAttempts(account: string, range: CountRange, keepUntil: number): Promise<GuardedWrite>;

  /**
   * Takes one SMS from every limit, or from none: under concurrent callers no limit ever gives more than
   * it allows.
   *
   * @param known how the account was read a moment ago, if it was: saves a read.
   * @param keepUntil when an account without wrong answers may be forgotten, in epoch milliseconds.
   */
  takeSend(
    account: string,
    limits: readonly RateLimit[],
    at: number,
    keepUntil: number,
    known?: AccountRecord,
  ): Promise<Take>;

  /** Forgets the account. */
  forget(account: string): Promise<void>;
}
