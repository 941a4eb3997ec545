import type { ChallengeStatus } from '../create-outcome.ts';

/** What a round came to: enough to answer a second call for it. */
export interface RoundResult {
  readonly status: ChallengeStatus;
  /** Finds the round's challenge. */
  readonly reference: string;
}

/** Who has a round. */
export type Claim =
  /** The round is the caller's to work on; `holder` is the caller's name in it. */
  | { readonly kind: 'won'; readonly holder: string }
  /** Another call works on it, and will have answered by `workUntil` (epoch milliseconds), if it ever does. */
  | { readonly kind: 'open'; readonly workUntil: number; readonly foreseen?: RoundResult }
  /** Another call worked on it. */
  | { readonly kind: 'settled'; readonly result: RoundResult };

/**
 * Lets one of several calls for the same round do its work. A claim is kept for a while after it was
 * settled, or after it should have been. A round is any text: what is kept of it outlives the call
 * only as a keyed digest.
 */
export interface RoundClaims {
  /**
   * Claims the round, or tells who has it: of several callers at once exactly one wins.
   *
   * @param workUntil epoch milliseconds by which this caller will have answered.
   * @throws `StoreError` when the claims can't be reached.
   */
  claim(round: string, workUntil: number): Promise<Claim>;

  /**
   * Leaves word of what the round came to should its holder never settle it.
   *
   * @throws `StoreError` when the claims can't be reached.
   */
  foresee(round: string, result: RoundResult): Promise<void>;

  /**
   * Tells all later callers what the round came to.
   *
   * @throws `StoreError` when the claims can't be reached.
   */
  settle(round: string, result: RoundResult): Promise<void>;

  /**
   * Gives back a claim that its holder has nothing to show for; one that was settled stays.
   *
   * @throws `StoreError` when the claims can't be reached.
   */
  abandon(round: string, holder: string): Promise<void>;

  /**
   * Frees a round that was settled with this reference; one that was claimed anew stays claimed.
   *
   * @throws `StoreError` when the claims can't be reached.
   */
  release(round: string, reference: string): Promise<void>;
}
