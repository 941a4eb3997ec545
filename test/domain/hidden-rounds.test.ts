/** What happens, and what is told of it, where clients may learn nothing of who has an account. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { ALL_PLACES } from '../../src/domain/ports/sms-traffic.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import type { Round } from '../../src/domain/sign-in.ts';
import { publicChallengeParameters } from '../../src/trigger-events.ts';
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

describe('Where user existence is hidden', () => {
  let domain: Domain;
  let rounds: readonly Round[];
  beforeEach(() => {
    domain = createDomain({ hideUserExistence: true });
  });

  function open(changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> {
    rounds = [];
    return domain.createOnce.execute(createRequest(domain, changes));
  }

  function resend(last: CreateOutcome): Promise<CreateOutcome> {
    rounds = [...rounds, codeRound(last.reference)];
    const request = createRequest(domain, { rounds, resendRequested: true });
    return domain.createOnce.execute(request);
  }

  const check = ({ reference }: CreateOutcome, answer: string) =>
    domain.verify.execute(verifyRequest(domain, reference, { answer }));

  const asSent = {
    status: 'SENT',
    expiresInMs: seconds(300),
    resendsRemaining: 2,
    resendAfterMs: seconds(30),
    attemptsRemaining: 3,
  };

  describe('a first SMS that the provider refuses', () => {
    beforeEach(() => domain.gateway.failByRefusing('throttled'));

    it('is told as sent; what happened is in the outcome', async () => {
      expect(await open()).toMatchObject({ kind: 'delivery-failed', ...asSent });
    });

    it('has a code that no answer matches, each of which costs a try', async () => {
      const first = await open();
      const answer = domain.generator.codes[0] ?? '';
      expect(await check(first, answer)).toMatchObject({ kind: 'rejected' });
      const challenge = await domain.challenges.find(first.reference, scope);
      expect(challenge).toMatchObject({ failures: 1, code: { kind: 'decoy' } });
    });

    it('still looks like a code of the length and the time that it had', async () => {
      const issuedAt = domain.clock.now();
      const { reference } = await open();
      const code = { kind: 'decoy', digits: 6, issuedAt, expiresAt: issuedAt + seconds(300) };
      expect(await domain.challenges.find(reference, scope)).toMatchObject({ code });
    });

    it('is tried again, without a word, by another call of its round', async () => {
      const first = await open();
      domain.gateway.accept();
      domain.clock.advance(seconds(5));
      const again = await open();
      expect(again).toMatchObject({
        kind: 'sent',
        reference: first.reference,
        ...asSent,
        expiresInMs: seconds(295),
        resendAfterMs: seconds(25),
      });
      expect(domain.gateway.outbox).toHaveLength(1);
      expect(await check(again, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
    });

    it('is counted once for the number, as it is told', async () => {
      const perNumber = [{ max: 10, windowMs: seconds(600) }];
      domain = createDomain({ hideUserExistence: true, limits: { perNumber } });
      domain.gateway.failByRefusing('throttled');
      await open();
      const { sends } = await domain.ledger.read(ACCOUNT.name);
      domain.gateway.accept();
      expect(await open()).toMatchObject({ kind: 'sent' });
      expect((await domain.ledger.read(ACCOUNT.name)).sends).toEqual(sends);
    });

    it('is tried again also where it was the last that its number’s limit allows', async () => {
      const perNumber = [{ max: 1, windowMs: seconds(600) }];
      domain = createDomain({ hideUserExistence: true, limits: { perNumber } });
      domain.gateway.failByRefusing('throttled');
      await open();
      domain.gateway.accept();
      expect(await open()).toMatchObject({ kind: 'sent', ...asSent });
      expect(await open()).toMatchObject({ kind: 'repeated', ...asSent });
      expect(domain.gateway.outbox).toHaveLength(1);
    });

    it('is not tried again by a later round’s second call once its code would be too old', async () => {
      domain = createDomain({ hideUserExistence: true, policy: { maxSends: 1 } });
      domain.gateway.failByRefusing('throttled');
      const first = await open();
      domain.gateway.accept();
      domain.clock.advance(seconds(300));
      expect(await resend(first)).toMatchObject({ status: 'RESEND_LIMIT', expiresInMs: 0 });
      rounds = [];
      expect(await resend(first)).toMatchObject({ kind: 'repeated', status: 'RESEND_LIMIT' });
      expect(domain.gateway.outbox).toHaveLength(0);
    });

    it('is tried again once, however often the round is called for, while the provider refuses', async () => {
      for (let i = 0; i < 4; i++) {
        expect(await open()).toMatchObject({ status: 'SENT' });
        domain.clock.advance(seconds(3));
      }
      expect(domain.gateway.attempts).toBe(2);
    });

    it('is tried again once, whichever rounds are called for again', async () => {
      const first = await open();
      domain.clock.advance(seconds(1));
      await open();
      for (let i = 0; i < 2; i++) {
        rounds = [];
        expect(await resend(first)).toMatchObject({ status: 'RESEND_TOO_SOON' });
      }
      expect(domain.gateway.attempts).toBe(2);
    });

    it('is told again, with the fault, where the store fails what would make up for it', async () => {
      const first = await open();
      domain.gateway.accept();
      domain.challenges.fail('save');
      expect(await open()).toMatchObject({
        kind: 'repeated',
        ...asSent,
        reference: first.reference,
        fault: expect.any(StoreError),
      });
      expect(domain.gateway.outbox).toHaveLength(0);
    });

    it('is told again, and not sent, where somebody changes the challenge meanwhile', async () => {
      const first = await open();
      domain.gateway.accept();
      const resume = domain.challenges.before('save', async () => {
        resume();
        const found = await domain.challenges.find(first.reference, scope);
        await domain.challenges.save(found as Challenge);
      });
      expect(await open()).toMatchObject({ kind: 'repeated', ...asSent });
      expect(domain.gateway.outbox).toHaveLength(0);
    });

    it('is tried again once, by however many calls at once', async () => {
      await open();
      domain.gateway.accept();
      const outcomes = await Promise.all([open(), open(), open()]);
      expect(domain.gateway.outbox).toHaveLength(1);
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['SENT']));
    });

    it('may be followed by another once the cooldown is over, as any other', async () => {
      const first = await open();
      expect(await resend(first)).toMatchObject({ status: 'RESEND_TOO_SOON' });
      domain.gateway.accept();
      domain.clock.advance(seconds(30));
      const second = await resend(first);
      expect(second).toMatchObject({ kind: 'resent', status: 'RESENT', resendsRemaining: 1 });
      expect(await check(second, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
    });
  });

  describe('a resend that the provider refuses', () => {
    async function refused() {
      const first = await open();
      domain.clock.advance(seconds(30));
      domain.gateway.failByRefusing('unavailable');
      const second = await resend(first);
      return { second, code: domain.generator.codes[0] ?? '' };
    }

    it('is told as sent', async () => {
      const { second } = await refused();
      expect(second).toMatchObject({
        kind: 'delivery-failed',
        status: 'RESENT',
        expiresInMs: seconds(300),
        resendsRemaining: 1,
        resendAfterMs: seconds(30),
      });
    });

    it('leaves the code that the user already holds good for its own time', async () => {
      const { second, code } = await refused();
      domain.clock.advance(seconds(269));
      expect(await check(second, code)).toMatchObject({ kind: 'verified' });
    });

    it('does not let that code live longer', async () => {
      const { second, code } = await refused();
      domain.clock.advance(seconds(270));
      expect(await check(second, code)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
    });
  });

  it('A35: a resend that was refused is not sent by another call that never heard of it', async () => {
    const first = await open();
    domain.clock.advance(seconds(30));
    domain.gateway.failByRefusing('unavailable');
    domain.rounds.fail('complete');
    await resend(first);
    domain.gateway.accept();
    domain.clock.advance(seconds(5));
    rounds = [];
    expect(await resend(first)).toMatchObject({ kind: 'abandoned', status: 'RESENT' });
    expect(domain.gateway.outbox).toHaveLength(1);
  });

  it('A35: an SMS that was made up for late is not sent once more by the next call', async () => {
    await lock(domain);
    const first = await open();
    domain.clock.advance(seconds(30));
    expect(await resend(first)).toMatchObject({ kind: 'withheld' });
    await domain.ledger.forget(ACCOUNT.name);
    const kinds: string[] = [];
    for (const wait of [seconds(15), seconds(2)]) {
      domain.clock.advance(wait);
      rounds = [];
      kinds.push((await resend(first)).kind);
      expect(domain.gateway.outbox).toHaveLength(1);
    }
    expect(kinds).toEqual(['resent', 'repeated']);
  });

  it('A35: an SMS that was made up for late is not sent once more to those who call for it again', async () => {
    domain.gateway.failByRefusing('throttled');
    const first = await open();
    domain.gateway.accept();
    domain.clock.advance(seconds(10));
    expect(await open()).toMatchObject({ kind: 'sent', reference: first.reference });
    for (const wait of [seconds(5), seconds(5)]) {
      domain.clock.advance(wait);
      expect(await open()).toMatchObject({ kind: 'repeated', reference: first.reference });
    }
    expect(domain.gateway.outbox).toHaveLength(1);
  });

  it('A22: a round that is called for again is kept as long for strangers as for users', async () => {
    const references = async (changes: Partial<CreateRequest>) => {
      const seen: string[] = [];
      for (const wait of [0, seconds(15), seconds(15), seconds(1)]) {
        domain.clock.advance(wait);
        seen.push((await open(changes)).reference);
      }
      return seen.map((reference) => seen.indexOf(reference));
    };
    const ofUser = await references({});
    domain.gateway.failByRefusing('throttled');
    domain.clock.advance(seconds(60));
    expect(await references({})).toEqual(ofUser);
    expect(await references(stranger())).toEqual(ofUser);
    expect(ofUser).toEqual([0, 0, 0, 3]);
  });

  it('A22: a third tab that asks for a new code is told what a stranger is, whatever was made up for', async () => {
    async function told(user: Partial<CreateRequest>) {
      domain = createDomain({ hideUserExistence: true });
      domain.gateway.failByRefusing('country-blocked');
      const first = await open(user);
      domain.clock.advance(seconds(30));
      const request = { ...user, rounds: [codeRound(first.reference)], resendRequested: true };
      const statuses: string[] = [];
      for (const wait of [0, seconds(12), seconds(5), seconds(12)]) {
        domain.clock.advance(wait);
        const round = await domain.createOnce.execute(createRequest(domain, request));
        statuses.push(round.status);
      }
      return statuses;
    }
    const statuses = ['RESENT', 'RESENT', 'RESENT', 'RESEND_TOO_SOON'];
    expect(await told({})).toEqual(statuses);
    expect(await told(stranger())).toEqual(statuses);
  });

  it.each([
    { tookMs: 100, answerStepMs: 500 },
    { tookMs: 1100, answerStepMs: 2000 },
  ])(
    'A22: the time that is left does not tell of an SMS that took $tookMs ms',
    async ({ tookMs, answerStepMs }) => {
      async function told(user: Partial<CreateRequest>) {
        domain = createDomain({ hideUserExistence: true, answerStepMs });
        domain.gateway.before('send', () => domain.timer.sleep(tookMs));
        return publicChallengeParameters(await open(user));
      }
      expect(await told(stranger())).toEqual(await told({}));
    },
  );

  it('A22: a stranger whom Cognito calls otherwise in each trigger is told what a user is', async () => {
    async function told(nameless: Partial<CreateRequest>, names: readonly string[]) {
      domain = createDomain({ hideUserExistence: true });
      let calls = 0;
      const user = (): Partial<CreateRequest> => {
        calls += 1;
        return { ...nameless, scope: { ...scope, username: names[calls % names.length] ?? '' } };
      };
      const first = await open(user());
      const { reference } = first;
      const answer = verifyRequest(domain, reference, user());
      const verified = await domain.verify.execute(answer);
      rounds = [codeRound(reference)];
      const next = { ...createRequest(domain, { rounds, ...user() }) };
      const defined = await domain.define.execute(next);
      const second = await domain.createOnce.execute({ ...next, ...user() });
      domain.clock.advance(seconds(30));
      rounds = [...rounds, codeRound(second.reference)];
      const wish = { ...createRequest(domain, { rounds, resendRequested: true, ...user() }) };
      const third = await domain.createOnce.execute(wish);
      return [
        publicChallengeParameters(first),
        verified.kind,
        defined,
        publicChallengeParameters(second),
        publicChallengeParameters(third),
      ];
    }
    const { scope: _, ...nameless } = stranger();
    const user = await told({}, ['user']);
    expect(await told(nameless, ['typed', 'dummy', 'dummy of the dummy'])).toEqual(user);
    expect(user[2]).toEqual({ kind: 'code-asked' });
  });

  it('A23: a limit on all SMS is told as late to users, whose country is given back, as to strangers', async () => {
    async function leftAfter(user: Partial<CreateRequest>) {
      const overall = { max: 1, windowMs: seconds(3600) };
      domain = createDomain({ hideUserExistence: true, answerStepMs: 500, limits: { overall } });
      await domain.traffic.reserve(ALL_PLACES, overall, domain.clock.now());
      domain.traffic.before('giveBack', () => domain.timer.sleep(60));
      const before = domain.clock.now();
      expect(await open(user)).toMatchObject({ reason: 'overall-budget', status: 'THROTTLED' });
      return domain.clock.now() - before;
    }
    expect(await leftAfter(stranger())).toBe(await leftAfter({}));
  });

  it('A22: the time to wait for limits that can’t be reached does not tell of what was given back', async () => {
    async function told(user: Partial<CreateRequest>) {
      const overall = { max: 100, windowMs: seconds(3600) };
      domain = createDomain({ hideUserExistence: true, answerStepMs: 1600, limits: { overall } });
      const timeOut = async (place: string) => {
        if (place === ALL_PLACES) {
          await domain.timer.sleep(600);
          throw new StoreError('timed-out', new Error('slow'));
        }
      };
      domain.traffic.before('reserve', timeOut);
      domain.traffic.before('probe', timeOut);
      domain.traffic.before('giveBack', () => domain.timer.sleep(60));
      const round = await open(user);
      expect(round).toMatchObject({ reason: 'limits-unavailable', status: 'THROTTLED' });
      return publicChallengeParameters(round);
    }
    expect(await told(stranger())).toEqual(await told({}));
  });

  it('a fault of ours, as an SMS is made up for, is none of the store’s', async () => {
    await lock(domain);
    await open();
    await domain.ledger.forget(ACCOUNT.name);
    domain.challenges.fail('save', new Error('bug'));
    await expect(open()).rejects.toThrow('bug');
  });

  it('A23: the second click of a double one is answered as soon to users whose SMS is refused as to strangers', async () => {
    async function leftAfter(user: Partial<CreateRequest>) {
      domain = createDomain({ hideUserExistence: true, answerStepMs: 500 });
      domain.gateway.failByRefusing('opted-out');
      domain.gateway.before('send', () => domain.timer.sleep(300));
      const before = domain.clock.now();
      await Promise.all([open(user), open(user)]);
      return domain.clock.now() - before;
    }
    expect(await leftAfter({})).toBe(await leftAfter(stranger()));
  });

  it('the second click of a double one tries nothing again that was refused just now; a third one does', async () => {
    domain.gateway.failByRefusing('throttled');
    domain.gateway.before('send', () => domain.timer.sleep(300));
    await Promise.all([open(), open()]);
    expect(domain.gateway.attempts).toBe(1);
    domain.gateway.accept();
    domain.clock.advance(seconds(3));
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
  });

  it('A23: an SMS that takes a write more to be counted is told as late as none', async () => {
    async function leftAfter(user: Partial<CreateRequest>) {
      domain = createDomain({ hideUserExistence: true, answerStepMs: 500 });
      domain.traffic.before('reserve', () => domain.timer.sleep(60));
      const before = domain.clock.now();
      await open(user);
      return domain.clock.now() - before;
    }
    expect(await leftAfter(stranger())).toBe(await leftAfter({}));
  });

  it('an SMS that is made up for takes as long as any other, and tells of its fault', async () => {
    domain = createDomain({
      hideUserExistence: true,
      answerStepMs: 500,
      limits: { onStoreFailure: 'open' },
    });
    await lock(domain);
    await open();
    await domain.ledger.forget(ACCOUNT.name);
    domain.ledger.fail('read');
    domain.gateway.before('send', () => domain.timer.sleep(700));
    const before = domain.clock.now();
    const again = await open();
    expect(again).toMatchObject({
      kind: 'sent',
      pace: { dueAt: 500, overran: true },
      fault: expect.any(StoreError),
    });
    expect(domain.clock.now() - before).toBe(700);
  });

  it('a first SMS that a limit of the own number forbade may be asked for later', async () => {
    const windowMs = seconds(60);
    domain = createDomain({
      hideUserExistence: true,
      limits: { perNumber: [{ max: 1, windowMs }] },
    });
    await open();
    domain.clock.advance(seconds(30));
    const throttled = await open();
    expect(throttled).toMatchObject({ kind: 'throttled', status: 'THROTTLED' });
    domain.clock.advance(seconds(30));
    const request = createRequest(domain, { rounds: [codeRound(throttled.reference)] });
    expect(await domain.createOnce.execute(request)).toMatchObject({ status: 'EXPIRED' });
  });

  describe('a challenge is written down once', () => {
    async function savesOf(act: () => Promise<unknown>) {
      let saves = 0;
      domain.challenges.before('save', () => {
        saves += 1;
      });
      await act();
      return saves;
    }

    it('where the account is locked', async () => {
      await lock(domain);
      expect(await savesOf(open)).toBe(1);
    });

    it('where the SMS may have left', async () => {
      domain.gateway.failWithoutAnswer('timed-out');
      expect(await savesOf(open)).toBe(1);
    });

    it('where a country’s limit forbids the SMS', async () => {
      const perCountry = { max: 1, windowMs: seconds(3600) };
      domain = createDomain({ hideUserExistence: true, limits: { perCountry } });
      await domain.traffic.reserve('US', perCountry, domain.clock.now());
      expect(await savesOf(open)).toBe(1);
    });

    it('where the number’s own limit forbids the SMS', async () => {
      const perNumber = [{ max: 1, windowMs: seconds(3600) }];
      domain = createDomain({ hideUserExistence: true, limits: { perNumber } });
      await open();
      domain.clock.advance(seconds(16));
      expect(await savesOf(open)).toBe(1);
    });

    it('where an operator has stopped all SMS', async () => {
      domain = createDomain({ hideUserExistence: true });
      await domain.traffic.stop('all');
      expect(await savesOf(open)).toBe(1);
    });
  });

  it('a resend that a country’s limit forbids leaves the code good that is out', async () => {
    const perCountry = { max: 1, windowMs: seconds(3600) };
    domain = createDomain({ hideUserExistence: true, limits: { perCountry } });
    const first = await open();
    domain.clock.advance(seconds(30));
    const second = await resend(first);
    expect(second).toMatchObject({ kind: 'throttled', isHidden: true, status: 'RESENT' });
    expect(await check(second, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
  });

  it.each([false, true])(
    'a resend that a lock withholds leaves the code good that is out, hidden: %s',
    async (hideUserExistence) => {
      domain = createDomain({ hideUserExistence });
      const first = await open();
      const code = domain.gateway.lastCode;
      await lock(domain);
      domain.clock.advance(seconds(30));
      const second = await resend(first);
      expect(second).toMatchObject({ kind: 'withheld', status: 'RESENT', resendsRemaining: 1 });
      await domain.ledger.forget(ACCOUNT.name);
      expect(await check(second, code)).toMatchObject({ kind: 'verified' });
    },
  );

  it('a resend that others use the country’s last SMS up for leaves the code good that is out', async () => {
    const perCountry = { max: 2, windowMs: seconds(3600) };
    domain = createDomain({ hideUserExistence: true, limits: { perCountry } });
    const first = await open();
    domain.clock.advance(seconds(30));
    const resume = domain.traffic.before('reserve', async (place, budget, at) => {
      resume();
      await domain.traffic.reserve(place, budget, at);
    });
    const second = await resend(first);
    expect(second).toMatchObject({ kind: 'throttled', status: 'RESENT' });
    expect(await check(second, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
  });

  it.each(['locked', 'closed'])(
    'a resend that is not sent is written down once, where a code is out: %s',
    async (why) => {
      const perCountry = { max: 1, windowMs: seconds(3600) };
      domain = createDomain({ hideUserExistence: true, limits: { perCountry } });
      const first = await open();
      if (why === 'locked') {
        await lock(domain);
      }
      domain.clock.advance(seconds(30));
      let saves = 0;
      domain.challenges.before('save', () => {
        saves += 1;
      });
      expect(await resend(first)).toMatchObject({ status: 'RESENT' });
      expect(domain.gateway.outbox).toHaveLength(1);
      expect(saves).toBe(1);
    },
  );

  it('an SMS that may have left keeps its code, and its cooldown', async () => {
    domain.gateway.failWithoutAnswer('timed-out');
    const first = await open();
    expect(first).toMatchObject({ kind: 'delivery-failed', ...asSent });
    const answer = domain.generator.codes[0] ?? '';
    expect(await check(first, answer)).toMatchObject({ kind: 'verified' });
  });

  it('a call that was abandoned is told as sent, and nothing is sent again', async () => {
    domain.gateway.after('send', () => {
      throw new Error('A fault of ours');
    });
    await expect(open()).rejects.toThrow();
    expect(await open()).toMatchObject({ kind: 'abandoned', ...asSent });
    expect(domain.gateway.outbox).toHaveLength(1);
  });

  it.each([
    ['country-budget', { perCountry: { max: 1, windowMs: seconds(3600) } }],
    ['unproven-sends', { unconverted: { action: 'refuse', allowance: 0, share: 0 } }],
  ] as const)('a country’s limit is not told: %s', async (reason, limits) => {
    domain = createDomain({ hideUserExistence: true, limits });
    await domain.traffic.reserve(
      'US',
      limits && 'perCountry' in limits ? limits.perCountry : undefined,
      domain.clock.now(),
    );
    expect(await open()).toMatchObject({ kind: 'throttled', reason, isHidden: true, ...asSent });
    expect(domain.gateway.attempts).toBe(0);
  });

  it('limits that everybody meets are told: of the own number, overall, and out of reach', async () => {
    const hourly = { max: 1, windowMs: seconds(3600) };
    for (const limits of [{ perNumber: [hourly] }, { overall: hourly }]) {
      domain = createDomain({ hideUserExistence: true, limits });
      await open();
      domain.clock.advance(seconds(16));
      expect(await open()).toMatchObject({ kind: 'throttled', status: 'THROTTLED' });
    }
    domain = createDomain({ hideUserExistence: true });
    domain.ledger.fail('read');
    expect(await open()).toMatchObject({ reason: 'limits-unavailable', status: 'THROTTLED' });
  });

  it('a first round says SENT whatever custom:resend holds; later ones go by it', async () => {
    const first = await open({ resendAttribute: true });
    expect(first.status).toBe('SENT');
    domain.clock.advance(seconds(30));
    await check(first, '000000');
    const request = createRequest(domain, {
      rounds: [codeRound(first.reference)],
      resendAttribute: true,
    });
    expect(await domain.createOnce.execute(request)).toMatchObject({
      status: 'RESENT',
      attemptsRemaining: 2,
    });
  });

  it('a resend is sent as soon as the account is unlocked; what could not be counted is in the outcome', async () => {
    domain = createDomain({ hideUserExistence: true, limits: { onStoreFailure: 'open' } });
    await lock(domain);
    const first = await open();
    domain.clock.advance(seconds(30));
    const second = await resend(first);
    await domain.ledger.forget(ACCOUNT.name);
    domain.traffic.fail('reserve');
    domain.clock.advance(seconds(3));
    const request = createRequest(domain, { rounds, resendRequested: true });
    const again = await domain.createOnce.execute(request);
    expect(again).toMatchObject({ kind: 'resent', status: 'RESENT', resendAfterMs: seconds(27) });
    expect(again.fault).toBeInstanceOf(StoreError);
    expect(again.reference).toBe(second.reference);
    expect(domain.gateway.outbox).toHaveLength(1);
  });

  it('a locked account is sent its code as soon as it is unlocked, without a word', async () => {
    await lock(domain);
    const first = await open();
    expect(first).toMatchObject({ kind: 'withheld', ...asSent });
    await domain.ledger.forget(ACCOUNT.name);
    domain.clock.advance(seconds(3));
    const again = await open();
    expect(again).toMatchObject({ kind: 'sent', status: 'SENT', resendAfterMs: seconds(27) });
    expect(again.reference).toBe(first.reference);
    expect(domain.gateway.outbox).toHaveLength(1);
  });
});

describe('Where user existence is not hidden', () => {
  it('a user who is not there fails at once, without a write', async () => {
    const domain = createDomain();
    const { scope: nobody } = stranger();
    const request = { scope: nobody, userNotFound: true, resendRequested: false, rounds: [] };
    expect(await domain.define.execute(request)).toEqual({
      kind: 'failed',
      reason: 'user-not-found',
    });
  });

  it('a user without a usable number is told that nothing could be sent', async () => {
    const domain = createDomain();
    const phone = { number: undefined, verified: false };
    const outcome = await domain.create.execute(createRequest(domain, { phone }));
    expect(outcome).toMatchObject({
      kind: 'withheld',
      reason: 'number-missing',
      status: 'DELIVERY_FAILED',
      destination: '+*******',
      expiresInMs: 0,
    });
  });

  it('a user without a usable number may answer and ask again, as after any SMS that failed', async () => {
    const domain = createDomain();
    const user = { phone: { number: undefined, verified: false } };
    const { reference } = await domain.createOnce.execute(createRequest(domain, user));
    expect(await domain.verify.execute(verifyRequest(domain, reference, user))).toEqual({
      kind: 'rejected',
      reason: 'no-code-out',
    });
    const round = {
      scope,
      userNotFound: false,
      resendRequested: true,
      rounds: [codeRound(reference)],
    };
    expect(await domain.define.execute(round)).toEqual({ kind: 'code-asked' });
    const request = createRequest(domain, { ...round, ...user });
    expect(await domain.createOnce.execute(request)).toMatchObject({
      kind: 'withheld',
      status: 'DELIVERY_FAILED',
      resendsRemaining: 3,
      foreignMetadata: false,
    });
  });

  it('a user who was locked is sent a code in a sign-in of its own at the next click', async () => {
    const domain = createDomain();
    await lock(domain);
    const first = await domain.createOnce.execute(createRequest(domain));
    expect(first).toMatchObject({ kind: 'withheld', reason: 'account-locked' });
    await domain.ledger.forget(ACCOUNT.name);
    domain.clock.advance(seconds(5));
    const again = await domain.createOnce.execute(createRequest(domain));
    expect(again).toMatchObject({ kind: 'sent', resendAfterMs: seconds(30) });
    expect(again.reference).not.toBe(first.reference);
  });

  it('a user whose number was just verified is sent a code at the next click', async () => {
    const domain = createDomain();
    const phone = { ...PHONE, verified: false };
    await domain.createOnce.execute(createRequest(domain, { phone }));
    expect(await domain.createOnce.execute(createRequest(domain))).toMatchObject({ kind: 'sent' });
  });
});
