import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { StoreError } from '../../../src/domain/ports/store-error.ts';
import type { Round } from '../../../src/domain/sign-in.ts';
import { publicChallengeParameters } from '../../../src/trigger-events.ts';
import { PlainReviewHasher } from '../../fakes/plain-review-hasher.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  type DomainOptions,
  lock,
  PHONE,
  seconds,
  stranger,
  verifyRequest,
} from '../../support/domain.ts';

interface User {
  readonly request: Partial<CreateRequest>;
  readonly locked?: true;
  /** The number signs in without an SMS. */
  readonly review?: true;
}

const KNOWN: User = { request: {} };
const others: readonly [string, User][] = [
  ['a locked one', { request: {}, locked: true }],
  ['an unknown one', { request: stranger() }],
  ['one without a number', { request: { phone: { number: undefined, verified: false } } }],
  ['one whose number is not verified', { request: { phone: { ...PHONE, verified: false } } }],
  ['one with a review number', { request: {}, review: true }],
];

/** What a domain has besides for a user. */
function optionsFor({ review }: User): DomainOptions {
  const number = new PlainReviewHasher().numberDigest(PHONE.number as PhoneNumber);
  const entry = { number, code: 'code', until: '2026-01-31', endsAt: Date.UTC(2026, 1, 1) };
  return review ? { reviewNumbers: [{ ...entry, perDay: 100 }] } : {};
}

/** A client that answers wrongly, asks for new codes, waits, and notes all that it is shown. */
class Client {
  readonly seen: unknown[] = [];
  /** What happens at the moment. */
  event = 0;
  readonly #domain: Domain;
  readonly #user: Partial<CreateRequest>;
  #last: CreateOutcome | undefined;
  #rounds: readonly Round[] = [];
  #newest: Partial<CreateRequest> = {};

  constructor(domain: Domain, user: Partial<CreateRequest>) {
    this.#domain = domain;
    this.#user = user;
  }

  /** @param changes what differs in the user's record. */
  async start(changes: Partial<CreateRequest> = {}): Promise<void> {
    this.#last = undefined;
    await this.#next(changes);
  }

  /** Begins a sign-in long enough after the last one not to be a double click. */
  async startLater(): Promise<void> {
    this.#domain.clock.advance(seconds(16));
    await this.start();
  }

  async answer(answer: string): Promise<void> {
    const { reference = '' } = this.#last ?? {};
    const request = verifyRequest(this.#domain, reference, { ...this.#user, answer });
    await this.#note(async () => (await this.#domain.verify.execute(request)).kind === 'verified');
    await this.#next();
  }

  async resend(): Promise<void> {
    await this.#next({ resendRequested: true });
  }

  /** Cognito calls for the newest round again. */
  async repeat(): Promise<void> {
    await this.#create(this.#newest);
  }

  async #next(changes: Partial<CreateRequest> = {}): Promise<void> {
    this.#rounds =
      this.#last === undefined ? [] : [...this.#rounds, codeRound(this.#last.reference)];
    const request = { ...this.#user, rounds: this.#rounds, ...changes };
    await this.#note(() => this.#domain.define.execute(createRequest(this.#domain, request)));
    this.#newest = request;
    await this.#create(request);
  }

  async #create(changes: Partial<CreateRequest>): Promise<void> {
    const start = this.#domain.clock.now();
    await this.#note(async () => {
      this.#last = await this.#domain.createOnce.execute(createRequest(this.#domain, changes));
      return publicChallengeParameters(this.#last);
    });
    this.seen.push({ tookMs: this.#domain.clock.now() - start });
  }

  /** Whatever fails is shown as one and the same error. */
  async #note(act: () => Promise<unknown>): Promise<void> {
    this.event += 1;
    try {
      this.seen.push(await act());
    } catch (error) {
      expect(error).toBeInstanceOf(StoreError);
      this.seen.push('error');
    }
  }
}

type Script = (client: Client, domain: Domain) => Promise<void>;

const HOURLY = (max: number) => ({ max, windowMs: seconds(3600) });

const answers: Script = async (client) => {
  await client.start();
  await client.answer('000000');
  await client.answer('not a code');
  await client.answer('000001');
};

const newCodes: Script = async (client, { clock }) => {
  await client.start();
  for (let i = 0; i < 4; i++) {
    await client.resend();
    clock.advance(seconds(30));
    await client.resend();
  }
  await client.answer('000000');
};

/** What real users meet now and then, and nobody may see. */
const troubles: readonly [string, (domain: Domain) => unknown][] = [
  ['refuses', ({ gateway }) => gateway.failByRefusing('throttled')],
  ['refuses the destination', ({ gateway }) => gateway.failByRefusing('country-blocked')],
  ['does not answer', ({ gateway }) => gateway.failWithoutAnswer('timed-out')],
  ['breaks the connection', ({ gateway }) => gateway.failWithoutAnswer('unavailable')],
];

