import { describe, expect, it } from 'vitest';
import type { SendLimitPolicy } from '../../../src/domain/abuse/send-limits.ts';
import type { CreateOutcome } from '../../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
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
  stranger,
  verifyRequest,
} from '../../support/domain.ts';

const HOURLY = (max: number) => ({ max, windowMs: seconds(3600) });
const everyLimit: readonly [string, Partial<SendLimitPolicy>][] = [
  ['number-limit', { perNumber: [HOURLY(1)] }],
  ['country-budget', { perCountry: HOURLY(1) }],
  ['overall-budget', { overall: HOURLY(1) }],
];

function signIn(options: DomainOptions) {
  const domain = createDomain(options);
  const open = (changes: Partial<CreateRequest> = {}): Promise<CreateOutcome> =>
    domain.create.execute(createRequest(domain, changes));
  const afterWrong = (last: CreateOutcome, changes: Partial<CreateRequest> = {}) =>
    open({ rounds: [codeRound(last.reference)], ...changes });
  const resend = (last: CreateOutcome, changes: Partial<CreateRequest> = {}) =>
    afterWrong(last, { resendRequested: true, ...changes });
  return { domain, open, afterWrong, resend };
}

describe.each(everyLimit)('A first round that a limit forbids: %s', (reason, limits) => {
  async function throttled() {
    const round = signIn({ limits });
    await round.open();
    return { ...round, first: await round.open() };
  }

  it('A36: sends nothing, and says from when on it may be asked for', async () => {
    const { domain, first } = await throttled();
    expect(first).toMatchObject({
      kind: 'throttled',
      reason,
      country: 'US',
      status: 'THROTTLED',
      expiresInMs: 0,
      attemptsRemaining: 3,
      resendsRemaining: 3,
      resendAfterMs: seconds(3600),
    });
    expect(domain.gateway.attempts).toBe(1);
  });

  it('says so again after an answer, which is wrong whatever it was', async () => {
    const { domain, first, afterWrong } = await throttled();
    const answer = domain.gateway.lastCode;
    const outcome = await domain.verify.execute(verifyRequest(domain, first.reference, { answer }));
    expect(outcome).toEqual({ kind: 'rejected', reason: 'no-code-out' });
    const status = 'THROTTLED';
    // Nothing was compared: it cost no try.
    expect(await afterWrong(first)).toMatchObject({ kind: 'reused', status, attemptsRemaining: 3 });
  });

  it('asks for a new code once that may be sent, and sends it', async () => {
    const { domain, first, afterWrong, resend } = await throttled();
    domain.clock.advance(seconds(3600) - 1);
    expect(await resend(first)).toMatchObject({ status: 'THROTTLED', resendAfterMs: 1 });
    domain.clock.advance(1);
    expect(await afterWrong(first)).toMatchObject({ status: 'DELIVERY_FAILED', resendAfterMs: 0 });
    expect(await resend(first)).toMatchObject({ kind: 'resent', resendsRemaining: 2 });
  });
});

describe('A resend that a limit forbids', () => {
  it('A36: sends nothing, costs no send, and leaves the code that is out good', async () => {
    const { domain, open, resend } = signIn({ limits: { perNumber: [HOURLY(1)] } });
    const first = await open();
    domain.clock.advance(seconds(30));
    const second = await resend(first);
    expect(second).toMatchObject({
      kind: 'throttled',
      status: 'THROTTLED',
      expiresInMs: seconds(270),
      resendsRemaining: 2,
      resendAfterMs: seconds(3570),
    });
    expect(domain.gateway.attempts).toBe(1);
    const request = verifyRequest(domain, second.reference, { answer: domain.gateway.lastCode });
    expect(await domain.verify.execute(request)).toMatchObject({ kind: 'verified' });
  });

  it('is not counted as refused by a provider: none was asked', async () => {
    const { domain, open, resend } = signIn({ limits: { perNumber: [HOURLY(9)] } });
    let round = await open();
    const resume = domain.ledger.fail('read');
    for (let i = 0; i < 4; i++) {
      domain.clock.advance(seconds(30));
      round = await resend(round);
      expect(round).toMatchObject({ status: 'THROTTLED', resendsRemaining: 2 });
    }
    resume();
    domain.clock.advance(seconds(30));
    expect(await resend(round)).toMatchObject({ status: 'RESENT', resendsRemaining: 1 });
  });

  it('goes on after a wrong answer with the code that is out', async () => {
    const { domain, open, afterWrong, resend } = signIn({ limits: { perNumber: [HOURLY(1)] } });
    const first = await open();
    domain.clock.advance(seconds(30));
    const third = await afterWrong(await resend(first));
    expect(third).toMatchObject({ status: 'INCORRECT', expiresInMs: seconds(270) });
  });
});

