import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import { publicChallengeParameters } from '../../src/trigger-events.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  scope,
  seconds,
  storeDown,
  stranger,
  verifyRequest,
} from '../support/domain.ts';

let domain: Domain;
beforeEach(() => {
  domain = createDomain();
});

function open(changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> {
  return domain.createOnce.execute(createRequest(domain, changes));
}

/** Has the provider take a while, in which other calls get their turn. */
function slowDown(takesMs: number) {
  const { gateway, timer } = domain;
  const send = gateway.send.bind(gateway);
  gateway.send = async (sms) => {
    const step = 40;
    for (let waited = 0; waited < takesMs; waited += step) {
      await timer.sleep(step);
    }
    return send(sms);
  };
}

const check = (reference: string, answer: string) =>
  domain.verify.execute(verifyRequest(reference, { answer }));

describe('A round that is called for three times', () => {
  const users: readonly [string, Partial<CreateRequest>, number][] = [
    ['a known user', {}, 1],
    ['an unknown user', stranger(), 0],
  ];

  it.each(users)('A35: has one SMS and one answer, one by one, for %s', async (_, user, sms) => {
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
      domain = createDomain({ usualSendMs: 400 });
      slowDown(400);
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

  it('is throttled alike', async () => {
    domain = createDomain({ limits: { perNumber: [{ max: 0, windowMs: seconds(3600) }] } });
    const first = await open();
    expect(first).toMatchObject({ kind: 'throttled', status: 'THROTTLED' });
    const second = await open();
    expect(second.kind).toBe('repeated');
    expect(publicChallengeParameters(second)).toEqual(publicChallengeParameters(first));
  });

  it('A35: is not sent another SMS after a resend either', async () => {
    const { reference } = await open();
    domain.clock.advance(seconds(30));
    const resend = { rounds: [codeRound(reference)], resendRequested: true };
    expect(await open(resend)).toMatchObject({ kind: 'resent' });
    expect(await open(resend)).toMatchObject({ kind: 'repeated', status: 'RESENT' });
    expect(domain.gateway.outbox).toHaveLength(2);
  });
});

describe('A round whose first call dies', () => {
  let revive: () => void;
  /** A call that has handed its SMS over, and never hears of it again. */
  async function die() {
    const { gateway, timer } = domain;
    const send = gateway.send.bind(gateway);
    revive = () => {
      gateway.send = send;
    };
    gateway.send = () => new Promise(() => {});
    void open();
    await timer.sleep(0);
    gateway.send = () => Promise.reject(new Error('A second SMS.'));
  }

  const failed = { kind: 'abandoned', status: 'DELIVERY_FAILED', resendAfterMs: 0 };

  it('A35: sends nothing when it is called for again, for an SMS may be out', async () => {
    await die();
    domain.clock.advance(seconds(5));
    expect(await open()).toMatchObject({ ...failed, resendsRemaining: 2, attemptsRemaining: 3 });
  });

  it('answers all later calls alike', async () => {
    await die();
    domain.clock.advance(seconds(5));
    const { reference } = await open();
    expect(await open()).toMatchObject({ kind: 'repeated', status: 'DELIVERY_FAILED', reference });
  });

  it('waits for the first call no longer than that could take', async () => {
    const workUntil = domain.clock.now() + 4200;
    await die();
    domain.clock.advance(seconds(3));
    expect(await open()).toMatchObject(failed);
    expect(domain.clock.now()).toBeGreaterThanOrEqual(workUntil);
    expect(domain.clock.now()).toBeLessThan(workUntil + seconds(1));
  });

  it('A33: answers in time itself', async () => {
    await die();
    const deadline = Deadline.in(domain.clock, 4200);
    expect(await open({ deadline })).toMatchObject(failed);
    expect(deadline.timeLeft).toBeGreaterThan(0);
  });

  it('allows a resend at once, which is sent', async () => {
    await die();
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
  it.each<[string, () => void]>([
    [
      'makes its code',
      () => {
        domain.generator.generate = () => {
          throw new RangeError('out of range');
        };
      },
    ],
    [
      'saves its challenge',
      () => {
        domain.challenges.save = storeDown;
      },
    ],
    [
      'leaves word of it',
      () => {
        domain.claims.foresee = storeDown;
      },
    ],
  ])('gives the round back when it fails as it %s: the next tap sends', async (_, breakIt) => {
    const restore = {
      generate: domain.generator.generate.bind(domain.generator),
      save: domain.challenges.save.bind(domain.challenges),
      foresee: domain.claims.foresee.bind(domain.claims),
    };
    breakIt();
    await expect(open()).rejects.toThrow();
    expect(domain.gateway.attempts).toBe(0);
    domain.generator.generate = restore.generate;
    domain.challenges.save = restore.save;
    domain.claims.foresee = restore.foresee;
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
    expect(domain.gateway.outbox).toHaveLength(1);
  });

  it.each(['unauthorised', 'unavailable'] as const)(
    'leaves the next tap its SMS when the provider was not reached: %s',
    async (kind) => {
      domain.gateway.failByRefusing(kind);
      expect(await open()).toMatchObject({ kind: 'delivery-failed', status: 'DELIVERY_FAILED' });
      domain.gateway.accept();
      expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
    },
  );

  it('keeps the round when a fault follows the SMS: none is sent again', async () => {
    const save = domain.challenges.save.bind(domain.challenges);
    let saves = 0;
    domain.challenges.save = (...args) => {
      saves += 1;
      // The first one comes before the SMS.
      return saves === 2 ? storeDown() : save(...args);
    };
    await expect(open()).rejects.toThrow();
    expect(domain.gateway.outbox).toHaveLength(1);
    expect(await open()).toMatchObject({ kind: 'abandoned' });
    expect(domain.gateway.outbox).toHaveLength(1);
  });
});

describe('The clock of the machine', () => {
  it.each([-3_600_000, 3_600_000])(
    'A52: may be set by %i ms while a round is opened: it is sent, once and in time',
    async (by) => {
      const { claims, clock, gateway } = domain;
      const foresee = claims.foresee.bind(claims);
      claims.foresee = (...args) => {
        clock.set(by);
        return foresee(...args);
      };
      expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
      expect(gateway.outbox).toHaveLength(1);
    },
  );

  it('A52: goes on while the container is frozen between claim and send: nothing is sent late', async () => {
    const { claims, clock, gateway } = domain;
    const foresee = claims.foresee.bind(claims);
    claims.foresee = (...args) => {
      clock.advance(seconds(60));
      return foresee(...args);
    };
    expect(await open()).toMatchObject({ kind: 'delivery-failed', status: 'DELIVERY_FAILED' });
    expect(gateway.attempts).toBe(0);
    claims.foresee = foresee;
    expect(await open()).toMatchObject({ kind: 'sent', status: 'SENT' });
  });
});

describe('Another round', () => {
  it.each<[string, Partial<CreateRequest>]>([
    ['user', { scope: { ...scope, username: 'user-b' } }],
    ['app client', { scope: { ...scope, clientId: 'client-b' } }],
    ['user pool', { scope: { ...scope, userPoolId: 'eu-west-1_Other' } }],
    ['opening', { rounds: [{ challengeName: 'SRP_A', passed: true, reference: undefined }] }],
    ['answer, which asks for a new code', { resendRequested: true }],
    ['record, which asks for a new code', { resendAttribute: true }],
  ])('has its own SMS: of another %s', async (_, changes) => {
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
    const { reference } = await open();
    const next = await open({ rounds: [codeRound(reference)] });
    expect(next).toMatchObject({ kind: 'reused', status: 'INCORRECT', attemptsRemaining: 2 });
  });

  it('is the same step of another sign-in', async () => {
    const one = await open();
    domain.clock.advance(seconds(10));
    const two = await open();
    for (const { reference } of [one, two]) {
      const next = await open({ rounds: [codeRound(reference)] });
      expect(next).toMatchObject({ kind: 'reused', reference });
    }
  });
});

describe('A double click', () => {
  it('A35: is served by one SMS, whose code works once', async () => {
    const [one, two] = [await open(), await open()];
    expect(domain.gateway.outbox).toHaveLength(1);
    const code = domain.gateway.lastCode;
    expect(await check(two.reference, code)).toMatchObject({ kind: 'verified' });
    expect(await check(one.reference, code)).toEqual({ kind: 'rejected', reason: 'already-used' });
  });

  it('A6: does not make a used code good again: a new sign-in has its own SMS', async () => {
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
    const first = await open();
    await check(first.reference, 'wrong');
    const next = await open();
    expect(next).toMatchObject({ kind: 'sent', attemptsRemaining: 3 });
    expect(next.reference).not.toBe(first.reference);
  });

  it('A15: is no double click after ten seconds: each sign-in has its own code', async () => {
    await open();
    const older = domain.gateway.lastCode;
    domain.clock.advance(seconds(10));
    const next = await open();
    expect(next).toMatchObject({ kind: 'sent' });
    expect(domain.gateway.outbox).toHaveLength(2);
    expect(await check(next.reference, older)).toEqual({ kind: 'rejected', reason: 'wrong-code' });
  });
});

describe('While the claims can not be reached', () => {
  it('sends nothing, for another call may have', async () => {
    domain.claims.claim = storeDown;
    await expect(open()).rejects.toThrow(StoreError);
    expect(domain.gateway.attempts).toBe(0);
  });

  it('goes on with an SMS that is out, and tells of the fault', async () => {
    domain.claims.settle = storeDown;
    const outcome = await open();
    expect(outcome).toMatchObject({ kind: 'sent', fault: expect.any(StoreError) });
    expect(await check(outcome.reference, domain.gateway.lastCode)).toMatchObject({
      kind: 'verified',
    });
  });
});
