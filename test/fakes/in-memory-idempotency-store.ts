import type { Clock } from '../../src/domain/ports/clock.ts';
import type {
  Acquisition,
  Claimant,
  IdempotencyStore,
  RoundResult,
  RoundState,
} from '../../src/domain/ports/idempotency-store.ts';

interface Held extends Claimant {
  readonly heldUntil: number;
  readonly result?: RoundResult;
  readonly isProlonged?: true;
}

/** Rounds in a map, kept for sixteen seconds unless told otherwise. */
export class InMemoryIdempotencyStore implements IdempotencyStore {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #rounds = new Map<string, Held>();

  constructor(clock: Clock, holdMs = 16_000) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  async acquire(round: string, claimant: Claimant): Promise<Acquisition> {
    const state = this.#state(round);
    if (state.kind !== 'free') {
      return state;
    }
    const before = this.#held(round);
    const challengeId = before?.challengeId ?? claimant.challengeId;
    const heldUntil = Math.max(this.#clock.now() + this.#holdMs, claimant.busyUntil);
    this.#rounds.set(round, { ...claimant, challengeId, heldUntil });
    return { kind: 'acquired', challengeId };
  }

  async look(round: string): Promise<RoundState> {
    return this.#state(round);
  }

  #state(round: string): RoundState {
    const held = this.#held(round);
    if (held?.result !== undefined) {
      return { kind: 'completed', result: held.result, holder: held.holder };
    }
    return held === undefined || held.busyUntil <= this.#clock.now()
      ? { kind: 'free' }
      : { kind: 'in-progress', busyUntil: held.busyUntil, challengeId: held.challengeId };
  }

  async complete(round: string, holder: string, result: RoundResult): Promise<void> {
    this.#change(round, holder, (held) => ({ ...held, result }));
  }

  async prolong(round: string, holder: string): Promise<boolean> {
    let isProlonged = false;
    this.#change(round, holder, (held) => {
      if (held.result === undefined || held.isProlonged) {
        return held;
      }
      isProlonged = true;
      return { ...held, isProlonged, heldUntil: this.#clock.now() + this.#holdMs };
    });
    return isProlonged;
  }

  async abandon(round: string, holder: string): Promise<void> {
    this.#change(round, holder, (held) => ({ ...held, busyUntil: 0 }));
  }

  async release(round: string, holder: string): Promise<void> {
    this.#change(round, holder, () => undefined);
  }

  #held(round: string): Held | undefined {
    const held = this.#rounds.get(round);
    return held !== undefined && held.heldUntil > this.#clock.now() ? held : undefined;
  }

  #change(round: string, holder: string, change: (held: Held) => Held | undefined): void {
    const held = this.#rounds.get(round);
    if (held?.holder !== holder) {
      return;
    }
    const changed = change(held);
    if (changed === undefined) {
      this.#rounds.delete(round);
    } else {
      this.#rounds.set(round, changed);
    }
  }
}
