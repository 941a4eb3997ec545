import { CHALLENGE_STATUSES } from '../../domain/create-outcome.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type {
  Acquisition,
  Claimant,
  IdempotencyStore,
  RoundResult,
  RoundState,
} from '../../domain/ports/idempotency-store.ts';
import { EXPIRY_ATTRIBUTE, expirySeconds, type Item } from '../lib/dynamodb-item.ts';
import type { DynamoDbTable, Written } from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/** Rounds in DynamoDB, one item each: acquired by a conditional write, completed by another. */
export class DynamoDbIdempotencyStore implements IdempotencyStore {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;
  readonly #clock: Clock;
  readonly #holdMs: number;

  /** @param holdMs how long a round is kept after it was acquired, or prolonged. */
  constructor(table: DynamoDbTable, keys: HmacKeyRing, clock: Clock, holdMs: number) {
    this.#table = table;
    this.#keys = keys;
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  async acquire(round: string, claimant: Claimant): Promise<Acquisition> {
    const now = this.#clock.now();
    const fresh = await this.#acquireFresh(round, claimant, now);
    // Whether a write was made, its item tells even where the answer to the first try got lost.
    if (fresh.item.holder === claimant.holder) {
      return { kind: 'acquired', challengeId: claimant.challengeId };
    }
    const state = stateOf(fresh.item, now);
    if (state.kind !== 'free') {
      return state;
    }
    // Whoever had it never answered: its challenge tells how far it came.
    const { holder = '', challengeId } = fresh.item;
    const taken = await this.#takeOver(round, claimant, String(holder), now);
    if (taken.item.holder === claimant.holder) {
      return { kind: 'acquired', challengeId: String(challengeId) };
    }
    const later = stateOf(taken.item, now);
    // Freed again in this very moment: worth another try.
    return later.kind === 'free'
      ? { kind: 'in-progress', busyUntil: now, challengeId: claimant.challengeId }
      : later;
  }

  async look(round: string): Promise<RoundState> {
    const item = (await this.#table.find(this.#itemKey(round))) ?? {};
    return stateOf(item, this.#clock.now());
  }

  async complete(round: string, holder: string, { status, reference }: RoundResult): Promise<void> {
    await this.#table.update(this.#itemKey(round), {
      update: 'SET #status = :status, #reference = :reference',
      condition: '#holder = :holder',
      values: { holder, status, reference },
    });
  }

  async prolong(round: string, holder: string, caller: string): Promise<boolean> {
    const heldUntil = this.#clock.now() + this.#holdMs;
    const { item } = await this.#table.update(this.#itemKey(round), {
      update: `SET #prolongedBy = :caller, #heldUntil = :heldUntil, #${EXPIRY_ATTRIBUTE} = :expiry`,
      condition:
        '#holder = :holder AND attribute_exists(#status) AND attribute_not_exists(#prolongedBy)',
      values: { holder, caller, heldUntil, expiry: expirySeconds(heldUntil) },
    });
    return item.prolongedBy === caller;
  }

  async abandon(round: string, holder: string): Promise<void> {
    await this.#table.update(this.#itemKey(round), {
      update: 'SET #busyUntil = :over',
      condition: '#holder = :holder',
      values: { holder, over: 0 },
    });
  }

  async release(round: string, holder: string): Promise<void> {
    await this.#table.delete(this.#itemKey(round), {
      condition: '#holder = :holder',
      values: { holder },
    });
  }

  #acquireFresh(round: string, claimant: Claimant, now: number): Promise<Written> {
    const { holder, challengeId, busyUntil } = claimant;
    const heldUntil = this.#heldUntil(claimant, now);
    return this.#table.update(this.#itemKey(round), {
      update: `SET #holder = :holder, #challengeId = :challengeId, #busyUntil = :busyUntil, #heldUntil = :heldUntil, #${EXPIRY_ATTRIBUTE} = :expiry REMOVE #status, #reference, #prolongedBy`,
      condition: 'attribute_not_exists(#heldUntil) OR #heldUntil <= :now',
      values: { holder, challengeId, busyUntil, heldUntil, now, expiry: expirySeconds(heldUntil) },
    });
  }

  #takeOver(round: string, claimant: Claimant, before: string, now: number): Promise<Written> {
    const { holder, busyUntil } = claimant;
    const heldUntil = this.#heldUntil(claimant, now);
    return this.#table.update(this.#itemKey(round), {
      update: `SET #holder = :holder, #busyUntil = :busyUntil, #heldUntil = :heldUntil, #${EXPIRY_ATTRIBUTE} = :expiry`,
      condition: '#holder = :before AND attribute_not_exists(#status)',
      values: { holder, busyUntil, heldUntil, before, expiry: expirySeconds(heldUntil) },
    });
  }

  #heldUntil({ busyUntil }: Claimant, now: number): number {
    return Math.max(now + this.#holdMs, busyUntil);
  }

  #itemKey(round: string): string {
    return roundItemKey(this.#keys, round);
  }
}

/** What a round's item is found by. */
export function roundItemKey(keys: HmacKeyRing, round: string): string {
  return `round#${keys.lookupKey(['round', round])}`;
}

function stateOf(item: Item, now: number): RoundState {
  const { heldUntil = 0, busyUntil = 0, holder, challengeId, reference } = item;
  if (Number(heldUntil) <= now) {
    return { kind: 'free' };
  }
  const status = CHALLENGE_STATUSES.find((known) => known === item.status);
  if (status !== undefined && typeof reference === 'string') {
    return { kind: 'completed', result: { status, reference }, holder: String(holder) };
  }
  return Number(busyUntil) <= now
    ? { kind: 'free' }
    : { kind: 'in-progress', busyUntil: Number(busyUntil), challengeId: String(challengeId) };
}
