/** Making us pay: SMS pumping, bombing one phone, and resends without end. */
import { describe, expect, it } from 'vitest';
import { useDynamoDb } from '../support/dynamodb.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';
import { captureLog, setEnv } from '../support/function.ts';
import {
  KNOWN_USER,
  SignInDriver,
  UNKNOWN_USER,
  userWithNumber,
} from '../support/sign-in-driver.ts';

const dynamoDb = useDynamoDb();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Seconds between two sign-ins. */
const GAP_SECONDS = 16;

async function createWorld(options?: FleetOptions) {
  setEnv({ POWERTOOLS_METRICS_DISABLED: 'false' });
  const log = captureLog();
  const metric = (name: string) => log.lines().filter((line) => name in line);
  return { fleet: await createFleet(dynamoDb, options), log, metric };
}

/** The public parameters of a new sign-in's first round, long enough after the one before not to be a double click. */
async function start(fleet: Fleet, user = KNOWN_USER): Promise<Readonly<Record<string, string>>> {
  fleet.clock.advance(GAP_SECONDS * 1000);
  const step = await new SignInDriver(fleet.handler, user).start();
  return step.kind === 'challenge' ? step.parameters : {};
}

async function statuses(fleet: Fleet, users: readonly (typeof KNOWN_USER)[]): Promise<unknown[]> {
  const seen = [];
  for (const user of users) {
    seen.push((await start(fleet, user)).status);
  }
  return seen;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const singapore = (i: number) => userWithNumber(`+659123450${i}`);
const malaysia = (i: number) => userWithNumber(`+6012345670${i}`);

describe('SMS to one number', () => {
  it('A36: are refused from the fourth at once on, with the time to wait for the next', async () => {
    const { fleet } = await createWorld();
    expect(await statuses(fleet, times(3, KNOWN_USER))).toEqual(times(3, 'SENT'));
    const refused = await start(fleet);
    expect(refused).toMatchObject({ status: 'THROTTLED', expiresInSeconds: '0' });
    // One every two minutes, three of which were sent at once: the next comes two minutes after the first.
    expect(refused.resendAfterSeconds).toBe(String(120 - 3 * GAP_SECONDS));
    expect(fleet.gateway.attempts).toBe(3);
    fleet.clock.advance(2 * MINUTE);
    expect((await start(fleet)).status).toBe('SENT');
  });

  it('A36: are never more than 7 in ten minutes, 14 in an hour and 29 in a day, whatever is asked for', async () => {
    const { fleet } = await createWorld();
    const sentAt: number[] = [];
    fleet.gateway.before('send', () => {
      sentAt.push(fleet.clock.now());
    });
    for (let asked = 0; asked < 24 * 12; asked++) {
      await start(fleet);
      fleet.clock.advance(5 * MINUTE - GAP_SECONDS * 1000);
    }
    const most = (windowMs: number) =>
      Math.max(
        ...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + windowMs).length),
      );
    expect(most(10 * MINUTE)).toBeLessThanOrEqual(7);
    expect(most(HOUR)).toBeLessThanOrEqual(14);
    expect(most(24 * HOUR)).toBe(29);
  });

  it('are allowed again 72 minutes after a day’s worth of them, rather than on the next day', async () => {
    const { fleet } = await createWorld();
    for (let asked = 0; asked < 23; asked++) {
      fleet.clock.advance(6 * MINUTE);
      await start(fleet);
    }
    const refused = await start(fleet);
    expect(refused.status).toBe('THROTTLED');
    expect(Number(refused.resendAfterSeconds)).toBeLessThanOrEqual(72 * 60);
  });

  it('A36: count resends too, and a code that is out stays good when one is refused', async () => {
    const { fleet } = await createWorld({ env: { SENDS_PER_NUMBER: '2/1h' } });
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    fleet.clock.advance(30_000);
    await driver.resend();
    fleet.clock.advance(30_000);
    const step = await driver.resend();
    expect(step).toMatchObject({ parameters: { status: 'THROTTLED' } });
    expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
  });

  it('A36: are never more than the limit, from however many sign-ins at once', async () => {
    const { fleet } = await createWorld();
    const users = Array.from({ length: 20 }, (_, i) => ({ ...KNOWN_USER, userName: `user-${i}` }));
    await Promise.all(users.map((user) => new SignInDriver(fleet.handler, user).start()));
    expect(fleet.gateway.attempts).toBe(3);
  });

  it('A36: are counted together, however the number is written', async () => {
    const { fleet } = await createWorld({ env: { SENDS_PER_NUMBER: '1/1h' } });
    const seen = await statuses(fleet, ['+447418084106', '+4407418084106'].map(userWithNumber));
    expect(seen).toEqual(['SENT', 'THROTTLED']);
  });

  it('A37: keep their distance within a sign-in', async () => {
    const { fleet } = await createWorld();
    const driver = new SignInDriver(fleet.handler);
    await driver.start();
    fleet.clock.advance(29_000);
    const step = await driver.resend();
    expect(step).toMatchObject({
      parameters: { status: 'RESEND_TOO_SOON', resendAfterSeconds: '1' },
    });
    expect(fleet.gateway.attempts).toBe(1);
  });

  it('A46: are logged and counted when they are refused', async () => {
    const { fleet, log, metric } = await createWorld({ env: { SENDS_PER_NUMBER: '1/1h' } });
    await statuses(fleet, times(2, singapore(1)));
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        outcome: 'throttled',
        reason: 'number-limit',
        country: 'SG',
        user: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    );
    expect(metric('send-refused')).toEqual([
      expect.objectContaining({ reason: 'number-limit', country: 'SG', 'send-refused': 1 }),
    ]);
  });
});

