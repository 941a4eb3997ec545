/** Guessing a code: in one sign-in, across sign-ins, and in parallel. */
import { describe, expect, it } from 'vitest';
import { describeOnEachDynamoDb, type TestDynamoDb, useDynamoDb } from '../support/dynamodb.ts';
import { createFleet } from '../support/fleet.ts';
import { captureLog, setEnv } from '../support/function.ts';
import { SignInDriver, UNKNOWN_USER } from '../support/sign-in-driver.ts';

const dynalite = useDynamoDb();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Other limits than those on answers must not be what stops the attacker here.
const env = { SENDS_PER_NUMBER: '1000/1d' };

/** The lock comes before the tries of one challenge are used up. */
const fewerThanTries = { LOCK_AFTER: '5', OTP_MAX_ATTEMPTS: '10' };

/** The lock must not be what stops the attacker. */
const patient = { LOCK_AFTER: '50' };

async function createWorld(
  changes: Readonly<Record<string, string>> = {},
  dynamoDb: TestDynamoDb = dynalite,
) {
  setEnv({ POWERTOOLS_METRICS_DISABLED: 'false' });
  const fleet = await createFleet(dynamoDb, { env: { ...env, ...changes } });
  const log = captureLog();

  /** A new sign-in, long enough after the one before not to be a double click. */
  async function signIn(): Promise<SignInDriver> {
    fleet.clock.advance(16_000);
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    return driver;
  }

  const wrong = () => (fleet.gateway.lastCode === '000000' ? '111111' : '000000');

  /** Fails as often as asked for, by as many sign-ins as that takes. */
  async function fail(times: number): Promise<void> {
    let driver = await signIn();
    for (let i = 0; i < times; i++) {
      if ((await driver.answer(wrong())).kind === 'failed') {
        driver = await signIn();
      }
    }
  }

  /** Whether the account's owner gets in. */
  async function ownerGetsIn(): Promise<boolean> {
    const sends = fleet.gateway.outbox.length;
    const driver = await signIn();
    if (fleet.gateway.outbox.length === sends) {
      return false;
    }
    return (await driver.answer(fleet.gateway.lastCode)).kind === 'tokens';
  }

  /** Answers that somebody was told the truth of. */
  const told = () =>
    log.lines().filter(({ outcome, reason }) => outcome === 'rejected' && reason === 'wrong-code')
      .length;

  return { fleet, log, told, signIn, wrong, fail, ownerGetsIn };
}

describe('Guessing in one sign-in', () => {
  it.each([1, 3, 10])('A20: ends after exactly %i wrong answers', async (tries) => {
    const { signIn, wrong } = await createWorld({ OTP_MAX_ATTEMPTS: String(tries) });
    const driver = await signIn();
    for (let i = 1; i < tries; i++) {
      expect((await driver.answer(wrong())).kind).toBe('challenge');
    }
    expect((await driver.answer(wrong())).kind).toBe('failed');
  });
});