describe('A number', () => {
  it('A36: has its limit whichever users sign in with it, and from whichever app', async () => {
    const { open } = signIn({ limits: { perNumber: [HOURLY(2)] } });
    await open();
    await open({ scope: { ...scope, username: 'user-b' } });
    const third = { scope: { ...scope, username: 'user-c', clientId: 'client-c' } };
    expect(await open(third)).toMatchObject({ kind: 'throttled', reason: 'number-limit' });
  });

  it('is not used up by those who only claim it', async () => {
    const { open } = signIn({ limits: { perNumber: [HOURLY(1)] } });
    const unverified = { phone: { ...PHONE, verified: false } };
    const claimant = { ...unverified, scope: { ...scope, username: 'claimant' } };
    expect(await open(claimant)).toMatchObject({ kind: 'withheld' });
    expect(await open()).toMatchObject({ kind: 'sent' });
  });

  it('is sent nothing that neither cooldown nor tries allow, so that costs no budget', async () => {
    const { domain, open, afterWrong, resend } = signIn({ limits: { overall: HOURLY(2) } });
    const first = await open();
    await resend(first);
    await afterWrong(first);
    domain.clock.advance(seconds(30));
    expect(await resend(first)).toMatchObject({ kind: 'resent' });
  });
});

/** Others use the limit up between the look at it and the take. */
async function overtaken(
  limits: Partial<SendLimitPolicy>,
  useUp: (domain: Domain) => Promise<unknown>,
) {
  const round = signIn({ limits });
  const resume = round.domain.challenges.after('save', async () => {
    resume();
    await useUp(round.domain);
  });
  return round;
}

const take = (domain: Domain) =>
  domain.ledger.takeSend(ACCOUNT.name, [HOURLY(1)], domain.clock.now());
const reserve = (place: string) => (domain: Domain) =>
  domain.traffic.reserve(place, HOURLY(1), domain.clock.now());

describe('A send that a limit forbids at the last moment', () => {
  it.each<[string, Partial<SendLimitPolicy>, (domain: Domain) => Promise<unknown>]>([
    ['number-limit', { perNumber: [HOURLY(1)] }, take],
    ['country-budget', { perCountry: HOURLY(1) }, reserve('US')],
    ['overall-budget', { overall: HOURLY(1) }, reserve('*')],
  ])(
    'A36: sends nothing, and leaves no code that nobody has: %s',
    async (reason, limits, useUp) => {
      const { domain, open } = await overtaken(limits, useUp);
      const outcome = await open();
      expect(outcome).toMatchObject({
        kind: 'throttled',
        reason,
        expiresInMs: 0,
        resendsRemaining: 3,
      });
      expect(domain.gateway.attempts).toBe(0);
      const answer = domain.generator.codes[0] ?? '';
      const request = verifyRequest(domain, outcome.reference, { answer });
      expect(await domain.verify.execute(request)).toMatchObject({ kind: 'rejected' });
    },
  );

  it.each<[string, Partial<SendLimitPolicy>, (domain: Domain) => Promise<unknown>, string[]]>([
    ['of all SMS', { overall: HOURLY(1) }, reserve('*'), ['US']],
    ['of the number', { overall: HOURLY(2), perNumber: [HOURLY(1)] }, take, ['US', '*']],
  ])('gives back what it took of other budgets: the limit %s', async (_, limits, useUp, places) => {
    const { domain, open } = await overtaken({ perCountry: HOURLY(2), ...limits }, useUp);
    expect(await open()).toMatchObject({ kind: 'throttled' });
    for (const place of places) {
      const { hour, usedUntil } = await domain.traffic.read(place, domain.clock.now());
      expect(hour.sent).toBe(0);
      expect(usedUntil).toBeLessThanOrEqual(domain.clock.now());
    }
  });
});

