/** A key is replaced while people sign in: at each step old and new containers serve the same sign-ins. */
import { describe, expect, it } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { createFleet, type Fleet, type Handler } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { SignInDriver, type Step, userWithNumber } from '../support/sign-in-driver.ts';

type Environment = Readonly<Record<string, string>>;

const dynamoDb = useDynamoDb();

const [old, renewed] = [STRONG_KEY, OTHER_STRONG_KEY];
const withKeys = (...keys: string[]): Environment => ({ OTP_HASH_KEY: keys.join(',') });
const withLookupKey = (...keys: string[]) => ({ ...withKeys(...keys), OTP_LOOKUP_KEY: old });

/** As the documentation has it: the settings after each step, the first one those of before. */
const ROTATION = [
  withKeys(old),
  withLookupKey(old),
  withLookupKey(old, renewed),
  withLookupKey(renewed, old),
  withLookupKey(renewed),
];

interface Pair {
  readonly step: string;
  readonly containers: readonly [Environment, Environment];
}

/** What is side by side during each step. */
const STEPS: readonly Pair[] = [
  { step: 'the lookup key is set', containers: [withKeys(old), withLookupKey(old)] },
  {
    step: 'the new key is appended',
    containers: [withLookupKey(old), withLookupKey(old, renewed)],
  },
  {
    step: 'the new key is put in front',
    containers: [withLookupKey(old, renewed), withLookupKey(renewed, old)],
  },
  {
    step: 'the old key is dropped',
    containers: [withLookupKey(renewed, old), withLookupKey(renewed)],
  },
];

const STEPS_WITHOUT_LOOKUP_KEY: readonly Pair[] = [
  { step: 'the new key is appended', containers: [withKeys(old), withKeys(old, renewed)] },
  {
    step: 'the new key is put in front',
    containers: [withKeys(old, renewed), withKeys(renewed, old)],
  },
  { step: 'the old key is dropped', containers: [withKeys(renewed, old), withKeys(renewed)] },
];

const inBothDirections = (steps: readonly Pair[]) =>
  steps.flatMap(({ step, containers: [before, after] }) => [
    { step, order: 'old, then new', containers: [before, after] },
    { step, order: 'new, then old', containers: [after, before] },
  ]);

/** Create, Verify; Define, Create, Verify after a typo; Define. The first Define goes by no key. */
const CALLS = 6;

function userOf(number: number) {
  return userWithNumber(`+65912${String(number).padStart(5, '0')}`);
}

function wrongAnswer({ gateway }: Fleet): string {
  return gateway.lastCode === '000000' ? '111111' : '000000';
}

function statusOf(step: Step): string | undefined {
  return step.kind === 'challenge' ? step.parameters.status : step.kind;
}

function containerOf({ handlers }: Fleet, index: number): Handler {
  const handler = handlers[index];
  if (handler === undefined) {
    throw new Error(`There is no container ${index}.`);
  }
  return handler;
}

/** Serves the calls one after the other by the first or the second container: for each call after the first a bit. */
function byPattern(fleet: Fleet, pattern: number): Handler {
  let call = 0;
  return (event, context) => {
    const index = ((pattern << 1) >> call) & 1;
    call += 1;
    return containerOf(fleet, index)(event, context);
  };
}

/** The calls, as bits, of every sign-in with a typo that came to no tokens, the last call first. */
async function failedSignIns(fleet: Fleet): Promise<string[]> {
  const failed: string[] = [];
  for (let pattern = 0; pattern < 2 ** CALLS; pattern++) {
    const driver = new SignInDriver(byPattern(fleet, pattern), userOf(pattern));
    await driver.start();
    await driver.answer(wrongAnswer(fleet));
    const step = await driver.answer(fleet.gateway.lastCode);
    if (step.kind !== 'tokens') {
      failed.push(pattern.toString(2).padStart(CALLS, '0'));
    }
  }
  return failed;
}

