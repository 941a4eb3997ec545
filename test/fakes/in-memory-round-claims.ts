import type { Clock } from '../../src/domain/ports/clock.ts';
import type { Claim, RoundClaims, RoundResult } from '../../src/domain/ports/round-claims.ts';

interface Held {
  readonly holder: string;
  readonly workUntil: number;
  readonly heldUntil: number;
  readonly foreseen?: RoundResult;
  readonly result?: RoundResult;
}

/** Claims in a map, kept for ten seconds. */
export class InMemoryRoundClaims implements RoundClaims {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #rounds = new Map<string, Held>();
  #claims = 0;

  constructor(clock: Clock, holdMs = 10_000) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  async claim(round: string, workUntil: number): Promise<Claim> {
    const held = this.#rounds.get(round);
    if (held === undefined || held.heldUntil <= this.#clock.now()) {
      this.#claims += 1;
      const holder = `holder ${this.#claims}`;
      this.#rounds.set(round, { holder, workUntil, heldUntil: workUntil + this.#holdMs });
      return { kind: 'won', holder };
    }
    if (held.result !== undefined) {
      return { kind: 'settled', result: held.result };
    }
    const { workUntil: until, foreseen } = held;
    return { kind: 'open', workUntil: until, ...(foreseen !== undefined && { foreseen }) };
  }

  async foresee(round: string, foreseen: RoundResult): Promise<void> {
    const held = this.#rounds.get(round);
    if (held !== undefined) {
      this.#rounds.set(round, { ...held, foreseen });
    }
  }

  async settle(round: string, result: RoundResult): Promise<void> {
    const now = this.#clock.now();
    const heldUntil = now + this.#holdMs;
    this.#rounds.set(round, { holder: '', workUntil: now, heldUntil, result });
  }

  async abandon(round: string, holder: string): Promise<void> {
    if (this.#rounds.get(round)?.holder === holder) {
      this.#rounds.delete(round);
    }
  }

  async release(round: string, reference: string): Promise<void> {
    if (this.#rounds.get(round)?.result?.reference === reference) {
      this.#rounds.delete(round);
    }
  }
}
