import { randomUUID } from 'node:crypto';
import { CHALLENGE_STATUSES } from '../../domain/create-outcome.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Claim, RoundClaims, RoundResult } from '../../domain/ports/round-claims.ts';
import {
  type DynamoDbTable,
  EXPIRY_ATTRIBUTE,
  expirySeconds,
  type Item,
} from '../lib/dynamodb-table.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/** Claims in DynamoDB: a conditional write for the winner, and a read besides for all others. */
export class DynamoDbRoundClaims implements RoundClaims {
  readonly #table: DynamoDbTable;
  readonly #keys: HmacKeyRing;
  readonly #clock: Clock;
  readonly #holdMs: number;

  /** @param holdMs how long a claim is kept after it was settled, or should have been. */
  constructor(table: DynamoDbTable, keys: HmacKeyRing, clock: Clock, holdMs: number) {
    this.#table = table;
    this.#keys = keys;
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  async claim(round: string, workUntil: number): Promise<Claim> {
    const key = this.#itemKey(round);
    const now = this.#clock.now();
    const heldUntil = workUntil + this.#holdMs;
    // Tells our own claim from another's where the answer to the first try got lost.
    const holder = randomUUID();
    const won = await this.#table.update(key, {
      update: `SET #holder = :holder, #workUntil = :workUntil, #heldUntil = :heldUntil, #${EXPIRY_ATTRIBUTE} = :expiry REMOVE #outcome, #reference, #settled`,
      condition: 'attribute_not_exists(#heldUntil) OR #heldUntil <= :now',
      values: { holder, workUntil, heldUntil, now, expiry: expirySeconds(heldUntil) },
    });
    const item = won ?? (await this.#table.find(key)) ?? {};
    if (item.holder === holder) {
      return { kind: 'won', holder };
    }
    const result = resultOf(item);
    if (result !== undefined && item.settled === 1) {
      return { kind: 'settled', result };
    }
    return {
      kind: 'open',
      // No item: it was freed a moment ago, so another try is worth it.
      workUntil: Number(item.workUntil ?? now + this.#holdMs),
      ...(result !== undefined && { foreseen: result }),
    };
  }

  async foresee(round: string, { status, reference }: RoundResult): Promise<void> {
    await this.#table.update(this.#itemKey(round), {
      update: 'SET #outcome = :outcome, #reference = :reference',
      values: { outcome: status, reference },
    });
  }

  async settle(round: string, { status, reference }: RoundResult): Promise<void> {
    const heldUntil = this.#clock.now() + this.#holdMs;
    await this.#table.update(this.#itemKey(round), {
      update: `SET #outcome = :outcome, #reference = :reference, #settled = :settled, #heldUntil = :heldUntil, #${EXPIRY_ATTRIBUTE} = :expiry`,
      values: {
        outcome: status,
        reference,
        settled: 1,
        heldUntil,
        expiry: expirySeconds(heldUntil),
      },
    });
  }

  async abandon(round: string, holder: string): Promise<void> {
    await this.#table.delete(this.#itemKey(round), {
      condition: '#holder = :holder AND attribute_not_exists(#settled)',
      values: { holder },
    });
  }

  async release(round: string, reference: string): Promise<void> {
    await this.#table.delete(this.#itemKey(round), {
      condition: '#reference = :reference AND #settled = :settled',
      values: { reference, settled: 1 },
    });
  }

  #itemKey(round: string): string {
    return `round#${this.#keys.lookupKey(['round', round])}`;
  }
}

function resultOf({ outcome, reference }: Item): RoundResult | undefined {
  const status = CHALLENGE_STATUSES.find((known) => known === outcome);
  return status === undefined || typeof reference !== 'string' ? undefined : { status, reference };
}
