/** Counts and numbers where something else goes wrong at the same time. */
import { describe, expect, it } from 'vitest';
import type { Challenge, LiveCode } from '../../src/domain/challenge.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import {
  ACCOUNT,
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  lock,
  scope,
  seconds,
  verifyRequest,
  WRONG,
} from '../support/domain.ts';

const conversionOf = async (domain: Domain) =>
  (await domain.traffic.read('US', domain.clock.now())).hour;

async function signIn(domain: Domain, changes = {}) {
  const { reference } = await domain.create.execute(createRequest(domain, changes));
  return { reference, answer: domain.gateway.lastCode };
}

describe('A code of another length than the settings say by now', () => {
  /** A container with other settings, on the same challenges. */
  function containerBeside(domain: Domain) {
    const other = createDomain({ policy: { codeLength: 8 }, hideUserExistence: true });
    for (const method of ['find', 'save', 'consume', 'takeAnswer'] as const) {
      other.challenges.instead(
        method,
        (...args: [never, never]) => domain.challenges[method](...args) as never,
      );
    }
    return other;
  }

  it('A20: costs a try for each guess that is as long', async () => {
    const domain = createDomain();
    const { reference } = await signIn(domain);
    const other = containerBeside(domain);
    for (let i = 0; i < 10; i++) {
      await other.verify.execute(verifyRequest(other, reference, { answer: WRONG }));
    }
    expect((await domain.challenges.find(reference, scope))?.failures).toBe(3);
  });

  it('is right', async () => {
    const domain = createDomain();
    const { reference, answer } = await signIn(domain);
    const other = containerBeside(domain);
    const outcome = await other.verify.execute(verifyRequest(other, reference, { answer }));
    expect(outcome).toMatchObject({ kind: 'verified' });
  });

  it.each([
    ['the provider refuses', async (other: Domain) => other.gateway.failByRefusing('throttled')],
    ['a lock withholds', (other: Domain) => lock(other)],
  ])(
    'A22: is none any more where the client was told of a new one, which %s',
    async (_, refuse) => {
      const domain = createDomain({ hideUserExistence: true });
      const { reference, answer } = await signIn(domain);
      const other = containerBeside(domain);
      await refuse(other);
      other.clock.advance(seconds(30));
      const resend = { rounds: [codeRound(reference)], resendRequested: true };
      const outcome = await other.create.execute(createRequest(other, resend));
      expect(outcome).toMatchObject({ status: 'RESENT', codeLength: 8 });
      // As a stranger's, which costs no try.
      const request = verifyRequest(other, outcome.reference, { answer });
      expect(await other.verify.execute(request)).toMatchObject({ reason: 'malformed' });
    },
  );

  it('stays good where a new one is withheld, if it was written down without its length', async () => {
    const domain = createDomain({ hideUserExistence: true });
    const { reference, answer } = await signIn(domain);
    const found = (await domain.challenges.find(reference, scope)) as Challenge;
    const { digits: _, ...code } = found.code as LiveCode;
    await domain.challenges.save({ ...found, code });
    await lock(domain);
    domain.clock.advance(seconds(30));
    const resend = { rounds: [codeRound(reference)], resendRequested: true };
    const { reference: next } = await domain.create.execute(createRequest(domain, resend));
    await domain.ledger.forget(ACCOUNT.name);
    const outcome = await domain.verify.execute(verifyRequest(domain, next, { answer }));
    expect(outcome).toMatchObject({ kind: 'verified' });
  });

  it('is as long as was told, where it is sent without a word', async () => {
    const domain = createDomain({ hideUserExistence: true });
    await lock(domain);
    const { reference } = await domain.create.execute(createRequest(domain));
    const other = containerBeside(domain);
    const prepared = await other.create.prepare(createRequest(other));
    const result = { status: 'SENT', reference } as const;
    const outcome = await other.create.repeat(prepared, result, async () => true);
    expect(outcome).toMatchObject({ kind: 'sent', codeLength: 6 });
    expect(other.gateway.lastCode).toMatch(/^\d{6}$/);
  });

  it.each([false, true])('is told to be as long as it is, hidden: %s', async (userNotFound) => {
    const domain = createDomain({ hideUserExistence: userNotFound });
    const { reference } = await domain.create.execute(createRequest(domain, { userNotFound }));
    const other = containerBeside(domain);
    const rounds = [codeRound(reference)];
    const outcome = await other.create.execute(createRequest(other, { userNotFound, rounds }));
    expect(outcome).toMatchObject({ status: 'INCORRECT', codeLength: 6 });
  });
});

