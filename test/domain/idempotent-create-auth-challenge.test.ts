import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { publicChallengeParameters } from '../../src/trigger-events.ts';
import type { Resume } from '../fakes/interruptible.ts';
import {
  ACCOUNT,
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  lock,
  scope,
  seconds,
  stranger,
  verifyRequest,
  WRONG,
} from '../support/domain.ts';

function createWorld(options: DomainOptions = {}) {
  const domain = createDomain(options);
  const open = (changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> =>
    domain.createOnce.execute(createRequest(domain, changes));
  const check = (reference: string, answer = WRONG) =>
    domain.verify.execute(verifyRequest(domain, reference, { answer }));
  return { domain, open, check };
}

/** Has the provider take a while, in which other calls get their turn. */
function slowDown({ gateway, timer }: Domain, takesMs: number) {
  gateway.before('send', async () => {
    const step = 40;
    for (let waited = 0; waited < takesMs; waited += step) {
      await timer.sleep(step);
    }
  });
}

describe('A round that is called for three times', () => {
  const users: readonly [string, Partial<CreateRequest>, number][] = [
    ['a known user', {}, 1],
    ['an unknown user', stranger(), 0],
  ];

  it.each(users)('A35: has one SMS and one answer, one by one, for %s', async (_, user, sms) => {
    const { domain, open } = createWorld({ hideUserExistence: true });
    const outcomes = [await open(user), await open(user), await open(user)];
    expect(domain.gateway.outbox).toHaveLength(sms);
    expect(new Set(outcomes.map(({ reference }) => reference)).size).toBe(1);
    expect(outcomes.slice(1).map(({ kind }) => kind)).toEqual(['repeated', 'repeated']);
    const [first, ...others] = outcomes.map(publicChallengeParameters);
    expect(others).toEqual([first, first]);
  });

  it.each(users)(
    'A35: has one SMS and one challenge, all at once, for %s',
    async (_, user, sms) => {
      const { domain, open } = createWorld({ hideUserExistence: true, answerStepMs: 500 });
      slowDown(domain, 400);
      const outcomes = await Promise.all([open(user), open(user), open(user)]);
      expect(domain.gateway.outbox).toHaveLength(sms);
      const [first, ...others] = outcomes.map(({ reference, status, destination }) => ({
        reference,
        status,
        destination,
      }));
      expect(first).toMatchObject({ status: 'SENT' });
      expect(others).toEqual([first, first]);
      expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(2);
    },
  );

  it('A35: is told the time that is left, where it takes a while', async () => {
    const { domain, open } = createWorld();
    await open();
    domain.clock.advance(seconds(5));
    expect(await open()).toMatchObject({
      kind: 'repeated',
      status: 'SENT',
      expiresInMs: seconds(295),
      resendAfterMs: seconds(25),
      attemptsRemaining: 3,
      resendsRemaining: 2,
      foreignMetadata: false,
    });
  });

  it.each(users)('answers each call as late as the first, for %s', async (_, user) => {
    const { domain, open } = createWorld({ hideUserExistence: true, answerStepMs: 500 });
    for (let call = 1; call <= 3; call++) {
      const before = domain.clock.now();
      await open(user);
      expect(domain.clock.now() - before).toBe(500);
    }
  });

  it.each(users)('A23: answers calls at once as late as the first, for %s', async (_, user) => {
    const { domain, open } = createWorld({ hideUserExistence: true, answerStepMs: 500 });
    slowDown(domain, 400);
    const before = domain.clock.now();
    const leftAfter = async () => {
      await open(user);
      return domain.clock.now() - before;
    };
    expect(await Promise.all([leftAfter(), leftAfter(), leftAfter()])).toEqual([500, 500, 500]);
  });

  it.each(users)(
    'has a new code once the one that it asked for is too old, where claims last longer than codes, for %s',
    async (_, user, sms) => {
      const { domain, open } = createWorld({
        hideUserExistence: true,
        policy: { lifetimeMs: seconds(10), resendCooldownMs: seconds(5) },
      });
      const { reference } = await open(user);
      domain.clock.advance(seconds(5));
      const resend = { ...user, rounds: [codeRound(reference)], resendRequested: true };
      await open(resend);
      domain.clock.advance(seconds(10));
      const again = await open(resend);
      expect(again).toMatchObject({ status: 'RESENT', expiresInMs: seconds(10) });
      expect(domain.gateway.outbox).toHaveLength(3 * sms);
    },
  );

  it('is told of its limit again, however old the code is that is out', async () => {
    const { domain, open } = createWorld({
      limits: { perNumber: [{ max: 1, windowMs: seconds(3600) }] },
    });
    const { reference } = await open();
    domain.clock.advance(seconds(300));
    const resend = { rounds: [codeRound(reference)], resendRequested: true };
    expect(await open(resend)).toMatchObject({ status: 'THROTTLED' });
    expect(await open(resend)).toMatchObject({ kind: 'repeated', status: 'THROTTLED' });
  });

  it('is a new sign-in where its challenge is gone', async () => {
    const { domain, open } = createWorld();
    await open();
    domain.challenges.instead('find', async () => undefined);
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(domain.gateway.outbox).toHaveLength(2);
  });

  it.each(users)(
    'is a new sign-in once its code is too old, where claims last longer than codes, for %s',
    async (_, user, sms) => {
      const { domain, open } = createWorld({
        hideUserExistence: true,
        policy: { lifetimeMs: seconds(15) },
      });
      await open(user);
      domain.clock.advance(seconds(15));
      expect(await open(user)).toMatchObject({ status: 'SENT', expiresInMs: seconds(15) });
      expect(domain.gateway.outbox).toHaveLength(2 * sms);
    },
  );

  it('is a new sign-in once a code that was not known to be sent has signed the user in', async () => {
    const { domain, open, check } = createWorld();
    domain.gateway.failWithoutAnswer('timed-out');
    const first = await open();
    expect(first).toMatchObject({ status: 'DELIVERY_FAILED' });
    expect(await check(first.reference, domain.generator.codes[0])).toMatchObject({
      kind: 'verified',
    });
    domain.gateway.accept();
    const again = await open();
    expect(again).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(again.reference).not.toBe(first.reference);
  });

  it('is throttled alike', async () => {
    const { open } = createWorld({
      limits: { perNumber: [{ max: 1, windowMs: seconds(3600) }] },
    });
    await open({ scope: { ...scope, username: 'user-b' } });
    const first = await open();
    expect(first).toMatchObject({ kind: 'throttled', status: 'THROTTLED' });
    const second = await open();
    expect(second.kind).toBe('repeated');
    expect(publicChallengeParameters(second)).toEqual(publicChallengeParameters(first));
  });

  it('A35: is not sent another SMS after a resend either', async () => {
    const { domain, open, check } = createWorld();
    const { reference } = await open();
    await check(reference);
    domain.clock.advance(seconds(30));
    const resend = { rounds: [codeRound(reference)], resendRequested: true };
    expect(await open(resend)).toMatchObject({ kind: 'resent' });
    expect(await open(resend)).toMatchObject({ kind: 'repeated', status: 'RESENT' });
    expect(domain.gateway.outbox).toHaveLength(2);
  });

  it('A35: waits as long for the next SMS where the code of the round has been used', async () => {
    const { domain, open, check } = createWorld();
    const { reference } = await open();
    await check(reference);
    domain.clock.advance(seconds(30));
    const resend = { rounds: [codeRound(reference)], resendRequested: true };
    await open(resend);
    domain.clock.advance(seconds(5));
    expect(await check(reference, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
    // Of a sign-in that began by a second click, and shares the challenge.
    expect(await open(resend)).toMatchObject({
      kind: 'resend-too-soon',
      resendAfterMs: seconds(25),
    });
    expect(domain.gateway.outbox).toHaveLength(2);
  });
});

describe('A round whose first call dies', () => {
  /** A call that has handed its SMS over, and never hears of it again; no other gets that far. */
  async function die({ domain, open }: ReturnType<typeof createWorld>): Promise<Resume> {
    const { gateway, timer } = domain;
    gateway.instead('send', () => new Promise(() => {}));
    void open();
    await timer.sleep(0);
    return gateway.fail('send', new Error('A second SMS.'));
  }

  const failed = { kind: 'abandoned', status: 'DELIVERY_FAILED', resendAfterMs: 0 };

  it('A35: sends nothing when it is called for again, for an SMS may be out', async () => {
    const world = createWorld();
    const { domain, open } = world;
    await die(world);
    domain.clock.advance(seconds(5));
    expect(await open()).toMatchObject({ ...failed, resendsRemaining: 2, attemptsRemaining: 3 });
  });

  it('answers all later calls alike', async () => {
    const world = createWorld();
    const { domain, open } = world;
    await die(world);
    domain.clock.advance(seconds(5));
    const { reference } = await open();
    expect(await open()).toMatchObject({ kind: 'repeated', status: 'DELIVERY_FAILED', reference });
  });

  it('waits for the first call no longer than that could take', async () => {
    const world = createWorld();
    const { domain, open } = world;
    const workUntil = domain.clock.now() + 4200;
    await die(world);
    domain.clock.advance(seconds(3));
    expect(await open()).toMatchObject(failed);
    expect(domain.clock.now()).toBeGreaterThanOrEqual(workUntil);
    expect(domain.clock.now()).toBeLessThan(workUntil + seconds(1));
  });

  it('A33: answers in time itself', async () => {
    const world = createWorld();
    const { domain, open } = world;
    await die(world);
    const deadline = Deadline.in(domain.clock, 4200);
    expect(await open({ deadline })).toMatchObject(failed);
    expect(deadline.timeLeft).toBeGreaterThan(0);
  });

  it('allows a resend at once, which is sent', async () => {
    const world = createWorld();
    const { domain, open, check } = world;
    const revive = await die(world);
    domain.clock.advance(seconds(5));
    const { reference } = await open();
    revive();
    const resent = await open({ rounds: [codeRound(reference)], resendRequested: true });
    expect(resent).toMatchObject({ kind: 'resent', status: 'RESENT', resendsRemaining: 1 });
    expect(await check(resent.reference, domain.gateway.lastCode)).toMatchObject({
      kind: 'verified',
    });
  });
});

describe('A call that fails before an SMS can have left', () => {
  const outOfRange = () => {
    throw new RangeError('out of range');
  };

  it.each<[string, (domain: Domain) => Resume]>([
    ['makes its code', ({ generator }) => generator.before('generate', outOfRange)],
    ['reads what went before', ({ ledger }) => ledger.fail('read', new Error('A fault of ours'))],
    ['saves its challenge', ({ challenges }) => challenges.fail('save')],
  ])('gives the round back when it fails as it %s: the next tap sends', async (_, breakIt) => {
    const { domain, open } = createWorld();
    const resume = breakIt(domain);
    await expect(open()).rejects.toThrow();
    expect(domain.gateway.attempts).toBe(0);
    resume();
    const before = domain.clock.now();
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(domain.gateway.outbox).toHaveLength(1);
    // It need not wait for the one that failed.
    expect(domain.clock.now()).toBe(before);
  });

  it('is not waited for where it failed sooner than it had acquired the round', async () => {
    const { domain, open } = createWorld();
    const first = await open();
    domain.clock.advance(seconds(30));
    const again = { resendRequested: true, rounds: [codeRound(first.reference)] };
    const hurry = domain.rounds.before('acquire', () => domain.timer.sleep(100));
    const resume = domain.challenges.fail('find');
    await expect(open(again)).rejects.toThrow(StoreError);
    await domain.timer.sleep(100);
    hurry();
    resume();
    const start = domain.clock.now();
    expect(await open(again)).toMatchObject({ kind: 'resent' });
    expect(domain.clock.now() - start).toBe(0);
  });

  it.each(['unauthorised', 'unavailable'] as const)(
    'leaves the next tap its SMS when the provider was not reached: %s',
    async (kind) => {
      const { domain, open } = createWorld();
      domain.gateway.failByRefusing(kind);
      expect(await open()).toMatchObject({ kind: 'delivery-failed', status: 'DELIVERY_FAILED' });
      domain.gateway.accept();
      const before = domain.clock.now();
      expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
      // It need not wait for the one that was told of the failure.
      expect(domain.clock.now()).toBe(before);
    },
  );

  it.each(['timed-out', 'unavailable'] as const)(
    'A35: keeps the round when nobody knows whether the SMS has left: %s',
    async (kind) => {
      const { domain, open } = createWorld();
      domain.gateway.failWithoutAnswer(kind);
      const { reference } = await open();
      domain.gateway.accept();
      expect(await open()).toMatchObject({
        kind: 'repeated',
        status: 'DELIVERY_FAILED',
        reference,
        resendAfterMs: 0,
      });
      expect(domain.gateway.attempts).toBe(1);
    },
  );

  it('keeps the round when a fault follows the SMS: none is sent again', async () => {
    const { domain, open, check } = createWorld();
    domain.gateway.after('send', () => {
      throw new Error('A fault of ours');
    });
    await expect(open()).rejects.toThrow();
    expect(domain.gateway.outbox).toHaveLength(1);
    const next = await open();
    expect(next).toMatchObject({ kind: 'abandoned', status: 'DELIVERY_FAILED', resendAfterMs: 0 });
    expect(domain.gateway.outbox).toHaveLength(1);
    expect(await check(next.reference, domain.gateway.lastCode)).toMatchObject({
      kind: 'verified',
    });
  });

  it('sends in its place where the one before died before it wrote its code down', async () => {
    const { domain, open } = createWorld();
    const { challenges, clock, gateway } = domain;
    const revive = challenges.instead('save', () => new Promise(() => {}));
    void open();
    await domain.timer.sleep(0);
    revive();
    clock.advance(seconds(5));
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(gateway.outbox).toHaveLength(1);
  });

  it('sends nothing late where another has taken the round over: its write comes too late', async () => {
    const { domain, open } = createWorld();
    const { challenges, clock, gateway } = domain;
    let thaw = () => {};
    challenges.before('save', () => new Promise<void>((resolve) => (thaw = resolve)));
    const frozen = open();
    await domain.timer.sleep(0);
    challenges.before('save', () => {});
    clock.advance(seconds(5));
    expect(await open()).toMatchObject({ kind: 'sent' });
    thaw();
    expect(await frozen).toMatchObject({ kind: 'abandoned', status: 'DELIVERY_FAILED' });
    expect(gateway.outbox).toHaveLength(1);
  });
});

describe('The clock of the machine', () => {
  it.each([-3_600_000, 3_600_000])(
    'A52: may be set by %i ms while a round is opened: it is sent, once and in time',
    async (by) => {
      const { domain, open } = createWorld();
      const { challenges, clock, gateway } = domain;
      challenges.before('save', () => clock.set(by));
      expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
      expect(gateway.outbox).toHaveLength(1);
    },
  );

  it('A52: goes on while the container is frozen between claim and send: nothing is sent late', async () => {
    const { domain, open } = createWorld();
    const { challenges, clock, gateway } = domain;
    const thaw = challenges.before('save', () => clock.advance(seconds(60)));
    expect(await open()).toMatchObject({ kind: 'delivery-failed', status: 'DELIVERY_FAILED' });
    expect(gateway.attempts).toBe(0);
    thaw();
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
  });
});

describe('Another round', () => {
  it.each<[string, Partial<CreateRequest>]>([
    ['user', { scope: { ...scope, username: 'user-b' } }],
    ['app client', { scope: { ...scope, clientId: 'client-b' } }],
    ['user pool', { scope: { ...scope, userPoolId: 'eu-west-1_Other' } }],
    ['number', { phone: { number: '+12025554321', verified: true } }],
    ['opening', { rounds: [{ challengeName: 'SRP_A', passed: true, reference: undefined }] }],
    ['answer, which asks for a new code', { resendRequested: true }],
    ['record, which asks for a new code', { resendAttribute: true }],
  ])('has its own SMS: of another %s', async (_, changes) => {
    const { domain, open } = createWorld();
    const first = await open();
    const other = await open(changes);
    expect(other.kind).not.toBe('repeated');
    expect(other.reference).not.toBe(first.reference);
    expect(domain.gateway.outbox).toHaveLength(2);
    for (const [round, { reference }] of [
      [{}, first],
      [changes, other],
    ] as const) {
      expect(await open(round)).toMatchObject({ kind: 'repeated', reference });
    }
  });

  it('follows a wrong answer', async () => {
    const { open, check } = createWorld();
    const { reference } = await open();
    await check(reference);
    const next = await open({ rounds: [codeRound(reference)] });
    expect(next).toMatchObject({ kind: 'reused', status: 'INCORRECT', attemptsRemaining: 2 });
  });

  it('that can send nothing is not claimed: it may be opened any number of times', async () => {
    const { domain, open, check } = createWorld();
    const { reference } = await open();
    await check(reference);
    domain.rounds.fail('acquire');
    for (let call = 1; call <= 2; call++) {
      expect(await open({ rounds: [codeRound(reference)] })).toMatchObject({ kind: 'reused' });
    }
  });

  it('is the same wish of another sign-in: each has its own SMS', async () => {
    const { domain, open } = createWorld();
    const one = await open();
    domain.clock.advance(seconds(16));
    const two = await open();
    domain.clock.advance(seconds(30));
    for (const { reference } of [one, two]) {
      const resent = await open({ rounds: [codeRound(reference)], resendRequested: true });
      expect(resent).toMatchObject({ kind: 'resent', reference });
    }
    expect(domain.gateway.outbox).toHaveLength(4);
  });

  it('is the same step of another sign-in', async () => {
    const { domain, open } = createWorld();
    const one = await open();
    domain.clock.advance(seconds(16));
    const two = await open();
    for (const { reference } of [one, two]) {
      const next = await open({ rounds: [codeRound(reference)] });
      expect(next).toMatchObject({ kind: 'reused', reference });
    }
  });
});

describe('A double click', () => {
  it('A35: is served by one SMS, whose code works once', async () => {
    const { domain, open, check } = createWorld();
    const [one, two] = [await open(), await open()];
    expect(domain.gateway.outbox).toHaveLength(1);
    const code = domain.gateway.lastCode;
    expect(await check(two.reference, code)).toMatchObject({ kind: 'verified' });
    expect(await check(one.reference, code)).toEqual({ kind: 'rejected', reason: 'already-used' });
  });

  it('A6: does not make a used code good again: a new sign-in has its own SMS', async () => {
    const { domain, open, check } = createWorld();
    const first = await open();
    const used = domain.gateway.lastCode;
    await check(first.reference, used);
    const next = await open();
    expect(next).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(domain.gateway.outbox).toHaveLength(2);
    expect(await open()).toMatchObject({ kind: 'repeated', reference: next.reference });
    expect(await check(next.reference, used)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
  });

  it('A20: is a new sign-in once an answer was given, with an SMS and tries of its own', async () => {
    const { open, check } = createWorld();
    const first = await open();
    await check(first.reference);
    const next = await open();
    expect(next).toMatchObject({ kind: 'sent', attemptsRemaining: 3 });
    expect(next.reference).not.toBe(first.reference);
  });

  it('A15: is no double click after sixteen seconds: each sign-in has its own code', async () => {
    const { domain, open, check } = createWorld();
    await open();
    const older = domain.gateway.lastCode;
    domain.clock.advance(seconds(16));
    const next = await open();
    expect(next).toMatchObject({ kind: 'sent' });
    expect(domain.gateway.outbox).toHaveLength(2);
    expect(await check(next.reference, older)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
  });
});

describe('While rounds can not be reached', () => {
  it('sends nothing, for another call may have', async () => {
    const { domain, open } = createWorld();
    domain.rounds.fail('acquire');
    await expect(open()).rejects.toThrow(StoreError);
    expect(domain.gateway.attempts).toBe(0);
  });

  it('goes on with an SMS that is out, and tells of the fault', async () => {
    const { domain, open, check } = createWorld();
    domain.rounds.fail('complete');
    const outcome = await open();
    expect(outcome).toMatchObject({ kind: 'sent', fault: expect.any(StoreError) });
    expect(await check(outcome.reference, domain.gateway.lastCode)).toMatchObject({
      kind: 'verified',
    });
  });
});

describe('While counts can not be reached, and SMS go on', () => {
  it('tells of the fault, whatever else went well', async () => {
    const { domain, open } = createWorld({ limits: { onStoreFailure: 'open' } });
    domain.ledger.fail('read');
    expect(await open()).toMatchObject({ kind: 'sent', fault: expect.any(StoreError) });
  });

  it('tells of it also where nobody is to know that there is no such user', async () => {
    const { domain, open } = createWorld({
      limits: { onStoreFailure: 'open' },
      hideUserExistence: true,
    });
    domain.ledger.fail('read');
    expect(await open(stranger())).toMatchObject({
      kind: 'withheld',
      fault: expect.any(StoreError),
    });
  });
});

describe('A third delivery', () => {
  it('A35: ten seconds after the first one is told what that came to: no second SMS', async () => {
    const { domain, open } = createWorld();
    const first = await open();
    for (const wait of [seconds(5), seconds(5.4), seconds(5.5)]) {
      domain.clock.advance(wait);
      expect(await open()).toMatchObject({ kind: 'repeated', reference: first.reference });
    }
    expect(domain.gateway.outbox).toHaveLength(1);
  });
});

describe('Calls that wait', () => {
  it('look ever more seldom', async () => {
    const { domain, open } = createWorld();
    slowDown(domain, 3000);
    let looks = 0;
    domain.rounds.before('look', () => {
      looks += 1;
    });
    await Promise.all([open(), open()]);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(6);
  });
});

describe('Resends at once', () => {
  it('A37: send one SMS, of sign-ins that share a challenge; the others are told to wait', async () => {
    const { domain, open, check } = createWorld();
    const { reference } = await open();
    const older = domain.gateway.lastCode;
    domain.clock.advance(seconds(30));
    const outcomes = await Promise.all(
      Array.from({ length: 15 }, (_, i) =>
        // Each sign-in has come to its resend by another way, so that no two rounds are the same.
        open({
          rounds: Array.from({ length: i + 1 }, () => codeRound(reference)),
          resendRequested: true,
        }),
      ),
    );
    expect(domain.gateway.outbox).toHaveLength(2);
    expect(outcomes.filter(({ status }) => status === 'RESENT')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'RESEND_TOO_SOON')).toHaveLength(14);
    expect(await check(reference, older)).toMatchObject({ kind: 'rejected', reason: 'wrong-code' });
    expect(await check(reference, domain.gateway.lastCode)).toMatchObject({ kind: 'verified' });
  });

  it('A37: take one from the limits of the number', async () => {
    const { domain, open } = createWorld({
      limits: { perNumber: [{ max: 3, windowMs: seconds(3600) }] },
    });
    const { reference } = await open();
    domain.clock.advance(seconds(30));
    await Promise.all(
      [1, 2, 3].map((count) =>
        open({
          rounds: Array.from({ length: count }, () => codeRound(reference)),
          resendRequested: true,
        }),
      ),
    );
    const record = await domain.ledger.read(ACCOUNT.name);
    // Each SMS fills the limit for 20 minutes.
    expect(record.sends[seconds(3600)]).toBe(domain.clock.now() - seconds(30) + 2 * seconds(1200));
  });
});

describe('A locked account', () => {
  it('A14: is sent a code as soon as an operator has unlocked it, also within the round that was withheld', async () => {
    const { domain, open } = createWorld();
    await lock(domain);
    expect(await open()).toMatchObject({ kind: 'withheld', reason: 'account-locked' });
    expect(await open()).toMatchObject({ kind: 'repeated' });
    await domain.ledger.forget(ACCOUNT.name);
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
  });
});
