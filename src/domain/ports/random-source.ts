/** Unpredictable numbers. */
export interface RandomSource {
  /** A number from 0 up to, and not including, 1: every one equally likely. */
  next(): number;
}
