import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { type Answer, CLIENT, createWorld, expectError, type World } from './world.ts';

const BOB = '+15550111';
const USED = 'Invalid session for the user, session can only be used once.';
const EXPIRED = 'Invalid session for the user, session is expired.';
const INVALID = 'Invalid session for the user.';

const expectRefused = (answer: Answer, message: string) =>
  expectError(answer, 'NotAuthorizedException', message);

/** Asks again for ever, whatever the answers. */
const endless: LambdaHandler = async (event: { response: object }) => ({
  ...event,
  response: { challengeName: 'CUSTOM_CHALLENGE' },
});

describe('§5 the session string', () => {
  test('§5 is opaque base64url of 64 to 2048 characters', async () => {
    const world = await createWorld();
    const { body } = await world.initiate();
    expect(body.Session).toMatch(/^[\w-]{64,2048}$/);
    expect(Buffer.from(body.Session ?? '', 'base64url').toString('latin1')).not.toContain(CODE);
  });

  test('§5 is a new one with each challenge', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const second = await world.respond(first, 'wrong');
    const other = await world.initiate();
    const sessions = [first, second, other].map(({ body }) => body.Session);
    expect(new Set(sessions).size).toBe(3);
  });

  test.each([
    ['3 minutes by default', undefined, 93, 234],
    ['AuthSessionValidity minutes', 15, 899, 901],
  ])('§5 lives for %s', async (_, minutes, fine, tooLate) => {
    const client = minutes === undefined ? {} : { authSessionValidityMinutes: minutes };
    const world = await createWorld({ client });
    const inTime = await world.initiate();
    world.wait(fine);
    expect((await world.respond(inTime, CODE)).status).toBe(200);
    const late = await world.initiate();
    world.wait(tooLate);
    expectRefused(await world.respond(late, CODE), EXPIRED);
  });

  test('§5 each round has a lifetime of its own', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    world.wait(170);
    const second = await world.respond(first, 'wrong');
    world.wait(170);
    expect((await world.respond(second, CODE)).status).toBe(200);
  });
});

describe('§5 a session that is refused', () => {
  test('§5 already used', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.respond(first, 'wrong');
    expectRefused(await world.respond(first, CODE), USED);
  });

  test('§5 used is told before expired', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    await world.respond(first, 'wrong');
    world.wait(600);
    expectRefused(await world.respond(first, CODE), USED);
  });

  test.each<readonly [string, (session: string) => string]>([
    ['unknown', () => 'A'.repeat(128)],
    ['altered', (session) => `${session.startsWith('A') ? 'B' : 'A'}${session.slice(1)}`],
  ])('§5 %s', async (_, change) => {
    const world = await createWorld();
    const first = await world.initiate();
    const Session = change(first.body.Session ?? '');
    expectRefused(await world.respond(first, CODE, { Session }), INVALID);
    expect((await world.respond(first, CODE)).status).toBe(200);
  });

  test('§5 of another user', async () => {
    const users = [ALICE, BOB].map((username) => ({ username }));
    const world = await createWorld({ users });
    const first = await world.initiate();
    const ChallengeResponses = { USERNAME: BOB, ANSWER: CODE };
    expectRefused(await world.respond(first, CODE, { ChallengeResponses }), INVALID);
  });

  test('§5 of another app client', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const created = await world.admin('CreateUserPoolClient', { ClientName: 'Other' });
    const { ClientId } = created.body.UserPoolClient as { ClientId: string };
    expectRefused(await world.respond(first, CODE, { ClientId }), INVALID);
  });

  test('§5 of another pool', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const { ClientId } = await world.createPool();
    expectRefused(await world.respond(first, CODE, { ClientId }), INVALID);
  });

  test('§5 missing', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const answer = await world.respond(first, CODE, { Session: undefined });
    expectError(answer, 'InvalidParameterException', 'Missing required parameter Session');
  });
});

describe('§5 single use', () => {
  test('§5 a session is dead after failAuthentication', async () => {
    const world = await createWorld();
    let round = await world.initiate();
    for (const wrong of ['1', '2']) {
      round = await world.respond(round, wrong);
    }
    expectRefused(await world.respond(round, '3'), 'Incorrect username or password.');
    expectRefused(await world.respond(round, CODE), USED);
  });

  test.each(['VerifyAuthChallengeResponse', 'DefineAuthChallenge', 'CreateAuthChallenge'] as const)(
    '§5 a session is dead after %s threw',
    async (trigger) => {
      const world = await createWorld();
      const first = await world.initiate();
      world.endpoint.attach({ [trigger]: () => Promise.reject(new Error('out of order')) });
      const broken = await world.respond(first, 'wrong');
      expect(broken.body.__type).toBe('UserLambdaValidationException');
      expectRefused(await world.respond(first, CODE), USED);
    },
  );

  test('§5 of two parallel answers exactly one goes on', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const answers = await Promise.all([world.respond(first, CODE), world.respond(first, CODE)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(world.eventsOf('VerifyAuthChallengeResponse')).toHaveLength(1);
  });

  test('§5 of fifty parallel answers exactly one goes on', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const all = Array.from({ length: 50 }, () => world.respond(first, CODE));
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('§5 a call refused before Verify does not burn the session: no ANSWER', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const ChallengeResponses = { USERNAME: ALICE };
    const refused = await world.respond(first, '', { ChallengeResponses });
    expectError(refused, 'InvalidParameterException', 'Missing required parameter ANSWER');
    expect((await world.respond(first, CODE)).status).toBe(200);
  });

  test('§5 a call refused before Verify does not burn the session: bad SECRET_HASH', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    const SECRET_HASH = createHmac('sha256', 'secret')
      .update(ALICE + CLIENT)
      .digest('base64');
    const first = await world.initiate({ SECRET_HASH });
    const respond = (hash: string) =>
      world.respond(first, '', {
        ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE, SECRET_HASH: hash },
      });
    expect((await respond('d3Jvbmc=')).status).toBe(400);
    expect((await respond(SECRET_HASH)).status).toBe(200);
  });
});

describe('§5 rounds', () => {
  test('§5 are not limited: only the functions end a sign-in', async () => {
    const world: World = await createWorld({ triggers: { DefineAuthChallenge: endless } });
    let round = await world.initiate();
    for (let i = 0; i < 30; i++) {
      round = await world.respond(round, 'wrong');
    }
    expect(round.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
  });
});
