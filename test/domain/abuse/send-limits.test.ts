import { describe, expect, it } from 'vitest';
import {
  forgetAfterMs,
  type SendLimitPolicy,
  type SendSubject,
} from '../../../src/domain/abuse/send-limits.ts';
import type { Account } from '../../../src/domain/recipient.ts';
import { createDomain, type Domain, lock, seconds } from '../../support/domain.ts';

/** Two at once, then one every half hour. */
const HOUR = { max: 2, windowMs: seconds(3600) };
/** The domain's clock starts at noon. */
const NOON = Date.UTC(2026, 0, 15, 12);
const NEXT = NOON + seconds(1800);

const allowed = { kind: 'allowed' };
const nobody: SendSubject = { account: { name: 'user nobody', known: false }, country: undefined };

/** Everyone's number is another one, unless told otherwise. */
function guardOf(limits: Partial<SendLimitPolicy>) {
  const domain = createDomain({ limits });
  let last = 0;
  const decide = async (wish: Partial<SendSubject> = {}) => {
    last += 1;
    const account = numberOf(`phone ${last}`);
    return domain.sendLimits.take(
      await domain.sendLimits.look({ account, country: 'US', ...wish }),
    );
  };
  return { domain, decide };
}

function numberOf(name: string): Account {
  return { name, known: true };
}

describe('The limits of SMS', () => {
  it('A36: hold for each number', async () => {
    const { decide } = guardOf({ perNumber: [HOUR] });
    expect(await decide({ account: numberOf('a') })).toEqual(allowed);
    expect(await decide({ account: numberOf('a') })).toEqual(allowed);
    expect(await decide({ account: numberOf('a') })).toEqual({
      kind: 'refused',
      reason: 'number-limit',
      retryAt: NEXT,
    });
    expect(await decide({ account: numberOf('b') })).toEqual(allowed);
  });

  it('A36: hold for each country', async () => {
    const { decide } = guardOf({ perCountry: HOUR });
    expect(await decide()).toEqual(allowed);
    expect(await decide()).toEqual(allowed);
    expect(await decide()).toEqual({
      kind: 'refused',
      reason: 'country-budget',
      retryAt: NEXT,
    });
    expect(await decide({ country: 'SG' })).toEqual(allowed);
  });

  it('A36: hold for all SMS together', async () => {
    const { decide } = guardOf({ overall: HOUR });
    expect(await decide({ country: 'US' })).toEqual(allowed);
    expect(await decide({ country: 'SG' })).toEqual(allowed);
    expect(await decide({ country: 'FR' })).toEqual({
      kind: 'refused',
      reason: 'overall-budget',
      retryAt: NEXT,
    });
  });

  it('A36: hold for several windows at once, until the last one has refilled', async () => {
    const DAY = { max: 3, windowMs: seconds(86_400) };
    const { domain, decide } = guardOf({ perNumber: [HOUR, DAY] });
    const again = () => decide({ account: numberOf('a') });
    expect([await again(), await again()]).toEqual([allowed, allowed]);
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: NEXT });
    domain.clock.advance(seconds(1800));
    expect(await again()).toEqual(allowed);
    // One every eight hours, three of which were sent: the next comes eight hours after the first.
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: NOON + seconds(8 * 3600) });
  });

  it.each<[string, Partial<SendLimitPolicy>]>([
    ['per number', { perNumber: [HOUR] }],
    ['per country', { perCountry: HOUR }],
    ['overall', { overall: HOUR }],
  ])('A36: refill, one after the other: %s', async (_, limits) => {
    const { domain, decide } = guardOf(limits);
    const again = () => decide({ account: numberOf('a') });
    await again();
    await again();
    domain.clock.advance(seconds(1800) - 1);
    expect(await again()).toMatchObject({ kind: 'refused', retryAt: NEXT });
    domain.clock.advance(1);
    expect(await again()).toEqual(allowed);
    expect((await again()).kind).toBe('refused');
  });

  it('A36: never give more than there is to many at once', async () => {
    const { decide } = guardOf({ overall: HOUR });
    const decisions = await Promise.all(Array.from({ length: 20 }, () => decide()));
    expect(decisions.filter(({ kind }) => kind === 'allowed')).toHaveLength(2);
  });

  it('are foreseen before anything is counted', async () => {
    const { domain, decide } = guardOf({ perNumber: [HOUR] });
    const account = numberOf('a');
    const foresee = async () =>
      domain.sendLimits.foresee(await domain.sendLimits.look({ account, country: 'US' }));
    await decide({ account });
    expect([await foresee(), await foresee()]).toEqual([allowed, allowed]);
    await decide({ account });
    expect(await foresee()).toEqual({ kind: 'refused', reason: 'number-limit', retryAt: NEXT });
  });

  it('keep what is counted of a number until every window has refilled', async () => {
    const { domain, decide } = guardOf({ perNumber: [{ max: 2, windowMs: seconds(172_800) }] });
    const kept: unknown[] = [];
    domain.ledger.before('takeSend', (...[, , , keepUntil]: readonly unknown[]) => {
      kept.push(keepUntil);
    });
    await decide();
    expect(kept).toEqual([NOON + seconds(172_800)]);
  });

  it('spare the budgets what a number was refused', async () => {
    const { decide } = guardOf({ perNumber: [{ ...HOUR, max: 1 }], perCountry: HOUR });
    for (let i = 0; i < 5; i++) {
      await decide({ account: numberOf('a') });
    }
    expect(await decide()).toEqual(allowed);
  });
});

