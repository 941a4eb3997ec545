import type { Challenge } from '../challenge.ts';
import type { SignInScope } from '../sign-in.ts';

/**
 * Keeps a challenge between the rounds of a sign-in. What `save` returns travels through Cognito,
 * out of the client's sight, and finds the challenge again.
 */
export interface ChallengeRepository {
  /** An id that no other challenge has. */
  nextId(): string;

  /** @returns the reference to hand to `find` and `consume`; it holds no readable code and its size is bounded. */
  save(challenge: Challenge, scope: SignInScope): Promise<string>;

  /**
   * The challenge as it was saved, or `undefined` if the reference is foreign, altered or another
   * scope's. Never throws for what the reference holds.
   */
  find(reference: string, scope: SignInScope): Promise<Challenge | undefined>;

  /**
   * Finds the challenge for an answer that is about to be compared with its code, and counts that
   * answer where the technology can: then no more than `max` get it, however many ask at once.
   *
   * @returns `undefined` if `find` would, or if all answers were taken.
   */
  takeAnswer(reference: string, scope: SignInScope, max: number): Promise<Challenge | undefined>;

  /**
   * Marks the challenge as used, when its code was right.
   *
   * @returns false if it was used before: of several callers at once exactly one gets true.
   */
  consume(reference: string, scope: SignInScope): Promise<boolean>;
}
