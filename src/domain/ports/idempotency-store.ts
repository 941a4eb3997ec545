import type { ChallengeStatus } from '../create-outcome.ts';

/** What a round came to: enough to answer another call for it. */
export interface RoundResult {
  readonly status: ChallengeStatus;
  /** Finds the round's challenge. */
  readonly reference: string;
}

/** A caller who wants to work on a round. */
export interface Claimant {
  /** Tells the caller from all others. */
  readonly holder: string;
  /** The id that the caller would give a new challenge. */
  readonly challengeId: string;
  /** By when the caller will have answered, in epoch milliseconds, if it ever does. */
  readonly busyUntil: number;
}

/** Who has a round. */
export type RoundState =
  /** Nobody, or nobody any more. */
  | { readonly kind: 'free' }
  /** Another call works on it, and will have answered by `busyUntil` (epoch milliseconds), if it ever does. */
  | { readonly kind: 'in-progress'; readonly busyUntil: number; readonly challengeId: string }
  /** Another call worked on it. */
  | { readonly kind: 'completed'; readonly result: RoundResult; readonly holder: string };

/** What came of wanting to work on a round. */
export type Acquisition =
  /**
   * The round is the caller's. `challengeId` is its own, or that of a caller before it who never
   * answered: the same for all who work on the round, so that the challenge tells what they did.
   */
  | { readonly kind: 'acquired'; readonly challengeId: string }
  | Exclude<RoundState, { readonly kind: 'free' }>;

/**
 * Lets one of several calls for the same round do its work, and tells the others what came of it. A round
 * is kept for a while after it was acquired, or prolonged. Its key is any text: what is kept of it outlives the call only as
 * a keyed digest. Every method throws `StoreError` when the store can't be reached.
 */
export interface IdempotencyStore {
  /** Acquires the round, unless somebody completed it or still works on it: of several callers at once exactly one does. */
  acquire(round: string, claimant: Claimant): Promise<Acquisition>;

  /** Who has the round; nothing changes. */
  look(round: string): Promise<RoundState>;

  /** Tells all later callers what the round came to; nothing happens where another holder has taken it over. */
  complete(round: string, holder: string, result: RoundResult): Promise<void>;

  /**
   * Keeps a completed round for its time anew, once; nothing happens where it was released, or another holder has it.
   *
   * @returns whether it was the `caller` who did: of several exactly one.
   */
  prolong(round: string, holder: string, caller: string): Promise<boolean>;

  /** Stops working on the round without a result: the next caller goes on with the same challenge, at once. */
  abandon(round: string, holder: string): Promise<void>;

  /** Forgets the round, unless another holder has taken it over: the next caller begins anew. */
  release(round: string, holder: string): Promise<void>;
}
