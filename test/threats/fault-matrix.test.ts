/**
 * Every failure that a port knows, at every call of every trigger, and what comes of it. The page that tells it,
 * `deploy/faults.md`, is written by this test (`npx vitest run -u` on this file). A failure of a new kind does not compile until it is here.
 */
import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { SmsDeliveryFailure, SmsFate } from '../../src/domain/ports/sms-gateway.ts';
import { SmsDeliveryError } from '../../src/domain/ports/sms-gateway.ts';
import { StoreError, type StoreFailure } from '../../src/domain/ports/store-error.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  PHONE,
  scope,
  seconds,
  verifyRequest,
} from '../support/domain.ts';

const FATES: Readonly<Record<SmsDeliveryFailure, readonly SmsFate[]>> = {
  throttled: ['unsent'],
  'opted-out': ['unsent'],
  'invalid-number': ['unsent'],
  'country-blocked': ['unsent'],
  'destination-not-served': ['unsent'],
  'price-over-limit': ['unsent'],
  'spend-limit': ['unsent'],
  sandbox: ['unsent'],
  unauthorised: ['unsent'],
  unavailable: ['unsent', 'uncertain', 'unanswered'],
  'timed-out': ['unsent', 'unanswered'],
  rejected: ['unsent'],
};

const STORE_FAILURES: Readonly<Record<StoreFailure, true>> = {
  throttled: true,
  'table-missing': true,
  'access-denied': true,
  'timed-out': true,
  unavailable: true,
};

/** The calls of each store, by port. */
const STORE_CALLS = {
  challenges: ['find', 'save', 'takeAnswer', 'consume', 'recognises'],
  rounds: ['acquire', 'look', 'complete', 'abandon', 'release'],
  ledger: ['read', 'registerAttempt', 'clearAttempts', 'takeSend'],
  traffic: ['read', 'reserve', 'giveBack', 'countConverted'],
} as const;

type Port = keyof typeof STORE_CALLS;

/** One event of a sign-in, after those before it went well. */
const EVENTS = {
  'first Create': async (domain: Domain) => domain.createOnce.execute(createRequest(domain)),
  'Create, resend': async (domain: Domain, { reference }: Begun) =>
    domain.createOnce.execute(
      createRequest(domain, { resendRequested: true, rounds: [codeRound(reference)] }),
    ),
  'Verify, right': async (domain: Domain, { reference }: Begun) =>
    domain.verify.execute(verifyRequest(domain, reference, { answer: lastCode(domain) })),
  'Verify, wrong': async (domain: Domain, { reference }: Begun) =>
    domain.verify.execute(verifyRequest(domain, reference)),
  'Define, after right': async (domain: Domain, { reference }: Begun) =>
    domain.define.execute(defineRequest(reference, true)),
  'Define, after wrong': async (domain: Domain, { reference }: Begun) =>
    domain.define.execute(defineRequest(reference, false)),
} as const;

type Event = keyof typeof EVENTS;
type Begun = Pick<CreateOutcome, 'reference'>;

/** With every limit, so that every call is made. */
const OPTIONS: DomainOptions = {
  limits: {
    perNumber: [{ max: 10, windowMs: seconds(3600) }],
    perCountry: { max: 100, windowMs: seconds(3600) },
  },
};

function lastCode({ generator }: Domain): string {
  return generator.codes.at(-1) ?? '';
}

function defineRequest(reference: string, passed: boolean) {
  const rounds = [codeRound(reference, passed)];
  return { scope, userNotFound: false, resendRequested: false, phone: PHONE, rounds };
}

/** The sign-in up to the event. */
async function begin(event: Event, options: DomainOptions = OPTIONS) {
  const domain = createDomain(options);
  const begun =
    event === 'first Create'
      ? { reference: '' }
      : await domain.createOnce.execute(createRequest(domain));
  if (event === 'Create, resend') {
    domain.clock.advance(seconds(30));
  }
  return { domain, begun };
}

/** What the event comes to, in a word or two. */
async function run(event: Event, domain: Domain, begun: Begun): Promise<string> {
  try {
    const outcome: Outcome = await EVENTS[event](domain, begun);
    const reason = 'reason' in outcome ? `: ${outcome.reason}` : '';
    return `${outcome.kind}${reason}${'fault' in outcome && outcome.fault ? ', fault logged' : ''}`;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return 'error';
  }
}

interface Row {
  readonly port: Port;
  readonly call: string;
  readonly event: Event;
  /** What comes of it when the call fails, and when its work was done and only its answer got lost. */
  readonly failed: string;
  readonly lost: string;
  /** SMS that this event and Cognito's next call for it sent together, the store being well again. */
  readonly sms: string;
}

