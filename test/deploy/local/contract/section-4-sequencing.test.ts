import { describe, expect, test } from 'vitest';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { answer, authenticate, choosePassword, identityUser } from '../clients/identity-js.ts';
import { ALICE } from '../running.ts';
import { CODE, definePasswordFirst, textbookTriggers } from '../textbook-triggers.ts';
import { attributesOf, claimsOf, createWorld, expectError, PASSWORD, type World } from './world.ts';

const passOn: LambdaHandler = async (event: object) => event;
const responding =
  (response: object): LambdaHandler =>
  async (event: object) => ({ ...event, response });

const sources = (world: World) =>
  world.events.map(({ triggerSource }) =>
    triggerSource.replace(/(AuthChallenge)?(Response)?_.*/, ''),
  );

/** A world that asks for Alice's password first. */
async function createSrpWorld(): Promise<World> {
  const world = await createWorld({ triggers: { DefineAuthChallenge: definePasswordFirst } });
  const set = { Username: ALICE, Password: PASSWORD, Permanent: true };
  expect((await world.admin('AdminSetUserPassword', set)).status).toBe(200);
  return world;
}

describe('§4 InitiateAuth', () => {
  test('§4 PreAuthentication, Define, Create, in that order', async () => {
    const world = await createWorld({ triggers: { PreAuthentication: passOn } });
    await world.initiate();
    expect(sources(world)).toEqual(['PreAuthentication', 'Define', 'Create']);
  });

  test('§4 failAuthentication comes before issueTokens and challengeName', async () => {
    const decision = {
      failAuthentication: true,
      issueTokens: true,
      challengeName: 'CUSTOM_CHALLENGE',
    };
    const world = await createWorld({ triggers: { DefineAuthChallenge: responding(decision) } });
    const refused = await world.initiate();
    expectError(refused, 'NotAuthorizedException', 'Incorrect username or password.');
  });

  test('§4 issueTokens comes before challengeName, and gives tokens straight away', async () => {
    const decision = { issueTokens: true, challengeName: 'CUSTOM_CHALLENGE' };
    const world = await createWorld({ triggers: { DefineAuthChallenge: responding(decision) } });
    const { body } = await world.initiate();
    expect(body.AuthenticationResult?.TokenType).toBe('Bearer');
    expect(sources(world)).toEqual(['Define']);
  });

  test('§4 the answer holds USERNAME, the public parameters and nothing private', async () => {
    const world = await createWorld();
    const { body } = await world.initiate();
    expect(body).toEqual({
      ChallengeName: 'CUSTOM_CHALLENGE',
      ChallengeParameters: { USERNAME: world.events[0]?.userName, message: 'Round 1' },
      Session: expect.any(String),
    });
    expect(JSON.stringify(body)).not.toMatch(/123456|ROUND-1/);
  });

  test("§4 a public parameter can't replace USERNAME", async () => {
    const created = {
      publicChallengeParameters: { USERNAME: 'mallory' },
      privateChallengeParameters: { code: CODE },
    };
    const world = await createWorld({ triggers: { CreateAuthChallenge: responding(created) } });
    const { body } = await world.initiate();
    expect(body.ChallengeParameters).toEqual({ USERNAME: world.events[0]?.userName });
  });

  test('§4 an error of PreAuthentication stops the sign-in', async () => {
    const world = await createWorld({
      triggers: { PreAuthentication: () => Promise.reject(new Error('not today')) },
    });
    expectError(
      await world.initiate(),
      'UserLambdaValidationException',
      'PreAuthentication failed with error not today.',
    );
    expect(sources(world)).toEqual(['PreAuthentication']);
  });
});

