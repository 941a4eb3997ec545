/**
 * Every failure that a port knows, at every call of every trigger, and what comes of it. The page that tells it,
 * `deploy/faults.md`, is written by this test (`npx vitest run -u` on this file). A failure of a new kind does not compile until it is here.
 */
import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import { nameOf } from '../../src/domain/create-request.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { AccountLedger } from '../../src/domain/ports/account-ledger.ts';
import type { ChallengeRepository } from '../../src/domain/ports/challenge-repository.ts';
import type { IdempotencyStore } from '../../src/domain/ports/idempotency-store.ts';
import type { SmsDeliveryFailure, SmsFate } from '../../src/domain/ports/sms-gateway.ts';
import { SmsDeliveryError } from '../../src/domain/ports/sms-gateway.ts';
import type { SmsTraffic } from '../../src/domain/ports/sms-traffic.ts';
import { StoreError, type StoreFailure } from '../../src/domain/ports/store-error.ts';
import type { AsyncMethod } from '../fakes/interruptible.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  PHONE,
  scope,
  seconds,
  stranger,
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

/** The stores, by the names that a {@link Domain} has for them. */
interface Stores {
  readonly challenges: ChallengeRepository;
  readonly rounds: IdempotencyStore;
  readonly ledger: AccountLedger;
  readonly traffic: SmsTraffic;
}

type Port = keyof Stores;

/** Each store's calls, and whether a sign-in makes them: the others are an operator's. */
const STORE_CALLS: {
  readonly [Name in Port]: Readonly<Record<AsyncMethod<Stores[Name]>, boolean>>;
} = {
  challenges: { find: true, save: true, takeAnswer: true, consume: true, recognises: true },
  rounds: {
    acquire: true,
    look: true,
    complete: true,
    prolong: true,
    abandon: true,
    release: true,
  },
  ledger: {
    read: true,
    registerAttempt: true,
    clearAttempts: true,
    takeSend: true,
    forget: false,
  },
  traffic: {
    read: true,
    reserve: true,
    probe: true,
    giveBack: true,
    countConverted: true,
    stop: false,
    resume: false,
  },
};

const hidden: DomainOptions = { hideUserExistence: true };

/** One event of a sign-in. */
interface Event {
  readonly options?: DomainOptions;
  /** What came before it, and went well; a sign-in's first round unless told otherwise. */
  readonly begin?: (domain: Domain) => Promise<Begun>;
  readonly run: (domain: Domain, begun: Begun) => Promise<Outcome>;
}

const nothing = async (): Promise<Begun> => ({ reference: '' });
const firstCreate = (domain: Domain) => domain.createOnce.execute(createRequest(domain));

/** The provider refuses the first SMS, and the user clicks once more. */
const refusedBefore = async (domain: Domain) => {
  domain.gateway.failByRefusing('throttled');
  const begun = await firstCreate(domain);
  domain.gateway.accept();
  return begun;
};

