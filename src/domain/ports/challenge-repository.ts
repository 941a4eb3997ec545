import type { Challenge } from '../challenge.ts';
import type { Delivery } from '../delivery.ts';
import type { SignInScope } from '../sign-in.ts';

/** What came of writing a challenge down. */
export type Saved =
  /** `challenge` has the version that the next save must know. */
  | { readonly kind: 'saved'; readonly challenge: Challenge }
  /** Somebody else has written since: nothing changed. `current` is how it stands now, if it is there at all. */
  | { readonly kind: 'conflict'; readonly current: Challenge | undefined };

/** How a challenge stands, once it was to be written down so. */
export function standingOf(saved: Saved, written: Challenge): Challenge {
  return saved.kind === 'saved' ? saved.challenge : (saved.current ?? written);
}

/** What came of an answer. */
export type Taken =
  | { readonly kind: 'taken' }
  /** An earlier call brought the same one: nothing changed. */
  | { readonly kind: 'repeated'; readonly isRight: boolean }
  /** All answers that there may be were taken. */
  | { readonly kind: 'exhausted' }
  /** The code has signed someone in. */
  | { readonly kind: 'used' }
  /** Another code is out by now: `current` is how the challenge stands. */
  | { readonly kind: 'replaced'; readonly current: Challenge };

/**
 * Keeps a challenge between the rounds of a sign-in. Its reference travels through Cognito, out of the
 * client's sight, and finds it again. Every method that returns a promise rejects with `StoreError` when
 * the store can't be reached. Every write counts once, also where its answer got lost and it was made again.
 *
 * A repository that keeps challenges in the session alone knows nothing of what other sign-ins did: it never
 * conflicts, takes every answer, and counts by `afterAnswer`.
 */
export interface ChallengeRepository {
  /** An id that no other challenge has: a UUID. */
  nextId(): string;

  /** What finds the challenge again: at most 200 characters, always as many; it holds no readable code. */
  referTo(challenge: Challenge, scope: SignInScope): string;

  /** Whether a reference is of our making, and this scope's. */
  recognises(reference: string, scope: SignInScope): Promise<boolean>;

  /**
   * The challenge as it stands, or `undefined` if the reference is foreign, altered or another
   * scope's, or nothing was saved. Never throws for what the reference holds.
   */
  find(reference: string, scope: SignInScope): Promise<Challenge | undefined>;

  /** Writes the challenge down, if nobody has since its `version`. Failures and answers are not written: answers are taken one by one. */
  save(challenge: Challenge): Promise<Saved>;

  /**
   * Takes an answer that was compared with the challenge's code and was wrong, before anybody is told:
   * then no more than `max` are, however many arrive at once. One that Cognito delivers again is taken once.
   *
   * @param delivery absent where nothing tells whether it is delivered again.
   */
  takeAnswer(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken>;

  /**
   * Marks the challenge as used, when its code was right: of several callers at once one gets `taken`, and
   * none does once `max` wrong answers were taken. Where Cognito delivers the answer again, it is `repeated`.
   *
   * @param delivery as of `takeAnswer`.
   */
  consume(challenge: Challenge, max: number, delivery?: Delivery): Promise<Taken>;

  /** The challenge after an answer that was not right: one failure more, unless `takeAnswer` has counted it. */
  afterAnswer(challenge: Challenge): Challenge;
}
