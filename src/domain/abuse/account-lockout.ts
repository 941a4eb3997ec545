import type {
  AccountLedger,
  AccountRecord,
  CountRange,
  GuardedWrite,
} from '../ports/account-ledger.ts';
import type { Clock } from '../ports/clock.ts';
import type { Account } from '../recipient.ts';

/** When wrong answers lock an account, across all its sign-ins. Durations are milliseconds. */
export interface LockPolicy {
  /** Failures in a row that lock it. */
  readonly lockAfter: number;
  /** How long the first lock lasts; each further failure doubles it. */
  readonly firstLockMs: number;
  /** The longest lock before the 20th failure in a row: a stranger's guesses soon let the owner in again. */
  readonly earlyMaxLockMs: number;
  /** The longest lock from then on. */
  readonly maxLockMs: number;
  /** Failures in a row after which only an operator opens it again; never when absent. At most 100 (NIST SP 800-63B-4 §3.2.2). */
  readonly maxFailures: number | undefined;
}

/** What an account may do now. Times are epoch milliseconds. */
export type Standing =
  | { readonly kind: 'open' }
  | { readonly kind: 'locked'; readonly until: number }
  /** Until an operator clears it. */
  | { readonly kind: 'blocked' };

/** The failure in a row from which on locks may last as long as any. */
const PERSISTENT = 20;

/** What an account with this record may do at `now` (epoch milliseconds). */
export function standingOf(record: AccountRecord, policy: LockPolicy, now: number): Standing {
  const { attemptCount, lastAttemptAt } = record;
  if (policy.maxFailures !== undefined && attemptCount >= policy.maxFailures) {
    return { kind: 'blocked' };
  }
  if (attemptCount < policy.lockAfter) {
    return { kind: 'open' };
  }
  const until = lastAttemptAt + lockMs(attemptCount, policy);
  return now < until ? { kind: 'locked', until } : { kind: 'open' };
}

function lockMs(attemptCount: number, policy: LockPolicy): number {
  const doubled = policy.firstLockMs * 2 ** (attemptCount - policy.lockAfter);
  const early = attemptCount < PERSISTENT ? policy.earlyMaxLockMs : policy.maxLockMs;
  return Math.min(doubled, early, policy.maxLockMs);
}

/** Whether a wrong answer may be told as one. */
export type Admission =
  | {
      readonly kind: 'admitted';
      /** The account is locked from now on. */
      readonly locks: boolean;
      /** Wrong answers in a row, this one included. */
      readonly attemptCount: number;
      /** Half of the failures are reached that only an operator can undo. */
      readonly nearsStop: boolean;
    }
  /** Not counted: the account is locked. */
  | { readonly kind: 'refused' };

const DAY_MS = 24 * 3_600_000;

/** A count that nobody adds to for so long may be forgotten, unless it blocks the account. */
const KEEP_MS = 365 * DAY_MS;

/** Bounds how many wrong answers an account is told of, however many arrive at once. */
export class AccountLockout {
  readonly #ledger: AccountLedger;
  readonly #clock: Clock;
  readonly #policy: LockPolicy;
  readonly #forgetAfterMs: number;

  /** @param forgetAfterMs how long an account without wrong answers is kept: the longest window of the limits on its SMS. */
  constructor(
    ledger: AccountLedger,
    clock: Clock,
    policy: LockPolicy,
    { forgetAfterMs = DAY_MS }: { readonly forgetAfterMs?: number } = {},
  ) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#policy = policy;
    this.#forgetAfterMs = forgetAfterMs;
  }

  /** What an account with this record may do now. */
  standing(record: AccountRecord): Standing {
    return standingOf(record, this.#policy, this.#clock.now());
  }

  /**
   * Counts a wrong answer, unless the account is locked.
   *
   * @throws StoreError when the counts can't be reached; it may have been counted.
   */
  async registerAttempt({ name, known }: Account): Promise<Admission> {
    const { lockAfter, maxFailures = Number.POSITIVE_INFINITY } = this.#policy;
    const now = this.#clock.now();
    const keepUntil = now + (known ? KEEP_MS : Math.max(DAY_MS, this.#forgetAfterMs));
    const counted = await this.#whileOpen((range) => {
      const blocks = known && range.below >= maxFailures;
      return this.#ledger.registerAttempt(name, range, now, blocks ? undefined : keepUntil);
    });
    if (counted === undefined) {
      return { kind: 'refused' };
    }
    const { attemptCount } = counted;
    return {
      kind: 'admitted',
      locks: known && attemptCount >= lockAfter,
      attemptCount,
      nearsStop: known && attemptCount >= maxFailures / 2,
    };
  }

  /**
   * Starts the count anew for a right answer, unless the account is locked.
   *
   * @returns whether the answer may count.
   * @throws StoreError when the counts can't be reached; they may start anew.
   */
  async clear({ name }: Account): Promise<boolean> {
    const keepUntil = this.#clock.now() + this.#forgetAfterMs;
    const cleared = await this.#whileOpen((range) =>
      this.#ledger.clearAttempts(name, range, keepUntil),
    );
    return cleared !== undefined;
  }

  /** Writes, one at a time once a lock has run out, until it is done or the account is locked: another try means that somebody else's write came first. */
  async #whileOpen(
    write: (range: CountRange) => Promise<GuardedWrite>,
  ): Promise<AccountRecord | undefined> {
    let range: CountRange = { from: 0, below: this.#policy.lockAfter };
    for (;;) {
      const { kind, record } = await write(range);
      if (kind === 'done') {
        return record;
      }
      if (this.standing(record).kind !== 'open') {
        return undefined;
      }
      range = { from: record.attemptCount, below: record.attemptCount + 1 };
    }
  }
}
