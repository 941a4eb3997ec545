/** Finding out who has an account, or whose account is locked, by what the function answers. */
import { beforeEach, describe, expect, it } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import {
  type DrivenUser,
  KNOWN_USER,
  SignInDriver,
  type Step,
  UNKNOWN_USER,
} from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();
const MINUTE = 60_000;

const env = { HIDE_USER_EXISTENCE: 'true' };

const UNVERIFIED_USER: DrivenUser = {
  ...KNOWN_USER,
  userName: 'unverified',
  userAttributes: { ...KNOWN_USER.userAttributes, phone_number_verified: 'false' },
};

beforeEach(() => {
  captureLog();
});

type Script = (fleet: Fleet, user: DrivenUser) => Promise<Step[]>;

/** What all users see of the same steps, each in a world of its own. */
async function seenBy(users: readonly DrivenUser[], script: Script, more = {}): Promise<Step[][]> {
  const seen = [];
  for (const user of users) {
    const fleet = await createFleet(dynamoDb, { env: { ...env, ...more } });
    seen.push(await script(fleet, user));
  }
  return seen;
}

const wrongToTheEnd: Script = async (fleet, user) => {
  const driver = new SignInDriver(fleet.handler, user);
  return [
    await driver.start(),
    await driver.answer('000000'),
    await driver.answer(''),
    await driver.answer('x'.repeat(500)),
    await driver.answer('000001'),
    await driver.answer('000002'),
  ];
};

const resends: Script = async (fleet, user) => {
  const driver = new SignInDriver(fleet.handler, user);
  const steps = [await driver.start(), await driver.resend()];
  for (let i = 0; i < 3; i++) {
    fleet.clock.advance(30_000);
    steps.push(await driver.resend());
  }
  fleet.clock.advance(5 * MINUTE);
  return [...steps, await driver.answer('000000')];
};

const tooManySignIns: Script = async (fleet, user) => {
  const steps = [];
  for (let i = 0; i < 7; i++) {
    fleet.clock.advance(16_000);
    const driver = new SignInDriver(fleet.handler, user);
    steps.push(await driver.start(), await driver.answer('000000'), await driver.resend());
  }
  return steps;
};

const lockedOut: Script = async (fleet, user) => {
  const steps = [];
  for (let i = 0; i < 5; i++) {
    fleet.clock.advance(16_000);
    steps.push(...(await wrongToTheEnd(fleet, user)));
  }
  return steps;
};

describe('Known, unknown and unreachable users', () => {
  it.each<[string, Script, object]>([
    ['wrong answers to the end', wrongToTheEnd, {}],
    ['resends', resends, {}],
    ['more sign-ins than the limit', tooManySignIns, {}],
    ['more wrong answers than lock the account', lockedOut, { SENDS_PER_NUMBER: '99/1d' }],
    [
      'a double click',
      async (fleet, user) => {
        const [one, two] = [0, 1].map(() => new SignInDriver(fleet.handler, user));
        return [await one?.start(), await two?.start(), await two?.answer('000000')] as Step[];
      },
      {},
    ],
  ])('A22, A24: see the same of %s', async (_, script, more) => {
    const users = [KNOWN_USER, UNKNOWN_USER, UNVERIFIED_USER];
    const [known, ...others] = await seenBy(users, script, more);
    expect(known?.length).toBeGreaterThan(2);
    for (const other of others) {
      expect(other).toEqual(known);
    }
  });

  it.each<[string, (fleet: Fleet) => void]>([
    ['is down', ({ gateway }) => gateway.failByRefusing('unavailable')],
    ['does not answer', ({ gateway }) => gateway.failWithoutAnswer('timed-out')],
    ['refuses the number', ({ gateway }) => gateway.failByRefusing('opted-out')],
    ['refuses the country', ({ gateway }) => gateway.failByRefusing('country-blocked')],
  ])('A22: see the same while the provider %s', async (_, begin) => {
    const troubled =
      (script: Script): Script =>
      (fleet, user) => {
        begin(fleet);
        return script(fleet, user);
      };
    for (const script of [wrongToTheEnd, resends]) {
      const users = [KNOWN_USER, UNKNOWN_USER, UNVERIFIED_USER];
      const [known, ...others] = await seenBy(users, troubled(script));
      expect(known?.[0]).toMatchObject({ parameters: { status: 'SENT' } });
      for (const other of others) {
        expect(other).toEqual(known);
      }
    }
  });

  it('A22: have metadata of the same length, whatever became of their SMS', async () => {
    const lengths = new Set<number>();
    for (const user of [KNOWN_USER, UNKNOWN_USER, UNVERIFIED_USER]) {
      for (const refuses of [false, true]) {
        const fleet = await createFleet(dynamoDb, {
          env: { ...env, CHALLENGE_REPOSITORY: 'session' },
        });
        if (refuses) {
          fleet.gateway.failByRefusing('throttled');
        }
        const driver = new SignInDriver(fleet.handler, user);
        await driver.start();
        await driver.answer('000000');
        await driver.answer('000000');
        for (const { challengeMetadata } of driver.session) {
          lengths.add(challengeMetadata?.length ?? 0);
        }
      }
    }
    expect([...lengths]).toEqual([200]);
  });

  it('A22: are told apart where nothing is hidden, at once and without a write', async () => {
    const fleet = await createFleet(dynamoDb, { env: { HIDE_USER_EXISTENCE: 'false' } });
    expect(await new SignInDriver(fleet.handler, UNKNOWN_USER).start()).toEqual({ kind: 'failed' });
    expect(await dynamoDb.items()).toEqual([]);
    expect(await new SignInDriver(fleet.handler).start()).toMatchObject({
      parameters: { status: 'SENT', CODE_DELIVERY_DESTINATION: '+*******4567' },
    });
  });
});

describe('A locked account', () => {
  /** Ten wrong answers, then the script. */
  const afterLock =
    (script: Script, locking: boolean): Script =>
    async (fleet, user) => {
      const answer = locking ? '000000' : undefined;
      for (let i = 0; i < 5; i++) {
        fleet.clock.advance(16_000);
        const driver = new SignInDriver(fleet.handler, user);
        await driver.start();
        await driver.answer(answer ?? fleet.gateway.lastCode);
        await driver.answer(answer ?? '000000');
      }
      fleet.clock.advance(16_000);
      return script(fleet, user);
    };

  it('A14: answers like one that is not locked, and sends nothing', async () => {
    const many = { SENDS_PER_NUMBER: '99/1d' };
    const sends: number[] = [];
    const script: Script = async (fleet, user) => {
      const before = fleet.gateway.attempts;
      const steps = [...(await wrongToTheEnd(fleet, user))];
      fleet.clock.advance(16_000);
      steps.push(...(await resends(fleet, user)));
      sends.push(fleet.gateway.attempts - before);
      return steps;
    };
    const [open] = await seenBy([KNOWN_USER], afterLock(script, false), many);
    const [locked] = await seenBy([KNOWN_USER], afterLock(script, true), many);
    expect(locked).toEqual(open);
    expect(sends).toEqual([4, 0]);
  });
});
