/** Numbers that sign in by a code of their own: everything is as for everyone, but for the SMS. */
import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import type { ReviewNumber } from '../../src/domain/review-numbers.ts';
import type { VerifyRequest } from '../../src/domain/verify-request.ts';
import { PlainReviewHasher } from '../fakes/plain-review-hasher.ts';
import {
  ACCOUNT,
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  lock,
  PHONE,
  policy,
  scope,
  seconds,
  stranger,
  verifyRequest,
  WRONG,
} from '../support/domain.ts';

const CODE = '30582914';
const WRONG_CODE = '30582915';
const UNTIL = '2026-01-20';
const DAY = seconds(86_400);

/** Somebody else, who has no entry. */
const OTHER = { number: '+12025554568', verified: true };

function entryOf(phone: { readonly number: string }, changes: Partial<ReviewNumber> = {}) {
  const hasher = new PlainReviewHasher();
  const number = phone.number as PhoneNumber;
  return {
    number: hasher.numberDigest(number),
    code: hasher.codeDigest(CODE, number, UNTIL),
    until: UNTIL,
    endsAt: Date.UTC(2026, 0, 21),
    perDay: 20,
    ...changes,
  };
}

const reviewed = (options: DomainOptions = {}) =>
  createDomain({ reviewNumbers: [entryOf(PHONE)], ...options });

const open = (domain: Domain, changes: Partial<CreateRequest> = {}) =>
  domain.create.execute(createRequest(domain, changes));

const answer = (
  domain: Domain,
  { reference }: CreateOutcome,
  given: string,
  changes: Partial<VerifyRequest> = {},
) => domain.verify.execute(verifyRequest(domain, reference, { answer: given, ...changes }));

describe('A review number', () => {
  it('is sent no SMS, and signs in by its code', async () => {
    const domain = reviewed();
    const round = await open(domain);
    expect(round).toMatchObject({ kind: 'review-number', status: 'SENT' });
    expect(await answer(domain, round, CODE)).toEqual({ kind: 'verified', review: true });
    expect(domain.gateway.attempts).toBe(0);
    expect(domain.generator.codes).toEqual([]);
  });

  it('is told what everyone is told', async () => {
    for (const hideUserExistence of [true, false]) {
      const domain = reviewed({ hideUserExistence });
      const shown = async (phone: typeof PHONE) => {
        const { status, codeLength, expiresInMs, attemptsRemaining, resendsRemaining } = await open(
          domain,
          { phone },
        );
        return { status, codeLength, expiresInMs, attemptsRemaining, resendsRemaining };
      };
      expect(await shown(PHONE)).toEqual(await shown(OTHER));
    }
  });

  it('keeps its code through a resend, which counts as for everyone', async () => {
    const domain = reviewed();
    const first = await open(domain);
    domain.clock.advance(seconds(30));
    const rounds = [codeRound(first.reference)];
    const second = await open(domain, { rounds, resendRequested: true });
    expect(second).toMatchObject({
      kind: 'review-number',
      status: 'RESENT',
      resendsRemaining: policy.maxSends - 2,
    });
    expect(await answer(domain, second, CODE)).toMatchObject({ kind: 'verified' });
  });

  it('signs in again by the same code, but not twice in one sign-in', async () => {
    const domain = reviewed();
    const round = await open(domain);
    await answer(domain, round, CODE);
    expect(await answer(domain, round, CODE)).toMatchObject({ reason: 'already-used' });
    expect(await answer(domain, await open(domain), CODE)).toMatchObject({ kind: 'verified' });
  });

  it('lets a challenge run out as for everyone', async () => {
    const domain = reviewed();
    const round = await open(domain);
    domain.clock.advance(policy.lifetimeMs);
    expect(await answer(domain, round, CODE)).toEqual({ kind: 'code-expired' });
  });

  it('counts neither as an SMS to a country nor as one that was answered', async () => {
    const domain = reviewed({ limits: { perCountry: { max: 1, windowMs: DAY } } });
    await answer(domain, await open(domain), CODE);
    const { hour } = await domain.traffic.read('US', domain.clock.now());
    expect(hour).toEqual({ sent: 0, converted: 0 });
    expect(await open(domain, { phone: OTHER })).toMatchObject({ kind: 'sent' });
  });

  it('is not recorded as proven: the code goes to no phone', async () => {
    const phone = { ...PHONE, verified: false };
    const domain = reviewed({ requireVerifiedPhone: false, confirmPhone: true });
    const round = await open(domain, { phone });
    expect(await answer(domain, round, CODE, { phone })).toEqual({
      kind: 'verified',
      review: true,
    });
    expect(domain.directory.verified.size).toBe(0);
  });

  it('must be verified where numbers must be', async () => {
    const phone = { ...PHONE, verified: false };
    const domain = reviewed();
    const round = await open(domain, { phone });
    expect(round).toMatchObject({ kind: 'withheld', reason: 'number-not-verified' });
    expect(await answer(domain, round, CODE, { phone })).toMatchObject({ kind: 'rejected' });
  });

  it('is found by its canonical form', async () => {
    const british = { number: '+447418084106', verified: true };
    const domain = createDomain({ reviewNumbers: [entryOf(british)] });
    const phone = { number: '+4407418084106', verified: true };
    const round = await open(domain, { phone });
    expect(await answer(domain, round, CODE, { phone })).toMatchObject({ kind: 'verified' });
  });
});