describe('A locked account that a limit stops at the last moment', () => {
  it('gives nothing back of what others were sent', async () => {
    const { domain, open } = await overtaken(
      { perCountry: HOURLY(4), overall: HOURLY(4), perNumber: [HOURLY(1)] },
      take,
    );
    await lock(domain);
    const places = ['US', '*'];
    for (const place of places) {
      await domain.traffic.reserve(place, HOURLY(4), domain.clock.now());
    }
    const read = () =>
      Promise.all(places.map((place) => domain.traffic.read(place, domain.clock.now())));
    const before = await read();
    expect(await open()).toMatchObject({ kind: 'throttled', reason: 'number-limit' });
    expect(await read()).toEqual(before);
  });
});

describe('An hour that looks like pumped traffic', () => {
  it('A36: is marked on the outcome of each SMS', async () => {
    const unconverted = { action: 'report', allowance: 2, share: 0 } as const;
    const { open } = signIn({ limits: { unconverted } });
    const seen = [await open(), await open(), await open(), await open()];
    expect(seen.map((outcome) => 'unconvertedSends' in outcome)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('An SMS that its provider refused', () => {
  it('is none that nobody answers, and takes from no budget but its number’s', async () => {
    const perNumber = [HOURLY(2)];
    const limits = { perNumber, perCountry: HOURLY(2), overall: HOURLY(2) };
    const { domain, open } = signIn({ limits });
    domain.gateway.failByRefusing('throttled');
    await open();
    for (const place of ['US', '*']) {
      const { hour, usedUntil } = await domain.traffic.read(place, domain.clock.now());
      expect(hour.sent).toBe(0);
      expect(usedUntil).toBeLessThanOrEqual(domain.clock.now());
    }
    await open();
    expect(await open()).toMatchObject({ kind: 'throttled', reason: 'number-limit' });
  });

  it('does not close its country once the provider sends again', async () => {
    const unconverted = { action: 'refuse', allowance: 2, share: 0.7 } as const;
    const { domain, open } = signIn({ limits: { unconverted } });
    domain.gateway.failByRefusing('unavailable');
    for (let i = 0; i < 5; i++) {
      await open();
    }
    domain.gateway.accept();
    expect(await open()).toMatchObject({ kind: 'sent' });
  });

  it('stays counted where it may have left, or where nothing counted it', async () => {
    const { domain, open } = signIn({ limits: { onStoreFailure: 'open' } });
    domain.gateway.failWithoutAnswer('timed-out');
    await open();
    domain.gateway.failByRefusing('throttled');
    domain.ledger.fail('read');
    await open();
    expect((await domain.traffic.read('US', domain.clock.now())).hour.sent).toBe(1);
  });

  const MINUTELY = { max: 1, windowMs: seconds(60) };

  it.each([
    { perCountry: HOURLY(1), overall: MINUTELY },
    { perCountry: MINUTELY, overall: HOURLY(1) },
  ])('is given back to each budget as that counts it: %j', async (limits) => {
    const { domain, open } = signIn({ limits });
    domain.gateway.failByRefusing('unavailable');
    await open();
    domain.gateway.accept();
    expect(await open()).toMatchObject({ kind: 'sent' });
  });

  it('is told as refused, too, where it can’t be given back', async () => {
    const { domain, open } = signIn({});
    domain.gateway.failByRefusing('throttled');
    domain.traffic.fail('giveBack');
    expect(await open()).toMatchObject({ kind: 'delivery-failed', status: 'DELIVERY_FAILED' });
  });
});

describe('A round whose limits can not be reached', () => {
  it('A32: says THROTTLED, sends nothing, and tells of the fault', async () => {
    const { domain, open } = signIn({ limits: { onStoreFailure: 'closed' } });
    domain.ledger.fail('takeSend');
    const outcome = await open();
    expect(outcome).toMatchObject({
      kind: 'throttled',
      reason: 'limits-unavailable',
      status: 'THROTTLED',
      resendAfterMs: seconds(30),
      fault: expect.any(StoreError),
    });
    expect(domain.gateway.attempts).toBe(0);
  });

  it('A32: is sent an SMS where that is the choice, and tells of the fault', async () => {
    const { domain, open } = signIn({ limits: { onStoreFailure: 'open' } });
    domain.ledger.fail('takeSend');
    expect(await open()).toMatchObject({ kind: 'sent', fault: expect.any(StoreError) });
  });

  it.each(['open', 'closed'] as const)('A24: is the same for unknown users: %s', async (choice) => {
    const { domain, open } = signIn({
      limits: { onStoreFailure: choice },
      hideUserExistence: true,
    });
    domain.ledger.fail('takeSend');
    const { status, resendAfterMs } = await open();
    expect(await open(stranger())).toMatchObject({ status, resendAfterMs });
  });
});
