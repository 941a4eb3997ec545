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
      fleet.clock.advance(16_000);
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
      expect(await victim.check(code)).toBe(true);
    });
  });

  describe('A code whose number has changed since it was sent', () => {
    const owner = userWithNumber('+6591234567');
    const withAttributes = (changes: Record<string, string | undefined>): DrivenUser => ({
      ...owner,
      userAttributes: Object.fromEntries(
        Object.entries({ ...owner.userAttributes, ...changes }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
    });
    const another = { phone_number: '+6598765432' };
    const changed: readonly (readonly [string, DrivenUser])[] = [
      ['another, verified', withAttributes(another)],
      ['another, not verified', withAttributes({ ...another, phone_number_verified: 'false' })],
      [
        'another, of which nothing is said',
        withAttributes({ ...another, phone_number_verified: undefined }),
      ],
      ['none', withAttributes({ phone_number: undefined, phone_number_verified: undefined })],
      ['no number at all', withAttributes({ phone_number: 'none' })],
    ];
    const modes: readonly (readonly [string, Record<string, string>])[] = [
      ['in the table', {}],
      ['in the session', { CHALLENGE_REPOSITORY: 'session' }],
      [
        'in the table, unverified numbers allowed',
        { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'true' },
      ],
    ];

    it.each(
      modes.flatMap(([mode, env]) => changed.map(([now, user]) => [mode, now, env, user] as const)),
    )(
      'A15: proves nothing: challenges %s, the number is %s by now',
      async (_mode, _now, env, user) => {
        captureLog();
        const fleet = await createFleet(dynamoDb, { env });
        let holder: DrivenUser = owner;
        const handler: Handler = (event, context) => {
          const { userAttributes } = holder;
          return fleet.handler(
            { ...event, request: { ...event.request, userAttributes } } as typeof event,
            context,
          );
        };
        const driver = new SignInDriver(handler, owner);
        await driver.start();
        holder = user;
        expect((await driver.answer(fleet.gateway.lastCode)).kind).not.toBe('tokens');
        expect([...fleet.directory.verified]).toEqual([]);
      },
    );
  });
});