describe('The code of a review number', () => {
  it('is wrong for every other number', async () => {
    const domain = reviewed();
    const round = await open(domain, { phone: OTHER });
    expect(round).toMatchObject({ kind: 'sent' });
    expect(await answer(domain, round, CODE, { phone: OTHER })).toMatchObject({
      reason: 'wrong-code',
    });
  });

  it('is wrong where its entry was moved to another number', async () => {
    const { code } = entryOf(PHONE);
    const domain = createDomain({ reviewNumbers: [entryOf(OTHER, { code })] });
    const round = await open(domain, { phone: OTHER });
    expect(await answer(domain, round, CODE, { phone: OTHER })).toMatchObject({
      reason: 'wrong-code',
    });
  });

  it('is wrong where the last day of its entry was moved', async () => {
    const changes = { until: '2026-03-20', endsAt: Date.UTC(2026, 2, 21) };
    const domain = createDomain({ reviewNumbers: [entryOf(PHONE, changes)] });
    expect(await answer(domain, await open(domain), CODE)).toMatchObject({ reason: 'wrong-code' });
  });

  it('is wrong for another user of the number, in a challenge that is not theirs', async () => {
    const domain = reviewed();
    const round = await open(domain);
    const theirs = { scope: { ...scope, username: 'another' } };
    expect(await answer(domain, round, CODE, theirs)).toMatchObject({ kind: 'rejected' });
  });

  it('is wrong for a user who does not exist', async () => {
    const domain = reviewed({ hideUserExistence: true });
    const round = await open(domain, stranger());
    expect(await answer(domain, round, CODE, stranger())).toMatchObject({
      reason: 'user-not-found',
    });
  });

  it('is not its digest: who reads the settings can not sign in', async () => {
    const domain = reviewed();
    const round = await open(domain);
    expect(await answer(domain, round, entryOf(PHONE).code)).toMatchObject({ kind: 'rejected' });
  });
});