describe('§4 RespondToAuthChallenge', () => {
  test('§4 Verify, Define, Create for a wrong answer, which is no error by itself', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const second = await world.respond(first, '000000');
    expect(second.status).toBe(200);
    expect(sources(world).slice(2)).toEqual(['Verify', 'Define', 'Create']);
    expect(second.body.ChallengeParameters?.message).toBe('Round 2');
  });

  test('§4 success has no ChallengeName and no Session', async () => {
    const world = await createWorld();
    const { body } = await world.respond(await world.initiate(), CODE);
    expect(Object.keys(body)).toEqual(['ChallengeParameters', 'AuthenticationResult']);
    expect(body.ChallengeParameters).toEqual({});
  });

  test('§4 on tokens: PostAuthentication, then PreTokenGeneration', async () => {
    const world = await createWorld({
      triggers: { PostAuthentication: passOn, PreTokenGeneration: passOn },
    });
    await world.respond(await world.initiate(), CODE);
    expect(sources(world).slice(2)).toEqual([
      'Verify',
      'Define',
      'PostAuthentication',
      'TokenGeneration',
    ]);
  });

  test('§4 an error of PostAuthentication reaches the caller and blocks the sign-in', async () => {
    const world = await createWorld({
      triggers: { PostAuthentication: () => Promise.reject(new Error('no')) },
    });
    expectError(
      await world.respond(await world.initiate(), CODE),
      'UserLambdaValidationException',
      'PostAuthentication failed with error no.',
    );
  });

  test('§4 what PostAuthentication changes about the user is in the tokens', async () => {
    const world: World = await createWorld({
      users: [{ username: ALICE }],
      triggers: {
        PostAuthentication: async (event: object) => {
          const UserAttributes = [{ Name: 'phone_number_verified', Value: 'true' }];
          await world.admin('AdminUpdateUserAttributes', { Username: ALICE, UserAttributes });
          return event;
        },
      },
    });
    const { IdToken } = await world.signIn();
    expect(claimsOf(IdToken).phone_number_verified).toBe(true);
  });
});

