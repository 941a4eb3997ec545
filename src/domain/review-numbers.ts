/** Numbers that sign in by a code of their own, without an SMS: for reviewers of app stores, and for tests of a staging system. */
import type { PhoneNumber } from './phone-number.ts';
import type { Clock } from './ports/clock.ts';
import type { ReviewHasher } from './ports/review-hasher.ts';

/** One such number, by digests of it and of its code. */
export interface ReviewNumber {
  /** @see ReviewHasher.numberDigest */
  readonly number: string;
  /** @see ReviewHasher.codeDigest */
  readonly code: string;
  /** The last day on which the code is good, in UTC, such as `2027-02-24`. */
  readonly until: string;
  /** When that day is over, in epoch milliseconds. */
  readonly endsAt: number;
  /** Codes that a day refills. */
  readonly perDay: number;
}

/** Digits of such a code at least: unlike one by SMS it stays the same, for whoever guesses. */
export const REVIEW_CODE_DIGITS = 8;

/** Whether an entry has not come to its end. */
export function isOpen({ endsAt }: ReviewNumber, now: number): boolean {
  return now < endsAt;
}

/** Knows the review numbers, and what their answers are compared by. */
export class ReviewNumbers {
  readonly #byNumber: ReadonlyMap<string, ReviewNumber>;
  readonly #hasher: ReviewHasher;
  readonly #clock: Clock;

  constructor(entries: readonly ReviewNumber[], hasher: ReviewHasher, clock: Clock) {
    this.#byNumber = new Map(entries.map((entry) => [entry.number, entry]));
    this.#hasher = hasher;
    this.#clock = clock;
  }

  /** The entry of a number in its canonical form; none once its end is past, from when on the number is like any other. */
  of(number: PhoneNumber): ReviewNumber | undefined {
    if (this.#byNumber.size === 0) {
      return undefined;
    }
    const entry = this.#byNumber.get(this.#hasher.numberDigest(number));
    return entry !== undefined && isOpen(entry, this.#clock.now()) ? entry : undefined;
  }

  /** What stands for an answer to the challenge of a review number, as the entry's `code` does for the right one. */
  digestOf(answer: string, number: PhoneNumber, { until }: ReviewNumber): string {
    return this.#hasher.codeDigest(answer, number, until);
  }

  /** Whether an answer is as long as the code of one can be, whoever gives it. */
  mayBeCode(answer: string): boolean {
    return this.#byNumber.size > 0 && answer.length >= REVIEW_CODE_DIGITS;
  }
}