describe.each([
  ['the session', { CHALLENGE_REPOSITORY: 'session', RATE_LIMITER: 'none' }],
  ['DynamoDB', {}],
])('With challenges in %s', (_, env) => {
  it.each(STEPS)(
    'every sign-in goes on, whichever containers its calls meet, while $step',
    async ({ containers }) => {
      captureLog();
      const fleet = await createFleet(dynamoDb, { env, envs: containers });
      expect(await failedSignIns(fleet)).toEqual([]);
    },
  );

  it.each(STEPS_WITHOUT_LOOKUP_KEY)(
    'so it does without a lookup key while $step',
    async ({ containers }) => {
      captureLog();
      const fleet = await createFleet(dynamoDb, { env, envs: containers });
      expect(await failedSignIns(fleet)).toEqual([]);
    },
  );

  it('a sign-in fails where a key signs that not every container knows', async () => {
    captureLog();
    const envs = [withKeys(old), withKeys(renewed, old)];
    const fleet = await createFleet(dynamoDb, { env, envs });
    expect(await failedSignIns(fleet)).not.toEqual([]);
  });
});

describe('With a lookup key', () => {
  it('wrong answers add up over all steps of a rotation', async () => {
    captureLog();
    const limits = { LOCK_AFTER: String(ROTATION.length), SENDS_PER_NUMBER: '1000/1d' };
    const fleet = await createFleet(dynamoDb, { env: limits, envs: ROTATION });
    for (const handler of fleet.handlers) {
      fleet.clock.advance(16_000);
      const driver = new SignInDriver(handler);
      await driver.start();
      await driver.answer(wrongAnswer(fleet));
    }
    for (const handler of fleet.handlers) {
      fleet.clock.advance(16_000);
      await new SignInDriver(handler).start();
    }
    expect(fleet.gateway.outbox).toHaveLength(ROTATION.length);
  });

  it('SMS to a number add up over all steps of a rotation', async () => {
    captureLog();
    const limits = { SENDS_PER_NUMBER: '3/1d' };
    const fleet = await createFleet(dynamoDb, { env: limits, envs: ROTATION });
    const statuses = [];
    for (const handler of fleet.handlers) {
      fleet.clock.advance(16_000);
      statuses.push(statusOf(await new SignInDriver(handler).start()));
    }
    expect(statuses).toEqual(['SENT', 'SENT', 'SENT', 'THROTTLED', 'THROTTLED']);
  });

  it('a user keeps the pseudonym', async () => {
    const log = captureLog();
    const fleet = await createFleet(dynamoDb, { envs: ROTATION });
    for (const handler of fleet.handlers) {
      await new SignInDriver(handler).start();
    }
    expect(new Set(log.lines().map(({ user }) => user)).size).toBe(1);
  });

  describe.each(inBothDirections(STEPS))('while $step, $order', ({ containers }) => {
    /** Calls Create for a resend at the first container, and again at the second. */
    async function resendTwice(onFirstCall?: (fleet: Fleet) => void) {
      captureLog();
      const fleet = await createFleet(dynamoDb, { envs: containers });
      const [one, other] = [containerOf(fleet, 0), containerOf(fleet, 1)];
      let rounds = 0;
      const driver = new SignInDriver(async (event, context) => {
        if (event.triggerSource !== 'CreateAuthChallenge_Authentication') {
          return other(event, context);
        }
        rounds += 1;
        if (rounds === 1) {
          return one(event, context);
        }
        onFirstCall?.(fleet);
        await one(structuredClone(event), context).catch(() => {});
        return other(event, context);
      });
      await driver.start();
      fleet.clock.advance(30_000);
      return { fleet, driver, step: await driver.resend() };
    }

    it('A35: a resend that is delivered twice sends one SMS, whose code signs in', async () => {
      const { fleet, driver, step } = await resendTwice();
      expect(statusOf(step)).toBe('RESENT');
      expect(fleet.gateway.attempts).toBe(2);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('A35: nor does it send another where the first call died after its SMS', async () => {
      const { fleet, driver, step } = await resendTwice(({ gateway, clock }) => {
        gateway.after('send', () => {
          clock.advance(5000);
          throw new Error('The container died.');
        });
      });
      expect(statusOf(step)).toBe('DELIVERY_FAILED');
      expect(fleet.gateway.attempts).toBe(2);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });
  });
});
