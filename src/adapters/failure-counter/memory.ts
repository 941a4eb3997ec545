import type { CountRange, FailureCounter, Failures } from '../../domain/ports/failure-counter.ts';

interface Kept extends Failures {
  readonly keepUntil: number;
}

const NONE: Failures = { count: 0, lastAt: 0 };

/** How many accounts are kept before old ones are forgotten. */
const ROOM = 10_000;

/** Counts in this process alone: for development, and where one container is all there is. */
export class MemoryFailureCounter implements FailureCounter {
  readonly #accounts = new Map<string, Kept>();

  async read(account: string): Promise<Failures> {
    const { count, lastAt } = this.#accounts.get(account) ?? NONE;
    return { count, lastAt };
  }

  async add(
    account: string,
    { from, below }: CountRange,
    at: number,
    keepUntil = Number.POSITIVE_INFINITY,
  ): Promise<number | undefined> {
    const { count } = this.#accounts.get(account) ?? NONE;
    if (count < from || count >= below) {
      return undefined;
    }
    if (this.#accounts.size >= ROOM) {
      this.#forget(at);
    }
    this.#accounts.set(account, { count: count + 1, lastAt: at, keepUntil });
    return count + 1;
  }

  async clear(account: string): Promise<void> {
    this.#accounts.delete(account);
  }

  #forget(now: number): void {
    for (const [account, { keepUntil }] of this.#accounts) {
      if (keepUntil <= now) {
        this.#accounts.delete(account);
      }
    }
  }
}
