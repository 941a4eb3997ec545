import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { CLIENT, createWorld, expectError } from './world.ts';

describe('§6 request checks', () => {
  test.each([
    [{ ClientId: 'none' }, 'InitiateAuth'],
    [{ ClientId: 'none' }, 'RespondToAuthChallenge'],
  ])('§6 unknown client: %j in %s', async (members, operation) => {
    const world = await createWorld();
    const first = await world.initiate();
    const answer =
      operation === 'InitiateAuth'
        ? await world.initiate({}, members)
        : await world.respond(first, CODE, members);
    expectError(answer, 'ResourceNotFoundException', 'User pool client none does not exist.');
  });

  const adminCall = {
    AuthFlow: 'CUSTOM_AUTH',
    ClientId: CLIENT,
    AuthParameters: { USERNAME: ALICE },
  };

  test('§6 unknown pool', async () => {
    const world = await createWorld();
    expectError(
      await world.admin('AdminInitiateAuth', { ...adminCall, UserPoolId: 'local_None' }),
      'ResourceNotFoundException',
      'User pool local_None does not exist.',
    );
  });

  test('§6 a client of another pool', async () => {
    const world = await createWorld();
    const { UserPoolId } = await world.createPool();
    expectError(
      await world.admin('AdminInitiateAuth', { ...adminCall, UserPoolId }),
      'ResourceNotFoundException',
      `User pool client ${CLIENT} does not exist.`,
    );
  });

  test.each([
    ['CUSTOM_AUTH', ['ALLOW_REFRESH_TOKEN_AUTH'], 'CUSTOM_AUTH is not enabled for the client.'],
    ['USER_SRP_AUTH', ['ALLOW_CUSTOM_AUTH'], 'USER_SRP_AUTH is not enabled for the client.'],
    [
      'USER_PASSWORD_AUTH',
      ['ALLOW_CUSTOM_AUTH'],
      'USER_PASSWORD_AUTH flow not enabled for this client',
    ],
    [
      'ADMIN_USER_PASSWORD_AUTH',
      ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
      'Initiate Auth method not supported.',
    ],
    ['ADMIN_NO_SRP_AUTH', ['ADMIN_NO_SRP_AUTH'], 'Initiate Auth method not supported.'],
    [
      'USER_SRP_AUTH',
      ['CUSTOM_AUTH_FLOW_ONLY'],
      'Only custom auth (lambda driven) is enabled for this client.',
    ],
    [
      'USER_SRP_AUTH',
      ['ALLOW_USER_SRP_AUTH'],
      'USER_SRP_AUTH is not served here: only CUSTOM_AUTH and REFRESH_TOKEN_AUTH.',
    ],
  ] as const)('§6 the flow %s for a client with %j', async (AuthFlow, authFlows, message) => {
    const world = await createWorld({ client: { authFlows } });
    expectError(await world.initiate({}, { AuthFlow }), 'InvalidParameterException', message);
  });

  test('§6 a legacy CUSTOM_AUTH_FLOW_ONLY client signs in, and refreshes', async () => {
    const world = await createWorld({ client: { authFlows: ['CUSTOM_AUTH_FLOW_ONLY'] } });
    const { RefreshToken } = await world.signIn();
    expect((await world.refresh(RefreshToken)).status).toBe(200);
  });

  test.each([
    [undefined, `Client ${CLIENT} is configured with secret but SECRET_HASH was not received`],
    ['AAAA', `Unable to verify secret hash for client ${CLIENT}`],
  ])(
    '§6 SECRET_HASH %s in InitiateAuth and RespondToAuthChallenge',
    async (SECRET_HASH, message) => {
      const world = await createWorld({ client: { secret: 'secret' } });
      expectError(await world.initiate({ SECRET_HASH }), 'NotAuthorizedException', message);
      const answer = await world.call('RespondToAuthChallenge', {
        ClientId: CLIENT,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: 'x'.repeat(64),
        ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE, SECRET_HASH },
      });
      expectError(answer, 'NotAuthorizedException', message);
    },
  );

  test.each([
    ['absent', null],
    ['empty', ''],
  ])('§6 USERNAME %s', async (_what, USERNAME) => {
    const world = await createWorld();
    const message = 'Missing required parameter USERNAME';
    expectError(await world.initiate({ USERNAME }), 'InvalidParameterException', message);
    const ChallengeResponses = { USERNAME, ANSWER: CODE };
    const answer = await world.respond(await world.initiate(), CODE, { ChallengeResponses });
    expectError(answer, 'InvalidParameterException', message);
  });

  test.each([
    ['none of the triggers', []],
    ['two of the three', ['DefineAuthChallenge', 'CreateAuthChallenge']],
  ])('§6 a pool with %s', async (_what, names) => {
    const world = await createWorld();
    const config = Object.entries(world.textbookLambdaConfig());
    const LambdaConfig = Object.fromEntries(config.filter(([name]) => names.includes(name)));
    const { ClientId } = await world.createPool({ LambdaConfig });
    expectError(
      await world.initiate({}, { ClientId }),
      'InvalidParameterException',
      'Custom auth lambda trigger is not configured for the user pool.',
    );
  });

  test.each([
    ['USER_PASSWORD_AUTH', 'Initiate Auth method not supported.'],
    ['ADMIN_USER_PASSWORD_AUTH', 'Auth flow not enabled for this client'],
    ['USER_SRP_AUTH', 'USER_SRP_AUTH is not enabled for the client.'],
  ])('§6 AdminInitiateAuth with %s', async (AuthFlow, message) => {
    const world = await createWorld();
    const AuthParameters = { USERNAME: ALICE, PASSWORD: 'x' };
    const members = { ClientId: CLIENT, AuthFlow, AuthParameters };
    const answer = await world.admin('AdminInitiateAuth', members);
    expectError(answer, 'InvalidParameterException', message);
  });

  test('§6 no ANSWER', async () => {
    const world = await createWorld();
    const ChallengeResponses = { USERNAME: ALICE };
    const answer = await world.respond(await world.initiate(), CODE, { ChallengeResponses });
    expectError(answer, 'InvalidParameterException', 'Missing required parameter ANSWER');
  });

  test('§6 in this order: client, flow, SECRET_HASH, USERNAME, triggers, user', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    const initiate = async (members: object) => (await world.initiate({}, members)).body.message;
    const flow = { AuthFlow: 'USER_SRP_AUTH', AuthParameters: {} };
    expect(await initiate({ ...flow, ClientId: 'none' })).toMatch(/^User pool client none/);
    expect(await initiate(flow)).toMatch(/^USER_SRP_AUTH is not enabled/);
    expect(await initiate({ AuthParameters: {} })).toMatch(/SECRET_HASH was not received$/);

    const { ClientId } = await world.createPool({ LambdaConfig: {} });
    expect(await initiate({ ClientId, AuthParameters: {} })).toMatch(/USERNAME$/);
    expect(await initiate({ ClientId })).toMatch(/^Custom auth lambda trigger/);
  });
});
