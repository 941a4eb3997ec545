import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import { createDomain, type Domain, seconds } from '../../support/domain.ts';

const budget = [{ max: 5, windowMs: seconds(3600) }];

const stores: readonly [string, (domain: Domain) => void][] = [
  ['failures', ({ failures }) => failures.fail('read')],
  ['takes', ({ limiter }) => limiter.fail('take')],
  ['usage', ({ limiter }) => limiter.fail('usage')],
  ['conversions', ({ conversions }) => conversions.fail('read')],
];

describe.each(stores)('While the counts can not be reached: %s', (_, takeDown) => {
  function decide(onStoreFailure: 'open' | 'closed') {
    const domain = createDomain({ limits: { perCountry: budget, onStoreFailure } });
    takeDown(domain);
    // Of a user whom no budget is used up for, so that every count is asked for.
    return domain.sendLimits.decide({ account: 'user nobody', country: undefined });
  }

  it('A32: no SMS is allowed, for half a minute to begin with', async () => {
    expect(await decide('closed')).toEqual({
      kind: 'refused',
      reason: 'limits-unavailable',
      retryAt: createDomain().clock.now() + seconds(30),
      fault: expect.any(StoreError),
    });
  });

  it('A32: every SMS is allowed where that is the choice, and the fault is told', async () => {
    expect(await decide('open')).toEqual({ kind: 'allowed', fault: expect.any(StoreError) });
  });
});

describe.each(['open', 'closed'] as const)('Where limits fail %s', (onStoreFailure) => {
  it('lets faults pass that are not the store’s', async () => {
    const domain = createDomain({ limits: { onStoreFailure } });
    domain.limiter.fail('take', new Error('bug'));
    const decision = domain.sendLimits.decide({ account: 'phone', country: 'US' });
    await expect(decision).rejects.toThrow('bug');
  });
});
