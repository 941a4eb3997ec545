/** Durations and deadlines: the one place that makes them, in whole milliseconds. */
import type { Clock } from './ports/clock.ts';

/** The longest that a timer of Node.js waits: with anything above it waits 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A duration as every timer takes it: whole milliseconds from 0 to 2^31 - 1. A fraction is cut off;
 * a negative value, or one that is no number, becomes 0.
 */
export function wholeMilliseconds(duration: number): number {
  return duration > 0 ? Math.floor(Math.min(duration, LONGEST_MS)) : 0;
}

/**
 * The moment by which something must be done. It goes by the time that has passed, not by the time of
 * day: setting the clock back gives nobody more time, and setting it forward takes none away.
 */
export class Deadline {
  readonly #clock: Clock;
  /** By `Clock.elapsed`. */
  readonly #at: number;
  /** By `Clock.elapsed`. */
  readonly #begunAt: number;

  private constructor(clock: Clock, at: number, begunAt: number) {
    this.#clock = clock;
    this.#at = at;
    this.#begunAt = begunAt;
  }

  /**
   * @param milliseconds from now on; none if negative.
   * @param spentMs milliseconds that whatever must be done by then has taken already.
   */
  static in(clock: Clock, milliseconds: number, spentMs = 0): Deadline {
    const now = clock.elapsed();
    return new Deadline(clock, now + wholeMilliseconds(milliseconds), now - spentMs);
  }

  /** Whole milliseconds since the work began that must be done by then. */
  get timeSpent(): number {
    return wholeMilliseconds(this.#clock.elapsed() - this.#begunAt);
  }

  /** Whole milliseconds that are left; 0 once it has passed. */
  get timeLeft(): number {
    return wholeMilliseconds(this.#at - this.#clock.elapsed());
  }

  get passed(): boolean {
    return this.timeLeft === 0;
  }

  /** The same moment as a time of day in epoch milliseconds, for those who keep another clock. */
  get time(): number {
    return this.#clock.now() + this.timeLeft;
  }

  /** The earlier of this moment and that many milliseconds from now. */
  within(milliseconds: number): Deadline {
    const { timeLeft } = this;
    return milliseconds < timeLeft ? this.#in(milliseconds) : this;
  }

  /** That many milliseconds earlier, but no earlier than now. */
  before(milliseconds: number): Deadline {
    return this.#in(this.timeLeft - milliseconds);
  }

  #in(milliseconds: number): Deadline {
    return Deadline.in(this.#clock, milliseconds, this.timeSpent);
  }
}
