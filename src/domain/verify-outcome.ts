import type { StoreError } from './ports/store-error.ts';

/** What an answer is worth. Only `verified` is right, and what repeats it. */
export type VerifyOutcome =
  | {
      readonly kind: 'verified';
      readonly feedback?: 'given' | 'failed';
      /** Whether the number was recorded as the user's own, where that was to be done. */
      readonly phone?: 'confirmed' | 'not-confirmed';
      /** ISO 3166-1 alpha-2 of the number that the code went to. */
      readonly country?: string;
      /** By the code of a review number, which proves no phone. */
      readonly review?: true;
      /** A count or a mark that could not be written: the user is signed in all the same. */
      readonly fault?: unknown;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectionReason;
      /** This failure locked the account. */
      readonly locksAccount?: true;
      /** Failures in a row, where they come near the number that stops the account for good. */
      readonly nearsStop?: number;
      readonly fault?: StoreError;
    }
  /** An earlier call brought the same answer to the same round, and was told the same; counted nowhere. */
  | { readonly kind: 'answer-repeated'; readonly isRight: boolean }
  /** Not compared. Where challenges are kept in a store, it is counted nowhere. */
  | { readonly kind: 'code-expired' }
  /** The round asks for a new code, so its answer is not compared, even if it happens to be right. */
  | { readonly kind: 'resend-requested' };

/** Why an answer was not right. */
export type RejectionReason =
  | 'wrong-code'
  /** Not as many digits as a code has. Where challenges are kept in a store, it costs no try. */
  | 'malformed'
  | 'user-not-found'
  /** No code is out that could match: none was sent, or the user has no usable number. */
  | 'no-code-out'
  | 'already-used'
  /** All tries were used up: not compared, and counted nowhere. */
  | 'attempts-used-up'
  /** Too many wrong answers, in this sign-in or others: not compared. */
  | 'account-locked'
  /** Without the counts or the challenge no answer is right; the code stays good for the next one. */
  | 'store-unavailable'
  | 'foreign-metadata';
