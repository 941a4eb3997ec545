import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  lock,
  seconds,
  stranger,
  verifyRequest,
} from '../support/domain.ts';

describe('A35: a round for which another call may have sent an SMS', () => {
  let domain: Domain;
  beforeEach(() => {
    domain = createDomain({ limits: { perNumber: [{ max: 2, windowMs: seconds(3600) }] } });
  });

  const open = (changes: Partial<CreateRequest> = {}) =>
    domain.create.execute(createRequest(domain, changes));

  it('sends none, counts that one, and allows a resend at once', async () => {
    expect(await open({ mayBeServed: true })).toMatchObject({
      kind: 'abandoned',
      status: 'DELIVERY_FAILED',
      expiresInMs: 0,
      attemptsRemaining: 3,
      resendsRemaining: 2,
      resendAfterMs: 0,
    });
    expect(domain.gateway.attempts).toBe(0);
  });

  it('leaves the code that is out good', async () => {
    const { reference } = await open();
    domain.clock.advance(seconds(30));
    const resend = { rounds: [codeRound(reference)], resendRequested: true, mayBeServed: true };
    const next = await open(resend);
    expect(next).toMatchObject({
      kind: 'abandoned',
      expiresInMs: seconds(270),
      resendsRemaining: 1,
    });
    const answer = domain.gateway.lastCode;
    const outcome = await domain.verify.execute(verifyRequest(next.reference, { answer }));
    expect(outcome).toMatchObject({ kind: 'verified' });
  });

  it('takes nothing from any limit', async () => {
    for (let i = 0; i < 5; i++) {
      await open({ mayBeServed: true });
    }
    expect(await open()).toMatchObject({ kind: 'sent' });
  });

  it('A22: looks the same for locked and unknown users', async () => {
    const { kind, status, resendsRemaining, resendAfterMs } = await open({ mayBeServed: true });
    const same = { kind, status, resendsRemaining, resendAfterMs };
    await lock(domain);
    expect(await open({ mayBeServed: true })).toMatchObject(same);
    expect(await open({ ...stranger(), mayBeServed: true })).toMatchObject(same);
  });

  it('goes on as ever where no SMS is due', async () => {
    const { reference } = await open();
    const next = await open({ rounds: [codeRound(reference)], mayBeServed: true });
    expect(next).toMatchObject({ kind: 'reused', status: 'INCORRECT', attemptsRemaining: 2 });
  });
});
