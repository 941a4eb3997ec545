import { describe, expect, it } from 'vitest';
import type { CreateOutcome } from '../../../src/domain/create-outcome.ts';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import type { Round } from '../../../src/domain/sign-in.ts';
import { publicChallengeParameters } from '../../../src/trigger-events.ts';
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
}

const KNOWN: User = { request: {} };
const others: readonly [string, User][] = [
  ['a locked one', { request: {}, locked: true }],
  ['an unknown one', { request: stranger() }],
  ['one without a number', { request: { phone: { number: undefined, verified: false } } }],
  ['one whose number is not verified', { request: { phone: { ...PHONE, verified: false } } }],
];

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

  async start(): Promise<void> {
    this.#last = undefined;
    await this.#next();
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
    this.#last = await this.#domain.create.execute(request);
    const tookMs = this.#domain.clock.now() - start;
    this.seen.push({ ...publicChallengeParameters(this.#last), tookMs });
  }
}

type Script = (client: Client, domain: Domain) => Promise<void>;

const HOURLY = (max: number) => ({ max, windowMs: seconds(3600) });

const scripts: readonly [string, DomainOptions, Script][] = [
  [
    'wrong answers',
    {},
    async (client) => {
      await client.start();
      await client.answer('000000');
      await client.answer('not a code');
      await client.answer('000001');
    },
  ],
  [
    'new codes, too soon, in time and too many',
    {},
    async (client, { clock }) => {
      await client.start();
      for (let i = 0; i < 4; i++) {
        await client.resend();
        clock.advance(seconds(30));
        await client.resend();
      }
    },
  ],
  [
    'a code that expires',
    {},
    async (client, { clock }) => {
      await client.start();
      clock.advance(seconds(300));
      await client.answer('000000');
      await client.resend();
    },
  ],
  [
    'a limit per number',
    { limits: { perNumber: [{ max: 2, windowMs: seconds(600) }] } },
    async (client, { clock }) => {
      await client.start();
      await client.start();
      await client.start();
      await client.answer('000000');
      clock.advance(seconds(600));
      await client.resend();
    },
  ],
  [
    'budgets that others have used up',
    { limits: { perCountry: HOURLY(2), overall: HOURLY(3) } },
    async (client, domain) => {
      const other = { phone: { number: '+15557654321', verified: true } };
      await client.start();
      for (let i = 0; i < 3; i++) {
        await domain.create.execute(createRequest(domain, other));
      }
      await client.start();
      await client.resend();
    },
  ],
  [
    'so many wrong answers that they lock',
    {},
    async (client) => {
      for (let i = 0; i < 7; i++) {
        await client.start();
        await client.answer('000000');
        await client.answer('000000');
      }
    },
  ],
];

async function seenBy({ request, locked }: User, options: DomainOptions, script: Script) {
  const domain = createDomain({ ...options, showLastDigits: false });
  if (locked) {
    await lock(domain);
  }
  const client = new Client(domain, request);
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
    'A22: is the same for all users where no digit may be shown: %s',
    async (_, user) => {
      const { seen } = await seenBy(user, {}, (client) => client.start());
      expect(seen).toMatchObject([{ CODE_DELIVERY_DESTINATION: '+*******' }]);
    },
  );
});

describe('A made-up number', () => {
  it('is another one in another user pool', async () => {
    const domain = createDomain();
    const { scope, ...nobody } = stranger();
    const other = { ...nobody, scope: { ...scope, userPoolId: 'eu-west-1_Other' } };
    const [here, there] = [
      await domain.create.execute(createRequest(domain, stranger())),
      await domain.create.execute(createRequest(domain, other)),
    ];
    expect(here.destination).not.toBe(there.destination);
  });
});

describe('The budget that an unknown user meets', () => {
  const limits = { perCountry: HOURLY(2) };
  const SINGAPORE: Partial<CreateRequest> = { phone: { number: '+6591234567', verified: true } };
  const typed = stranger('+6590000000');

  async function statusAfter(users: readonly Partial<CreateRequest>[]) {
    const domain = createDomain({ limits });
    for (const user of users) {
      await domain.create.execute(createRequest(domain, user));
    }
    return (await domain.create.execute(createRequest(domain, typed))).status;
  }

  it('A24: is that of the country whose number was typed, whichever was asked for last', async () => {
    expect(await statusAfter([SINGAPORE, SINGAPORE, {}])).toBe('THROTTLED');
    expect(await statusAfter([SINGAPORE, {}, {}])).toBe('SENT');
  });
});
