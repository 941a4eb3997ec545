import { describe, expect, it } from 'vitest';
import { NoIdempotencyStore } from '../../../src/adapters/idempotency-store/none.ts';

describe('NoIdempotencyStore', () => {
  it('lets every call work, whatever the others of its round did', async () => {
    const store = new NoIdempotencyStore();
    const claimant = (holder: string) => ({ holder, challengeId: holder, busyUntil: 1 });
    expect(await store.acquire('round', claimant('a'))).toEqual({
      kind: 'acquired',
      challengeId: 'a',
    });
    await store.complete();
    await store.abandon();
    await store.release();
    expect(await store.look()).toEqual({ kind: 'free' });
    expect(await store.acquire('round', claimant('b'))).toMatchObject({ challengeId: 'b' });
  });
});
