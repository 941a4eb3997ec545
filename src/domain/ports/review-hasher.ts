import type { PhoneNumber } from '../phone-number.ts';

/**
 * Digests what is kept of a review number, so that the settings hold neither the number nor its code. The same
 * in every container, also while keys are replaced, and useless without the key.
 */
export interface ReviewHasher {
  /** Finds the entry of a number, which is in its canonical form. */
  numberDigest(number: PhoneNumber): string;

  /**
   * Stands for the code of a number until the end of a day. It is bound to both: moved to another number, or to
   * another day, it is worth nothing.
   *
   * @param code any digits at all.
   * @param until the last day, such as `2027-02-24`.
   */
  codeDigest(code: string, number: PhoneNumber, until: string): string;
}
