import { beforeEach, describe, expect, it } from 'vitest';
import type { VerifyRequest } from '../../src/domain/verify-request.ts';
import { ConfirmingSmsGateway } from '../fakes/fake-sms-gateway.ts';
import {
  ACCOUNT,
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  lock,
  PHONE,
  scope,
  seconds,
  verifyRequest,
  WRONG,
} from '../support/domain.ts';

const RIGHT_AGAIN = { kind: 'answer-repeated', isRight: true };
const WRONG_AGAIN = { kind: 'answer-repeated', isRight: false };
const USED = { kind: 'rejected', reason: 'already-used' };
const NOT_RIGHT = { kind: 'rejected', reason: 'wrong-code' };

describe('An answer that Cognito delivers again', () => {
  let domain: Domain;
  let reference: string;
  let round: string;
  let code: string;
  beforeEach(() => begin());

  async function begin(options: DomainOptions = {}, phone = PHONE) {
    domain = createDomain(options);
    ({ reference, round } = await domain.create.execute(createRequest(domain, { phone })));
    code = domain.gateway.lastCode;
  }

  /** One call of Cognito's, now. */
  function deliver(answer: string, changes: Partial<VerifyRequest> = {}) {
    return domain.verify.execute(verifyRequest(domain, reference, { round, answer, ...changes }));
  }

  const pass = (count: number) => domain.clock.advance(seconds(count));
  const found = () => domain.challenges.find(reference, scope);
  const triesTaken = async () => (await found())?.failures;
  const attempts = async () => (await domain.ledger.read(ACCOUNT.name)).attemptCount;
  const converted = async () =>
    (await domain.traffic.read('US', domain.clock.now())).hour.converted;

  /** The next round after a wrong answer. */
  const nextRound = () =>
    domain.create.execute(createRequest(domain, { rounds: [codeRound(reference)] }));

  it('is right again, both times, and counts one sign-in', async () => {
    expect(await deliver(code)).toMatchObject({ kind: 'verified' });
    for (let delivery = 2; delivery <= 3; delivery++) {
      pass(5);
      expect(await deliver(code)).toEqual(RIGHT_AGAIN);
    }
    expect(await converted()).toBe(1);
  });

  it('is wrong again, both times, and costs one try', async () => {
    expect(await deliver(WRONG)).toEqual(NOT_RIGHT);
    for (let delivery = 2; delivery <= 3; delivery++) {
      pass(5);
      expect(await deliver(WRONG)).toEqual(WRONG_AGAIN);
    }
    expect(await triesTaken()).toBe(1);
    expect(await attempts()).toBe(1);
    const next = await nextRound();
    expect(next).toMatchObject({ attemptsRemaining: 2 });
    expect(await deliver(code, { round: next.round })).toMatchObject({ kind: 'verified' });
  });

  it('is right again where its code has run out meanwhile', async () => {
    pass(299);
    await deliver(code);
    pass(5);
    expect(await deliver(code)).toEqual(RIGHT_AGAIN);
  });

  it('is wrong again where it was the last try, and is not counted again', async () => {
    await begin({ policy: { maxAttempts: 1 } });
    await deliver(WRONG);
    pass(5);
    expect(await deliver(WRONG)).toEqual(WRONG_AGAIN);
    expect(await attempts()).toBe(1);
  });

  it.each([true, false])(
    'counts once where the call before is still under way; right: %s',
    async (isRight) => {
      const answer = isRight ? code : WRONG;
      const resume = domain.challenges.after('find', async () => {
        resume();
        pass(5);
        const kind = isRight ? 'verified' : 'rejected';
        expect(await deliver(answer)).toMatchObject({ kind });
      });
      expect(await deliver(answer)).toEqual(isRight ? RIGHT_AGAIN : WRONG_AGAIN);
      expect(await triesTaken()).toBe(isRight ? 0 : 1);
      expect(await attempts()).toBe(isRight ? 0 : 1);
      expect(await converted()).toBe(isRight ? 1 : 0);
    },
  );

  it('is told the same where a resend has replaced the code meanwhile', async () => {
    await begin({ policy: { resendCooldownMs: seconds(5) } });
    await deliver(WRONG);
    pass(5);
    domain.generator.instead('generate', () => WRONG);
    const rounds = [codeRound(reference)];
    await domain.create.execute(createRequest(domain, { rounds, resendRequested: true }));
    expect(domain.gateway.lastCode).toBe(WRONG);
    expect(await deliver(WRONG)).toEqual(WRONG_AGAIN);
  });

  it('is refused again where the account was locked, and takes one try', async () => {
    await lock(domain);
    expect(await deliver(code)).toEqual({ kind: 'rejected', reason: 'account-locked' });
    pass(5);
    expect(await deliver(code)).toEqual(WRONG_AGAIN);
    expect(await triesTaken()).toBe(1);
  });

  it('is compared anew where the call before died before it was taken', async () => {
    for (const [answer, method, outcome] of [
      [WRONG, 'takeAnswer', NOT_RIGHT],
      [code, 'consume', { kind: 'verified' }],
    ] as const) {
      const resume = domain.challenges.fail(method, new Error('The container died.'));
      await expect(deliver(answer)).rejects.toThrow('died');
      resume();
      pass(5);
      expect(await deliver(answer)).toMatchObject(outcome);
    }
    expect(await triesTaken()).toBe(1);
  });

  it('is told the same where the call before died right after it was taken', async () => {
    for (const [answer, method, again] of [
      [WRONG, 'takeAnswer', WRONG_AGAIN],
      [code, 'consume', RIGHT_AGAIN],
    ] as const) {
      const resume = domain.challenges.after(method, () => {
        throw new Error('The container died.');
      });
      await expect(deliver(answer)).rejects.toThrow('died');
      resume();
      pass(5);
      expect(await deliver(answer)).toEqual(again);
    }
    expect(await triesTaken()).toBe(1);
  });

  it('tells the provider once that its code was used, and confirms the number once', async () => {
    const gateway = new ConfirmingSmsGateway('message-1');
    const phone = { ...PHONE, verified: false };
    await begin({ gateway, requireVerifiedPhone: false, confirmPhone: true }, phone);
    const confirmed: unknown[] = [];
    domain.directory.before('confirmPhone', (_, number) => {
      confirmed.push(number);
    });
    await deliver(code, { phone });
    pass(5);
    expect(await deliver(code, { phone })).toEqual(RIGHT_AGAIN);
    expect(gateway.confirmed).toEqual(['message-1']);
    expect(confirmed).toEqual([PHONE.number]);
  });

  it.each([2000, 15_000])('is known where the calls are %i ms apart', async (milliseconds) => {
    await deliver(code);
    domain.clock.advance(milliseconds);
    expect(await deliver(code)).toEqual(RIGHT_AGAIN);
  });

  it('is known by when Cognito called, not by when the function got to it', async () => {
    const request = verifyRequest(domain, reference, { round, answer: code });
    pass(2.5);
    expect(await domain.verify.execute(request)).toMatchObject({ kind: 'verified' });
    pass(2.5);
    expect(await deliver(code)).toEqual(RIGHT_AGAIN);
  });

  describe('is a replay, and refused,', () => {
    beforeEach(async () => {
      await deliver(code);
    });

    it.each([0, 1999, 15_001, 60_000])('where it comes %i ms after the first', async (count) => {
      domain.clock.advance(count);
      expect(await deliver(code)).toEqual(USED);
    });

    it('where it answers another round of the sign-in', async () => {
      pass(5);
      const { round: other } = await nextRound();
      expect(other).not.toBe(round);
      expect(await deliver(code, { round: other })).toEqual(USED);
    });

    it('where it answers a round that has no name', async () => {
      pass(5);
      expect(await deliver(code, { round: undefined })).toEqual(USED);
    });

    it('where another answer comes to the round', async () => {
      pass(5);
      expect(await deliver(WRONG)).toEqual(USED);
    });

    it.each([
      ['another number', { number: '+12025554321', verified: true }],
      ['no verified number', { ...PHONE, verified: false }],
      ['no number', { number: undefined, verified: false }],
    ])('where the user has %s by now', async (_, phone) => {
      pass(5);
      expect(await deliver(code, { phone })).toEqual(USED);
    });

    it('where it is another user’s', async () => {
      pass(5);
      const other = { ...scope, username: 'user-b' };
      expect(await deliver(code, { scope: other })).toMatchObject({ reason: 'foreign-metadata' });
    });
  });

  it('is a replay where another sign-in that shares the challenge answers with its code', async () => {
    ({ reference, round } = await domain.createOnce.execute(createRequest(domain)));
    const other = await domain.createOnce.execute(createRequest(domain));
    expect(other).toMatchObject({ kind: 'repeated', reference });
    expect(await deliver(domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
    pass(5);
    expect(await deliver(domain.gateway.lastCode, { round: other.round })).toEqual(USED);
  });

  it('A7: is right once, of 50 at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => deliver(code)));
    expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'rejected')).toHaveLength(49);
  });

  it('A20: costs a try each time it is given at once, or long after', async () => {
    await Promise.all([deliver(WRONG), deliver(WRONG)]);
    pass(16);
    await deliver(WRONG);
    expect(await triesTaken()).toBe(3);
    expect(await attempts()).toBe(3);
  });

  it('costs two tries where nothing tells that it is delivered again: an earlier version opened its round', async () => {
    await deliver(WRONG, { round: undefined });
    pass(5);
    await deliver(WRONG, { round: undefined });
    expect(await triesTaken()).toBe(2);
  });
});