it('A15: a code that is not bound to its number confirms no other one', async () => {
  const domain = createDomain({ requireVerifiedPhone: false, confirmPhone: true });
  const phone = { number: '+12025554567', verified: false };
  const { reference } = await signIn(domain, { phone });
  const challenge = await domain.challenges.find(reference, scope);
  if (challenge?.code.kind !== 'live') {
    throw new Error('No code is out.');
  }
  const digest = domain.hasher.digest('123456', { challengeId: challenge.id, scope });
  const code = { ...challenge.code, digest, unbound: true } as const;
  await domain.challenges.save({ ...challenge, code });
  const other = { number: '+12025554321', verified: false };
  const request = verifyRequest(domain, reference, { answer: '123456', phone: other });
  expect(await domain.verify.execute(request)).not.toHaveProperty('phone');
  expect([...domain.directory.verified]).toEqual([]);
});

it('A36: an SMS that is not sent because its account could not be counted takes from no budget', async () => {
  const hour = { max: 4, windowMs: seconds(3600) };
  const limits = { perCountry: hour, overall: hour, onStoreFailure: 'closed' } as const;
  const domain = createDomain({ limits });
  domain.ledger.fail('takeSend');
  for (let i = 0; i < 5; i++) {
    const outcome = await domain.create.execute(createRequest(domain));
    expect(outcome).toMatchObject({ kind: 'throttled', reason: 'limits-unavailable' });
  }
  expect(await conversionOf(domain)).toEqual({ sent: 0, converted: 0 });
});

it('a sign-in is counted once where its code could be used up at the second try only', async () => {
  const domain = createDomain();
  const { reference, answer } = await signIn(domain);
  const resume = domain.challenges.fail('consume');
  await domain.verify.execute(verifyRequest(domain, reference, { answer }));
  resume();
  await domain.verify.execute(verifyRequest(domain, reference, { answer }));
  expect(await conversionOf(domain)).toEqual({ sent: 1, converted: 1 });
});

it('a count that failed is not taken back', async () => {
  const domain = createDomain();
  const { reference, answer } = await signIn(domain);
  domain.challenges.instead('consume', async () => ({ kind: 'used' }));
  const resume = domain.traffic.instead('countConverted', async () => {
    resume();
    throw new StoreError('throttled', new Error('busy'));
  });
  await domain.verify.execute(verifyRequest(domain, reference, { answer }));
  expect((await conversionOf(domain)).converted).toBe(0);
});

it('a lock that runs out while the challenge is saved takes nothing without an SMS', async () => {
  const domain = createDomain();
  await lock(domain);
  domain.clock.advance(seconds(900) - 1);
  domain.challenges.before('save', () => domain.clock.advance(1));
  await domain.create.execute(createRequest(domain));
  expect(await conversionOf(domain)).toEqual({ sent: domain.gateway.attempts, converted: 0 });
});

it('a refused send that a newer one has overtaken shows how the challenge stands', async () => {
  const domain = createDomain();
  const { reference } = await signIn(domain);
  const resend = (count: number) =>
    domain.create.execute(
      createRequest(domain, {
        rounds: Array.from({ length: count }, () => codeRound(reference)),
        resendRequested: true,
      }),
    );
  domain.clock.advance(seconds(30));
  domain.gateway.failByRefusing('throttled');
  const resume = domain.gateway.before('send', async () => {
    resume();
    domain.clock.advance(seconds(30));
    domain.gateway.accept();
    await resend(2);
    domain.gateway.failByRefusing('throttled');
  });
  expect(await resend(1)).toMatchObject({ kind: 'delivery-failed', resendsRemaining: 0 });
});