const EVENTS: Readonly<Record<string, Event>> = {
  'first Create': { begin: nothing, run: firstCreate },
  'first Create, of a stranger, hidden': {
    options: hidden,
    begin: nothing,
    run: (domain) => domain.createOnce.execute(createRequest(domain, stranger())),
  },
  'first Create, refused by the provider': {
    begin: async (domain) => {
      domain.gateway.failByRefusing('throttled');
      return nothing();
    },
    run: firstCreate,
  },
  'first Create, while another call died': {
    begin: async (domain) => {
      const busyUntil = domain.clock.now() + 1000;
      const claimant = { holder: 'dead', challengeId: domain.challenges.nextId(), busyUntil };
      await domain.rounds.acquire(nameOf(createRequest(domain)), claimant);
      return nothing();
    },
    run: firstCreate,
  },
  'first Create, whose code can’t be saved': {
    begin: async (domain) => {
      let isDown = true;
      domain.challenges.before('save', () => {
        const wasDown = isDown;
        isDown = false;
        return wasDown
          ? Promise.reject(new StoreError('unavailable', new Error('down')))
          : undefined;
      });
      return nothing();
    },
    run: firstCreate,
  },
  'first Create, again': { run: firstCreate },
  'first Create, again, refused before, hidden': {
    options: hidden,
    begin: refusedBefore,
    run: firstCreate,
  },
  'Create, resend': {
    begin: async (domain) => {
      const begun = await firstCreate(domain);
      domain.clock.advance(seconds(30));
      return begun;
    },
    run: (domain, { reference }) =>
      domain.createOnce.execute(
        createRequest(domain, { resendRequested: true, rounds: [codeRound(reference)] }),
      ),
  },
  'Verify, right': {
    run: (domain, { reference }) =>
      domain.verify.execute(verifyRequest(domain, reference, { answer: lastCode(domain) })),
  },
  'Verify, wrong': {
    run: (domain, { reference }) => domain.verify.execute(verifyRequest(domain, reference)),
  },
  'Define, after right': {
    run: (domain, { reference }) => domain.define.execute(defineRequest(reference, true)),
  },
  'Define, after wrong': {
    run: (domain, { reference }) => domain.define.execute(defineRequest(reference, false)),
  },
};

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
async function begin({ options = {}, begin: start = firstCreate }: Event) {
  const domain = createDomain({ ...OPTIONS, ...options });
  return { domain, begun: await start(domain) };
}

/** What the event comes to, in a word or two. */
async function run({ run: act }: Event, domain: Domain, begun: Begun): Promise<string> {
  try {
    const outcome = await act(domain, begun);
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
  readonly event: string;
  /** What comes of it when the call fails, and when its work was done and only its answer got lost. */
  readonly failed: string;
  readonly lost: string;
  /** SMS that this event and Cognito's next call for it sent together, the store being well again. */
  readonly sms: string;
}

async function rowOf(port: Port, call: string, name: string): Promise<Row | undefined> {
  const event = EVENTS[name] as Event;
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
    const before = domain.gateway.outbox.length;
    const outcome = await run(event, domain, begun);
    resume();
    if (name.includes('Create')) {
      await run(event, domain, begun);
      sent.push(domain.gateway.outbox.length - before);
    }
    // No answer that was not right, and no store that failed, may ever be worth tokens.
    if (name.endsWith('wrong')) {
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
  const sms = name.includes('Create') ? String(most) : '';
  return { port, call, event: name, failed: [...outcomes].join(), lost: lost.outcome, sms };
}

async function smsRow(failure: SmsDeliveryFailure, fate: SmsFate): Promise<string> {
  const cells = await Promise.all(
    [false, true].map(async (hideUserExistence) => {
      const domain = createDomain({ hideUserExistence });
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
      for (const [call, isOfSignIns] of Object.entries(calls)) {
        const before = rows.length;
        for (const event of Object.keys(EVENTS)) {
          const row = await rowOf(port as Port, call, event);
          if (row !== undefined) {
            rows.push(row);
          }
        }
        expect(rows.length > before, `${port}.${call} is called by an event`).toBe(isOfSignIns);
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

What the log says of each event, whatever the [kind of failure](README.md#metrics). \`error\` is the one harmless sentence, after which Cognito calls again, or the user does. "Answer lost" is a call that did its work and could not say so. SMS are those of the event and of Cognito's next call for it, the store being well again: never more than one.

| port | call | events | the call fails | its answer is lost | SMS |
|---|---|---|---|---|---|
${linesOf(rows).join('\n')}
`;
}

/** A line for all events that a call's failure does the same to. */
function linesOf(rows: readonly Row[]): string[] {
  const alike = Map.groupBy(rows, ({ event: _, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].map((same) => {
    const { port, call, failed, lost, sms } = same[0] as Row;
    const events = same.map(({ event }) => event).join('; ');
    return `| ${PORT_WORDS[port]} | \`${call}\` | ${events} | ${failed} | ${lost} | ${sms} |`;
  });
}

const PORT_WORDS: Readonly<Record<Port, string>> = {
  challenges: 'challenges',
  rounds: 'claimed rounds',
  ledger: 'counts by account',
  traffic: 'counts by country',
};