describe('§4 a password first, by SRP', () => {
  test('§4 the right password leads on to the custom challenge, then to tokens', async () => {
    const world = await createSrpWorld();
    const user = identityUser(world.endpoint, ALICE);
    const challenge = await authenticate(user, ALICE, PASSWORD);
    expect(challenge).toMatchObject({ kind: 'challenge', parameters: { message: 'Round 3' } });
    expect((await answer(user, CODE)).kind).toBe('signed-in');

    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null };
    const verified = { ...srp, challengeName: 'PASSWORD_VERIFIER' };
    const sessions = world.eventsOf('Define').map(({ request }) => request.session);
    expect(sessions.slice(0, 2)).toEqual([[srp], [srp, verified]]);
    expect(world.eventsOf('Create').map(({ request }) => request.session)).toEqual([
      [srp, verified],
    ]);
    expect(sources(world)).toEqual(['Define', 'Define', 'Create', 'Verify', 'Define']);
  });

  test('§4 a wrong password is refused without asking Define', async () => {
    const world = await createSrpWorld();
    const user = identityUser(world.endpoint, ALICE);
    await expect(authenticate(user, ALICE, 'Wrong-horse-1')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    expect(sources(world)).toEqual(['Define']);
  });

  test.each([
    ['an unknown user', '+12025559999'],
    ['a user without a password', '+12025550111'],
  ])('§4 %s is asked for a password like anyone, and refused like anyone', async (_what, name) => {
    const world = await createSrpWorld();
    const MessageAction = 'SUPPRESS';
    await world.admin('AdminCreateUser', { Username: '+12025550111', MessageAction });
    const offer = { USERNAME: name, CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' };
    const first = await world.initiate(offer);
    const again = await world.initiate(offer);
    expect(first.body.ChallengeName).toBe('PASSWORD_VERIFIER');
    expect(first.body.ChallengeParameters?.SALT).toBe(again.body.ChallengeParameters?.SALT);
    const user = identityUser(world.endpoint, name);
    await expect(authenticate(user, name, PASSWORD)).rejects.toMatchObject({
      message: 'Incorrect username or password.',
    });
  });

  test('§4 PASSWORD_VERIFIER has SALT, SRP_B, SECRET_BLOCK, USER_ID_FOR_SRP and USERNAME', async () => {
    const world = await createSrpWorld();
    const { body } = await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' });
    expect(body.ChallengeName).toBe('PASSWORD_VERIFIER');
    expect(body.ChallengeParameters).toEqual({
      SALT: expect.stringMatching(/^[0-9a-f]+$/),
      SRP_B: expect.stringMatching(/^[0-9a-f]+$/),
      SECRET_BLOCK: expect.any(String),
      USER_ID_FOR_SRP: world.events[0]?.userName,
      USERNAME: world.events[0]?.userName,
    });
  });

  test.each(['TIMESTAMP', 'PASSWORD_CLAIM_SECRET_BLOCK', 'PASSWORD_CLAIM_SIGNATURE'])(
    '§4 an answer without %s is refused, and may be repeated',
    async (missing) => {
      const world = await createSrpWorld();
      const first = await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' });
      const complete = {
        USERNAME: ALICE,
        TIMESTAMP: 'Sun Jun 1 00:00:00 UTC 2025',
        PASSWORD_CLAIM_SECRET_BLOCK: first.body.ChallengeParameters?.SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: 'AAAA',
      };
      const ChallengeName = 'PASSWORD_VERIFIER';
      const send = (ChallengeResponses: object) =>
        world.respond(first, '', { ChallengeName, ChallengeResponses });
      expectError(
        await send({ ...complete, [missing]: null }),
        'InvalidParameterException',
        `Missing required parameter ${missing}`,
      );
      const wrong = await send(complete);
      expectError(wrong, 'NotAuthorizedException', 'Incorrect username or password.');
    },
  );

  test.each(['0', 'nonsense', 'f'.repeat(1025)])('§4 SRP_A %s is refused', async (SRP_A) => {
    const world = await createSrpWorld();
    const { body } = await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A });
    expect(body.__type).toBe('InvalidParameterException');
    expect(world.events).toEqual([]);
  });

  test('§4 CHALLENGE_NAME=SRP_A without SRP_A is refused', async () => {
    const world = await createSrpWorld();
    expectError(
      await world.initiate({ CHALLENGE_NAME: 'SRP_A' }),
      'InvalidParameterException',
      'Missing required parameter SRP_A',
    );
  });

  test('§4 Define asking for a password that the client never offered fails loudly', async () => {
    const world = await createWorld({
      triggers: { DefineAuthChallenge: responding({ challengeName: 'PASSWORD_VERIFIER' }) },
    });
    expectError(
      await world.initiate(),
      'InvalidParameterException',
      'Missing required parameter SRP_A',
    );
  });

  test("§4 a session of one challenge doesn't answer the other", async () => {
    const world = await createSrpWorld();
    const first = await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' });
    const refused = await world.respond(first, CODE);
    expectError(refused, 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('§4 a password set at sign-up is one too', async () => {
    const world = await createSrpWorld();
    const name = '+12025550111';
    await world.signUp(name);
    await world.admin('AdminConfirmSignUp', { Username: name });
    const user = identityUser(world.endpoint, name);
    expect((await authenticate(user, name, PASSWORD)).kind).toBe('challenge');
  });
});

/** The reference is silent on this flow: assumed is what USER_SRP_AUTH does. */
describe('§4 a temporary password', () => {
  const BOB = '+12025550111';
  const TEMPORARY = 'Temporary-horse-1';

  /** Bob was made by an administrator. */
  async function createInvited() {
    const world = await createSrpWorld();
    await world.admin('AdminCreateUser', { Username: BOB, TemporaryPassword: TEMPORARY });
    return { world, bob: identityUser(world.endpoint, BOB) };
  }
  const statusOf = async (world: World) =>
    (await world.admin('AdminGetUser', { Username: BOB })).body.UserStatus;

  test('§4 is replaced before Define is asked again', async () => {
    const { world, bob } = await createInvited();
    expect(await authenticate(bob, BOB, TEMPORARY)).toMatchObject({ kind: 'new-password' });
    expect(sources(world).filter((source) => source === 'Define')).toHaveLength(1);
    expect(await choosePassword(bob, PASSWORD)).toMatchObject({ kind: 'challenge' });
    expect(await statusOf(world)).toBe('CONFIRMED');
    expect(await answer(bob, CODE)).toMatchObject({ kind: 'signed-in' });
    const again = identityUser(world.endpoint, BOB);
    expect((await authenticate(again, BOB, PASSWORD)).kind).toBe('challenge');
  });

  test('§4 one that the policy refuses can be followed by another', async () => {
    const { world, bob } = await createInvited();
    await authenticate(bob, BOB, TEMPORARY);
    await expect(choosePassword(bob, 'short')).rejects.toMatchObject({
      code: 'InvalidPasswordException',
    });
    expect(await statusOf(world)).toBe('FORCE_CHANGE_PASSWORD');
    expect((await choosePassword(bob, PASSWORD)).kind).toBe('challenge');
  });

  test('§4 attributes that the pool requires are asked for too', async () => {
    const world = await createSrpWorld();
    const define = world.endpoint.register('password-first', definePasswordFirst);
    const { UserPoolId, ClientId } = await world.createPool({
      Schema: [{ Name: 'name', Required: true }],
      UsernameAttributes: ['phone_number'],
      LambdaConfig: { ...world.textbookLambdaConfig(), DefineAuthChallenge: define },
    });
    const invite = { UserPoolId, Username: BOB, TemporaryPassword: TEMPORARY };
    await world.admin('AdminCreateUser', invite);
    const { url } = world.endpoint;
    const bob = identityUser({ url, userPoolId: UserPoolId, clientId: ClientId }, BOB);
    expect(await authenticate(bob, BOB, TEMPORARY)).toEqual({
      kind: 'new-password',
      required: ['name'],
    });
    await expect(choosePassword(bob, PASSWORD)).rejects.toMatchObject({
      message: 'Invalid attributes given, name is missing',
    });
    await choosePassword(bob, PASSWORD, { name: 'Bob' });
    const user = await world.admin('AdminGetUser', { UserPoolId, Username: BOB });
    expect(attributesOf(user).name).toBe('Bob');
  });

  test('§4 is good for seven days, unless the pool says otherwise', async () => {
    const { world, bob } = await createInvited();
    world.wait(7 * 24 * 3600);
    await expect(authenticate(bob, BOB, TEMPORARY)).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Temporary password has expired and must be reset by an administrator.',
    });
    const resend = { Username: BOB, TemporaryPassword: TEMPORARY, MessageAction: 'RESEND' };
    await world.admin('AdminCreateUser', resend);
    expect((await authenticate(bob, BOB, TEMPORARY)).kind).toBe('new-password');
  });

  test('§4 who signs in by a code alone keeps it', async () => {
    const { world } = await createInvited();
    world.endpoint.attach(textbookTriggers);
    expect(await world.signIn(BOB)).toMatchObject({ TokenType: 'Bearer' });
    expect(await statusOf(world)).toBe('FORCE_CHANGE_PASSWORD');
  });
});

describe('§4 older iOS clients', () => {
  test('§4 an offer of SRP that Define passes over goes straight to the custom challenge', async () => {
    const world = await createWorld();
    const first = await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' });
    expect(first.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    const last = await world.respond(first, CODE);
    expect(last.body.AuthenticationResult?.TokenType).toBe('Bearer');
  });

  test('§4 a Define that counts entries gives such a client one try fewer', async () => {
    const tries = async (offer: object) => {
      const world = await createWorld();
      let round = await world.initiate(offer);
      let count = 0;
      while (round.status === 200) {
        count += 1;
        round = await world.respond(round, '000000');
      }
      return count;
    };
    expect(await tries({})).toBe(3);
    expect(await tries({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' })).toBe(2);
  });
});
