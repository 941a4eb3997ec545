import { type Deadline, wholeMilliseconds } from '../deadline.ts';
import type { RandomSource } from '../ports/random-source.ts';
import type { Timer } from '../ports/timer.ts';

/** A send as an outsider sees it: how long it took, and whether it failed. */
interface ObservedSend {
  readonly tookMs: number;
  readonly failure: ObservedFailure | undefined;
}

/** A failed send as an outsider sees it. */
export interface ObservedFailure {
  /** The SMS may have left all the same. */
  readonly mayHaveLeft: boolean;
}

/** Sends to learn from: enough for their spread, few enough to follow the provider's mood. */
const MEMORY = 256;

/** How many sends the prior counts for: it rules a cold container, and is drowned out after some dozen. */
const PRIOR_WEIGHT = 4;

/** The spread of the prior around its median, as the standard deviation of its logarithm. */
const PRIOR_SIGMA = 0.35;

/** What it works with. */
export interface SendPaceDependencies {
  readonly timer: Timer;
  readonly random: RandomSource;
  /** What half of all sends take at most, in milliseconds, for as long as nothing better is known. */
  readonly priorMedianMs: number;
}

/**
 * Makes a send that does not take place take as long as one that does, so that the time of an answer
 * does not tell whether there is such a user. It learns from the sends of this container.
 */
export class SendPace {
  readonly #deps: SendPaceDependencies;
  readonly #seen: ObservedSend[] = [];

  constructor(dependencies: SendPaceDependencies) {
    this.#deps = dependencies;
  }

  /** Learns from a real send. A failure that speaks of the number alone is not to be given. */
  record(tookMs: number, failure?: ObservedFailure): void {
    this.#seen.push({ tookMs, failure });
    if (this.#seen.length > MEMORY) {
      this.#seen.shift();
    }
  }

  /**
   * Waits as long as a send would take, here and now.
   *
   * @param until when a send would be given up on.
   * @returns how the send would have failed, or `undefined` if it would have gone well.
   */
  async imitate(until: Deadline): Promise<ObservedFailure | undefined> {
    const { timer } = this.#deps;
    const { timeLeft } = until;
    if (timeLeft === 0) {
      return { mayHaveLeft: false };
    }
    // An outage is no matter of chance: the newest send tells whether there is one.
    const failure = this.#seen.at(-1)?.failure;
    const tookMs = this.#draw(failure !== undefined);
    await timer.sleep(Math.min(tookMs, timeLeft));
    return tookMs > timeLeft ? { mayHaveLeft: true } : failure;
  }

  #draw(failed: boolean): number {
    const alike = this.#seen.filter(({ failure }) => (failure !== undefined) === failed);
    const pick = Math.floor(
      this.#deps.random.next() * (alike.length + (failed ? 0 : PRIOR_WEIGHT)),
    );
    return alike[pick]?.tookMs ?? this.#drawPrior();
  }

  /** Log-normal, as the latencies of remote calls are; by the Box-Muller transform. */
  #drawPrior(): number {
    const { random, priorMedianMs } = this.#deps;
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const normal = radius * Math.cos(2 * Math.PI * random.next());
    return wholeMilliseconds(priorMedianMs * Math.exp(PRIOR_SIGMA * normal));
  }
}
