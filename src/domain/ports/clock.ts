/** Tells the time of day, and how time goes by. */
export interface Clock {
  /** Now, in whole epoch milliseconds. Somebody may set it, back or forward. */
  now(): number;

  /**
   * Whole milliseconds since some moment before the first call: it never goes back, and setting the time
   * of day does not move it.
   */
  elapsed(): number;
}
