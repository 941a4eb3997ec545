import { describe, expect, it } from 'vitest';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import type { VerifyRequest } from '../../../src/domain/verify-request.ts';
import {
  ACCOUNT,
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  lock,
  PHONE,
  scope,
  seconds,
  stranger,
  verifyRequest,
  WRONG,
} from '../../support/domain.ts';

async function createWorld({ hideUserExistence = false } = {}) {
  // The tries of one challenge must not be what stops anyone here.
  const domain = createDomain({ policy: { maxAttempts: 1000 }, hideUserExistence });
  let newest = '';

  async function signIn(changes: Partial<CreateRequest> = {}): Promise<string> {
    newest = (await domain.create.execute(createRequest(domain, changes))).reference;
    return newest;
  }

  /** Answers the newest sign-in. */
  function check(answer: string, changes: Partial<VerifyRequest> = {}) {
    return domain.verify.execute(verifyRequest(domain, newest, { answer, ...changes }));
  }

  const reference = await signIn();
  const code = domain.gateway.lastCode;
  const wrong = () => (code === '000000' ? '111111' : '000000');

  async function failTimes(times: number) {
    for (let i = 0; i < times; i++) {
      await check(wrong());
    }
  }

  const failures = async ({ name } = ACCOUNT) => (await domain.ledger.read(name)).attemptCount;
  return { domain, signIn, check, reference, code, wrong, failTimes, failures };
}

const locked = { kind: 'rejected', reason: 'account-locked' };
const verified = { kind: 'verified' };

describe('A locked account', () => {
  it('refuses the right code', async () => {
    const { check, code, failTimes } = await createWorld();
    await failTimes(10);
    expect(await check(code)).toEqual(locked);
  });

  it('does not use the code up, and takes a try as for any other answer', async () => {
    const { domain, check, code, reference } = await createWorld();
    await lock(domain);
    expect(await check(code)).toEqual(locked);
    const challenge = await domain.challenges.find(reference, scope);
    expect(challenge).toMatchObject({ failures: 1, code: { kind: 'live' } });
  });

  it('is told what any other is where other answers take the last try meanwhile', async () => {
    const { domain, check, code } = await createWorld();
    await lock(domain);
    domain.challenges.instead('takeAnswer', async () => ({ kind: 'exhausted' }));
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'attempts-used-up' });
  });

  it('is sent nothing', async () => {
    const { domain } = await createWorld();
    await lock(domain);
    const outcome = await domain.create.execute(createRequest(domain));
    expect(outcome).toMatchObject({ kind: 'withheld', reason: 'account-locked', status: 'SENT' });
    expect(domain.gateway.attempts).toBe(1);
  });

  it('A14: accepts the code of a new sign-in when the lock has run out', async () => {
    const { domain, signIn, check } = await createWorld();
    await lock(domain);
    domain.clock.advance(seconds(900));
    await signIn();
    expect(await check(domain.gateway.lastCode)).toMatchObject(verified);
  });

  it('A14: accepts one answer then: if that is wrong, the right one is refused again', async () => {
    const { domain, signIn, check, wrong } = await createWorld();
    await lock(domain);
    domain.clock.advance(seconds(900));
    await signIn();
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('is told of once: by the answer that locks it', async () => {
    const { check, wrong } = await createWorld();
    const outcomes: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      outcomes.push(await check(wrong()));
    }
    const rejected = { kind: 'rejected', reason: 'wrong-code' };
    expect(outcomes).toEqual([
      ...Array(9).fill(rejected),
      { ...rejected, locksAccount: true },
      locked,
      locked,
    ]);
  });

  it('is not told of when the answer that would have locked it is right', async () => {
    const { check, code, failTimes } = await createWorld();
    await failTimes(9);
    const outcome = await check(code);
    expect(outcome).toMatchObject(verified);
    expect(outcome).not.toHaveProperty('locksAccount');
  });

  it('is not locked for others', async () => {
    const { domain, signIn, check } = await createWorld();
    await lock(domain);
    const other = {
      phone: { number: '+12025554321', verified: true },
      scope: { ...scope, username: 'user-b' },
    };
    await signIn(other);
    expect(await check(domain.gateway.lastCode, other)).toMatchObject(verified);
  });

  it('A8: tells of ten of 200 answers at once, whether they are right or wrong', async () => {
    const { check, code, wrong } = await createWorld();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => check(wrong())));
    const reasons = outcomes.map((outcome) => 'reason' in outcome && outcome.reason);
    expect(reasons.filter((reason) => reason === 'wrong-code')).toHaveLength(10);
    expect(reasons.filter((reason) => reason === 'account-locked')).toHaveLength(190);
    expect(await check(code)).toEqual(locked);
  });
});

