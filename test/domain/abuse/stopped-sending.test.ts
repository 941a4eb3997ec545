/** What an operator's stop means for sign-ins: no new SMS, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import { ALL_PLACES } from '../../../src/domain/ports/sms-traffic.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type DomainOptions,
  lock,
  seconds,
  stranger,
  verifyRequest,
} from '../../support/domain.ts';

function signIn(options: DomainOptions = {}) {
  const domain = createDomain(options);
  const open = (changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> =>
    domain.create.execute(createRequest(domain, changes));
  const resend = (last: CreateOutcome) =>
    open({ rounds: [codeRound(last.reference)], resendRequested: true });
  return { domain, open, resend };
}

/** What a client may read of a round. */
function told({
  status,
  expiresInMs,
  attemptsRemaining,
  resendsRemaining,
  resendAfterMs,
}: CreateOutcome) {
  return { status, expiresInMs, attemptsRemaining, resendsRemaining, resendAfterMs };
}

describe.each([
  ['of all SMS', ALL_PLACES, 'sending-stopped'],
  ['of the country’s SMS', 'US', 'country-stopped'],
])('A stop %s', (_, place, reason) => {
  it('A36: sends nothing, and lets a client ask again in a minute', async () => {
    const { domain, open } = signIn();
    await domain.traffic.stop(place);
    expect(await open()).toMatchObject({
      kind: 'throttled',
      reason,
      country: 'US',
      status: 'THROTTLED',
      resendAfterMs: seconds(60),
      resendsRemaining: 3,
    });
    expect(domain.gateway.attempts).toBe(0);
  });

  it('leaves a code that is out good, and sends no other', async () => {
    const { domain, open, resend } = signIn();
    const first = await open();
    await domain.traffic.stop(place);
    domain.clock.advance(seconds(30));
    const second = await resend(first);
    expect(second).toMatchObject({ kind: 'throttled', reason, resendsRemaining: 2 });
    expect(domain.gateway.attempts).toBe(1);
    const request = verifyRequest(domain, second.reference, { answer: domain.gateway.lastCode });
    expect(await domain.verify.execute(request)).toMatchObject({ kind: 'verified' });
  });

  it('ends with the next SMS that is asked for', async () => {
    const { domain, open, resend } = signIn();
    await domain.traffic.stop(place);
    const first = await open();
    await domain.traffic.resume(place);
    domain.clock.advance(seconds(60));
    expect(await resend(first)).toMatchObject({ kind: 'resent', status: 'RESENT' });
    expect(domain.gateway.attempts).toBe(1);
  });

  it('takes from no limit', async () => {
    const { domain, open } = signIn({
      limits: { perNumber: [{ max: 1, windowMs: seconds(3600) }] },
    });
    await domain.traffic.stop(place);
    await open();
    await domain.traffic.resume(place);
    expect(await open()).toMatchObject({ kind: 'sent' });
  });
});

describe('A stop of another country’s SMS', () => {
  it('stops none of this one', async () => {
    const { domain, open } = signIn();
    await domain.traffic.stop('SG');
    expect(await open()).toMatchObject({ kind: 'sent' });
  });
});

describe('Where user existence is hidden', () => {
  const hidden = { hideUserExistence: true };

  it('A24: a stop of all SMS is told to users, strangers and locked accounts alike', async () => {
    const { domain, open } = signIn(hidden);
    await domain.traffic.stop(ALL_PLACES);
    const user = told(await open());
    expect(user).toMatchObject({ status: 'THROTTLED', resendAfterMs: seconds(60) });
    expect(told(await open(stranger()))).toEqual(user);
    await lock(domain);
    expect(told(await open())).toEqual(user);
  });

  it('A24: a stop of all SMS is told even to those whose own limit is reached', async () => {
    const limits = { perNumber: [{ max: 1, windowMs: seconds(3600) }] };
    const { domain, open } = signIn({ ...hidden, limits });
    await open();
    await domain.traffic.stop(ALL_PLACES);
    expect(await open()).toMatchObject({ reason: 'sending-stopped', resendAfterMs: seconds(60) });
  });

  it('A24: a stop of a country is told to nobody: its users are told what strangers are', async () => {
    const { domain, open } = signIn(hidden);
    await domain.traffic.stop('US');
    const user = await open();
    expect(user).toMatchObject({ kind: 'throttled', reason: 'country-stopped', status: 'SENT' });
    expect(told(user)).toEqual(told(await open(stranger())));
    await lock(domain);
    expect(told(await open())).toEqual(told(user));
    expect(domain.gateway.attempts).toBe(0);
  });
});
