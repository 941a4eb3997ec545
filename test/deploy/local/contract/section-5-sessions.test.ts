import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { type Answer, createWorld, expectError, type World } from './world.ts';

const USED = 'Invalid session for the user, session can only be used once.';
const EXPIRED = 'Invalid session for the user, session is expired.';
const UNKNOWN = 'Invalid session for the user.';

describe('§5 the string', () => {
  test('§5 is opaque, unguessable and another one each round', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const second = await world.respond(first, '000000');
    const other = await world.initiate();
    const sessions = [first, second, other].map(({ body }) => body.Session ?? '');
    expect(new Set(sessions).size).toBe(3);
    for (const session of sessions) {
      expect(session).toMatch(/^[\w-]{64,2048}$/);
      expect(Buffer.from(session, 'base64url').toString('latin1')).not.toContain(CODE);
    }
  });

  test('§5 missing is InvalidParameterException', async () => {
    const world = await createWorld();
    const answer = await world.respond(await world.initiate(), CODE, { Session: undefined });
    expectError(answer, 'InvalidParameterException', 'Missing required parameter Session');
  });

  const foreign: readonly [string, (world: World) => Promise<Answer>][] = [
    [
      'unknown',
      async (world) => world.respond(await world.initiate(), CODE, { Session: 'x'.repeat(128) }),
    ],
    [
      'altered',
      async (world) => {
        const first = await world.initiate();
        return world.respond(first, CODE, { Session: `${first.body.Session?.slice(0, -1)}!` });
      },
    ],
    [
      'of another client of the pool',
      async (world) => {
        const { body } = await world.admin('CreateUserPoolClient', { ClientName: 'Other' });
        const { ClientId } = body.UserPoolClient as { ClientId: string };
        return world.respond(await world.initiate(), CODE, { ClientId });
      },
    ],
    [
      'of another pool',
      async (world) => {
        const { ClientId } = await world.createPool();
        return world.respond(await world.initiate(), CODE, { ClientId });
      },
    ],
    [
      'of another user',
      async (world) => {
        await world.admin('AdminCreateUser', { Username: '+12025550111' });
        const ChallengeResponses = { USERNAME: '+12025550111', ANSWER: CODE };
        return world.respond(await world.initiate(), CODE, { ChallengeResponses });
      },
    ],
  ];
  test.each(foreign)('§5 a session %s is invalid', async (_what, respond) => {
    const world = await createWorld();
    expectError(await respond(world), 'NotAuthorizedException', UNKNOWN);
    expect(world.eventsOf('Verify')).toEqual([]);
  });
});

describe('§5 expiry', () => {
  test.each([
    [3, undefined],
    [5, 5],
    [15, 15],
  ])('§5 a session is good for %i minutes where the client says %s', async (minutes, setting) => {
    const client = setting === undefined ? {} : { authSessionValidityMinutes: setting };
    const world = await createWorld({ client });
    const inTime = await world.initiate();
    world.wait(minutes * 60 - 1);
    expect((await world.respond(inTime, CODE)).status).toBe(200);

    const late = await world.initiate();
    world.wait(minutes * 60);
    expectError(await world.respond(late, CODE), 'NotAuthorizedException', EXPIRED);
  });

  test('§5 each round has its own lifetime', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    world.wait(120);
    const second = await world.respond(first, '000000');
    world.wait(120);
    expect((await world.respond(second, CODE)).status).toBe(200);
  });

  test('§5 one hour past its expiry a session may be forgotten, and not before', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    world.wait(3 * 60 + 3600);
    await world.initiate();
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', EXPIRED);
    world.wait(1);
    await world.initiate();
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', UNKNOWN);
  });
});

describe('§5 single use', () => {
  test('§5 a session already used', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.respond(first, '000000');
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', USED);
  });

  test('§5 a session used for tokens', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.respond(first, CODE);
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', USED);
  });

  test('§5 used comes before expired', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.respond(first, '000000');
    world.wait(3600);
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', USED);
  });

  test('§5 reuse after failAuthentication is refused', async () => {
    const world = await createWorld();
    const second = await world.respond(await world.initiate(), '1');
    const third = await world.respond(second, '2');
    expect((await world.respond(third, '3')).body.message).toBe('Incorrect username or password.');
    expectError(await world.respond(third, CODE), 'NotAuthorizedException', USED);
  });

  test.each([
    ['Verify', 'VerifyAuthChallengeResponse'],
    ['Define', 'DefineAuthChallenge'],
    ['Create', 'CreateAuthChallenge'],
  ])('§5 an error of %s burns the session too', async (_what, trigger) => {
    const world = await createWorld();
    const first = await world.initiate();
    world.endpoint.attach({ [trigger]: () => Promise.reject(new Error('no')) });
    const failed = await world.respond(first, '000000');
    expect(failed.body.__type).toBe('UserLambdaValidationException');
    expectError(await world.respond(first, CODE), 'NotAuthorizedException', USED);
  });

  test('§5 of many parallel answers exactly one goes on', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.respond(first, CODE)));
    const signedIn = answers.filter(({ status }) => status === 200);
    expect(signedIn).toHaveLength(1);
    for (const refused of answers.filter((answer) => !signedIn.includes(answer))) {
      expectError(refused, 'NotAuthorizedException', USED);
    }
    expect(world.eventsOf('Verify')).toHaveLength(1);
  });

  const rejected: readonly [string, object][] = [
    ['no ANSWER', { ChallengeResponses: { USERNAME: ALICE } }],
    ['no USERNAME', { ChallengeResponses: { ANSWER: CODE } }],
    ["another client's id", { ClientId: 'none' }],
    ['another challenge name', { ChallengeName: 'SMS_MFA' }],
  ];
  test.each(rejected)(
    '§5 a call refused before Verify for %s burns nothing',
    async (_w, members) => {
      const world = await createWorld();
      const first = await world.initiate();
      expect((await world.respond(first, CODE, members)).status).toBe(400);
      const last = await world.respond(first, CODE);
      expect(last.body.AuthenticationResult).toBeDefined();
    },
  );
});

test('§5 the endpoint has no cap on rounds of its own', async () => {
  const world = await createWorld({
    triggers: {
      DefineAuthChallenge: async (event: { response: object }) => {
        event.response = { challengeName: 'CUSTOM_CHALLENGE' };
        return event;
      },
    },
  });
  let round = await world.initiate();
  for (let count = 0; count < 40; count += 1) round = await world.respond(round, '000000');
  expect(round.body.ChallengeParameters?.message).toBe('Round 41');
});
