/** A number that signs in without an SMS is no way in for anybody else: on real stores, in several containers. */
import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../src/adapters/lib/hmac-key-ring.ts';
import { HmacReviewHasher } from '../../src/adapters/review-hasher/hmac.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { createFleet } from '../support/fleet.ts';
import { captureLog, setEnv } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { type DrivenUser, SignInDriver, userWithNumber } from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();

const NUMBER = '+12025550100';
const CODE = '30582914';
const UNTIL = '2026-01-20';

const reviewer = userWithNumber(NUMBER);
const other = userWithNumber('+12025550101');

const keyOf = (base64: string) => Buffer.from(base64, 'base64');

function entryOf(lookupKey = STRONG_KEY) {
  const hasher = new HmacReviewHasher(new HmacKeyRing([keyOf(lookupKey)]));
  const number = NUMBER as PhoneNumber;
  return {
    number: hasher.numberDigest(number),
    code: hasher.codeDigest(CODE, number, UNTIL),
    until: UNTIL,
    perDay: 100,
  };
}

/** Limits on codes must not be what stops anybody here. */
const env = { REVIEW_NUMBERS: JSON.stringify([entryOf()]), SENDS_PER_NUMBER: '1000/1d' };

async function createWorld(
  envs: readonly Readonly<Record<string, string>>[] = [{}, {}],
  common: Readonly<Record<string, string>> = {},
) {
  setEnv({ POWERTOOLS_METRICS_DISABLED: 'false', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
  const fleet = await createFleet(dynamoDb, { env: { ...env, ...common }, envs });
  const log = captureLog();
  async function signIn(user: DrivenUser = reviewer) {
    fleet.clock.advance(16_000);
    const driver = new SignInDriver(fleet.handler, user);
    return { driver, first: await driver.start() };
  }
  return { fleet, log, signIn };
}

describe('A review number', () => {
  it('signs in by its code in any container, and sends nothing', async () => {
    const { fleet, signIn } = await createWorld();
    for (let count = 0; count < 2; count++) {
      const { driver } = await signIn();
      expect(await driver.answer(CODE)).toEqual({ kind: 'tokens' });
    }
    expect(fleet.gateway.attempts).toBe(0);
  });

  it('is told from others by the log and the metrics alone', async () => {
    const { log, signIn } = await createWorld();
    const { driver, first } = await signIn();
    const theirs = await signIn(other);
    expect(first).toMatchObject({
      parameters: {
        ...(theirs.first.kind === 'challenge' ? theirs.first.parameters : {}),
        CODE_DELIVERY_DESTINATION: '+*******0100',
      },
    });
    await driver.answer(CODE);
    const lines = log.lines();
    const at = (outcome: string) => lines.find((line) => line.outcome === outcome);
    expect(at('review-number')).toMatchObject({ level: 'WARN', status: 'SENT' });
    expect(at('verified')).toMatchObject({ level: 'WARN', reviewNumber: true });
    const counted = (name: string) => lines.some((line) => line[name] !== undefined);
    expect(['review-number', 'review-sign-in'].filter(counted)).toHaveLength(2);
  });

  it('A45: never brings its code or its number into the log or the table', async () => {
    setEnv({ POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
    const { log, signIn } = await createWorld();
    const { driver } = await signIn();
    await driver.answer('30582915');
    await driver.answer(CODE);
    const written = log.text() + JSON.stringify(await dynamoDb.items());
    for (const secret of [CODE, '30582915', '2025550100', entryOf().code]) {
      expect(written).not.toContain(secret);
    }
  });

  it('A9, A11: is locked by wrong answers over all sign-ins and containers, as any other', async () => {
    const { fleet, log, signIn } = await createWorld();
    for (let count = 0; count < 4; count++) {
      const { driver } = await signIn();
      await driver.answer('30582915');
      await driver.answer('000000');
      await driver.answer('30582915');
    }
    expect(log.lines().filter(({ lockout }) => lockout === true)).toHaveLength(1);
    const { driver } = await signIn();
    expect(await driver.answer(CODE)).toMatchObject({ kind: 'challenge' });
    fleet.clock.advance(15 * 60_000);
    const later = await signIn();
    expect(await later.driver.answer(CODE)).toEqual({ kind: 'tokens' });
  });

  it('A8: is told of no more wrong answers at once than its tries', async () => {
    const { log, signIn } = await createWorld();
    const { driver } = await signIn();
    const guesses = Array.from({ length: 50 }, (_, index) => String(40_000_000 + index));
    await Promise.all(guesses.map((guess) => driver.check(guess)));
    const told = log.lines().filter(({ reason }) => reason === 'wrong-code');
    expect(told.length).toBeLessThanOrEqual(3);
    expect(await driver.check(CODE)).toBe(false);
  });

  it.each([
    STRONG_KEY,
    `${STRONG_KEY},${OTHER_STRONG_KEY}`,
    `${OTHER_STRONG_KEY},${STRONG_KEY}`,
    OTHER_STRONG_KEY,
  ])('keeps its code at each step of a rotation, while the lookup key stays', async (keys) => {
    const { signIn } = await createWorld([{ OTP_HASH_KEY: keys }], { OTP_LOOKUP_KEY: STRONG_KEY });
    const { driver } = await signIn();
    expect(await driver.answer(CODE)).toEqual({ kind: 'tokens' });
  });

  it('is like any other under another key', async () => {
    const entries = JSON.stringify([entryOf(OTHER_STRONG_KEY)]);
    const { fleet, signIn } = await createWorld([{}], { REVIEW_NUMBERS: entries });
    const { driver } = await signIn();
    expect(fleet.gateway.outbox).toHaveLength(1);
    expect(await driver.answer(CODE)).toMatchObject({ kind: 'challenge' });
  });
});
