import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import { createDomain, createRequest, type Domain, lock, seconds } from '../../support/domain.ts';

const budget = { max: 5, windowMs: seconds(3600) };

const stores: readonly [string, (domain: Domain) => void][] = [
  ['an account to be read', ({ ledger }) => ledger.fail('read')],
  ['a country to be read', ({ traffic }) => traffic.fail('read')],
  ['an SMS to be taken from the account', ({ ledger }) => ledger.fail('takeSend')],
  ['an SMS to be taken from the country', ({ traffic }) => traffic.fail('reserve')],
];

const account = { name: 'phone', known: true };

async function decide(domain: Domain) {
  const { sendLimits } = domain;
  return sendLimits.take(await sendLimits.look({ account, country: 'US' }));
}

describe.each(stores)('While the counts can not be reached: %s', (_, takeDown) => {
  function world(onStoreFailure: 'open' | 'closed') {
    const limits = { perNumber: [budget], perCountry: budget, onStoreFailure };
    const domain = createDomain({ limits });
    takeDown(domain);
    return domain;
  }

  it('A32: no SMS is allowed, for half a minute to begin with', async () => {
    expect(await decide(world('closed'))).toEqual({
      kind: 'refused',
      reason: 'limits-unavailable',
      retryAt: createDomain().clock.now() + seconds(30),
      fault: expect.any(StoreError),
    });
  });

  it('A32: every SMS is allowed where that is the choice, and the fault is told', async () => {
    const decision = await decide(world('open'));
    expect(decision).toEqual({ kind: 'allowed', fault: expect.any(StoreError) });
  });
});

describe.each(['open', 'closed'] as const)('Where limits fail %s', (onStoreFailure) => {
  it.each<(domain: Domain) => void>([
    ({ ledger }) => ledger.fail('read', new Error('bug')),
    ({ ledger }) => ledger.fail('takeSend', new Error('bug')),
  ])('lets faults pass that are not the store’s', async (breakIt) => {
    const domain = createDomain({ limits: { perNumber: [budget], onStoreFailure } });
    breakIt(domain);
    await expect(decide(domain)).rejects.toThrow('bug');
  });
});

describe('Where limits fail open, once it was found that nothing is to be sent', () => {
  it.each<[string, (domain: Domain) => unknown, object]>([
    ['an account is locked', lock, { kind: 'withheld', reason: 'account-locked' }],
    [
      'an operator has stopped a country',
      ({ traffic }) => traffic.stop('US'),
      { kind: 'throttled', reason: 'country-stopped', isHidden: true },
    ],
  ])('nothing is, for the same reason, and the fault is told: %s', async (_, prevent, outcome) => {
    const domain = createDomain({ limits: { onStoreFailure: 'open' }, hideUserExistence: true });
    await prevent(domain);
    domain.ledger.fail('takeSend');
    expect(await domain.create.execute(createRequest(domain))).toMatchObject({
      ...outcome,
      status: 'SENT',
      fault: expect.any(StoreError),
    });
    expect(domain.gateway.attempts).toBe(0);
  });
});