describe('A failure', () => {
  it('A9: is counted on in the next sign-in', async () => {
    const { domain, signIn, check, wrong, failTimes } = await createWorld();
    await failTimes(9);
    await signIn();
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('A10: is counted on after a resend', async () => {
    const { domain, signIn, check, reference, wrong, failTimes } = await createWorld();
    await failTimes(9);
    domain.clock.advance(seconds(30));
    await signIn({ rounds: [codeRound(reference)], resendRequested: true });
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('is counted for the number, whichever user of it answers, from whichever app', async () => {
    const { domain, signIn, check, wrong, failTimes } = await createWorld();
    await failTimes(9);
    const other = { scope: { ...scope, username: 'user-b', clientId: 'client-b' } };
    await signIn(other);
    expect(await check(wrong(), other)).toMatchObject({ locksAccount: true });
    expect(await check(domain.gateway.lastCode, other)).toEqual(locked);
  });

  it.each<[string, (domain: Domain) => unknown]>([
    ['a provider refused it', ({ gateway }) => gateway.failByRefusing('throttled')],
    ['an operator has stopped it', ({ traffic }) => traffic.stop('US')],
  ])('A14: is not counted for the number where no SMS went to it: %s', async (_, prevent) => {
    const { domain, signIn, check, failures } = await createWorld({ hideUserExistence: true });
    await prevent(domain);
    await signIn();
    for (let i = 0; i < 20; i++) {
      expect(await check(WRONG)).toMatchObject({ kind: 'rejected' });
    }
    expect(domain.gateway.outbox).toHaveLength(1);
    expect(await failures()).toBe(0);
  });

  it('A14: is not counted for the number where its lock, for which no SMS went, runs out meanwhile', async () => {
    const { domain, signIn, check, failures } = await createWorld();
    await lock(domain);
    domain.clock.advance(seconds(700));
    await signIn();
    domain.clock.advance(seconds(200));
    await check(WRONG);
    expect(await failures()).toBe(10);
  });

  it('is not counted for a stranger’s number that is only claimed', async () => {
    const { check, code, wrong, failures } = await createWorld();
    const phone = { ...PHONE, verified: false };
    const claimant = { phone, scope: { ...scope, username: 'claimant' } };
    for (let i = 0; i < 20; i++) {
      await check(wrong(), claimant);
    }
    expect(await failures()).toBe(0);
    expect(await check(code)).toMatchObject(verified);
  });

  it('is an unknown user’s wrong answer, under the username', async () => {
    const { signIn, check, failures } = await createWorld({ hideUserExistence: true });
    await signIn(stranger());
    await check('000000', stranger());
    expect(await failures({ name: `user ${scope.userPoolId} nobody`, known: false })).toBe(1);
    expect(await failures()).toBe(0);
  });

  it('never locks an unknown user, who is told of no lock', async () => {
    const { signIn, check } = await createWorld();
    await signIn(stranger());
    for (let i = 0; i < 60; i++) {
      const outcome = await check('000000', stranger());
      expect(outcome.kind).toBe('rejected');
      expect(outcome).not.toHaveProperty('locksAccount');
      expect(outcome).not.toHaveProperty('nearsStop');
    }
  });

  it.each<[string, string, () => Partial<VerifyRequest>]>([
    ['is no code at all', 'abc', () => ({})],
    ['is too short', '12345', () => ({})],
    ['is too long', '1234567', () => ({})],
    ['has foreign metadata', '123456', () => ({ reference: 'CODE-123456' })],
    ['has no metadata', '123456', () => ({ reference: undefined })],
  ])('is no answer that is not compared: %s', async (_, answer, changes) => {
    const { check, failures } = await createWorld();
    await check(answer, changes());
    expect(await failures()).toBe(0);
  });

  it('is no answer that comes too late, right or wrong', async () => {
    const { domain, check, code, wrong, failures } = await createWorld();
    domain.clock.advance(seconds(300));
    expect(await check(code)).toEqual({ kind: 'code-expired' });
    expect(await check(wrong())).toEqual({ kind: 'code-expired' });
    expect(await failures()).toBe(0);
  });

  it('is no answer to a code that was used', async () => {
    const { check, code, wrong, failures } = await createWorld();
    await check(code);
    for (const answer of [code, wrong()]) {
      expect(await check(answer)).toEqual({ kind: 'rejected', reason: 'already-used' });
    }
    expect(await failures()).toBe(0);
  });

  it('is no answer once the tries of its challenge are used up', async () => {
    const domain = createDomain();
    const { reference } = await domain.create.execute(createRequest(domain));
    for (let i = 0; i < 18; i++) {
      await domain.verify.execute(verifyRequest(domain, reference));
    }
    expect((await domain.ledger.read(ACCOUNT.name)).attemptCount).toBe(3);
  });

  it('says so from half of the number on that stops the account for good', async () => {
    const { domain, check, wrong, failTimes } = await createWorld();
    await failTimes(10);
    const seen: unknown[] = [];
    for (let count = 11; count <= 51; count++) {
      domain.clock.advance(seconds(86_400));
      const { reference } = await domain.create.execute(createRequest(domain));
      const outcome = await check(wrong(), { reference });
      seen.push('nearsStop' in outcome ? outcome.nearsStop : undefined);
    }
    expect(seen.filter((count) => count !== undefined)).toEqual([50, 51]);
  });

  it('is not an answer that asks for a new code', async () => {
    const { check, code, failures } = await createWorld();
    expect(await check(code, { resendRequested: true })).toEqual({ kind: 'resend-requested' });
    expect(await failures()).toBe(0);
  });
});

describe('A right answer', () => {
  it('A13: starts the count anew', async () => {
    const { domain, signIn, check, code, failTimes, failures } = await createWorld();
    await failTimes(9);
    expect(await check(code)).toMatchObject(verified);
    expect(await failures()).toBe(0);
    await signIn();
    await failTimes(9);
    expect(await check(domain.gateway.lastCode)).toMatchObject(verified);
  });

  it('starts the count anew even if its code can not be used up, which stays good', async () => {
    const { domain, check, code, failTimes, failures } = await createWorld();
    await failTimes(9);
    const resume = domain.challenges.fail('consume');
    expect(await check(code)).toMatchObject({ reason: 'store-unavailable' });
    expect(await failures()).toBe(0);
    resume();
    expect(await check(code)).toMatchObject(verified);
  });

  it('is refused, and uses no code up, where others lock the account while it is compared', async () => {
    const { domain, check, code, reference } = await createWorld();
    const resume = domain.challenges.after('find', async () => {
      resume();
      await lock(domain);
    });
    expect(await check(code)).toEqual(locked);
    const challenge = await domain.challenges.find(reference, scope);
    expect(challenge).toMatchObject({ failures: 1, code: { kind: 'live' } });
  });

  it('signs in although its country can not be counted, and tells of the fault', async () => {
    const { domain, check, code } = await createWorld();
    domain.traffic.fail('countConverted');
    const outcome = await check(code);
    expect(outcome).toEqual({ kind: 'verified', country: 'US', fault: expect.any(StoreError) });
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
  });

  it('counts its country once, of two at once', async () => {
    const { domain, check, code } = await createWorld();
    await Promise.all([check(code), check(code)]);
    const { hour } = await domain.traffic.read('US', domain.clock.now());
    expect(hour).toEqual({ sent: 1, converted: 1 });
  });
});

describe('While the counts can not be reached', () => {
  it('A31: no answer is right, and the code stays good', async () => {
    const { domain, check, code, reference } = await createWorld();
    domain.ledger.fail('clearAttempts');
    expect(await check(code)).toEqual({
      kind: 'rejected',
      reason: 'store-unavailable',
      fault: expect.any(StoreError),
    });
    expect((await domain.challenges.find(reference, scope))?.code.kind).toBe('live');
  });

  it('A31: nothing is told of a wrong answer', async () => {
    const { domain, check, wrong } = await createWorld();
    domain.ledger.fail('registerAttempt');
    expect(await check(wrong())).toMatchObject({ reason: 'store-unavailable' });
  });
});
