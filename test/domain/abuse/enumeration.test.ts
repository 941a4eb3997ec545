import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
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
  readonly #domain: Domain;
  readonly #user: Partial<CreateRequest>;
  #last: CreateOutcome | undefined;
  #rounds: readonly Round[] = [];

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
    this.seen.push((await this.#domain.verify.execute(request)).kind === 'verified');
    await this.#next();
  }

  async resend(): Promise<void> {
    await this.#next({ resendRequested: true });
  }

  async #next(changes: Partial<CreateRequest> = {}): Promise<void> {
    this.#rounds =
      this.#last === undefined ? [] : [...this.#rounds, codeRound(this.#last.reference)];
    const rounds = this.#rounds;
    const start = this.#domain.clock.now();
    const request = createRequest(this.#domain, { ...this.#user, rounds, ...changes });
    this.#last = await this.#domain.createOnce.execute(request);
    const tookMs = this.#domain.clock.now() - start;
    this.seen.push({ ...publicChallengeParameters(this.#last), tookMs });
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
      expect(seen).toMatchObject([{ CODE_DELIVERY_DESTINATION: '+*******' }]);
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
