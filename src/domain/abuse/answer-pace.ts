import type { Deadline } from '../deadline.ts';
import type { Timer } from '../ports/timer.ts';

/** Sends of a container before the share of slow ones says something. */
const ENOUGH_SENDS = 50;

/** The share of sends that may overrun their step before the operator should hear of it. */
const TOLERABLE_SHARE = 0.02;

/** Into how many parts the grid divides a step: what happens before a send must not show either. */
const PARTS = 10;

/** How a round with a send, or one that looks so, keeps the pace. */
export interface SendPace {
  /** Milliseconds after the invocation's start at which its answer is due. */
  readonly dueAt: number;
  /** It took longer than that, which tells that there was one. */
  readonly overran?: true;
  /** Too many of this container's sends do: told once. */
  readonly tooMany?: true;
}

/**
 * Gives every send a step of time, whether it takes place or not, and lets answers leave on a grid of its tenths
 * that begins with the invocation, the cold start included: so the time of an answer does not tell
 * whether an SMS was sent, unless the send overran its step.
 */
export class AnswerPace {
  readonly #timer: Timer;
  readonly #stepMs: number;
  #sends = 0;
  #overruns = 0;
  #told = false;

  /** @param stepMs milliseconds that a send is given; 0 where answers leave at once. */
  constructor(timer: Timer, stepMs: number) {
    this.#timer = timer;
    this.#stepMs = stepMs;
  }

  /** To be asked where a send begins, or would: when the answer is due, whether there is one or not. */
  begin({ timeSpent }: Deadline): SendPace {
    return { dueAt: this.#onGrid(timeSpent + this.#stepMs) };
  }

  /** Notes a send that has just ended. */
  note(pace: SendPace, { timeSpent }: Deadline): SendPace {
    if (this.#stepMs === 0) {
      return pace;
    }
    const overran = timeSpent > pace.dueAt;
    this.#sends += 1;
    this.#overruns += overran ? 1 : 0;
    const tooMany =
      !this.#told && this.#sends >= ENOUGH_SENDS && this.#overruns > TOLERABLE_SHARE * this.#sends;
    this.#told ||= tooMany;
    return { ...pace, ...(overran && { overran }), ...(tooMany && { tooMany }) };
  }

  /** Waits until the answer is due, or its next place on the grid where that has passed, or the deadline if that comes first. */
  async keep(deadline: Deadline, { dueAt = 0 }: Partial<SendPace> = {}): Promise<void> {
    if (this.#stepMs > 0) {
      const { timeSpent, timeLeft } = deadline;
      const leavesAt = Math.max(dueAt, this.#onGrid(timeSpent));
      await this.#timer.sleep(Math.min(leavesAt - timeSpent, timeLeft));
    }
  }

  #onGrid(timeSpent: number): number {
    const partMs = this.#stepMs / PARTS;
    return partMs === 0 ? 0 : Math.ceil(timeSpent / partMs) * partMs;
  }
}
