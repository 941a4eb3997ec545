import { describe, expect, it } from 'vitest';
import type { SendLimitPolicy } from '../../../src/domain/abuse/send-limits.ts';
import { ALL_PLACES } from '../../../src/domain/ports/sms-traffic.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import {
  ACCOUNT,
  createDomain,
  createRequest,
  type Domain,
  lock,
  seconds,
} from '../../support/domain.ts';

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
    expect(decision).toMatchObject({ kind: 'allowed', fault: expect.any(StoreError) });
  });
});

describe.each(['open', 'closed'] as const)('Where limits fail %s', (onStoreFailure) => {
  it.each<(domain: Domain) => void>([
    ({ ledger }) => ledger.fail('read', new Error('bug')),
    ({ ledger }) => ledger.fail('takeSend', new Error('bug')),
    ({ ledger, traffic }) => {
      ledger.fail('takeSend');
      traffic.fail('reserve', new Error('bug'));
    },
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

describe('Where limits fail open, and one of two reads fails', () => {
  /** What the other one tells. */
  async function decideBeside(
    failing: 'ledger' | 'traffic',
    prevent: (domain: Domain) => unknown,
    limits: Partial<SendLimitPolicy> = {},
  ) {
    const domain = createDomain({ limits: { onStoreFailure: 'open', ...limits } });
    await prevent(domain);
    if (failing === 'ledger') {
      domain.ledger.fail('read');
    } else {
      domain.traffic.fail('read');
    }
    return decide(domain);
  }

  const now = createDomain().clock.now();
  const fault = expect.any(StoreError);

  it.each([
    [ALL_PLACES, 'sending-stopped'],
    ['US', 'country-stopped'],
  ])('an operator’s stop still holds: %s', async (place, reason) => {
    expect(await decideBeside('ledger', ({ traffic }) => traffic.stop(place))).toEqual({
      kind: 'refused',
      reason,
      retryAt: now + seconds(60),
      fault,
    });
  });

  it('a country’s budget that is used up still holds', async () => {
    const perCountry = { max: 1, windowMs: seconds(3600) };
    const decision = await decideBeside(
      'ledger',
      ({ traffic }) => traffic.reserve('US', perCountry, now),
      { perCountry },
    );
    expect(decision).toEqual({
      kind: 'refused',
      reason: 'country-budget',
      retryAt: now + seconds(3600),
      fault,
    });
  });

  it('a limit of the number that is used up still holds', async () => {
    const perNumber = [{ max: 1, windowMs: seconds(3600) }];
    const decision = await decideBeside('traffic', decide, { perNumber });
    expect(decision).toMatchObject({ kind: 'refused', reason: 'number-limit', fault });
  });

  it('a locked account is still sent nothing', async () => {
    expect(await decideBeside('traffic', (domain) => lock(domain, account))).toEqual({
      kind: 'account-locked',
      fault,
    });
  });
});

describe('Where limits fail open, and one of the counts of an SMS fails', () => {
  const hour = (max: number) => ({ max, windowMs: seconds(3600) });

  it('A36: a budget of all SMS that is used up still holds', async () => {
    const domain = createDomain({ limits: { overall: hour(1), onStoreFailure: 'open' } });
    domain.ledger.fail('takeSend');
    await domain.create.execute(createRequest(domain));
    expect(await domain.create.execute(createRequest(domain))).toMatchObject({
      kind: 'throttled',
      reason: 'overall-budget',
      fault: expect.any(StoreError),
    });
    expect(domain.gateway.attempts).toBe(1);
  });

  it('A36: a country’s budget that is used up meanwhile still holds', async () => {
    const perCountry = hour(1);
    const domain = createDomain({ limits: { perCountry, onStoreFailure: 'open' } });
    domain.ledger.fail('takeSend');
    domain.challenges.before('save', async () => {
      await domain.traffic.reserve('US', perCountry, domain.clock.now());
    });
    const outcome = await domain.create.execute(createRequest(domain));
    expect(outcome).toMatchObject({ kind: 'throttled', reason: 'country-budget' });
    expect((await domain.traffic.read('US', domain.clock.now())).hour.sent).toBe(1);
  });

  it('A36: a limit of the number that is used up meanwhile still holds', async () => {
    const domain = createDomain({ limits: { perNumber: [hour(1)], onStoreFailure: 'open' } });
    domain.traffic.fail('reserve');
    domain.challenges.before('save', async () => {
      await domain.ledger.takeSend(ACCOUNT.name, [hour(1)], domain.clock.now());
    });
    const outcome = await domain.create.execute(createRequest(domain));
    expect(outcome).toMatchObject({ kind: 'throttled', reason: 'number-limit' });
  });

  it('an SMS that is sent counts wherever it can be counted', async () => {
    const limits = { perCountry: hour(9), overall: hour(9), onStoreFailure: 'open' } as const;
    const domain = createDomain({ limits });
    domain.ledger.fail('takeSend');
    await domain.create.execute(createRequest(domain));
    for (const place of ['US', ALL_PLACES]) {
      expect((await domain.traffic.read(place, domain.clock.now())).hour.sent).toBe(1);
    }
  });

  it('an SMS that its provider refuses is taken back where it was counted, and nowhere else', async () => {
    const limits = { perCountry: hour(9), overall: hour(9), onStoreFailure: 'open' } as const;
    const domain = createDomain({ limits });
    await domain.create.execute(createRequest(domain));
    domain.gateway.failByRefusing('throttled');
    domain.traffic.before('reserve', async (place) => {
      if (place === 'US') {
        throw new StoreError('timed-out', new Error('slow'));
      }
    });
    await domain.create.execute(createRequest(domain));
    for (const place of ['US', ALL_PLACES]) {
      expect((await domain.traffic.read(place, domain.clock.now())).hour.sent).toBe(1);
    }
  });
});

describe('Where limits fail closed', () => {
  it('A24: a locked account is told what others are, where its SMS can’t be counted', async () => {
    const domain = createDomain({ hideUserExistence: true });
    await lock(domain);
    domain.ledger.fail('takeSend');
    expect(await domain.create.execute(createRequest(domain))).toMatchObject({
      kind: 'throttled',
      reason: 'limits-unavailable',
      status: 'THROTTLED',
    });
  });
});

describe('Where limits fail closed, and one of two reads fails', () => {
  it('A24: a country’s stop is told as what strangers are told', async () => {
    const domain = createDomain({ hideUserExistence: true });
    await domain.traffic.stop('US');
    domain.ledger.fail('read');
    expect(await decide(domain)).toMatchObject({ reason: 'limits-unavailable' });
  });

  it('a stop of all SMS is told as such', async () => {
    const domain = createDomain();
    await domain.traffic.stop(ALL_PLACES);
    domain.ledger.fail('read');
    expect(await decide(domain)).toMatchObject({ reason: 'sending-stopped' });
  });

  it('lets a fault pass that is not the store’s, whichever read meets it', async () => {
    const domain = createDomain();
    domain.ledger.fail('read');
    domain.traffic.fail('read', new Error('bug'));
    await expect(decide(domain)).rejects.toThrow('bug');
  });
});
