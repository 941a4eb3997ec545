import { describe, expect, it } from 'vitest';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import type { VerifyRequest } from '../../../src/domain/verify-auth-challenge.ts';
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
} from '../../support/domain.ts';

async function createWorld() {
  // The tries of one challenge must not be what stops anyone here.
  const domain = createDomain({ policy: { maxAttempts: 1000 } });
  let newest = '';

  async function signIn(changes: Partial<CreateRequest> = {}): Promise<string> {
    newest = (await domain.create.execute(createRequest(domain, changes))).reference;
    return newest;
  }

  /** Answers the newest sign-in. */
  function check(answer: string, changes: Partial<VerifyRequest> = {}) {
    return domain.verify.execute(verifyRequest(newest, { answer, ...changes }));
  }

  const reference = await signIn();
  const code = domain.gateway.lastCode;
  const wrong = () => (code === '000000' ? '111111' : '000000');

  async function failTimes(times: number) {
    for (let i = 0; i < times; i++) {
      await check(wrong());
    }
  }

  const failures = async (account = ACCOUNT) => (await domain.failures.read(account)).count;
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

  it('is not even asked whether the code is right, nor is the code used up', async () => {
    const { domain, check, code } = await createWorld();
    await lock(domain);
    domain.hasher.before('matches', () => {
      throw new Error('The answer was compared.');
    });
    expect(await check(code)).toEqual(locked);
    domain.challenges.fail('consume', new Error('The code was used up.'));
    expect(await check(code)).toEqual(locked);
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
      phone: { number: '+15557654321', verified: true },
      scope: { ...scope, username: 'user-b' },
    };
    await signIn(other);
    expect(await check(domain.gateway.lastCode, other)).toMatchObject(verified);
  });

  it('A8: compares ten of 200 answers at once', async () => {
    const { domain, check, wrong } = await createWorld();
    let compared = 0;
    domain.hasher.before('matches', () => {
      compared += 1;
    });
    await Promise.all(Array.from({ length: 200 }, () => check(wrong())));
    expect(compared).toBe(10);
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

  it.each<[string, string, () => Partial<VerifyRequest>, string?]>([
    ['is wrong', '000000', () => ({})],
    ['is no code at all', 'abc', () => ({})],
    ['is an unknown user’s', '123456', () => stranger(), `user ${scope.userPoolId} nobody`],
    ['has foreign metadata', '123456', () => ({ reference: 'CODE-123456' })],
    ['has no metadata', '123456', () => ({ reference: undefined })],
  ])('is any answer that %s', async (_, answer, changes, account = ACCOUNT) => {
    const { check, failures } = await createWorld();
    await check(answer, changes());
    expect(await failures(account)).toBe(1);
  });

  it('is any answer that comes too late, even the right one', async () => {
    const { domain, check, code, failTimes, failures } = await createWorld();
    domain.clock.advance(seconds(300));
    expect(await check(code)).toEqual({ kind: 'code-expired' });
    expect(await failures()).toBe(1);
    await failTimes(8);
    expect(await check(code)).toEqual({ kind: 'code-expired', locksAccount: true });
  });

  it('is any answer that was right before', async () => {
    const { check, code, failures } = await createWorld();
    await check(code);
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
    expect(await failures()).toBe(1);
  });

  it('is not an answer that asks for a new code', async () => {
    const { check, code, failures } = await createWorld();
    expect(await check(code, { resendRequested: true })).toEqual({ kind: 'resend-requested' });
    expect(await failures()).toBe(0);
  });

  it('A22: locks unknown users, as any other', async () => {
    const { signIn, check } = await createWorld();
    const user = stranger();
    await signIn(user);
    for (let i = 0; i < 10; i++) {
      await check('000000', user);
    }
    expect(await check('000000', user)).toEqual(locked);
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

  it.each<[string, (stores: Domain) => void]>([
    ['the count of failures', ({ failures }) => failures.fail('clear')],
    ['that of conversions', ({ conversions }) => conversions.fail('countConverted')],
  ])(
    'signs in although it can not be written down, and tells of the fault: %s',
    async (_, fail) => {
      const { domain, check, code } = await createWorld();
      fail(domain);
      const outcome = await check(code);
      expect(outcome).toEqual({ kind: 'verified', country: 'US', fault: expect.any(StoreError) });
      expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
    },
  );
});

describe('While the counts can not be reached', () => {
  it.each<[string, (stores: Domain) => void]>([
    ['read', ({ failures }) => failures.fail('read')],
    ['written', ({ failures }) => failures.fail('add')],
  ])('A31: no answer is right, nor even compared: when they are to be %s', async (_, fail) => {
    const { domain, check, code, failTimes } = await createWorld();
    // Locked and open again: the count is read only then.
    await failTimes(10);
    domain.clock.advance(15 * 60_000);
    fail(domain);
    domain.hasher.before('matches', () => {
      throw new Error('The answer was compared.');
    });
    expect(await check(code)).toEqual({
      kind: 'rejected',
      reason: 'store-unavailable',
      fault: expect.any(StoreError),
    });
  });
});
