import {
  evaluate,
  type RateLimit,
  type Take,
  type Usage,
  windowStart,
} from '../../domain/abuse/rate-limit.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { RateLimiter } from '../../domain/ports/rate-limiter.ts';

interface Window {
  readonly endsAt: number;
  taken: number;
}

/** How many windows are kept before closed ones are thrown out. */
const ROOM = 10_000;

/** Counts in this process alone: for development, and where one container is all there is. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(key: string, limits: readonly RateLimit[]): Promise<Take> {
    const take = evaluate(this.#usage(key, limits));
    if (take.kind === 'allowed') {
      for (const limit of limits) {
        this.#window(key, limit).taken += 1;
      }
    }
    return take;
  }

  async usage(key: string, limits: readonly RateLimit[]): Promise<readonly Usage[]> {
    return this.#usage(key, limits);
  }

  async reset(key: string, limits: readonly RateLimit[]): Promise<void> {
    for (const limit of limits) {
      this.#windows.delete(windowName(key, limit, this.#clock.now()));
    }
  }

  #usage(key: string, limits: readonly RateLimit[]): Usage[] {
    return limits.map((limit) => {
      const { taken, endsAt } = this.#window(key, limit);
      return { limit, taken, windowEnds: endsAt };
    });
  }

  #window(key: string, limit: RateLimit): Window {
    const now = this.#clock.now();
    const name = windowName(key, limit, now);
    const known = this.#windows.get(name);
    if (known !== undefined) {
      return known;
    }
    if (this.#windows.size >= ROOM) {
      this.#forgetClosed(now);
    }
    const opened = { endsAt: windowStart(now, limit) + limit.windowMs, taken: 0 };
    this.#windows.set(name, opened);
    return opened;
  }

  #forgetClosed(now: number): void {
    for (const [name, { endsAt }] of this.#windows) {
      if (endsAt <= now) {
        this.#windows.delete(name);
      }
    }
  }
}

function windowName(key: string, limit: RateLimit, now: number): string {
  return `${limit.windowMs} ${windowStart(now, limit)} ${key}`;
}
