/** Cognito's repeated calls, and people's: at most one SMS, and a sign-in that works. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { describeOnEachDynamoDb } from '../support/dynamodb.ts';
import { createFleet, type Fleet, type Handler } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import { SignInDriver, type Step, UNKNOWN_USER } from '../support/sign-in-driver.ts';

describeOnEachDynamoDb((dynamoDb) => {
  async function createWorld(env = {}) {
    const log = captureLog();
    return { fleet: await createFleet(dynamoDb, { env }), log };
  }

  /** Calls Create three times, as Cognito does when no answer comes, and goes by the last answer. */
  function thrice(fleet: Fleet): Handler {
    return async (event, context) => {
      if (event.triggerSource !== 'CreateAuthChallenge_Authentication') {
        return fleet.handler(event, context);
      }
      let answer: unknown;
      for (let delivery = 1; delivery <= 3; delivery++) {
        answer = await fleet.handler(structuredClone(event), context);
      }
      return answer;
    };
  }

  function thriceAtOnce(fleet: Fleet, pick: (answers: unknown[]) => unknown): Handler {
    return async (event, context) => {
      if (event.triggerSource !== 'CreateAuthChallenge_Authentication') {
        return fleet.handler(event, context);
      }
      const calls = fleet.handlers.map((handler) => handler(structuredClone(event), context));
      return pick(await Promise.all(calls));
    };
  }

  /** The provider takes so long that all calls are under way at once. */
  function slowDown({ gateway }: Fleet): void {
    gateway.before('send', () => setTimeout(150));
  }

  function statusOf(step: Step): string | undefined {
    return step.kind === 'challenge' ? step.parameters.status : step.kind;
  }

  describe('The same Create event, delivered three times', () => {
    it('A35: sends one SMS, whose code signs in', async () => {
      const { fleet } = await createWorld();
      const driver = new SignInDriver(thrice(fleet));
      expect(statusOf(await driver.start())).toBe('SENT');
      expect(fleet.gateway.attempts).toBe(1);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('A35: counts a wrong answer once, and keeps the code', async () => {
      const { fleet } = await createWorld();
      const driver = new SignInDriver(thrice(fleet));
      await driver.start();
      const step = await driver.answer('000000');
      expect(step).toMatchObject({ parameters: { status: 'INCORRECT', attemptsRemaining: '2' } });
      expect(fleet.gateway.attempts).toBe(1);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('A35: sends one SMS for a resend, and its code is the good one', async () => {
      const { fleet } = await createWorld();
      const driver = new SignInDriver(thrice(fleet));
      await driver.start();
      fleet.clock.advance(30_000);
      expect(statusOf(await driver.resend())).toBe('RESENT');
      expect(fleet.gateway.attempts).toBe(2);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it.each([0, 1, 2])(
      'A35: overlapping in time, sends one SMS, whichever answer Cognito takes (%i)',
      async (i) => {
        const { fleet } = await createWorld();
        slowDown(fleet);
        const driver = new SignInDriver(thriceAtOnce(fleet, (answers) => answers[i]));
        expect(statusOf(await driver.start())).toBe('SENT');
        expect(fleet.gateway.attempts).toBe(1);
        expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
      },
    );

    it('A35: sends no second SMS when the first call died; a code that arrives is good', async () => {
      const { fleet, log } = await createWorld();
      const event = await createEvent(fleet);
      fleet.gateway.after('send', () => {
        fleet.clock.advance(5000);
        throw new Error('The container died.');
      });
      await expect(fleet.handlers[0]?.(event, {} as never)).rejects.toThrow('not available');
      const driver = new SignInDriver(fleet.handler);
      expect(await driver.start()).toMatchObject({
        parameters: { status: 'DELIVERY_FAILED', resendAfterSeconds: '0', resendsRemaining: '2' },
      });
      expect(log.lines().at(-1)).toMatchObject({ outcome: 'abandoned', level: 'WARN' });
      expect(fleet.gateway.attempts).toBe(1);
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('tries again where the first call came too late to send anything', async () => {
      const { fleet } = await createWorld();
      const event = await createEvent(fleet);
      fleet.gateway.failByRefusing('unavailable');
      const late = await fleet.handlers[0]?.(event, {} as never);
      expect(late).toMatchObject({
        response: { publicChallengeParameters: { status: 'DELIVERY_FAILED' } },
      });
      fleet.gateway.accept();
      const driver = new SignInDriver(fleet.handler);
      expect(statusOf(await driver.start())).toBe('SENT');
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('logs the repeated calls as such', async () => {
      const { fleet, log } = await createWorld();
      await new SignInDriver(thrice(fleet)).start();
      const outcomes = log.lines().map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['code-asked', 'sent', 'repeated', 'repeated']);
    });

    /** The event of a first round. */
    async function createEvent(fleet: Fleet) {
      let created: Parameters<Handler>[0] | undefined;
      const capturing: Handler = async (event, context) => {
        created = event.triggerSource === 'CreateAuthChallenge_Authentication' ? event : created;
        return created === undefined ? fleet.handler(event, context) : { response: {} };
      };
      await new SignInDriver(capturing).start();
      if (created === undefined) {
        throw new Error('No round was created.');
      }
      return created;
    }
  });

  describe('The same Verify event, delivered three times', () => {
    /** Calls Verify every five seconds, as Cognito does when no answer comes, and goes by the last answer. */
    function everyFiveSeconds(fleet: Fleet, { atOnce = false } = {}): Handler {
      return async (event, context) => {
        if (event.triggerSource !== 'VerifyAuthChallengeResponse_Authentication') {
          return fleet.handler(event, context);
        }
        const answers: Promise<unknown>[] = [];
        for (let delivery = 1; delivery <= 3; delivery++) {
          const answer = fleet.handler(structuredClone(event), context);
          answers.push(answer);
          await (atOnce ? setImmediate() : answer);
          fleet.clock.advance(5000);
        }
        return (await Promise.all(answers)).at(-1);
      };
    }

    const modes = [
      ['one after the other', false],
      ['all under way', true],
    ] as const;

    it.each(modes)('signs in by the right code: %s', async (_, atOnce) => {
      const { fleet, log } = await createWorld();
      const driver = new SignInDriver(everyFiveSeconds(fleet, { atOnce }));
      await driver.start();
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
      const outcomes = log.lines().map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'verified')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'answer-repeated')).toHaveLength(2);
    });

    it.each(modes)('costs one try and one failure for a wrong one: %s', async (_, atOnce) => {
      const { fleet, log } = await createWorld({ LOCK_AFTER: '3' });
      const driver = new SignInDriver(everyFiveSeconds(fleet, { atOnce }));
      await driver.start();
      for (const attemptsRemaining of ['2', '1']) {
        const step = await driver.answer('000000');
        expect(step).toMatchObject({ parameters: { status: 'INCORRECT', attemptsRemaining } });
      }
      expect(log.text()).not.toContain('"lockout"');
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('A6: does not sign in whoever answers a new round, or another sign-in, with its code', async () => {
      const { fleet } = await createWorld();
      slowDown(fleet);
      const [one, two] = [new SignInDriver(fleet.handler), new SignInDriver(fleet.handler)];
      await Promise.all([one.start(), two.start()]);
      const code = fleet.gateway.lastCode;
      expect(await one.check(code)).toBe(true);
      fleet.clock.advance(5000);
      expect(await two.check(code)).toBe(false);
      expect(await one.check('000000')).toBe(false);
      expect(await one.check(code)).toBe(true);
      fleet.clock.advance(11_000);
      expect(await one.check(code)).toBe(false);
    });

    it('is answered alike where challenges are kept in the session', async () => {
      const { fleet } = await createWorld({ CHALLENGE_REPOSITORY: 'session' });
      const driver = new SignInDriver(everyFiveSeconds(fleet));
      await driver.start();
      const step = await driver.answer('000000');
      expect(step).toMatchObject({ parameters: { status: 'INCORRECT', attemptsRemaining: '2' } });
      expect((await driver.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('costs as before where an earlier version opened the round', async () => {
      const { fleet } = await createWorld();
      const again = everyFiveSeconds(fleet);
      const nameless: Handler = (event, context) => {
        const earlier = structuredClone(event);
        if (earlier.triggerSource === 'VerifyAuthChallengeResponse_Authentication') {
          const { challenge = '' } = earlier.request.privateChallengeParameters;
          earlier.request.privateChallengeParameters = { challenge };
        }
        return again(earlier, context);
      };
      const driver = new SignInDriver(nameless);
      await driver.start();
      expect((await driver.answer('000000')).kind).toBe('failed');
    });
  });

  describe('A double click on "sign in"', () => {
    it('A35: is served by one SMS; both rounds take its code, which works once', async () => {
      const { fleet } = await createWorld();
      slowDown(fleet);
      const [one, two] = [new SignInDriver(fleet.handler), new SignInDriver(fleet.handler)];
      const steps = await Promise.all([one.start(), two.start()]);
      expect(steps.map(statusOf)).toEqual(['SENT', 'SENT']);
      expect(fleet.gateway.attempts).toBe(1);
      expect((await two.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
      expect(statusOf(await one.answer(fleet.gateway.lastCode))).toBe('EXPIRED');
    });

    it('A15: is two sign-ins with a code each once the claim has run out', async () => {
      const { fleet } = await createWorld();
      await new SignInDriver(fleet.handler).start();
      fleet.clock.advance(16_000);
      await new SignInDriver(fleet.handler).start();
      expect(fleet.gateway.attempts).toBe(2);
    });

    it.each(['false', 'true'])(
      'lets each ask for another code in its turn, once the claim has run out; hidden: %s',
      async (hidden) => {
        const { fleet } = await createWorld({ HIDE_USER_EXISTENCE: hidden });
        const [one, two] = [new SignInDriver(fleet.handler), new SignInDriver(fleet.handler)];
        await one.start();
        await two.start();
        for (const [i, driver] of [one, two].entries()) {
          fleet.clock.advance(30_000);
          expect(statusOf(await driver.resend())).toBe('RESENT');
          expect(fleet.gateway.attempts).toBe(2 + i);
        }
        expect((await two.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
      },
    );

    it('gets a code of its own where the first one has signed in already', async () => {
      const { fleet } = await createWorld();
      const one = new SignInDriver(fleet.handler);
      await one.start();
      await one.answer(fleet.gateway.lastCode);
      const two = new SignInDriver(fleet.handler);
      expect(statusOf(await two.start())).toBe('SENT');
      expect((await two.answer(fleet.gateway.lastCode)).kind).toBe('tokens');
    });

    it('A22: looks the same for an unknown user, where that is hidden', async () => {
      const { fleet } = await createWorld({ HIDE_USER_EXISTENCE: 'true' });
      const statuses = [];
      for (let i = 0; i < 3; i++) {
        statuses.push(statusOf(await new SignInDriver(fleet.handler, UNKNOWN_USER).start()));
      }
      expect(statuses).toEqual(['SENT', 'SENT', 'SENT']);
      expect(fleet.gateway.attempts).toBe(0);
    });
  });
});
