import { beforeEach, describe, expect, it } from 'vitest';
import type { VerifyRequest } from '../../src/domain/verify-auth-challenge.ts';
import { ConfirmingSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { type Interruptible, interruptible } from '../fakes/interruptible.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  PHONE,
  scope,
  seconds,
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
    const base = { scope, userNotFound: false, resendRequested: false, reference, phone: PHONE };
    return domain.verify.execute({ ...base, answer, ...changes });
  }

  const wrong = () => (code === '000000' ? '111111' : '000000');

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
    expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(1);
  });

  it('A21: rejects every answer of an unknown user', async () => {
    const outcome = await check(code, { userNotFound: true });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'user-not-found' });
  });

  it('rejects every answer where nothing could be sent', async () => {
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

  it('A31: accepts nothing when the repository fails', async () => {
    domain.challenges.fail('takeAnswer', new Error('store down'));
    await expect(check(code)).rejects.toThrow('store down');
  });
});
