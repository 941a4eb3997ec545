import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { CLIENT, claimsOf, createWorld, expectError, type World } from './world.ts';

describe('§2 refreshing', () => {
  const flow = (world: World, REFRESH_TOKEN: string, AuthFlow = 'REFRESH_TOKEN_AUTH') =>
    world.call('InitiateAuth', {
      AuthFlow,
      ClientId: CLIENT,
      AuthParameters: { REFRESH_TOKEN, DEVICE_KEY: null },
    });

  const refreshTokenRotation = { graceSeconds: 0 };

  test('§2 GetTokensFromRefreshToken answers an AuthenticationResult alone', async () => {
    const world = await createWorld();
    const { body } = await world.refresh((await world.signIn()).RefreshToken);
    expect(Object.keys(body)).toEqual(['AuthenticationResult']);
  });

  test.each(['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'])('§2 so does the flow %s', async (authFlow) => {
    const world = await createWorld();
    const { body } = await flow(world, (await world.signIn()).RefreshToken, authFlow);
    expect(body).toMatchObject({
      ChallengeParameters: {},
      AuthenticationResult: { TokenType: 'Bearer', ExpiresIn: 3600 },
    });
  });

  const bad: readonly [string, (world: World) => Promise<string>, string][] = [
    ['an unknown token', async () => 'nonsense', 'Invalid Refresh Token'],
    [
      'an expired token',
      async (world) => {
        const { RefreshToken } = await world.signIn();
        world.wait(30 * 24 * 3600);
        return RefreshToken;
      },
      'Refresh Token has expired',
    ],
    [
      "a disabled user's token",
      async (world) => {
        const { RefreshToken } = await world.signIn();
        await world.admin('AdminDisableUser', { Username: ALICE });
        return RefreshToken;
      },
      'User is disabled.',
    ],
    [
      "a deleted user's token",
      async (world) => {
        const { RefreshToken } = await world.signIn();
        await world.admin('AdminDeleteUser', { Username: ALICE });
        return RefreshToken;
      },
      'Invalid Refresh Token',
    ],
  ];
  test.each(bad)('§2 both refuse %s', async (_what, makeToken, message) => {
    const world = await createWorld();
    const token = await makeToken(world);
    expectError(await world.refresh(token), 'NotAuthorizedException', message);
    expectError(await flow(world, token), 'NotAuthorizedException', message);
  });

  test("§2 another client's refresh token is invalid", async () => {
    const world = await createWorld();
    const { RefreshToken } = await world.signIn();
    const { body } = await world.admin('CreateUserPoolClient', { ClientName: 'Other' });
    const { ClientId } = body.UserPoolClient as { ClientId: string };
    const answer = await world.call('GetTokensFromRefreshToken', { ClientId, RefreshToken });
    expectError(answer, 'NotAuthorizedException', 'Invalid Refresh Token');
  });

  test('§2 a client without ALLOW_REFRESH_TOKEN_AUTH is refused', async () => {
    const world = await createWorld({ client: { authFlows: ['ALLOW_CUSTOM_AUTH'] } });
    const { RefreshToken } = await world.signIn();
    const message = 'REFRESH_TOKEN_AUTH is not enabled for the client.';
    expectError(await world.refresh(RefreshToken), 'InvalidParameterException', message);
    expectError(await flow(world, RefreshToken), 'InvalidParameterException', message);
  });

  test('§2 the flow without REFRESH_TOKEN is refused', async () => {
    const world = await createWorld();
    const answer = await world.call('InitiateAuth', {
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      ClientId: CLIENT,
    });
    expectError(answer, 'InvalidParameterException', 'Missing required parameter REFRESH_TOKEN');
  });

  test('§2 with a secret, the call gives it and the flow a hash over the username', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    const hash = (name: string) =>
      createHmac('sha256', 'secret')
        .update(name + CLIENT)
        .digest('base64');
    const first = await world.initiate({ SECRET_HASH: hash(ALICE) });
    const ChallengeResponses = { USERNAME: ALICE, ANSWER: CODE, SECRET_HASH: hash(ALICE) };
    const last = await world.respond(first, '', { ChallengeResponses });
    const { RefreshToken = '', IdToken = '' } = last.body.AuthenticationResult ?? {};
    const username = String(claimsOf(IdToken)['cognito:username']);

    expectError(
      await world.refresh(RefreshToken),
      'NotAuthorizedException',
      `Unable to verify secret for client ${CLIENT}`,
    );
    const call = { ClientId: CLIENT, RefreshToken, ClientSecret: 'secret' };
    expect((await world.call('GetTokensFromRefreshToken', call)).status).toBe(200);
    const hashed = await world.call('InitiateAuth', {
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      ClientId: CLIENT,
      AuthParameters: { REFRESH_TOKEN: RefreshToken, SECRET_HASH: hash(username) },
    });
    expect(hashed.status).toBe(200);
    expect((await flow(world, RefreshToken)).body.__type).toBe('NotAuthorizedException');
  });

  test('§2 with rotation every refresh gives a new refresh token, and the old one is dead', async () => {
    const world = await createWorld({ client: { refreshTokenRotation: { graceSeconds: 10 } } });
    const { RefreshToken: first } = await world.signIn();
    const { body } = await world.refresh(first);
    const second = body.AuthenticationResult?.RefreshToken ?? '';
    expect(second).not.toBe(first);
    expect((await world.refresh(first)).status).toBe(200);
    world.wait(10);
    expect((await world.refresh(first)).body.__type).toBe('RefreshTokenReuseException');
    expect((await world.refresh(second)).status).toBe(200);
    expect((await flow(world, second)).body.__type).toBe('InvalidParameterException');
  });

  test('§2 with rotation the client refreshes without the flow, which AWS would not let it have', async () => {
    const client = { authFlows: ['ALLOW_CUSTOM_AUTH'] as const, refreshTokenRotation };
    const world = await createWorld({ client });
    const { RefreshToken } = await world.signIn();
    expect((await world.refresh(RefreshToken)).status).toBe(200);
  });

  test('§2 without a grace time, of two refreshes at once one succeeds', async () => {
    const world = await createWorld({ client: { refreshTokenRotation } });
    const { RefreshToken } = await world.signIn();
    const both = [world.refresh(RefreshToken), world.refresh(RefreshToken)];
    const types = (await Promise.all(both)).map(({ body }) => body.__type);
    expect(types.sort()).toEqual(['RefreshTokenReuseException', undefined]);
  });
});
