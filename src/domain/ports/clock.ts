/** The time of day. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
}