const scripts: readonly [string, DomainOptions, Script][] = [
  ['wrong answers', {}, answers],
  ['new codes, too soon, in time and too many', {}, newCodes],
  [
    'a code that expires',
    {},
    async (client, { clock }) => {
      await client.start();
      clock.advance(seconds(300));
      await client.answer('000000');
      await client.resend();
      await client.answer('000000');
    },
  ],
  [
    'a limit per number',
    { limits: { perNumber: [{ max: 2, windowMs: seconds(600) }] } },
    async (client, { clock }) => {
      for (let i = 0; i < 4; i++) {
        await client.startLater();
      }
      await client.answer('000000');
      clock.advance(seconds(600));
      await client.answer('000000');
      await client.resend();
    },
  ],
  [
    'an overall budget that others have used up',
    { limits: { overall: { max: 3, windowMs: seconds(600) } } },
    async (client, domain) => {
      const other = { phone: { number: '+12025554321', verified: true } };
      for (let i = 0; i < 3; i++) {
        await domain.create.execute(createRequest(domain, other));
      }
      await client.startLater();
      await client.resend();
      domain.clock.advance(seconds(200));
      await client.resend();
    },
  ],
  [
    'a country whose budget others have used up',
    { limits: { perCountry: HOURLY(3) } },
    async (client, domain) => {
      const other = { phone: { number: '+12025554321', verified: true } };
      await client.start();
      for (let i = 0; i < 3; i++) {
        await domain.create.execute(createRequest(domain, other));
      }
      await client.startLater();
      await client.answer('000000');
      domain.clock.advance(seconds(30));
      await client.resend();
    },
  ],
  [
    'so many wrong answers that they lock',
    {},
    async (client) => {
      for (let i = 0; i < 7; i++) {
        await client.startLater();
        await client.answer('000000');
        await client.answer('000000');
      }
    },
  ],
  [
    'a sign-in that is begun again within seconds, before and after an answer',
    {},
    async (client, { clock }) => {
      await client.start();
      clock.advance(seconds(3));
      await client.start();
      await client.answer('000000');
      clock.advance(seconds(3));
      await client.start();
      await client.answer('000000');
    },
  ],
  [
    'a sign-in that is begun again and again within seconds, while the provider refuses its number',
    { limits: { perNumber: [{ max: 4, windowMs: seconds(600) }] } },
    async (client, { clock, gateway }) => {
      await client.start();
      gateway.failByRefusing('opted-out');
      for (let i = 0; i < 3; i++) {
        await client.startLater();
        clock.advance(seconds(3));
        await client.start();
        clock.advance(seconds(3));
        await client.start();
      }
    },
  ],
  [
    'custom:resend left on',
    {},
    async (client, { clock }) => {
      await client.start({ resendAttribute: true });
      clock.advance(seconds(30));
      await client.answer('000000');
    },
  ],
  [
    'counts that can not be reached',
    {},
    async (client, domain) => {
      await client.start();
      domain.ledger.fail('read');
      await client.startLater();
    },
  ],
  ...troubles.flatMap(([what, begin]): [string, DomainOptions, Script][] =>
    [answers, newCodes].map((then, i) => [
      `${i === 0 ? 'wrong answers' : 'new codes'}, while the provider ${what}`,
      {},
      async (client, domain) => {
        await client.start();
        begin(domain);
        domain.clock.advance(seconds(16));
        await then(client, domain);
      },
    ]),
  ),
];

async function seenBy(user: User, options: DomainOptions, script: Script) {
  const hidden = { hideUserExistence: true, answerStepMs: 500 };
  const domain = createDomain({ ...options, ...optionsFor(user), ...hidden });
  if (user.locked) {
    await lock(domain);
  }
  const client = new Client(domain, user.request);
  await script(client, domain);
  return { seen: client.seen, domain };
}

describe.each(scripts)('What a client is shown of %s', (_, options, script) => {
  it.each(others)('A22, A24: is for %s what it is for any user', async (__, user) => {
    const known = await seenBy(KNOWN, options, script);
    const other = await seenBy(user, options, script);
    expect(known.domain.gateway.outbox.length).toBeGreaterThan(0);
    expect(other.seen).toEqual(known.seen);
    expect(other.domain.gateway.outbox.map(({ to }) => to)).not.toContain(PHONE.number);
  });
});

describe('The number that is shown', () => {
  it.each([['a known one', KNOWN], ...others] as const)(
    'A22: has no digit, whoever the user is: %s',
    async (_, user) => {
      const { seen } = await seenBy(user, {}, (client) => client.start());
      const shown = { CODE_DELIVERY_DESTINATION: '+*******' };
      expect(seen).toContainEqual(expect.objectContaining(shown));
    },
  );
});

