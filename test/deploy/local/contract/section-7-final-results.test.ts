import { describe, expect, test } from 'vitest';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { createWorld, expectError } from './world.ts';

const NOBODY = '+15550199';
const responding =
  (response: object): LambdaHandler =>
  async (event: object) => ({ ...event, response });
const failing = responding({ failAuthentication: true });
const issuing = responding({ issueTokens: true });

const REFUSED = ['NotAuthorizedException', 'Incorrect username or password.'] as const;

describe('§7 Define fails the sign-in', () => {
  test('§7 at InitiateAuth', async () => {
    const world = await createWorld({ triggers: { DefineAuthChallenge: failing } });
    expectError(await world.initiate(), ...REFUSED);
  });

  test('§7 at RespondToAuthChallenge, without saying why', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    world.endpoint.attach({ DefineAuthChallenge: failing });
    expectError(await world.respond(first, CODE), ...REFUSED);
  });
});

describe('§7 an unknown user', () => {
  test('§7 of a LEGACY client is said to be unknown, and no trigger runs', async () => {
    const world = await createWorld({ client: { preventUserExistenceErrors: 'LEGACY' } });
    expectError(
      await world.initiate({ USERNAME: NOBODY }),
      'UserNotFoundException',
      'User does not exist.',
    );
    expect(world.events).toEqual([]);
  });

  test('§7 of an ENABLED client gets a challenge, rounds and a refusal as anyone', async () => {
    const world = await createWorld();
    const ChallengeResponses = { USERNAME: NOBODY, ANSWER: 'wrong' };
    let round = await world.initiate({ USERNAME: NOBODY });
    expect(round.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    round = await world.respond(round, '', { ChallengeResponses });
    round = await world.respond(round, '', { ChallengeResponses });
    expectError(await world.respond(round, '', { ChallengeResponses }), ...REFUSED);
    expect(world.eventsOf('VerifyAuthChallengeResponse')).toHaveLength(3);
  });

  test('§7 never gets tokens, even if Define issues them', async () => {
    const world = await createWorld();
    const first = await world.initiate({ USERNAME: NOBODY });
    world.endpoint.attach({ DefineAuthChallenge: issuing });
    const ChallengeResponses = { USERNAME: NOBODY, ANSWER: CODE };
    expectError(await world.respond(first, '', { ChallengeResponses }), ...REFUSED);
    expectError(await world.initiate({ USERNAME: NOBODY }), ...REFUSED);
  });
});

describe('§7 a user who may not sign in', () => {
  test('§7 disabled', async () => {
    const world = await createWorld({ users: [{ username: ALICE, enabled: false }] });
    expectError(await world.initiate(), 'NotAuthorizedException', 'User is disabled.');
    expect(world.events).toEqual([]);
  });

  test.each([
    ['UNCONFIRMED', 'UserNotConfirmedException', 'User is not confirmed.'],
    ['RESET_REQUIRED', 'PasswordResetRequiredException', 'Password reset required for the user'],
  ] as const)('§7 %s', async (status, code, message) => {
    const world = await createWorld({ users: [{ username: ALICE, status }] });
    expectError(await world.initiate(), code, message);
    expect(world.events).toEqual([]);
  });

  test('§7 FORCE_CHANGE_PASSWORD is no hindrance, and stays', async () => {
    const users = [{ username: ALICE, status: 'FORCE_CHANGE_PASSWORD' }] as const;
    const world = await createWorld({ users });
    await world.signIn();
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(body.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
  });

  test('§7 disabled between two rounds', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.admin('AdminDisableUser', { Username: ALICE });
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', 'User is disabled.');
  });

  test('§7 deleted between two rounds never gets tokens', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.admin('AdminDeleteUser', { Username: ALICE });
    const second = await world.respond(first, CODE);
    expect(second.body.AuthenticationResult).toBeUndefined();
    expect(world.eventsOf('Define').at(-1)?.request).toMatchObject({ userNotFound: true });
  });
});

describe('§7 lockout', () => {
  test('§7 the one for passwords does not count custom challenges', async () => {
    const world = await createWorld();
    for (let signIn = 0; signIn < 4; signIn++) {
      let round = await world.initiate();
      for (const wrong of ['1', '2', '3']) {
        round = await world.respond(round, wrong);
      }
    }
    expect((await world.signIn()).TokenType).toBe('Bearer');
  });
});
