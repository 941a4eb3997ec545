import { type RateLimit, type Take, takeFrom } from '../../domain/abuse/rate-limit.ts';
import type {
  AccountLedger,
  AccountRecord,
  CountRange,
  GuardedWrite,
} from '../../domain/ports/account-ledger.ts';
import { RecencyMap } from './lib/recency-map.ts';

interface Kept extends AccountRecord {
  /** When the count of wrong answers may be forgotten; infinite for never. */
  readonly attemptsUntil: number;
}

const NOTHING: Kept = { attemptCount: 0, lastAttemptAt: 0, sends: {}, attemptsUntil: 0 };

/** How many accounts are kept before one is forgotten for each that is new. */
const ROOM = 10_000;

/**
 * Counts in this process alone: for where one container is all there is, and until there is a table. Without room
 * for one more it forgets an account: of those without wrong answers the one that was longest left
 * alone, be it the new one; without such, one whose wrong answers may be forgotten some day.
 */
export class MemoryAccountLedger implements AccountLedger {
  /** By how readily they are forgotten; within each, the longest left alone comes first. */
  readonly #unattempted = new RecencyMap<string, Kept>();
  readonly #attempted = new RecencyMap<string, Kept>();
  readonly #stopped = new RecencyMap<string, Kept>();
  readonly #all = [this.#unattempted, this.#attempted, this.#stopped];

  async read(account: string): Promise<AccountRecord> {
    return recordOf(this.#find(account));
  }

  async registerAttempt(
    account: string,
    range: CountRange,
    at: number,
    keepUntil = Number.POSITIVE_INFINITY,
  ): Promise<GuardedWrite> {
    const kept = this.#findAt(account, at);
    const attemptCount = kept.attemptCount + 1;
    return this.#write(account, kept, range, {
      ...kept,
      attemptCount,
      lastAttemptAt: at,
      attemptsUntil: keepUntil,
    });
  }

  async clearAttempts(account: string, range: CountRange): Promise<GuardedWrite> {
    const kept = this.#find(account);
    return this.#write(account, kept, range, { ...NOTHING, sends: kept.sends });
  }

  async takeSend(account: string, limits: readonly RateLimit[], at: number): Promise<Take> {
    const kept = this.#findAt(account, at);
    const take = takeFrom(kept.sends, limits, at);
    if (take.kind === 'allowed') {
      this.#keep(account, { ...kept, sends: take.meter });
    }
    return take;
  }

  async forget(account: string): Promise<void> {
    for (const accounts of this.#all) {
      accounts.delete(account);
    }
  }

  #find(account: string): Kept {
    for (const accounts of this.#all) {
      const kept = accounts.get(account);
      if (kept !== undefined) {
        return kept;
      }
    }
    return NOTHING;
  }

  #findAt(account: string, now: number): Kept {
    const kept = this.#find(account);
    return kept.attemptsUntil <= now ? { ...NOTHING, sends: kept.sends } : kept;
  }

  #write(account: string, before: Kept, { from, below }: CountRange, after: Kept): GuardedWrite {
    if (before.attemptCount < from || before.attemptCount >= below) {
      return { kind: 'refused', record: recordOf(before) };
    }
    this.#keep(account, after);
    return { kind: 'done', record: recordOf(after) };
  }

  #keep(account: string, kept: Kept): void {
    for (const accounts of this.#all) {
      accounts.delete(account);
    }
    this.#placeOf(kept).set(account, kept);
    if (this.#all.reduce((sum, { size }) => sum + size, 0) > ROOM) {
      this.#all.find(({ size }) => size > 0)?.deleteOldest();
    }
  }

  #placeOf({ attemptCount, attemptsUntil }: Kept): RecencyMap<string, Kept> {
    if (attemptCount === 0) {
      return this.#unattempted;
    }
    return attemptsUntil === Number.POSITIVE_INFINITY ? this.#stopped : this.#attempted;
  }
}

function recordOf({ attemptCount, lastAttemptAt, sends }: Kept): AccountRecord {
  return { attemptCount, lastAttemptAt, sends };
}
