import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { SmsDeliveryFailure } from '../../../src/domain/ports/sms-gateway.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import { publicChallengeParameters } from '../../../src/trigger-events.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  stranger,
} from '../../support/domain.ts';

describe('For users who are sent nothing, while the provider fails', () => {
  let domain: Domain;
  beforeEach(() => {
    domain = createDomain({ showLastDigits: false });
    const { gateway, clock } = domain;
    gateway.before('send', () => clock.advance(700));
  });

  /** What a client sees of a first round and of the new code that it asks for at once. */
  async function see(user: Partial<CreateRequest> = {}) {
    const start = domain.clock.now();
    const first = await domain.create.execute(createRequest(domain, user));
    const resend = { ...user, rounds: [codeRound(first.reference)], resendRequested: true };
    const second = await domain.create.execute(createRequest(domain, resend));
    return {
      first: publicChallengeParameters(first),
      second: publicChallengeParameters(second),
      tookMs: domain.clock.now() - start,
    };
  }

  it.each<SmsDeliveryFailure>(['unavailable', 'throttled', 'spend-limit', 'unauthorised'])(
    'A22, A23: it looks refused, after as long a while: %s',
    async (failure) => {
      domain.gateway.failByRefusing(failure);
      const known = await see();
      expect(known).toMatchObject({
        first: { status: 'DELIVERY_FAILED', expiresInSeconds: '0', resendsRemaining: '3' },
        second: { status: 'DELIVERY_FAILED', expiresInSeconds: '0', resendsRemaining: '3' },
        tookMs: 1400,
      });
      expect(await see(stranger())).toEqual(known);
    },
  );

  it.each(['timed-out', 'unavailable'] as const)(
    'A22, A23: it looks as if the SMS may have left: %s',
    async (failure) => {
      domain.gateway.failWithoutAnswer(failure);
      const known = await see();
      expect(known).toMatchObject({
        first: { status: 'DELIVERY_FAILED', expiresInSeconds: '299', resendsRemaining: '2' },
        second: { status: 'DELIVERY_FAILED', expiresInSeconds: '299', resendsRemaining: '1' },
      });
      expect(await see(stranger())).toEqual(known);
    },
  );

  it.each<SmsDeliveryFailure>([
    'opted-out',
    'invalid-number',
    'country-blocked',
    'price-over-limit',
    'sandbox',
    'rejected',
  ])('A22: it does not look as it does for one bad number: %s', async (failure) => {
    domain.gateway.failByRefusing(failure);
    expect(await see()).toMatchObject({ first: { status: 'DELIVERY_FAILED' } });
    expect(await see(stranger())).toMatchObject({ first: { status: 'SENT' } });
  });

  it('A22: it looks well again as soon as one SMS went well', async () => {
    domain.gateway.failByRefusing('unavailable');
    await see();
    domain.gateway.accept();
    await see();
    expect(await see(stranger())).toMatchObject({ first: { status: 'SENT' } });
  });

  it('A22: it does not look like an outage that one call had little time left', async () => {
    domain.gateway.failWithoutAnswer('timed-out');
    const late = { deadline: Deadline.in(domain.clock, 500) };
    await domain.create.execute(createRequest(domain, late));
    expect(await see(stranger())).toMatchObject({ first: { status: 'SENT' } });
  });

  it('A22: looks like an outage that an SMS timed out in the time that a store leaves it', async () => {
    domain = createDomain({ showLastDigits: false, reserveAfterSendMs: 1200 });
    domain.clock.advance(1);
    domain.gateway.failWithoutAnswer('timed-out');
    const deadline = Deadline.in(domain.clock, 4100);
    await domain.create.execute(createRequest(domain, { deadline }));
    expect(await see(stranger())).toMatchObject({ first: { status: 'DELIVERY_FAILED' } });
  });

  it('A32: tells of counts that could not be reached, as for known users', async () => {
    domain = createDomain({ limits: { onStoreFailure: 'open' } });
    domain.ledger.fail('read');
    const outcome = await domain.create.execute(createRequest(domain, stranger()));
    expect(outcome).toMatchObject({ kind: 'withheld', fault: expect.any(StoreError) });
  });

  it('A33: answers at the deadline, as if the SMS had timed out', async () => {
    domain = createDomain({ usualSendMs: 1000 });
    const deadline = Deadline.in(domain.clock, 10);
    const { time } = deadline;
    const request = createRequest(domain, { ...stranger(), deadline });
    expect(await domain.create.execute(request)).toMatchObject({
      kind: 'withheld',
      status: 'DELIVERY_FAILED',
      resendsRemaining: 2,
      resendAfterMs: 0,
    });
    expect(domain.clock.now()).toBe(time);
  });
});
