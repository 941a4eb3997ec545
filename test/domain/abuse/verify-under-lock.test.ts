import { beforeEach, describe, expect, it } from 'vitest';
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
  storeDown,
  stranger,
  verifyRequest,
} from '../../support/domain.ts';

let domain: Domain;
let reference: string;
let code: string;
beforeEach(async () => {
  // The tries of one challenge must not be what stops anyone here.
  domain = createDomain({ policy: { maxAttempts: 1000 } });
  reference = await signIn();
  code = domain.gateway.lastCode;
});

async function signIn(changes: Partial<CreateRequest> = {}): Promise<string> {
  return (await domain.create.execute(createRequest(domain, changes))).reference;
}

function check(answer: string, changes: Partial<VerifyRequest> = {}) {
  return domain.verify.execute(verifyRequest(reference, { answer, ...changes }));
}

const wrong = () => (code === '000000' ? '111111' : '000000');

async function failTimes(times: number) {
  for (let i = 0; i < times; i++) {
    await check(wrong());
  }
}

const failures = async (account = ACCOUNT) => (await domain.failures.read(account)).count;
const locked = { kind: 'rejected', reason: 'account-locked' };
const verified = { kind: 'verified' };

describe('A locked account', () => {
  it('refuses the right code', async () => {
    await failTimes(10);
    expect(await check(code)).toEqual(locked);
  });

  it('is not even asked whether the code is right, nor is the code used up', async () => {
    await lock(domain);
    domain.hasher.matches = () => {
      throw new Error('The answer was compared.');
    };
    expect(await check(code)).toEqual(locked);
    domain.challenges.consume = () => Promise.reject(new Error('The code was used up.'));
    expect(await check(code)).toEqual(locked);
  });

  it('is sent nothing', async () => {
    await lock(domain);
    const outcome = await domain.create.execute(createRequest(domain));
    expect(outcome).toMatchObject({ kind: 'withheld', reason: 'account-locked', status: 'SENT' });
    expect(domain.gateway.attempts).toBe(1);
  });

  it('A14: accepts the code of a new sign-in when the lock has run out', async () => {
    await lock(domain);
    domain.clock.advance(seconds(900));
    reference = await signIn();
    expect(await check(domain.gateway.lastCode)).toMatchObject(verified);
  });

  it('A14: accepts one answer then: if that is wrong, the right one is refused again', async () => {
    await lock(domain);
    domain.clock.advance(seconds(900));
    reference = await signIn();
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('is told of once: by the answer that locks it', async () => {
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
    await failTimes(9);
    const outcome = await check(code);
    expect(outcome).toMatchObject(verified);
    expect(outcome).not.toHaveProperty('locksAccount');
  });

  it('is not locked for others', async () => {
    await lock(domain);
    const other = {
      phone: { number: '+15557654321', verified: true },
      scope: { ...scope, username: 'user-b' },
    };
    reference = await signIn(other);
    expect(await check(domain.gateway.lastCode, other)).toMatchObject(verified);
  });

  it('A8: compares ten of 200 answers at once', async () => {
    let compared = 0;
    const matches = domain.hasher.matches.bind(domain.hasher);
    domain.hasher.matches = (...args) => {
      compared += 1;
      return matches(...args);
    };
    await Promise.all(Array.from({ length: 200 }, () => check(wrong())));
    expect(compared).toBe(10);
  });
});

describe('A failure', () => {
  it('A9: is counted on in the next sign-in', async () => {
    await failTimes(9);
    reference = await signIn();
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('A10: is counted on after a resend', async () => {
    await failTimes(9);
    domain.clock.advance(seconds(30));
    reference = await signIn({ rounds: [codeRound(reference)], resendRequested: true });
    expect(await check(wrong())).toMatchObject({ reason: 'wrong-code', locksAccount: true });
    expect(await check(domain.gateway.lastCode)).toEqual(locked);
  });

  it('is counted for the number, whichever user of it answers, from whichever app', async () => {
    await failTimes(9);
    const other = { scope: { ...scope, username: 'user-b', clientId: 'client-b' } };
    reference = await signIn(other);
    expect(await check(wrong(), other)).toMatchObject({ locksAccount: true });
    expect(await check(domain.gateway.lastCode, other)).toEqual(locked);
  });

  it('is not counted for a stranger’s number that is only claimed', async () => {
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
    await check(answer, changes());
    expect(await failures(account)).toBe(1);
  });

  it('is any answer that comes too late, even the right one', async () => {
    domain.clock.advance(seconds(300));
    expect(await check(code)).toEqual({ kind: 'code-expired' });
    expect(await failures()).toBe(1);
    await failTimes(8);
    expect(await check(code)).toEqual({ kind: 'code-expired', locksAccount: true });
  });

  it('is any answer that was right before', async () => {
    await check(code);
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
    expect(await failures()).toBe(1);
  });

  it('is not an answer that asks for a new code', async () => {
    expect(await check(code, { resendRequested: true })).toEqual({ kind: 'resend-requested' });
    expect(await failures()).toBe(0);
  });

  it('A22: locks unknown users, as any other', async () => {
    const user = stranger();
    reference = await signIn(user);
    for (let i = 0; i < 10; i++) {
      await check('000000', user);
    }
    expect(await check('000000', user)).toEqual(locked);
  });
});

describe('A right answer', () => {
  it('A13: starts the count anew', async () => {
    await failTimes(9);
    expect(await check(code)).toMatchObject(verified);
    expect(await failures()).toBe(0);
    reference = await signIn();
    await failTimes(9);
    expect(await check(domain.gateway.lastCode)).toMatchObject(verified);
  });

  it.each<[string, (stores: Domain) => void]>([
    ['the count of failures', ({ failures }) => Object.assign(failures, { clear: storeDown })],
    [
      'that of conversions',
      ({ conversions: c }) => Object.assign(c, { countConverted: storeDown }),
    ],
  ])(
    'signs in although it can not be written down, and tells of the fault: %s',
    async (_, fail) => {
      fail(domain);
      const outcome = await check(code);
      expect(outcome).toEqual({ kind: 'verified', country: 'US', fault: expect.any(StoreError) });
      expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
    },
  );
});

describe('While the counts can not be reached', () => {
  it.each<[string, (stores: Domain) => void]>([
    ['read', ({ failures }) => Object.assign(failures, { read: storeDown })],
    ['written', ({ failures }) => Object.assign(failures, { add: storeDown })],
  ])('A31: no answer is right, nor even compared: when they are to be %s', async (_, fail) => {
    // Locked and open again: the count is read only then.
    await failTimes(10);
    domain.clock.advance(15 * 60_000);
    fail(domain);
    domain.hasher.matches = () => {
      throw new Error('The answer was compared.');
    };
    expect(await check(code)).toEqual({
      kind: 'rejected',
      reason: 'store-unavailable',
      fault: expect.any(StoreError),
    });
  });
});
