/** Using a code again, or elsewhere. */
import { describe, expect, it } from 'vitest';
import { describeOnEachDynamoDb } from '../support/dynamodb.ts';
import { createFleet, type Handler } from '../support/fleet.ts';
import { captureLog } from '../support/function.ts';
import { type DrivenUser, SignInDriver, userWithNumber } from '../support/sign-in-driver.ts';

describeOnEachDynamoDb((dynamoDb) => {
  async function createWorld() {
    captureLog();
    const fleet = await createFleet(dynamoDb);
    const signIn = async (user?: DrivenUser) => {
      const driver = new SignInDriver(fleet.handler, user);
      await driver.start();
      return driver;
    };
    return { fleet, signIn };
  }

  describe('A code', () => {
    it('A6: is refused when it is replayed, however the session is', async () => {
      const { fleet, signIn } = await createWorld();
      const driver = await signIn();
      const code = fleet.gateway.lastCode;
      expect(await driver.check(code)).toBe(true);
      expect(await driver.check(code)).toBe(false);
      expect((await driver.answer(code)).kind).toBe('challenge');
    });

    it('A7: signs in one of 50 who answer with it at once', async () => {
      const { fleet, signIn } = await createWorld();
      const driver = await signIn();
      const results = await Promise.all(
        Array.from({ length: 50 }, () => driver.check(fleet.gateway.lastCode)),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it('A15: is worth nothing in another sign-in of the same user', async () => {
      const { fleet, signIn } = await createWorld();
      await signIn();
      const code = fleet.gateway.lastCode;
      fleet.clock.advance(15_000);
      const other = await signIn();
      expect(fleet.gateway.outbox).toHaveLength(2);
      expect(await other.check(code)).toBe(false);
      expect(await other.check(fleet.gateway.lastCode)).toBe(true);
    });

    it('A16: is worth nothing for another user', async () => {
      const { fleet, signIn } = await createWorld();
      await signIn();
      const code = fleet.gateway.lastCode;
      const other = await signIn(userWithNumber('+6591234502'));
      expect(await other.check(code)).toBe(false);
    });

    it('A17: is dead after a resend', async () => {
      const { fleet, signIn } = await createWorld();
      const driver = await signIn();
      const code = fleet.gateway.lastCode;
      fleet.clock.advance(30_000);
      await driver.resend();
      expect(await driver.check(code)).toBe(false);
      expect(await driver.check(fleet.gateway.lastCode)).toBe(true);
    });

    it('A16: is found for its own user alone, even with the other one’s private parameters', async () => {
      const { fleet, signIn } = await createWorld();
      const victim = await signIn();
      const code = fleet.gateway.lastCode;
      const { response } = victim.answers.at(-1) as { response: Record<string, unknown> };
      const { privateChallengeParameters } = response;
      const swapping: Handler = (event, context) =>
        fleet.handler(
          event.triggerSource === 'VerifyAuthChallengeResponse_Authentication'
            ? ({
                ...event,
                request: { ...event.request, privateChallengeParameters },
              } as typeof event)
            : event,
          context,
        );
      const thief = new SignInDriver(swapping, userWithNumber('+6591234502'));
      await thief.start();
      expect(await thief.check(code)).toBe(false);
      expect(fleet.comparisons).toEqual([]);
      expect(await victim.check(code)).toBe(true);
    });
  });
});