describe('A budget', () => {
  it('A36: of a country stops its SMS until it has refilled, and no other country’s', async () => {
    const { fleet, metric } = await createWorld({ env: { SENDS_PER_COUNTRY_HOUR: '3' } });
    const users = [1, 2, 3, 4].map(singapore);
    expect(await statuses(fleet, users)).toEqual(['SENT', 'SENT', 'SENT', 'THROTTLED']);
    expect(await statuses(fleet, [malaysia(1)])).toEqual(['SENT']);
    expect(metric('send-refused')).toMatchObject([{ reason: 'country-budget', country: 'SG' }]);
    fleet.clock.advance(HOUR / 3);
    expect(await statuses(fleet, [singapore(4)])).toEqual(['SENT']);
  });

  it('A36: of all SMS stops every country’s until it has refilled', async () => {
    const { fleet, metric } = await createWorld({ env: { SENDS_PER_HOUR: '2' } });
    const users = [singapore(1), malaysia(1), singapore(2), malaysia(2)];
    expect(await statuses(fleet, users)).toEqual(['SENT', 'SENT', 'THROTTLED', 'THROTTLED']);
    expect(metric('send-refused')).toMatchObject(times(2, { reason: 'overall-budget' }));
  });

  it('A24: of all SMS is met by unknown users too, who use none of it up; of a country by its own alone', async () => {
    const env = {
      HIDE_USER_EXISTENCE: 'true',
      SENDS_PER_COUNTRY_HOUR: '2',
      SENDS_PER_HOUR: '3',
    };
    const { fleet } = await createWorld({ env });
    const unknown = (i: number) => ({ ...UNKNOWN_USER, userName: `unknown-${i}` });
    const before = [singapore(1), unknown(1), unknown(2), singapore(2)];
    expect(await statuses(fleet, before)).toEqual(times(4, 'SENT'));
    // The country's is used up, which nobody is told.
    expect(await statuses(fleet, [singapore(3), unknown(3)])).toEqual(times(2, 'SENT'));
    expect(fleet.gateway.attempts).toBe(2);
    expect(await statuses(fleet, [malaysia(1), unknown(4)])).toEqual(['SENT', 'THROTTLED']);
  });
});

describe('SMS that nobody answers', () => {
  const env = { UNPROVEN_SENDS_ALLOWANCE: '4', UNPROVEN_SENDS_PERCENT: '50' };

  it('are reported by country, and sent all the same, by default', async () => {
    const { fleet, log, metric } = await createWorld({ env });
    await statuses(fleet, [1, 2, 3, 4, 5].map(singapore));
    expect(metric('unproven-sends')).toEqual([]);
    expect(await statuses(fleet, [singapore(6), malaysia(1)])).toEqual(['SENT', 'SENT']);
    expect(metric('unproven-sends')).toMatchObject([{ country: 'SG', 'unproven-sends': 1 }]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ outcome: 'sent', level: 'WARN', unprovenSends: true }),
    );
  });

  it('A36: stop their country’s SMS until the next five minutes, where that is wanted', async () => {
    const { fleet, metric } = await createWorld({ env: { ...env, UNPROVEN_SENDS: 'refuse' } });
    await statuses(fleet, [1, 2, 3, 4, 5].map(singapore));
    const refused = await start(fleet, singapore(6));
    const untilNext = 5 * 60 - 6 * GAP_SECONDS;
    expect(refused).toMatchObject({
      status: 'THROTTLED',
      resendAfterSeconds: String(untilNext),
    });
    expect(await statuses(fleet, [malaysia(1)])).toEqual(['SENT']);
    expect(metric('send-refused')).toMatchObject([{ reason: 'unproven-sends', country: 'SG' }]);
    fleet.clock.advance(untilNext * 1000);
    expect(await statuses(fleet, [singapore(6), singapore(7)])).toEqual(['SENT', 'THROTTLED']);
  });

  it('A36: are never more than 21 at once, of 100 that four containers ask a slow provider for', async () => {
    const { fleet } = await createWorld({ env: { UNPROVEN_SENDS: 'refuse' }, containers: 4 });
    const asked = Array.from({ length: 100 }, (_, i) => userWithNumber(`+6591234${500 + i}`));
    // It answers once every sign-in has come to it or was refused: so all are under way at once.
    const everyone = Promise.withResolvers<void>();
    let arrived = 0;
    const arrive = () => {
      arrived += 1;
      if (arrived === asked.length) {
        everyone.resolve();
      }
    };
    fleet.gateway.before('send', () => {
      arrive();
      return everyone.promise;
    });
    await Promise.all(
      asked.map(async (user) => {
        const step = await new SignInDriver(fleet.handler, user).start();
        if (step.kind === 'challenge' && step.parameters.status === 'THROTTLED') {
          arrive();
        }
      }),
    );
    expect(fleet.gateway.attempts).toBe(21);
    fleet.clock.advance(5 * MINUTE);
    expect(await statuses(fleet, asked.slice(-3))).toEqual(['SENT', 'SENT', 'THROTTLED']);
  });

  it('do not stop a country whose people do sign in', async () => {
    const { fleet, metric } = await createWorld({ env: { ...env, UNPROVEN_SENDS: 'refuse' } });
    for (let i = 0; i < 9; i++) {
      fleet.clock.advance(GAP_SECONDS * 1000);
      const driver = new SignInDriver(fleet.handler, singapore(i));
      await driver.start();
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    }
    expect(metric('country-verified')).toMatchObject(times(9, { country: 'SG' }));
  });
});