describe('Wrong answers where there are review numbers', () => {
  it.each([
    ['a review number', PHONE],
    ['any other', OTHER],
  ])('cost %s a try, as long as a code that is sent or as one of theirs', async (_, phone) => {
    const domain = reviewed();
    const round = await open(domain, { phone });
    for (const wrong of [WRONG, WRONG_CODE, WRONG]) {
      expect(await answer(domain, round, wrong, { phone })).toMatchObject({ reason: 'wrong-code' });
    }
    expect(await answer(domain, round, CODE, { phone })).toMatchObject({
      reason: 'attempts-used-up',
    });
  });

  it('cost a stranger a try, too', async () => {
    const domain = reviewed({ hideUserExistence: true });
    const round = await open(domain, stranger());
    for (let count = 0; count < policy.maxAttempts; count++) {
      await answer(domain, round, WRONG_CODE, stranger());
    }
    expect(await answer(domain, round, WRONG_CODE, stranger())).toMatchObject({
      reason: 'attempts-used-up',
    });
  });

  it('of another length cost none', async () => {
    const domain = reviewed();
    const round = await open(domain);
    expect(await answer(domain, round, '1234567')).toMatchObject({ reason: 'malformed' });
  });

  it('of eight digits cost none where there are no review numbers', async () => {
    const domain = createDomain();
    const round = await open(domain);
    expect(await answer(domain, round, WRONG_CODE)).toMatchObject({ reason: 'malformed' });
  });

  it('lock the account as anybody’s: then the code is wrong as well', async () => {
    const domain = reviewed();
    const round = await open(domain);
    await lock(domain, ACCOUNT);
    expect(await answer(domain, round, CODE)).toMatchObject({ reason: 'account-locked' });
    const next = await open(domain);
    expect(next).toMatchObject({ kind: 'withheld', reason: 'account-locked', status: 'SENT' });
    expect(await answer(domain, next, CODE)).toMatchObject({ kind: 'rejected' });
  });
});

describe('The limits of a review number', () => {
  const perDay = (count: number) => ({ reviewNumbers: [entryOf(PHONE, { perDay: count })] });

  async function opened(domain: Domain, phone = PHONE): Promise<number> {
    for (let count = 0; ; count++) {
      if ((await open(domain, { phone })).kind === 'throttled') {
        return count;
      }
    }
  }

  it('are its own, by the day, besides those of everyone', async () => {
    const hourly = [{ max: 10, windowMs: DAY / 24 }];
    expect(await opened(createDomain({ ...perDay(6), limits: { perNumber: hourly } }))).toBe(3);
    expect(await opened(createDomain({ ...perDay(100), limits: { perNumber: hourly } }))).toBe(5);
  });

  it('are never wider than those of everyone', async () => {
    const daily = { limits: { perNumber: [{ max: 8, windowMs: DAY }] } };
    expect(await opened(createDomain({ ...perDay(100), ...daily }))).toBe(4);
    expect(await opened(createDomain({ ...perDay(100), ...daily }), OTHER)).toBe(4);
  });

  it('leave those of everyone else as they are', async () => {
    const daily = { limits: { perNumber: [{ max: 8, windowMs: DAY }] } };
    expect(await opened(createDomain({ ...perDay(1), ...daily }), OTHER)).toBe(4);
  });

  it('hold while the counts can’t be reached: no answer is right then', async () => {
    const domain = reviewed({ limits: { onStoreFailure: 'open' } });
    const round = await open(domain);
    domain.ledger.fail('clearAttempts', new StoreError('unavailable', new Error('down')));
    expect(await answer(domain, round, CODE)).toMatchObject({ reason: 'store-unavailable' });
  });
});

describe('After its last day a review number', () => {
  it('is sent an SMS as any number, and its code is wrong', async () => {
    const domain = reviewed();
    domain.clock.advance(Date.UTC(2026, 0, 21) - domain.clock.now());
    const round = await open(domain);
    expect(round).toMatchObject({ kind: 'sent' });
    expect(await answer(domain, round, CODE)).toMatchObject({ reason: 'wrong-code' });
    expect(await answer(domain, round, domain.gateway.lastCode)).toMatchObject({
      kind: 'verified',
      country: 'US',
    });
  });

  it('can not sign in by a challenge of the day before', async () => {
    const domain = reviewed();
    domain.clock.advance(Date.UTC(2026, 0, 21) - domain.clock.now() - 1);
    const round = await open(domain);
    expect(round).toMatchObject({ kind: 'review-number' });
    domain.clock.advance(1);
    expect(await answer(domain, round, CODE)).toMatchObject({ reason: 'wrong-code' });
  });
});
