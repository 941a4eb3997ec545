import { beforeEach, describe, expect, it } from 'vitest';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import type { Round } from '../../src/domain/sign-in.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  scope,
  seconds,
  verifyRequest,
} from '../support/domain.ts';

describe('Opening a round', () => {
  let domain: Domain;
  beforeEach(() => {
    domain = createDomain();
  });

  /** The rounds of the sign-in that is under way. */
  let rounds: Round[];

  function open(changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> {
    rounds = [];
    return domain.create.execute(createRequest(domain, changes));
  }

  function next(last: CreateOutcome, changes: Partial<CreateRequest>): Promise<CreateOutcome> {
    rounds = [...rounds, codeRound(last.reference)];
    return domain.create.execute(createRequest(domain, { rounds, ...changes }));
  }

  /** The round that follows a wrong answer. */
  async function afterWrong(last: CreateOutcome, changes: Partial<CreateRequest> = {}) {
    const { scope, phone, userNotFound } = createRequest(domain, changes);
    const answer = { scope, phone, userNotFound };
    await domain.verify.execute(verifyRequest(domain, last.reference, answer));
    return next(last, changes);
  }

  /** The round that follows a ClientMetadata resend. */
  function afterResend(last: CreateOutcome, changes: Partial<CreateRequest> = {}) {
    return next(last, { resendRequested: true, ...changes });
  }

  describe('at the first round', () => {
    it('sends one SMS with a new code', async () => {
      const outcome = await open();
      expect(domain.gateway.outbox).toEqual([
        { to: '+12025554567', text: `Your OTP for log in to Acme is ${domain.generator.codes[0]}` },
      ]);
      expect(outcome).toMatchObject({
        kind: 'sent',
        status: 'SENT',
        destination: '+*******4567',
        codeLength: 6,
        expiresInMs: seconds(300),
        attemptsRemaining: 3,
        resendsRemaining: 2,
        resendAfterMs: seconds(30),
        foreignMetadata: false,
      });
    });

    it('looks for no challenge: there is none yet', async () => {
      domain.challenges.fail('find');
      expect(await open()).toMatchObject({ kind: 'sent' });
    });

    it('is written in the language of the user', async () => {
      await open({ locales: [undefined, 'fr-CA'] });
      expect(domain.gateway.outbox[0]?.text).toBe(`Acme: ${domain.generator.codes[0]}`);
    });

    it('takes built-in rounds in front for nothing more', async () => {
      const rounds = [{ challengeName: 'SRP_A', passed: true, reference: undefined }];
      expect(await open({ rounds })).toMatchObject({ kind: 'sent', attemptsRemaining: 3 });
    });

    it('takes no reference from a built-in round: it is not ours', async () => {
      const rounds = [{ challengeName: 'SRP_A', passed: true, reference: 'CODE-123456' }];
      expect(await open({ rounds })).toMatchObject({ kind: 'sent', foreignMetadata: false });
    });

    it('says SENT whatever the user attribute that asks for new codes holds', async () => {
      expect(await open({ resendAttribute: true })).toMatchObject({ status: 'SENT' });
      expect(domain.gateway.outbox).toHaveLength(1);
    });

    it('begins anew, and says so, when the metadata before is not of our making', async () => {
      const outcome = await open({ rounds: [codeRound('CODE-123456')] });
      expect(outcome).toMatchObject({ kind: 'sent', status: 'SENT', foreignMetadata: true });
    });

    it('gives the provider no longer than the function has', async () => {
      domain.gateway.failWithoutAnswer('timed-out');
      await open({ deadline: Deadline.in(domain.clock, 0) });
      expect(domain.gateway.attempts).toBe(0);
    });

    it('lets faults that are no delivery failure pass', async () => {
      domain.gateway.fail('send', new Error('bug'));
      await expect(open()).rejects.toThrow('bug');
    });
  });

  describe('after a wrong answer', () => {
    it('keeps the code and sends nothing', async () => {
      const first = await open();
      expect(await afterWrong(first)).toMatchObject({
        kind: 'reused',
        status: 'INCORRECT',
        attemptsRemaining: 2,
        resendsRemaining: 2,
        foreignMetadata: false,
      });
      expect(domain.gateway.outbox).toHaveLength(1);
    });

    it('counts it where the repository can not, and a wish for a new code never', async () => {
      domain.challenges.instead('afterAnswer', (challenge) => ({
        ...challenge,
        failures: challenge.failures + 1,
      }));
      const first = await open();
      expect(await next(first, {})).toMatchObject({ status: 'INCORRECT', attemptsRemaining: 2 });
      expect(await afterResend(first)).toMatchObject({ attemptsRemaining: 3 });
      expect(await open({ rounds: [codeRound('CODE-123456')] })).toMatchObject({
        status: 'SENT',
        attemptsRemaining: 3,
      });
    });

    it('A5: does not extend the expiry', async () => {
      const first = await open();
      domain.clock.advance(seconds(100));
      const second = await afterWrong(first);
      expect(second.expiresInMs).toBe(seconds(200));
      domain.clock.advance(seconds(100));
      expect((await afterWrong(second)).expiresInMs).toBe(seconds(100));
    });

    it('says EXPIRED when the code has become too old, and sends nothing', async () => {
      const first = await open();
      domain.clock.advance(seconds(300));
      expect(await afterWrong(first)).toMatchObject({
        kind: 'expired',
        status: 'EXPIRED',
        expiresInMs: 0,
        resendAfterMs: 0,
      });
      expect(domain.gateway.outbox).toHaveLength(1);
    });
  });

  it('A6: is told that the code is too old where it has signed another sign-in in', async () => {
    const first = await open();
    const answer = domain.gateway.lastCode;
    await domain.verify.execute(verifyRequest(domain, first.reference, { answer }));
    expect(await afterWrong(first)).toMatchObject({
      kind: 'expired',
      status: 'EXPIRED',
      expiresInMs: 0,
    });
  });

  describe('when the client asks for a new code', () => {
    it('sends one', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      expect(await afterResend(first)).toMatchObject({
        kind: 'resent',
        status: 'RESENT',
        expiresInMs: seconds(300),
        resendsRemaining: 1,
        resendAfterMs: seconds(30),
      });
      expect(domain.gateway.outbox).toHaveLength(2);
      expect(domain.generator.codes[1]).not.toBe(domain.generator.codes[0]);
    });

    it('sends one in a round that has the name of an earlier one: it is another sign-in', async () => {
      domain = createDomain({ policy: { resendCooldownMs: 0 } });
      const first = await open();
      const request = { rounds: [codeRound(first.reference)], resendRequested: true };
      for (const sends of [2, 3]) {
        domain.clock.advance(seconds(16));
        const outcome = await domain.create.execute(createRequest(domain, request));
        expect(outcome).toMatchObject({ kind: 'resent' });
        expect(domain.gateway.outbox).toHaveLength(sends);
      }
    });

    it('sends none so soon after a code that has signed another sign-in in', async () => {
      domain = createDomain({ policy: { resendCooldownMs: 0 } });
      const first = await open();
      const request = createRequest(domain, {
        rounds: [codeRound(first.reference)],
        resendRequested: true,
      });
      await domain.create.execute(request);
      const answer = { answer: domain.gateway.lastCode };
      await domain.verify.execute(verifyRequest(domain, first.reference, answer));
      domain.clock.advance(seconds(1));
      expect(await domain.create.execute(request)).toMatchObject({ kind: 'resend-too-soon' });
      expect(domain.gateway.outbox).toHaveLength(2);
    });

    it('does not count a wrong answer', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      expect(await afterResend(first)).toMatchObject({ attemptsRemaining: 3 });
    });

    it('A10: never refills the tries', async () => {
      const second = await afterWrong(await open());
      domain.clock.advance(seconds(30));
      expect(await afterResend(second)).toMatchObject({ status: 'RESENT', attemptsRemaining: 2 });
    });

    it('A37: sends nothing before the cooldown is over, and says how long it takes', async () => {
      const first = await open();
      domain.clock.advance(seconds(29));
      expect(await afterResend(first)).toMatchObject({
        kind: 'resend-too-soon',
        status: 'RESEND_TOO_SOON',
        resendAfterMs: seconds(1),
        attemptsRemaining: 3,
        expiresInMs: seconds(271),
      });
      expect(domain.gateway.outbox).toHaveLength(1);
    });

    it('sends nothing once the sends are used up', async () => {
      let round = await open();
      for (let i = 0; i < 2; i++) {
        domain.clock.advance(seconds(30));
        round = await afterResend(round);
      }
      domain.clock.advance(seconds(30));
      expect(await afterResend(round)).toMatchObject({
        kind: 'resend-limit',
        status: 'RESEND_LIMIT',
        resendsRemaining: 0,
        expiresInMs: seconds(270),
      });
      expect(domain.gateway.outbox).toHaveLength(3);
    });

    it('replaces a code that has expired', async () => {
      const first = await open();
      domain.clock.advance(seconds(301));
      expect(await afterResend(first)).toMatchObject({ status: 'RESENT', expiresInMs: 300_000 });
    });
  });

  describe('when the user attribute asks for a new code', () => {
    it('counts the wrong answer and sends one', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      expect(await afterWrong(first, { resendAttribute: true })).toMatchObject({
        status: 'RESENT',
        attemptsRemaining: 2,
      });
      expect(domain.gateway.outbox).toHaveLength(2);
    });

    it('can not run up a bill when it is left on', async () => {
      let round = await open({ resendAttribute: true });
      const statuses: string[] = [];
      for (let i = 0; i < 4; i++) {
        round = await afterWrong(round, { resendAttribute: true });
        statuses.push(round.status);
      }
      expect(statuses).toEqual(Array(4).fill('RESEND_TOO_SOON'));
      expect(domain.gateway.outbox).toHaveLength(1);
    });
  });

  describe('when the provider refuses the SMS', () => {
    it('goes on, and allows a resend at once that costs no send', async () => {
      domain.gateway.failByRefusing('throttled');
      const first = await open();
      expect(first).toMatchObject({
        kind: 'delivery-failed',
        status: 'DELIVERY_FAILED',
        expiresInMs: 0,
        resendsRemaining: 3,
        resendAfterMs: 0,
      });
      domain.gateway.accept();
      expect(await afterResend(first)).toMatchObject({ status: 'RESENT', resendsRemaining: 2 });
    });

    it('keeps saying so until a new code is asked for', async () => {
      domain.gateway.failByRefusing('throttled');
      const first = await open();
      expect(await afterWrong(first)).toMatchObject({ status: 'DELIVERY_FAILED' });
      expect(domain.gateway.attempts).toBe(1);
    });

    it('asks no provider any more once as many were refused as may be sent', async () => {
      domain.gateway.failByRefusing('throttled');
      let round = await open();
      for (let i = 0; i < 2; i++) {
        round = await afterResend(round);
      }
      expect(round).toMatchObject({ status: 'DELIVERY_FAILED', resendsRemaining: 0 });
      domain.gateway.accept();
      expect(await afterResend(round)).toMatchObject({
        kind: 'resend-limit',
        status: 'RESEND_LIMIT',
        resendsRemaining: 0,
      });
      expect(domain.gateway.attempts).toBe(3);
    });

    it('counts refused sends apart from those that left', async () => {
      let round = await open();
      domain.gateway.failByRefusing('throttled');
      domain.clock.advance(seconds(30));
      for (let i = 0; i < 2; i++) {
        round = await afterResend(round);
      }
      domain.gateway.accept();
      expect(await afterResend(round)).toMatchObject({ status: 'RESENT', resendsRemaining: 1 });
    });

    it('leaves a code that the user already holds as it was', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      domain.gateway.failByRefusing('unavailable');
      const second = await afterResend(first);
      expect(second).toMatchObject({
        status: 'DELIVERY_FAILED',
        expiresInMs: seconds(270),
        resendsRemaining: 2,
      });
      const answer = domain.generator.codes[0] ?? '';
      const verified = await domain.verify.execute(
        verifyRequest(domain, second.reference, { answer }),
      );
      expect(verified).toMatchObject({ kind: 'verified' });
    });
  });

  describe('when others change the challenge meanwhile', () => {
    /** Another sign-in that shares the challenge asks for a new code. */
    async function overtake({ reference }: CreateOutcome) {
      const rounds = [codeRound(reference), codeRound(reference)];
      await domain.create.execute(createRequest(domain, { rounds, resendRequested: true }));
    }

    it('A37: sends nothing where another new code has just been sent', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      const resume = domain.challenges.before('save', async () => {
        resume();
        await overtake(first);
      });
      expect(await afterResend(first)).toMatchObject({
        kind: 'resend-too-soon',
        status: 'RESEND_TOO_SOON',
        resendsRemaining: 1,
      });
      expect(domain.gateway.outbox).toHaveLength(2);
    });

    it('leaves a newer code good where the provider refuses the older one', async () => {
      domain = createDomain({ policy: { resendCooldownMs: 0 } });
      const first = await open();
      const resume = domain.gateway.before('send', async () => {
        resume();
        await overtake(first);
        domain.gateway.failByRefusing('throttled');
      });
      expect(await afterResend(first)).toMatchObject({ status: 'DELIVERY_FAILED' });
      expect(domain.gateway.attempts).toBe(3);
      const answer = domain.gateway.lastCode;
      const request = verifyRequest(domain, first.reference, { answer });
      expect(await domain.verify.execute(request)).toMatchObject({ kind: 'verified' });
    });

    it('gives up where they never stop, and sends nothing', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      let saves = 0;
      domain.challenges.instead('save', async () => {
        saves += 1;
        return {
          kind: 'conflict',
          current: await domain.challenges.find(first.reference, scope),
        };
      });
      await expect(afterResend(first)).rejects.toMatchObject({ failure: 'throttled' });
      expect(saves).toBe(5);
      expect(domain.gateway.outbox).toHaveLength(1);
    });

    it('says how it stands by now where another call for the round was abandoned', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      await afterResend(first);
      const resume = domain.challenges.before('save', async () => {
        resume();
        const challenge = await domain.challenges.find(first.reference, scope);
        if (challenge !== undefined) {
          await domain.challenges.save({ ...challenge, sends: 3 });
        }
      });
      const again = createRequest(domain, { rounds, resendRequested: true });
      expect(await domain.create.execute(again)).toMatchObject({
        kind: 'abandoned',
        resendsRemaining: 0,
        resendAfterMs: seconds(30),
      });
    });
  });

  describe('when what came of the SMS can not be written down', () => {
    it('tells the user all the same, and of the fault', async () => {
      domain.gateway.before('send', () => {
        domain.challenges.fail('save');
      });
      domain.gateway.failByRefusing('throttled');
      expect(await open()).toMatchObject({
        kind: 'delivery-failed',
        status: 'DELIVERY_FAILED',
        resendsRemaining: 3,
        resendAfterMs: 0,
        fault: expect.any(StoreError),
      });
    });
  });

  it('lets faults pass that are none of the store, once the SMS is refused', async () => {
    domain.gateway.before('send', () => {
      domain.challenges.fail('save', new Error('bug'));
    });
    domain.gateway.failByRefusing('throttled');
    await expect(open()).rejects.toThrow('bug');
  });

  describe('when the provider says that it has trouble', () => {
    it('counts the send, since the SMS may have left, and keeps its code good', async () => {
      domain.gateway.failInDoubt();
      const first = await open();
      expect(first).toMatchObject({
        kind: 'delivery-failed',
        status: 'DELIVERY_FAILED',
        expiresInMs: seconds(300),
        resendsRemaining: 2,
        resendAfterMs: 0,
      });
      const answer = domain.generator.codes[0] ?? '';
      const request = verifyRequest(domain, first.reference, { answer });
      expect(await domain.verify.execute(request)).toMatchObject({ kind: 'verified' });
    });
  });

  describe('when the provider does not answer', () => {
    it('counts the send, since the SMS may have left, and allows a resend at once', async () => {
      domain.gateway.failWithoutAnswer('timed-out');
      expect(await open()).toMatchObject({
        kind: 'delivery-failed',
        status: 'DELIVERY_FAILED',
        expiresInMs: seconds(300),
        resendsRemaining: 2,
        resendAfterMs: 0,
      });
    });

    it('stops sending when every one of the sends may have left', async () => {
      domain.gateway.failWithoutAnswer('timed-out');
      let round = await open();
      for (let i = 0; i < 2; i++) {
        round = await afterResend(round);
      }
      expect(await afterResend(round)).toMatchObject({ status: 'RESEND_LIMIT' });
      expect(domain.gateway.attempts).toBe(3);
    });
  });

  describe('of a challenge that others write, too', () => {
    /** What another call has made of the challenge where this one wants to write it down. */
    function meetConflict(current?: Challenge) {
      domain.challenges.instead('save', async () => ({ kind: 'conflict', current }));
    }

    it('tells of a refused SMS all the same where the challenge is gone', async () => {
      domain.gateway.failByRefusing('throttled');
      domain.gateway.before('send', () => meetConflict());
      expect(await open()).toMatchObject({
        kind: 'delivery-failed',
        status: 'DELIVERY_FAILED',
        resendAfterMs: 0,
      });
    });

    it('hides no fault of our own in writing down what came of an SMS', async () => {
      domain.gateway.failByRefusing('throttled');
      domain.gateway.before('send', () => {
        domain.challenges.fail('save', new TypeError('ours'));
      });
      await expect(open()).rejects.toThrow(TypeError);
    });

    /** A resend that was handed to the provider, and whose call then died. */
    async function abandon(): Promise<CreateOutcome> {
      const first = await open();
      domain.clock.advance(seconds(30));
      const resume = domain.gateway.after('send', () => {
        throw new TypeError('ours');
      });
      await expect(afterResend(first)).rejects.toThrow(TypeError);
      resume();
      rounds = [];
      return first;
    }

    it('sends none again for a round that was abandoned, though the challenge is gone', async () => {
      const first = await abandon();
      meetConflict();
      expect(await afterResend(first)).toMatchObject({ kind: 'abandoned', resendAfterMs: 0 });
      expect(domain.gateway.attempts).toBe(2);
    });

    it('goes by what another call has written of a round that was abandoned', async () => {
      const first = await abandon();
      const current = await domain.challenges.find(first.reference, scope);
      meetConflict(current && { ...current, resendAt: domain.clock.now() + seconds(7) });
      expect(await afterResend(first)).toMatchObject({
        kind: 'abandoned',
        resendAfterMs: seconds(7),
      });
    });

    it('sends none again for a round whose code has signed someone in', async () => {
      const first = await open();
      domain.clock.advance(seconds(30));
      const second = await afterResend(first);
      const answer = domain.gateway.lastCode;
      await domain.verify.execute(verifyRequest(domain, second.reference, { answer }));
      rounds = [];
      expect(await afterResend(first)).toMatchObject({
        kind: 'resend-too-soon',
        expiresInMs: 0,
        resendAfterMs: seconds(30),
      });
      expect(domain.gateway.attempts).toBe(2);
    });
  });

  describe('for a user who can not be reached, where that is hidden', () => {
    beforeEach(() => {
      domain = createDomain({ hideUserExistence: true });
    });

    it.each<readonly [string, Partial<CreateRequest>, string]>([
      [
        'does not exist',
        { userNotFound: true, phone: { number: undefined, verified: false } },
        'user-not-found',
      ],
      ['has no number', { phone: { number: undefined, verified: false } }, 'number-missing'],
      ['has an empty number', { phone: { number: '', verified: true } }, 'number-missing'],
      [
        'A39: has a number that is not E.164',
        { phone: { number: '2025554567', verified: true } },
        'number-not-e164',
      ],
      [
        'A39: has a number that no plan allows',
        { phone: { number: '+1555123', verified: true } },
        'number-impossible',
      ],
      [
        'A39: has a number that costs whoever sends to it',
        { phone: { number: '+19005550100', verified: true } },
        'number-special',
      ],
      [
        'A39: has not verified the number',
        { phone: { number: '+12025554567', verified: false } },
        'number-not-verified',
      ],
    ])('A22: looks the same as for any other, without an SMS: %s', async (_, changes, reason) => {
      const outcome = await open(changes);
      expect(outcome).toMatchObject({
        kind: 'withheld',
        reason,
        status: 'SENT',
        expiresInMs: seconds(300),
        attemptsRemaining: 3,
        resendsRemaining: 2,
        resendAfterMs: seconds(30),
      });
      expect(outcome.destination).toBe('+*******');
      expect(domain.gateway.attempts).toBe(0);

      const second = await afterWrong(outcome, changes);
      expect(second).toMatchObject({ status: 'INCORRECT', attemptsRemaining: 2 });
      expect(await afterResend(second, changes)).toMatchObject({ status: 'RESEND_TOO_SOON' });
      domain.clock.advance(seconds(301));
      const late = await afterWrong(second, changes);
      expect(late).toMatchObject({ status: 'EXPIRED' });
      expect(await afterResend(late, changes)).toMatchObject({ status: 'RESENT' });
      expect(domain.gateway.attempts).toBe(0);
    });

    it('sends to an unverified number where the code itself is the proof', async () => {
      domain = createDomain({ requireVerifiedPhone: false });
      const unverified = { phone: { number: '+12025554567', verified: false } };
      expect(await open(unverified)).toMatchObject({ kind: 'sent' });
    });
  });
});
