import type { Clock } from '../ports/clock.ts';
import type { FailureCounter, Failures } from '../ports/failure-counter.ts';

/** When wrong answers lock an account, across all its sign-ins. Durations are milliseconds. */
export interface LockPolicy {
  /** Failures in a row that lock it. */
  readonly lockAfter: number;
  /** How long the first lock lasts; each further failure doubles it. */
  readonly firstLockMs: number;
  readonly maxLockMs: number;
  /** Failures in a row after which only an operator opens it again: at most 100 (NIST SP 800-63B-4 §3.2.2). */
  readonly maxFailures: number;
}

/** What an account may do now. Times are epoch milliseconds. */
export type Standing =
  | { readonly kind: 'open' }
  | { readonly kind: 'locked'; readonly until: number }
  /** Until an operator clears it. */
  | { readonly kind: 'blocked' };

/** What an account with these failures may do at `now` (epoch milliseconds). */
export function standingOf({ count, lastAt }: Failures, policy: LockPolicy, now: number): Standing {
  if (count >= policy.maxFailures) {
    return { kind: 'blocked' };
  }
  if (count < policy.lockAfter) {
    return { kind: 'open' };
  }
  const lockMs = Math.min(policy.firstLockMs * 2 ** (count - policy.lockAfter), policy.maxLockMs);
  const until = lastAt + lockMs;
  return now < until ? { kind: 'locked', until } : { kind: 'open' };
}

/** Whether an answer may be compared. */
export type Admission =
  /** `locks`: unless the answer is right, the account is locked from now on. */
  { readonly kind: 'admitted'; readonly locks: boolean } | { readonly kind: 'refused' };

/** A count that nobody adds to for a year may be forgotten, unless it blocks the account. */
const KEEP_MS = 365 * 24 * 3_600_000;

/** Bounds how often an account's answers are compared, however many arrive at once. */
export class AnswerGuard {
  readonly #failures: FailureCounter;
  readonly #clock: Clock;
  readonly #policy: LockPolicy;

  constructor(failures: FailureCounter, clock: Clock, policy: LockPolicy) {
    this.#failures = failures;
    this.#clock = clock;
    this.#policy = policy;
  }

  async standing(account: string): Promise<Standing> {
    return standingOf(await this.#failures.read(account), this.#policy, this.#clock.now());
  }

  /** Counts an answer as failed before it is compared: compared first, many could be tried in parallel. */
  async admit(account: string): Promise<Admission> {
    const { lockAfter, maxFailures } = this.#policy;
    const now = this.#clock.now();
    const belowLock = { from: 0, below: lockAfter };
    const count = await this.#failures.add(account, belowLock, now, now + KEEP_MS);
    if (count !== undefined) {
      return { kind: 'admitted', locks: count >= lockAfter };
    }
    const failures = await this.#failures.read(account);
    if (standingOf(failures, this.#policy, now).kind !== 'open') {
      return { kind: 'refused' };
    }
    // The lock has run out: one answer gets through, and locks again unless it is right.
    const unchanged = { from: failures.count, below: failures.count + 1 };
    const keepUntil = failures.count + 1 >= maxFailures ? undefined : now + KEEP_MS;
    const added = await this.#failures.add(account, unchanged, now, keepUntil);
    return added === undefined ? { kind: 'refused' } : { kind: 'admitted', locks: true };
  }

  /** Starts the count anew: the account's owner has signed in. */
  clear(account: string): Promise<void> {
    return this.#failures.clear(account);
  }
}