describe('Guessing one code by several sign-ins', () => {
  it('A20: gives no more tries to a sign-in that is begun again within the claim', async () => {
    const { fleet, wrong } = await createWorld(patient);
    for (let i = 0; i < 5; i++) {
      const driver = new SignInDriver(fleet.handler);
      await driver.start();
      await driver.answer(wrong());
    }
    expect(fleet.gateway.attempts).toBe(5);
  });

  it.each(['1', '3'])(
    'A20: begins anew after %s wrong answers that ended the last',
    async (tries) => {
      const { fleet, wrong } = await createWorld({ ...patient, OTP_MAX_ATTEMPTS: tries });
      const first = new SignInDriver(fleet.handler);
      await first.start();
      for (let i = 0; i < Number(tries); i++) {
        await first.answer(wrong());
      }
      const again = new SignInDriver(fleet.handler);
      expect(await again.start()).toMatchObject({ parameters: { attemptsRemaining: tries } });
      expect(fleet.gateway.attempts).toBe(2);
    },
  );

  it('A20: ends all sign-ins that share a code once its tries are used up, resends included', async () => {
    const { fleet, wrong } = await createWorld(patient);
    const drivers = Array.from({ length: 5 }, () => new SignInDriver(fleet.handler));
    await Promise.all(drivers.map((driver) => driver.start()));
    expect(fleet.gateway.attempts).toBe(1);
    const [one, two, three, four, five] = drivers;
    expect(await one?.answer(wrong())).toMatchObject({ parameters: { attemptsRemaining: '2' } });
    expect(await two?.answer(wrong())).toMatchObject({ parameters: { attemptsRemaining: '1' } });
    expect(await three?.answer(wrong())).toEqual({ kind: 'failed' });
    expect(await four?.answer(fleet.gateway.lastCode)).toEqual({ kind: 'failed' });
    fleet.clock.advance(30_000);
    expect(await five?.resend()).toEqual({ kind: 'failed' });
    expect(fleet.gateway.attempts).toBe(1);
  });

  it.each(['12345', '1234567', '', 'one two', '1'.repeat(100)])(
    'costs no try where it is no code at all: %j',
    async (slip) => {
      const { fleet, signIn } = await createWorld({ LOCK_AFTER: '1', LOCK_FOR_GOOD_AFTER: '2' });
      const driver = await signIn();
      for (let i = 0; i < 4; i++) {
        expect(await driver.answer(slip)).toMatchObject({
          parameters: { status: 'INCORRECT', attemptsRemaining: '3' },
        });
      }
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    },
  );
});

describe('Locking somebody out', () => {
  it('A14: takes ten answers that were compared, and so four SMS: none for codes that are spent or old', async () => {
    const { fleet, signIn, wrong, ownerGetsIn } = await createWorld();
    const first = await signIn();
    for (let i = 0; i < 3; i++) {
      await first.check(wrong());
    }
    for (let i = 0; i < 30; i++) {
      await first.check(wrong());
    }
    const old = await signIn();
    fleet.clock.advance(301_000);
    for (let i = 0; i < 30; i++) {
      await old.check(wrong());
    }
    expect(await ownerGetsIn()).toBe(true);
  });

  it('A14: does nothing to a user by the guesses at a stranger’s username', async () => {
    const { fleet, ownerGetsIn } = await createWorld({ HIDE_USER_EXISTENCE: 'true' });
    for (let i = 0; i < 8; i++) {
      fleet.clock.advance(16_000);
      const driver = new SignInDriver(fleet.handler, UNKNOWN_USER);
      await driver.start();
      for (let tries = 0; tries < 3; tries++) {
        await driver.answer('000000');
      }
    }
    expect(await ownerGetsIn()).toBe(true);
  });
});

