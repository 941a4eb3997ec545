import { setImmediate } from 'node:timers/promises';
import { NoIdempotencyStore } from '../../../src/adapters/idempotency-store/none.ts';
import type { IdempotencyStore } from '../../../src/domain/ports/idempotency-store.ts';
import { InMemoryIdempotencyStore } from '../../fakes/in-memory-idempotency-store.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import {
  describeIdempotencyStoreContract,
  HOLD_MS,
  type IdempotencyStoreWorld,
} from '../idempotency-store.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

type Changes = (store: IdempotencyStore, clock: ManualClock) => Partial<IdempotencyStore>;

const make =
  (changes: Changes = () => ({}), holdMs = HOLD_MS) =>
  (): IdempotencyStoreWorld => {
    const clock = new ManualClock();
    const sound: IdempotencyStore = new InMemoryIdempotencyStore(clock, holdMs);
    return { stores: [altered(sound, (store) => changes(store, clock))], clock };
  };

export const IDEMPOTENCY_STORES = suitesOf(
  'store of rounds',
  describeIdempotencyStoreContract,
  make(),
  {
    'lets everybody work': [
      'A35: gives a round to one of 20 callers at once',
      () => ({ stores: [new NoIdempotencyStore()], clock: new ManualClock() }),
    ],
    'looks first, and acquires later': [
      'A35: gives a round to one of 20 callers at once',
      make((store) => ({
        acquire: async (round, claimant) => {
          const state = await store.look(round);
          await setImmediate();
          return state.kind === 'free'
            ? { kind: 'acquired', challengeId: claimant.challengeId }
            : state;
        },
      })),
    ],
    'forgets whose challenge it was': [
      'A35: gives a round whose caller never answered to one of 20',
      make((store) => ({
        acquire: async (round, claimant) => {
          const acquired = await store.acquire(round, claimant);
          return acquired.kind === 'acquired'
            ? { kind: 'acquired', challengeId: claimant.challengeId }
            : acquired;
        },
      })),
    ],
    'keeps a round too long': [
      'A35: keeps a round for its time from when it was acquired',
      make(undefined, 2 * HOLD_MS),
    ],
    'frees a round while its caller still works': [
      'keeps a round for as long as its caller works on it',
      make((store, clock) => ({
        acquire: (round, claimant) =>
          store.acquire(round, {
            ...claimant,
            busyUntil: Math.min(claimant.busyUntil, clock.now() + HOLD_MS),
          }),
      })),
    ],
    'lets anybody complete a round': [
      'lets nobody complete, abandon or release what another has',
      make((store) => {
        let holder = '';
        return {
          acquire: async (round, claimant) => {
            const acquired = await store.acquire(round, claimant);
            holder = acquired.kind === 'acquired' ? claimant.holder : holder;
            return acquired;
          },
          complete: (round, _, result) => store.complete(round, holder, result),
        };
      }),
    ],
    'prolongs a round for everybody who asks': [
      'A35: is prolonged once, by one of 20 callers at once',
      make((store) => ({
        prolong: async (...args) => (await store.prolong(...args)) || true,
      })),
    ],
    'prolongs nothing': [
      'A35: is kept for its time anew, and no longer',
      make(() => ({ prolong: async () => true })),
    ],
    'takes back what was completed': [
      'keeps what was completed, whoever abandons the round',
      make((store) => ({ abandon: (round, holder) => store.release(round, holder) })),
    ],
    'begins a released round with the old challenge': [
      'gives a round that was released to the next caller',
      make((store) => ({ release: (round, holder) => store.abandon(round, holder) })),
    ],
  },
);
