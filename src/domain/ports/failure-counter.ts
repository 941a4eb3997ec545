/** How an account's answers have failed since the last right one. */
export interface Failures {
  readonly count: number;
  /** When the newest one was counted, in epoch milliseconds; 0 when there is none. */
  readonly lastAt: number;
}

/**
 * Counts an account's failed answers in a row, across sign-ins and containers. An account is any
 * text: what is kept of it outlives the call only as a keyed digest.
 */
export interface FailureCounter {
  /** @throws `StoreError` when the counts can't be reached. */
  read(account: string): Promise<Failures>;

  /**
   * Adds one failure if the count still is `expected`: of several callers at once exactly one does.
   *
   * @param at epoch milliseconds of the failure.
   * @param keepUntil when the count may be forgotten, in epoch milliseconds; never when absent.
   * @returns false if the count is another by now; nothing was added.
   * @throws `StoreError` when the counts can't be reached. The failure may have been added.
   */
  add(account: string, expected: number, at: number, keepUntil?: number): Promise<boolean>;

  /**
   * Starts the account's count anew.
   *
   * @throws `StoreError` when the counts can't be reached.
   */
  clear(account: string): Promise<void>;
}