describe('The calls to the store', () => {
  /** What is asked of the store in a sign-in with a wrong answer and a resend, in its order. */
  async function callsOf(user: User) {
    const domain = createDomain({
      ...optionsFor(user),
      hideUserExistence: true,
      limits: { perCountry: HOURLY(100), overall: HOURLY(100), perNumber: [HOURLY(100)] },
    });
    if (user.locked) {
      await lock(domain);
    }
    const calls: string[] = [];
    const note = (name: string) => () => {
      calls.push(name);
    };
    domain.rounds.before('acquire', note('acquire'));
    domain.rounds.before('complete', note('complete'));
    domain.ledger.before('read', note('read the account'));
    domain.ledger.before('takeSend', note('write the account'));
    domain.ledger.before('registerAttempt', note('write the account'));
    domain.traffic.before('read', note('read a place'));
    domain.traffic.before('reserve', note('write a place'));
    domain.traffic.before('probe', note('write a place'));
    domain.challenges.before('find', note('read the challenge'));
    domain.challenges.before('save', note('write the challenge'));
    domain.challenges.before('takeAnswer', note('write the challenge'));
    const client = new Client(domain, user.request);
    await client.start();
    await client.answer('000000');
    domain.clock.advance(seconds(30));
    await client.resend();
    return calls;
  }

  it.each(others)('A23: are for %s those for any user, in the same order', async (_, user) => {
    const known = await callsOf(KNOWN);
    expect(known.length).toBeGreaterThan(15);
    expect(await callsOf(user)).toEqual(known);
  });
});

/** The calls of each store; those under one name are one to those who may not know which it was. */
const STORE_CALLS = {
  challenges: { find: 'find', save: 'save', takeAnswer: 'takeAnswer' },
  rounds: { acquire: 'acquire', complete: 'complete', abandon: 'abandon', release: 'release' },
  ledger: { read: 'read', registerAttempt: 'registerAttempt', takeSend: 'takeSend' },
  traffic: { read: 'read', reserve: 'count', probe: 'count', giveBack: 'giveBack' },
} as const;

/** `fails` before its work is done, or `is lost`: then only its answer is. */
type Fault = 'fails' | 'is lost';

describe('While a call to the store fails', () => {
  const STOPPED = [
    'whose country is stopped',
    ({ traffic }: Domain) => traffic.stop('US'),
  ] as const;
  const users: readonly (readonly [string, User, ((domain: Domain) => unknown)?])[] = [
    ['a known one', KNOWN],
    ...others,
    ...[...troubles, STOPPED].map(([what, begin]) => [`one: ${what}`, KNOWN, begin] as const),
  ];
  const UNKNOWN: User = { request: stranger() };

  /** What a client is shown, and the calls that were made: each by its event, its name, and how many of that name came before it. */
  async function play(
    user: User,
    onStoreFailure: 'open' | 'closed',
    begin: ((domain: Domain) => unknown) | undefined,
    failing?: { readonly call: string; readonly fault: Fault },
  ) {
    const limits = { perNumber: [HOURLY(9)], perCountry: HOURLY(9), overall: HOURLY(99) };
    const domain = createDomain({
      ...optionsFor(user),
      hideUserExistence: true,
      answerStepMs: 500,
      limits: { ...limits, onStoreFailure },
    });
    if (user.locked) {
      await lock(domain);
    }
    await begin?.(domain);
    const client = new Client(domain, user.request);
    const calls: string[] = [];
    for (const [port, names] of Object.entries(STORE_CALLS)) {
      const store = domain[port as keyof typeof STORE_CALLS] as unknown as Record<
        'before' | 'after',
        (method: string, act: () => Promise<void>) => void
      >;
      for (const [method, name] of Object.entries(names)) {
        store[failing?.fault === 'is lost' ? 'after' : 'before'](method, async () => {
          const before = calls.filter((made) =>
            made.startsWith(`${client.event} ${port} ${name} `),
          );
          const call = `${client.event} ${port} ${name} ${before.length}`;
          calls.push(call);
          if (call === failing?.call) {
            throw new StoreError('unavailable', new Error('down'));
          }
        });
      }
    }
    await client.start();
    domain.clock.advance(seconds(5));
    await client.repeat();
    await client.answer('000000');
    domain.clock.advance(seconds(30));
    await client.resend();
    domain.clock.advance(seconds(5));
    await client.repeat();
    await client.answer('000000');
    await client.startLater();
    return { seen: client.seen, calls };
  }

  it.each(
    users.flatMap(([who, user, begin]) =>
      (['open', 'closed'] as const).map((mode) => ({ who, user, begin, mode })),
    ),
  )(
    'A22, A24: limits fail $mode: a stranger is shown what a user is, whichever call it is: $who',
    async ({ user, begin, mode }) => {
      const [known, unknown] = [await play(user, mode, begin), await play(UNKNOWN, mode, begin)];
      expect(known.calls.length).toBeGreaterThan(30);
      for (const call of new Set([...known.calls, ...unknown.calls])) {
        for (const fault of ['fails', 'is lost'] as const) {
          const failing = { call, fault };
          const { seen } = await play(user, mode, begin, failing);
          const expected = (await play(UNKNOWN, mode, begin, failing)).seen;
          expect({ failing, seen }).toEqual({ failing, seen: expected });
        }
      }
    },
  );
});
