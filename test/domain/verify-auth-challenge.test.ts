import { beforeEach, describe, expect, it } from 'vitest';
import type { VerifyRequest } from '../../src/domain/verify-request.ts';
import { ConfirmingSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { type Interruptible, interruptible } from '../fakes/interruptible.ts';
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
} from '../support/domain.ts';

describe('Checking an answer', () => {
  let domain: Domain;
  let reference: string;
  let code: string;
  beforeEach(async () => {
    domain = createDomain();
    ({ reference } = await domain.create.execute(createRequest(domain)));
    code = domain.gateway.lastCode;
  });

  function check(answer: string, changes: Partial<VerifyRequest> = {}) {
    return domain.verify.execute(verifyRequest(domain, reference, { answer, ...changes }));
  }

  const wrong = () => (code === '000000' ? '111111' : '000000');
  const triesTaken = async () => (await domain.challenges.find(reference, scope))?.failures;
  const attempts = async () => (await domain.ledger.read(ACCOUNT.name)).attemptCount;
  const converted = async () =>
    (await domain.traffic.read('US', domain.clock.now())).hour.converted;

  /** Asks for a new code, in the round that so many others precede. */
  async function resend(count = 1) {
    const rounds = Array.from({ length: count }, () => codeRound(reference));
    await domain.create.execute(createRequest(domain, { rounds, resendRequested: true }));
  }

  it('accepts the code that was sent', async () => {
    expect(await check(code)).toMatchObject({ kind: 'verified' });
  });

  it('accepts it as people type it', async () => {
    expect(await check(` ${code.slice(0, 3)}-${code.slice(3)} `)).toMatchObject({
      kind: 'verified',
    });
  });

  it('A29: rejects any other code', async () => {
    expect(await check(wrong())).toEqual({ kind: 'rejected', reason: 'wrong-code' });
  });

  it('keeps the code when the answer is wrong', async () => {
    await check(wrong());
    const rounds = [codeRound(reference)];
    const next = await domain.create.execute(createRequest(domain, { rounds }));
    expect(await check(code, { reference: next.reference })).toMatchObject({ kind: 'verified' });
  });

  it.each([
    ['nothing', ''],
    ['Unicode', '🔐🔐🔐'],
    ['100 kB', '1'.repeat(100_000)],
    ['control characters', '\r\n\u0000\u001b'],
    ['a code too short', '12345'],
    ['a code too long', '1234567'],
  ])('A28: rejects %s, without throwing', async (_, answer) => {
    expect(await check(answer)).toEqual({ kind: 'rejected', reason: 'malformed' });
  });

  it('A4: accepts until a second before the end of its life, and not after', async () => {
    domain.clock.advance(seconds(299));
    const rounds = [codeRound(reference)];
    const next = await domain.create.execute(createRequest(domain, { rounds }));
    domain.clock.advance(seconds(2));
    expect(await check(code, { reference: next.reference })).toEqual({ kind: 'code-expired' });
    domain.clock.advance(seconds(-2));
    expect(await check(code, { reference: next.reference })).toMatchObject({ kind: 'verified' });
  });

  it('A15: rejects the code of another sign-in of the same user', async () => {
    const other = await domain.create.execute(createRequest(domain));
    expect(domain.gateway.lastCode).not.toBe(code);
    expect(await check(code, { reference: other.reference })).toMatchObject({ kind: 'rejected' });
  });

  it('A16: rejects the code of another user', async () => {
    const other = { ...scope, username: 'user-b' };
    const theirs = await domain.create.execute(createRequest(domain, { scope: other }));
    const outcome = await check(code, { scope: other, reference: theirs.reference });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'wrong-code' });
  });

  it('A16: finds nothing by the reference of another user', async () => {
    const outcome = await check(code, { scope: { ...scope, username: 'user-b' } });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'foreign-metadata' });
  });

  it('A17: rejects the old code after a resend, and accepts the new one', async () => {
    domain.clock.advance(seconds(30));
    const rounds = [codeRound(reference)];
    const resent = await domain.create.execute(
      createRequest(domain, { rounds, resendRequested: true }),
    );
    const newer = { reference: resent.reference };
    expect(await check(code, newer)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
    expect(await check(domain.gateway.lastCode, newer)).toMatchObject({ kind: 'verified' });
  });

  it('does not compare the answer of a round that asks for a new code', async () => {
    const outcome = await check(code, { resendRequested: true });
    expect(outcome).toEqual({ kind: 'resend-requested' });
  });

  describe('where the provider wants to know', () => {
    let gateway: Interruptible<ConfirmingSmsGateway>;
    beforeEach(async () => {
      gateway = interruptible(new ConfirmingSmsGateway('message-1'));
      domain = createDomain({ gateway });
      ({ reference } = await domain.create.execute(createRequest(domain)));
      code = gateway.lastCode;
    });

    it('tells it that the code was used, once', async () => {
      expect(await check(code)).toMatchObject({ kind: 'verified', feedback: 'given' });
      expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
      expect(gateway.confirmed).toEqual(['message-1']);
    });

    it('tells nothing of an SMS that it gave no reference', async () => {
      domain = createDomain({ gateway });
      gateway.instead('send', async () => ({}));
      ({ reference } = await domain.create.execute(createRequest(domain)));
      const outcome = await check(domain.generator.codes.at(-1) ?? '');
      expect(outcome).toEqual({ kind: 'verified', country: 'US' });
      expect(gateway.confirmed).toEqual([]);
    });

    it('tells nothing where another gateway, which has no use for it, took its place', async () => {
      domain = createDomain();
      domain.gateway.instead('send', async () => ({ feedbackReference: 'message-1' }));
      ({ reference } = await domain.create.execute(createRequest(domain)));
      const outcome = await check(domain.generator.codes.at(-1) ?? '');
      expect(outcome).toEqual({ kind: 'verified', country: 'US' });
    });

    it('tells nothing of a wrong answer', async () => {
      await check(wrong());
      expect(gateway.confirmed).toEqual([]);
    });

    it('accepts the code even if it can not be told', async () => {
      gateway.fail('confirm', new Error('provider down'));
      expect(await check(code)).toMatchObject({ kind: 'verified', feedback: 'failed' });
    });
  });

  it('A6: accepts a code once, where the repository can tell', async () => {
    await check(code);
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'already-used' });
  });

  it('A7: accepts one of 50 right answers at once, where the repository can tell', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => check(code)));
    const others = outcomes.filter(({ kind }) => kind !== 'verified');
    expect(others).toEqual(Array(49).fill({ kind: 'rejected', reason: 'already-used' }));
  });

  it('A21: rejects every answer of an unknown user', async () => {
    domain = createDomain({ hideUserExistence: true });
    const user = stranger();
    const decoy = await domain.create.execute(createRequest(domain, user));
    const outcome = await check('000000', { ...user, reference: decoy.reference });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'user-not-found' });
  });

  it('A21: rejects the right answer of a user who was deleted in between', async () => {
    const outcome = await check(code, { userNotFound: true });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'foreign-metadata' });
  });

  it('rejects every answer where nothing could be sent', async () => {
    domain = createDomain({ hideUserExistence: true });
    const phone = { number: undefined, verified: false };
    const decoy = await domain.create.execute(createRequest(domain, { phone }));
    const outcome = await check('000000', { reference: decoy.reference });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'no-code-out' });
  });

  it('rejects every answer when the provider refused the SMS', async () => {
    domain.gateway.failByRefusing('throttled');
    const refused = await domain.create.execute(createRequest(domain));
    const answer = domain.generator.codes.at(-1) ?? '';
    const outcome = await check(answer, { reference: refused.reference });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'no-code-out' });
  });

  it('accepts a code whose delivery is uncertain: it may have arrived', async () => {
    domain.gateway.failWithoutAnswer('timed-out');
    const uncertain = await domain.create.execute(createRequest(domain));
    const answer = domain.generator.codes.at(-1) ?? '';
    const outcome = await check(answer, { reference: uncertain.reference });
    expect(outcome).toMatchObject({ kind: 'verified' });
  });

  it.each([
    ['none', undefined],
    ['foreign', 'CODE-123456'],
  ])('rejects every answer when the reference is %s', async (_, foreign) => {
    const outcome = await check(code, { reference: foreign });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'foreign-metadata' });
  });

  it.each(['find', 'consume'] as const)(
    'A31: accepts nothing when the repository fails: %s',
    async (method) => {
      domain.challenges.fail(method, new Error('store down'));
      await expect(check(code)).rejects.toThrow('store down');
      domain.challenges.fail(method);
      const outcome = await check(code);
      expect(outcome).toMatchObject({ kind: 'rejected', reason: 'store-unavailable' });
    },
  );

  it('A31: accepts a code the next time that could not be used up', async () => {
    const resume = domain.challenges.fail('consume');
    await check(code);
    resume();
    expect(await check(code)).toMatchObject({ kind: 'verified' });
  });

  it('tells nothing of a wrong answer that can not be taken, nor counts it', async () => {
    domain.challenges.fail('takeAnswer');
    const outcome = await check(wrong());
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'store-unavailable' });
    expect(await attempts()).toBe(0);
  });

  it('A20: takes no answer once all tries were used up, not even the right one', async () => {
    for (let i = 0; i < 3; i++) {
      expect(await check(wrong())).toEqual({ kind: 'rejected', reason: 'wrong-code' });
    }
    for (const answer of [wrong(), code]) {
      expect(await check(answer)).toEqual({ kind: 'rejected', reason: 'attempts-used-up' });
    }
    expect(await attempts()).toBe(3);
  });

  it('A20: tells three of 50 wrong answers at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => check(wrong())));
    const reasons = outcomes.map((outcome) => 'reason' in outcome && outcome.reason);
    expect(reasons.filter((reason) => reason === 'wrong-code')).toHaveLength(3);
    expect(reasons.filter((reason) => reason === 'attempts-used-up')).toHaveLength(47);
  });

  it('A20: accepts no code whose last try was taken while it was compared', async () => {
    const resume = domain.challenges.after('find', async () => {
      resume();
      await Promise.all([check(wrong()), check(wrong()), check(wrong())]);
    });
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'attempts-used-up' });
    expect(await converted()).toBe(0);
  });

  it('A17: compares an answer with the code that a resend has put in its place meanwhile', async () => {
    domain.clock.advance(seconds(30));
    const resume = domain.challenges.after('find', async () => {
      resume();
      await resend();
    });
    expect(await check(code)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
    expect(await triesTaken()).toBe(1);
    expect(await converted()).toBe(0);
    expect(await check(domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
  });

  it('gives up where one resend after the other replaces the code, and counts nothing', async () => {
    domain = createDomain({ policy: { maxSends: 100 } });
    ({ reference } = await domain.create.execute(createRequest(domain)));
    let resends = 0;
    domain.challenges.before('takeAnswer', async () => {
      resends += 1;
      domain.clock.advance(seconds(30));
      await resend(resends);
    });
    const outcome = await check(wrong());
    expect(outcome).toMatchObject({
      kind: 'rejected',
      reason: 'store-unavailable',
      fault: { failure: 'throttled' },
    });
    expect(resends).toBe(5);
    expect(await triesTaken()).toBe(0);
    expect(await attempts()).toBe(0);
  });

  it.each([
    ['fewer', '12345'],
    ['more', '1234567'],
    ['no', 'abcdef'],
  ])('costs no try to give %s digits than a code has, and counts nowhere', async (_, answer) => {
    for (let i = 0; i < 5; i++) {
      expect(await check(answer)).toEqual({ kind: 'rejected', reason: 'malformed' });
    }
    expect(await triesTaken()).toBe(0);
    expect(await attempts()).toBe(0);
    expect(await check(code)).toMatchObject({ kind: 'verified' });
  });

  it('accepts a code as long as it was when it was sent, should the settings have changed', async () => {
    const { challenges } = domain;
    const longer = createDomain({ policy: { codeLength: 8 } });
    longer.challenges.instead('find', (...args) => challenges.find(...args));
    longer.challenges.instead('consume', (...args) => challenges.consume(...args));
    const outcome = await longer.verify.execute(verifyRequest(longer, reference, { answer: code }));
    expect(outcome).toMatchObject({ kind: 'verified' });
  });

  describe('when the number has changed since', () => {
    it.each<readonly [string, VerifyRequest['phone']]>([
      ['to another one, verified', { number: '+12025554321', verified: true }],
      ['to another one', { number: '+12025554321', verified: false }],
      ['to nothing', { number: undefined, verified: false }],
      ['to what is no number', { number: '2025554567', verified: true }],
    ])('A15: rejects the code, whether or not numbers must be verified: %s', async (_, phone) => {
      for (const requireVerifiedPhone of [true, false]) {
        domain = createDomain({ requireVerifiedPhone, confirmPhone: true });
        ({ reference } = await domain.create.execute(createRequest(domain)));
        const answer = domain.gateway.lastCode;
        expect((await check(answer, { phone })).kind).toBe('rejected');
        expect([...domain.directory.verified]).toEqual([]);
        expect(await check(answer)).toMatchObject({ kind: 'verified' });
      }
    });

    it('rejects the code where the number is no longer verified, if it must be', async () => {
      const phone = { ...PHONE, verified: false };
      expect(await check(code, { phone })).toMatchObject({ kind: 'rejected' });
      expect(await check(code)).toMatchObject({ kind: 'verified' });
    });

    it('accepts the code where the number is no longer verified, if it need not be', async () => {
      domain = createDomain({ requireVerifiedPhone: false });
      ({ reference } = await domain.create.execute(createRequest(domain)));
      const phone = { ...PHONE, verified: false };
      expect(await check(domain.gateway.lastCode, { phone })).toMatchObject({ kind: 'verified' });
    });

    it('A15: takes a try for the code, as for a wrong one, and counts it for the number of now', async () => {
      const phone = { number: '+12025554321', verified: true };
      expect(await check(code, { phone })).toEqual({ kind: 'rejected', reason: 'wrong-code' });
      expect(await triesTaken()).toBe(1);
      expect(await attempts()).toBe(0);
      expect((await domain.ledger.read(`phone ${phone.number}`)).attemptCount).toBe(1);
    });

    it('A15: goes on with the code of the number of now, once it is sent one', async () => {
      const phone = { number: '+12025554321', verified: true };
      domain.clock.advance(seconds(30));
      const rounds = [codeRound(reference)];
      const request = createRequest(domain, { phone, rounds, resendRequested: true });
      await domain.create.execute(request);
      const { to } = domain.gateway.outbox.at(-1) ?? {};
      expect(to).toBe(phone.number);
      expect((await check(domain.gateway.lastCode)).kind).toBe('rejected');
      expect(await check(domain.gateway.lastCode, { phone })).toMatchObject({ kind: 'verified' });
    });
  });

  describe('where the number is to be confirmed', () => {
    const unverified = { number: '+12025554567', verified: false };
    beforeEach(async () => {
      domain = createDomain({ requireVerifiedPhone: false, confirmPhone: true });
      const request = createRequest(domain, { phone: unverified });
      ({ reference } = await domain.create.execute(request));
      code = domain.gateway.lastCode;
    });

    it('records the number that was proven, once its code is used up', async () => {
      let used: unknown;
      domain.directory.before('confirmPhone', async () => {
        used = (await domain.challenges.find(reference, scope))?.code.kind;
      });
      const outcome = await check(code, { phone: unverified });
      expect(outcome).toMatchObject({ kind: 'verified', phone: 'confirmed' });
      expect([...domain.directory.verified]).toEqual([[scope.username, unverified.number]]);
      expect(used).toBe('used');
    });

    it('records nothing after a wrong answer, nor where it is known already', async () => {
      await check(wrong(), { phone: unverified });
      expect(await check(code)).toEqual(expect.not.objectContaining({ phone: expect.anything() }));
      expect([...domain.directory.verified]).toEqual([]);
    });

    it('signs in all the same where it can not be recorded, and tells of the fault', async () => {
      const fault = new Error('AccessDenied');
      domain.directory.fail('confirmPhone', fault);
      const outcome = await check(code, { phone: unverified });
      expect(outcome).toMatchObject({ kind: 'verified', phone: 'not-confirmed', fault });
      const again = await check(code, { phone: unverified });
      expect(again).toEqual({ kind: 'rejected', reason: 'already-used' });
    });

    it('signs in all the same where there is no time left to record it', async () => {
      domain.challenges.after('consume', () => domain.clock.advance(seconds(5)));
      const outcome = await check(code, { phone: unverified });
      expect(outcome).toMatchObject({ kind: 'verified', phone: 'not-confirmed' });
      expect([...domain.directory.verified]).toEqual([]);
    });

    it('records it once, of many right answers at once', async () => {
      const confirmed: unknown[] = [];
      domain.directory.before('confirmPhone', (_, number) => {
        confirmed.push(number);
      });
      await Promise.all(Array.from({ length: 20 }, () => check(code, { phone: unverified })));
      expect(confirmed).toEqual([unverified.number]);
    });

    it('records nothing where the code can not be used up, or the account is locked', async () => {
      const resume = domain.challenges.fail('consume');
      await check(code, { phone: unverified });
      resume();
      await lock(domain);
      await check(code, { phone: unverified });
      expect([...domain.directory.verified]).toEqual([]);
    });

    it('records nothing unless that is wanted', async () => {
      domain = createDomain({ requireVerifiedPhone: false });
      const request = createRequest(domain, { phone: unverified });
      ({ reference } = await domain.create.execute(request));
      await check(domain.gateway.lastCode, { phone: unverified });
      expect([...domain.directory.verified]).toEqual([]);
    });
  });
});