async function rowOf(port: Port, call: string, event: Event): Promise<Row | undefined> {
  const sent: number[] = [];
  const play = async (how: 'fail' | 'after', failure: StoreFailure) => {
    const { domain, begun } = await begin(event);
    const store = domain[port] as unknown as {
      fail(call: string, error: unknown): () => void;
      after(call: string, act: () => Promise<void>): () => void;
    };
    let calls = 0;
    const error = new StoreError(failure, new Error('down'));
    const resume =
      how === 'fail'
        ? store.fail(call, error)
        : store.after(call, () => {
            calls += 1;
            return Promise.reject(error);
          });
    const before = domain.gateway.attempts;
    const outcome = await run(event, domain, begun);
    resume();
    if (event.includes('Create')) {
      await run(event, domain, begun);
      sent.push(domain.gateway.attempts - before);
    }
    // No answer that was not right, and no store that failed, may ever be worth tokens.
    if (event === 'Verify, wrong' || event === 'Define, after wrong') {
      expect(outcome).not.toMatch(/verified|tokens-issued/);
    }
    return { outcome, called: how === 'fail' || calls > 0 };
  };
  const lost = await play('after', 'timed-out');
  if (!lost.called) {
    return undefined;
  }
  const outcomes = new Set<string>();
  for (const failure of Object.keys(STORE_FAILURES) as StoreFailure[]) {
    outcomes.add((await play('fail', failure)).outcome);
  }
  // Which kind of failure it is shows in log and metrics alone.
  expect(outcomes.size).toBe(1);
  const most = Math.max(0, ...sent);
  expect(most).toBeLessThanOrEqual(1);
  const sms = event.includes('Create') ? String(most) : '';
  return { port, call, event, failed: [...outcomes].join(), lost: lost.outcome, sms };
}

async function smsRow(failure: SmsDeliveryFailure, fate: SmsFate): Promise<string> {
  const cells = await Promise.all(
    [false, true].map(async (hideUserExistence) => {
      const { domain } = await begin('first Create', { hideUserExistence });
      domain.gateway.instead('send', () => Promise.reject(new SmsDeliveryError(failure, fate)));
      const round = await domain.createOnce.execute(createRequest(domain));
      const { kind: answered } = await domain.verify.execute(
        verifyRequest(domain, round.reference, { answer: lastCode(domain) }),
      );
      return { round, isGood: answered === 'verified' };
    }),
  );
  const [told, hidden] = cells;
  expect(told?.isGood).toBe(fate !== 'unsent');
  expect(hidden?.isGood).toBe(fate !== 'unsent');
  return `| \`${failure}\` | ${FATE_WORDS[fate]} | \`${hidden?.round.status}\` | \`${told?.round.status}\` | ${told?.isGood ? 'stays good' : 'is none'} | ${told?.round.resendsRemaining} |`;
}

const FATE_WORDS: Readonly<Record<SmsFate, string>> = {
  unsent: 'surely not sent',
  uncertain: 'the provider had trouble',
  unanswered: 'no answer',
};

describe('The page on faults', () => {
  it('tells what comes of every failure of every port', async () => {
    const sms: string[] = [];
    for (const [failure, fates] of Object.entries(FATES)) {
      for (const fate of fates) {
        sms.push(await smsRow(failure as SmsDeliveryFailure, fate));
      }
    }
    const rows: Row[] = [];
    for (const [port, calls] of Object.entries(STORE_CALLS)) {
      for (const call of calls) {
        for (const event of Object.keys(EVENTS)) {
          const row = await rowOf(port as Port, call, event as Event);
          if (row !== undefined) {
            rows.push(row);
          }
        }
      }
    }
    await expect(pageOf(sms, rows)).toMatchFileSnapshot('../../deploy/faults.md');
  });
});

function pageOf(sms: readonly string[], rows: readonly Row[]): string {
  return `# What comes of faults

For whoever wants to know what a failure does before it happens. [A test](../test/threats/fault-matrix.test.ts) lets each failure that a port knows happen at each call, writes these tables, and fails where they are not what happens.

## A provider does not take an SMS

In a sign-in's first round. The reasons are [explained](../src/adapters/sms-gateway/README.md#when-a-provider-fails) with the gateways; here none is left to ask. The client is told the first status, or the second with \`HIDE_USER_EXISTENCE=false\`; the last two columns are about the latter.

| reason | the SMS | told | not hidden | the code | resends left |
|---|---|---|---|---|---|
${sms.join('\n')}

## The store fails

What the log says of the event, whatever the [kind of failure](README.md#metrics). \`error\` is the one harmless sentence, after which Cognito calls again, or the user does. "Answer lost" is a call that did its work and could not say so. SMS are those of the event and of Cognito's next call for it, the store being well again: never more than one.

| port | call | event | the call fails | its answer is lost | SMS |
|---|---|---|---|---|---|
${rows.map(({ port, call, event, failed, lost, sms: count }) => `| ${PORT_WORDS[port]} | \`${call}\` | ${event} | ${failed} | ${lost} | ${count} |`).join('\n')}
`;
}

const PORT_WORDS: Readonly<Record<Port, string>> = {
  challenges: 'challenges',
  rounds: 'claimed rounds',
  ledger: 'counts by account',
  traffic: 'counts by country',
};
