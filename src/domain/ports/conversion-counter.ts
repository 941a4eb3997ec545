/** What became of the SMS of one stretch of time. */
export interface Conversion {
  readonly sent: number;
  /** Codes among them that signed someone in. */
  readonly converted: number;
}

/**
 * Counts SMS and the sign-ins that came of them, by country and hour: SMS that nobody ever answers are
 * the mark of pumped traffic. Times are epoch milliseconds, those of the SMS.
 */
export interface ConversionCounter {
  /** @throws `StoreError` when the counts can't be reached. */
  read(country: string, sentAt: number): Promise<Conversion>;

  /** @throws `StoreError` when the counts can't be reached. */
  countSent(country: string, sentAt: number): Promise<void>;

  /** @throws `StoreError` when the counts can't be reached. */
  countConverted(country: string, sentAt: number): Promise<void>;
}
