import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { createWorld, expectError, type World } from './world.ts';

const REFUSED = 'Incorrect username or password.';
const STRANGER = '+12025559999';
const LEGACY = { client: { preventUserExistenceErrors: 'LEGACY' } } as const;

function respondAs(world: World, first: Parameters<World['respond']>[0], USERNAME: string) {
  return world.respond(first, CODE, { ChallengeResponses: { USERNAME, ANSWER: CODE } });
}

describe('§7 the end of a sign-in', () => {
  test('§7 failAuthentication at InitiateAuth', async () => {
    const world = await createWorld({
      triggers: {
        DefineAuthChallenge: async (event: { response: object }) => {
          event.response = { failAuthentication: true };
          return event;
        },
      },
    });
    expectError(await world.initiate(), 'NotAuthorizedException', REFUSED);
  });

  test('§7 failAuthentication at an answer leaves no session and no reason', async () => {
    const world = await createWorld();
    const second = await world.respond(await world.initiate(), '1');
    const third = await world.respond(second, '2');
    expectError(await world.respond(third, '3'), 'NotAuthorizedException', REFUSED);
  });

  test('§7 issueTokens gives an AuthenticationResult', async () => {
    const world = await createWorld();
    expect(Object.keys(await world.signIn()).sort()).toEqual([
      'AccessToken',
      'ExpiresIn',
      'IdToken',
      'RefreshToken',
      'TokenType',
    ]);
  });
});

describe('§7 an unknown user', () => {
  test('§7 LEGACY: is said to be unknown, and no trigger runs', async () => {
    const world = await createWorld(LEGACY);
    const answer = await world.initiate({ USERNAME: STRANGER });
    expectError(answer, 'UserNotFoundException', 'User does not exist.');
    expect(world.events).toEqual([]);
  });

  test('§7 ENABLED: gets a challenge, and all three triggers run', async () => {
    const world = await createWorld();
    const first = await world.initiate({ USERNAME: STRANGER });
    expect(first.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    const second = await world.respond(first, '000000', {
      ChallengeResponses: { USERNAME: STRANGER, ANSWER: '000000' },
    });
    expect(second.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    expect(world.events).toHaveLength(5);
  });

  test('§7 ENABLED: Define failing it is the usual refusal', async () => {
    const world = await createWorld({
      triggers: {
        DefineAuthChallenge: async (event: {
          request: { userNotFound: boolean; session: readonly unknown[] };
          response: object;
        }) => {
          const { userNotFound, session } = event.request;
          event.response =
            userNotFound && session.length > 0
              ? { failAuthentication: true }
              : { challengeName: 'CUSTOM_CHALLENGE' };
          return event;
        },
      },
    });
    const first = await world.initiate({ USERNAME: STRANGER });
    expectError(await respondAs(world, first, STRANGER), 'NotAuthorizedException', REFUSED);
  });

  test('§7 ENABLED: issueTokens gives the same refusal, never tokens', async () => {
    const world = await createWorld({
      triggers: {
        DefineAuthChallenge: async (event: {
          request: { session: readonly unknown[] };
          response: object;
        }) => {
          const first = event.request.session.length === 0;
          event.response = first ? { challengeName: 'CUSTOM_CHALLENGE' } : { issueTokens: true };
          return event;
        },
      },
    });
    const first = await world.initiate({ USERNAME: STRANGER });
    expectError(await respondAs(world, first, STRANGER), 'NotAuthorizedException', REFUSED);
  });

  test('§7 ENABLED: the made-up username is good in an answer too', async () => {
    const world = await createWorld();
    const first = await world.initiate({ USERNAME: STRANGER });
    const madeUp = first.body.ChallengeParameters?.USERNAME ?? '';
    expect((await respondAs(world, first, madeUp)).status).toBe(200);
  });
});

describe('§7 a user who may not sign in', () => {
  const states: readonly [string, string, string][] = [
    ['AdminDisableUser', 'NotAuthorizedException', 'User is disabled.'],
    [
      'AdminResetUserPassword',
      'PasswordResetRequiredException',
      'Password reset required for the user',
    ],
  ];

  test.each(states)('§7 after %s: refused before any trigger', async (operation, code, message) => {
    const world = await createWorld();
    await world.admin(operation, { Username: ALICE });
    expectError(await world.initiate(), code, message);
    expect(world.events).toEqual([]);
  });

  test.each(states)('§7 after %s between rounds: the same', async (operation, code, message) => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.admin(operation, { Username: ALICE });
    expectError(await world.respond(first, CODE), code, message);
    expect(world.eventsOf('Verify')).toEqual([]);
  });

  test('§7 an unconfirmed user is refused before any trigger', async () => {
    const world = await createWorld({ users: [{ username: ALICE, status: 'UNCONFIRMED' }] });
    const message = 'User is not confirmed.';
    expectError(await world.initiate(), 'UserNotConfirmedException', message);
    expect(world.events).toEqual([]);
  });

  test('§7 LEGACY: a user deleted between rounds is said to be unknown', async () => {
    const world = await createWorld(LEGACY);
    const first = await world.initiate();
    await world.admin('AdminDeleteUser', { Username: ALICE });
    const answer = await world.respond(first, CODE);
    expectError(answer, 'UserNotFoundException', 'User does not exist.');
  });

  test('§7 ENABLED: a user deleted between rounds goes on as an unknown one', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.admin('AdminDeleteUser', { Username: ALICE });
    const second = await world.respond(first, CODE);
    expect(second.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    expect(world.eventsOf('Verify')[0]?.request.userNotFound).toBe(true);
  });

  test('§7 FORCE_CHANGE_PASSWORD is no hindrance, and stays', async () => {
    const world = await createWorld({
      users: [{ username: ALICE, status: 'FORCE_CHANGE_PASSWORD' }],
    });
    expect(await world.signIn()).toMatchObject({ TokenType: 'Bearer' });
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(body.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    expect(world.events[0]?.request.userAttributes).toMatchObject({
      'cognito:user_status': 'FORCE_CHANGE_PASSWORD',
    });
  });
});

test('§7 failures don’t lock a user out: the next sign-in is a fresh one', async () => {
  const world = await createWorld();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    let round = await world.initiate();
    while (round.status === 200) round = await world.respond(round, '000000');
    expectError(round, 'NotAuthorizedException', REFUSED);
  }
  expect(await world.signIn()).toMatchObject({ TokenType: 'Bearer' });
});