describe('Those who are sent nothing', () => {
  const lockedIn = async (domain: Domain): Promise<SendSubject> => {
    await lock(domain, numberOf('locked'));
    return { account: numberOf('locked'), country: 'US' };
  };

  it.each<[string, Partial<SendLimitPolicy>]>([
    ['per country', { perCountry: HOUR }],
    ['overall', { overall: HOUR }],
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
    const refused = { kind: 'refused', reason: 'number-limit', retryAt: NEXT };
    for (const wish of [nobody, await lockedIn(domain)]) {
      expect(await decide(wish)).not.toEqual(refused);
      expect(await decide(wish)).not.toEqual(refused);
      expect(await decide(wish)).toEqual(refused);
    }
    expect(await decide({ ...nobody, account: { name: 'user else', known: false } })).toEqual(
      allowed,
    );
  });

  it('A24: meet the overall budget that others have used up', async () => {
    const { domain, decide } = guardOf({ overall: HOUR });
    const locked = await lockedIn(domain);
    await decide();
    await decide({ country: 'SG' });
    const refused = { kind: 'refused', reason: 'overall-budget', retryAt: NEXT };
    expect(await decide()).toEqual(refused);
    expect(await decide(nobody)).toEqual(refused);
    expect(await decide(locked)).toEqual(refused);
  });

  it('A24: are told nothing of a country’s budget, which only its own numbers meet', async () => {
    const { domain, decide } = guardOf({ perCountry: HOUR });
    await decide();
    await decide();
    expect(await decide(nobody)).toEqual(allowed);
    const refused = { kind: 'refused', reason: 'country-budget', retryAt: NEXT } as const;
    expect(await decide()).toEqual(refused);
    expect(domain.sendLimits.tells(refused)).toBe(true);
    const hiding = createDomain({ hideUserExistence: true });
    expect(hiding.sendLimits.tells(refused)).toBe(false);
    expect(hiding.sendLimits.tells({ ...refused, reason: 'unproven-sends' })).toBe(false);
    expect(hiding.sendLimits.tells({ ...refused, reason: 'overall-budget' })).toBe(true);
  });

  it('are never told that they are locked where nobody owns the account', async () => {
    const { domain, decide } = guardOf({});
    await lock(domain, nobody.account);
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
    domain.ledger.instead('read', async () => ({
      attemptCount: 100,
      lastAttemptAt: domain.clock.now(),
      sends: {},
    }));
    domain.clock.advance(seconds(365 * 86_400));
    expect(await decide()).toEqual({ kind: 'account-locked' });
  });
});

describe('An account without wrong answers', () => {
  const DAY_MS = seconds(86_400);

  it.each([
    ['a day', [], DAY_MS],
    ['a day, where all limits refill sooner', [HOUR], DAY_MS],
    ['its longest window', [HOUR, { max: 9, windowMs: 7 * DAY_MS }], 7 * DAY_MS],
  ])('is kept for %s', (_, limits, keptMs) => {
    expect(forgetAfterMs(limits)).toBe(keptMs);
  });
});