describe('Guessing across sign-ins', () => {
  it('A9: counts on where the last sign-in ended', async () => {
    const { fail, ownerGetsIn } = await createWorld();
    await fail(9);
    expect(await ownerGetsIn()).toBe(true);
    await fail(10);
    expect(await ownerGetsIn()).toBe(false);
  });

  it('A10: counts on after a resend', async () => {
    const { fleet, signIn, wrong, fail } = await createWorld();
    await fail(9);
    const driver = await signIn();
    fleet.clock.advance(30_000);
    await driver.resend();
    await driver.answer(wrong());
    expect(await driver.check(fleet.gateway.lastCode)).toBe(false);
  });

  it('A11: counts across containers, old and new', async () => {
    const { fleet, told, wrong } = await createWorld(fewerThanTries);
    const attacks = await Promise.all(
      fleet.handlers.map(async (handler) => {
        const driver = new SignInDriver(handler);
        await driver.start();
        return driver;
      }),
    );
    for (let i = 0; i < 5; i++) {
      await attacks[i % attacks.length]?.check(wrong());
    }
    expect(told()).toBe(5);
    expect(await attacks[0]?.check(fleet.gateway.lastCode)).toBe(false);
  });

  it('A13: starts anew after a right answer', async () => {
    const { fail, ownerGetsIn } = await createWorld();
    await fail(9);
    expect(await ownerGetsIn()).toBe(true);
    await fail(9);
    expect(await ownerGetsIn()).toBe(true);
  });

  it('A12, A14: locks for 15 minutes, then for longer and longer, up to an hour, and up to a day from the 20th on', async () => {
    const { fleet, signIn, wrong, fail, ownerGetsIn } = await createWorld();
    await fail(10);
    for (const lock of [15, 30, 60, 60, 60, 60, 60, 60, 60, 60, 1440, 1440]) {
      fleet.clock.advance(lock * MINUTE - 30_000);
      expect(await ownerGetsIn()).toBe(false);
      fleet.clock.advance(15_000);
      const driver = await signIn();
      expect(await driver.check(wrong())).toBe(false);
      expect(await driver.check(fleet.gateway.lastCode)).toBe(false);
    }
  });

  it('A14: lets the owner in when the lock has run out', async () => {
    const { fleet, fail, ownerGetsIn } = await createWorld();
    await fail(10);
    fleet.clock.advance(15 * MINUTE);
    expect(await ownerGetsIn()).toBe(true);
  });

  it('A12: refuses for good after 100 failures in a row', async () => {
    const { fleet, fail, ownerGetsIn } = await createWorld({ LOCK_FOR_GOOD_AFTER: '12' });
    await fail(10);
    for (const wait of [15 * MINUTE, 30 * MINUTE]) {
      fleet.clock.advance(wait);
      await fail(1);
    }
    const sends = fleet.gateway.attempts;
    fleet.clock.advance(400 * DAY);
    expect(await ownerGetsIn()).toBe(false);
    expect(fleet.gateway.attempts).toBe(sends);
    const count = (await dynalite.items()).find(({ pk }) => pk?.S?.startsWith('account#'));
    expect(count).toMatchObject({ attempts: { N: '12' } });
    expect(count).not.toHaveProperty('expiresAt');
  });

  it('A46: logs and counts the lockout once, with a pseudonymous user and the request', async () => {
    const { log, fail } = await createWorld();
    await fail(12);
    expect(log.lines().filter(({ lockout }) => lockout === 1)).toHaveLength(1);
    const lockouts = log.lines().filter(({ lockout }) => lockout === true);
    expect(lockouts).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'rejected',
        reason: 'wrong-code',
        user: expect.stringMatching(/^[0-9a-f]{16}$/),
        function_request_id: expect.any(String),
        timestamp: expect.stringMatching(/Z$/),
      }),
    ]);
  });
});

describeOnEachDynamoDb((dynamoDb) => {
  describe('Guessing in parallel', () => {
    it('A8: tells of no more of 200 answers at once than lock the account', async () => {
      const { fleet, told, signIn } = await createWorld(fewerThanTries, dynamoDb);
      const driver = await signIn();
      const code = Number(fleet.gateway.lastCode);
      const guesses = Array.from({ length: 200 }, (_, i) =>
        String((code + 1 + i) % 1_000_000).padStart(6, '0'),
      );
      const results = await Promise.all(guesses.map((guess) => driver.check(guess)));
      expect(results).not.toContain(true);
      expect(told()).toBe(5);
      expect(await driver.check(fleet.gateway.lastCode)).toBe(false);
    });

    it('A20: tells of no more answers than one sign-in may give, of 20 that share a code', async () => {
      const { fleet, told, wrong } = await createWorld(patient, dynamoDb);
      const drivers = Array.from({ length: 20 }, () => new SignInDriver(fleet.handler));
      await Promise.all(drivers.map((driver) => driver.start()));
      expect(fleet.gateway.attempts).toBe(1);
      const guess = wrong();
      await Promise.all(drivers.map((driver) => driver.check(guess)));
      expect(told()).toBe(3);
      expect(await drivers[0]?.check(fleet.gateway.lastCode)).toBe(false);
    });
  });
});
