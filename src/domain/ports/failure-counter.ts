/** How an account's answers have failed since the last right one. */
export interface Failures {
  readonly count: number;
  /** When the newest one was counted, in epoch milliseconds; 0 when there is none. */
  readonly lastAt: number;
}

/** Counts from `from` up to, and not including, `below`. */
export interface CountRange {
  readonly from: number;
  readonly below: number;
}

/**
 * Counts an account's failed answers in a row, across sign-ins and containers. An account is any
 * text: what is kept of it outlives the call only as a keyed digest.
 */
export interface FailureCounter {
  /** @throws `StoreError` when the counts can't be reached. */
  read(account: string): Promise<Failures>;

  /**
   * Adds one failure if the count is in `range`: however many callers there are at once, none adds to
   * a count outside.
   *
   * @param at epoch milliseconds of the failure.
   * @param keepUntil when the count may be forgotten, in epoch milliseconds; never when absent.
   * @returns the count, this failure included, or `undefined` if nothing was added.
   * @throws `StoreError` when the counts can't be reached. The failure may have been added.
   */
  add(
    account: string,
    range: CountRange,
    at: number,
    keepUntil?: number,
  ): Promise<number | undefined>;

  /**
   * Starts the account's count anew.
   *
   * @throws `StoreError` when the counts can't be reached.
   */
  clear(account: string): Promise<void>;
}
