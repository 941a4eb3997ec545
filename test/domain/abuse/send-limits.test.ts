import { describe, expect, it } from 'vitest';
import type { SendLimitPolicy, SendRequest } from '../../../src/domain/abuse/send-limits.ts';
import { createDomain, type Domain, lock, seconds } from '../../support/domain.ts';

const HOUR = { max: 2, windowMs: seconds(3600) };
const DAY = { max: 2, windowMs: seconds(86_400) };
/** The domain's clock starts at noon. */
const NEXT_HOUR = Date.UTC(2026, 0, 15, 13);
const MIDNIGHT = Date.UTC(2026, 0, 16);

const allowed = { kind: 'allowed' };
const nobody: SendRequest = { account: 'user nobody', country: undefined };

/** Everyone's number is another one, unless told otherwise. */
function guardOf(limits: Partial<SendLimitPolicy>) {
  const domain = createDomain({ limits });
  let last = 0;
  const decide = (wish: Partial<SendRequest> = {}) => {
    last += 1;
    return domain.sendLimits.decide({ account: `phone ${last}`, country: 'US', ...wish });
  };
  return { domain, decide };
}

describe('The limits of SMS', () => {
  it('A36: hold for each number', async () => {
    const { decide } = guardOf({ perNumber: [HOUR] });
    expect(await decide({ account: 'a' })).toEqual(allowed);
    expect(await decide({ account: 'a' })).toEqual(allowed);
    expect(await decide({ account: 'a' })).toEqual({
      kind: 'refused',
      reason: 'number-limit',
      retryAt: NEXT_HOUR,
    });
    expect(await decide({ account: 'b' })).toEqual(allowed);
  });

  it('A36: hold for each country', async () => {
    const { decide } = guardOf({ perCountry: [HOUR] });
    expect(await decide()).toEqual(allowed);
    expect(await decide()).toEqual(allowed);
    expect(await decide()).toEqual({
      kind: 'refused',
      reason: 'country-budget',
      retryAt: NEXT_HOUR,
    });
    expect(await decide({ country: 'SG' })).toEqual(allowed);
  });

  it('A36: hold for all SMS together', async () => {
    const { decide } = guardOf({ overall: [DAY] });
    expect(await decide({ country: 'US' })).toEqual(allowed);
    expect(await decide({ country: 'SG' })).toEqual(allowed);
    expect(await decide({ country: 'FR' })).toEqual({
      kind: 'refused',
      reason: 'overall-budget',
      retryAt: MIDNIGHT,
    });
  });

  it('A36: hold for several windows at once, until the last full one ends', async () => {
    const { domain, decide } = guardOf({ perNumber: [HOUR, { ...DAY, max: 3 }] });
    const again = () => decide({ account: 'a' });
    expect([await again(), await again()]).toEqual([allowed, allowed]);
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: NEXT_HOUR });
    domain.clock.advance(seconds(3600));
    expect(await again()).toEqual(allowed);
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: MIDNIGHT });
  });

  it.each<[string, Partial<SendLimitPolicy>]>([
    ['per number', { perNumber: [HOUR] }],
    ['per country', { perCountry: [HOUR] }],
    ['overall', { overall: [HOUR] }],
  ])('A36: open again when the window ends: %s', async (_, limits) => {
    const { domain, decide } = guardOf(limits);
    const again = () => decide({ account: 'a' });
    await again();
    await again();
    domain.clock.advance(seconds(3600) - 1);
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: NEXT_HOUR });
    domain.clock.advance(1);
    expect(await again()).toEqual(allowed);
  });

  it('A36: never give more than there is to many at once', async () => {
    const { decide } = guardOf({ overall: [HOUR] });
    const decisions = await Promise.all(Array.from({ length: 20 }, () => decide()));
    expect(decisions.filter(({ kind }) => kind === 'allowed')).toHaveLength(2);
  });

  it('spare the budgets what a number was refused', async () => {
    const { decide } = guardOf({ perNumber: [{ ...HOUR, max: 1 }], perCountry: [HOUR] });
    for (let i = 0; i < 5; i++) {
      await decide({ account: 'a' });
    }
    expect(await decide()).toEqual(allowed);
  });
});

describe('Those who are sent nothing', () => {
  const lockedIn = async (domain: Domain): Promise<SendRequest> => {
    await lock(domain, 'locked');
    return { account: 'locked', country: 'US' };
  };

  it.each<[string, Partial<SendLimitPolicy>]>([
    ['per country', { perCountry: [HOUR] }],
    ['overall', { overall: [HOUR] }],
  ])('use up no budget: %s', async (_, limits) => {
    const { domain, decide } = guardOf(limits);
    const locked = await lockedIn(domain);
    for (let i = 0; i < 10; i++) {
      expect(await decide(nobody)).toEqual(allowed);
      expect(await decide(locked)).toEqual({ kind: 'account-locked' });
    }
    expect([await decide(), await decide()]).toEqual([allowed, allowed]);
  });

  it('A24: meet the limit of their own number, whoever they are', async () => {
    const { domain, decide } = guardOf({ perNumber: [HOUR] });
    const refused = { kind: 'refused', reason: 'number-limit', retryAt: NEXT_HOUR };
    for (const wish of [nobody, await lockedIn(domain)]) {
      expect(await decide(wish)).not.toEqual(refused);
      expect(await decide(wish)).not.toEqual(refused);
      expect(await decide(wish)).toEqual(refused);
    }
    expect(await decide({ account: 'user someone-else', country: undefined })).toEqual(allowed);
  });

  it('A24: meet the overall budget that others have used up', async () => {
    const { domain, decide } = guardOf({ overall: [HOUR] });
    const locked = await lockedIn(domain);
    await decide();
    await decide({ country: 'SG' });
    const refused = { kind: 'refused', reason: 'overall-budget', retryAt: NEXT_HOUR };
    expect(await decide()).toEqual(refused);
    expect(await decide(nobody)).toEqual(refused);
    expect(await decide(locked)).toEqual(refused);
  });

  it('A24: meet the budget of the country that was asked for last', async () => {
    const { domain, decide } = guardOf({ perCountry: [HOUR] });
    const locked = await lockedIn(domain);
    await decide();
    await decide();
    const refused = { kind: 'refused', reason: 'country-budget', retryAt: NEXT_HOUR };
    expect(await decide()).toEqual(refused);
    expect(await decide(nobody)).toEqual(refused);
    expect(await decide(nobody)).toEqual(refused);
    expect(await decide(locked)).toEqual(refused);
    await decide({ country: 'SG' });
    expect(await decide(nobody)).toEqual(allowed);
  });

  it('are told so for as long as the account is locked', async () => {
    const { domain, decide } = guardOf({});
    const locked = await lockedIn(domain);
    domain.clock.advance(seconds(900) - 1);
    expect(await decide(locked)).toEqual({ kind: 'account-locked' });
    domain.clock.advance(1);
    expect(await decide(locked)).toEqual(allowed);
  });

  it('A12: are told so for ever when the account is blocked', async () => {
    const { domain, decide } = guardOf({});
    domain.failures.instead('read', async () => ({ count: 100, lastAt: domain.clock.now() }));
    domain.clock.advance(365 * DAY.windowMs);
    expect(await decide()).toEqual({ kind: 'account-locked' });
  });
});
