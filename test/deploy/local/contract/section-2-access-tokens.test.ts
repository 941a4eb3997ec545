import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { anyUuid, attributesOf, CLIENT, createWorld, expectError, type World } from './world.ts';

describe('§2 GetUser, UpdateUserAttributes, GlobalSignOut', () => {
  const getUser = (world: World, AccessToken: string) => world.call('GetUser', { AccessToken });

  test('§2 GetUser answers Username and UserAttributes, verified as a string', async () => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    const { body } = await getUser(world, AccessToken);
    expect(body).toEqual({
      Username: anyUuid,
      UserAttributes: [
        { Name: 'sub', Value: body.Username },
        { Name: 'phone_number_verified', Value: 'true' },
        { Name: 'phone_number', Value: ALICE },
      ],
    });
  });

  test('§2 UpdateUserAttributes changes what users may change', async () => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    const update = (Name: string, Value: string) =>
      world.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name, Value }] });
    expect((await update('name', 'Alice')).body).toEqual({});
    expect(attributesOf(await getUser(world, AccessToken)).name).toBe('Alice');
    expectError(
      await update('phone_number_verified', 'true'),
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    );
  });

  test.each(['GlobalSignOut', 'AdminUserGlobalSignOut'])(
    '§2 %s ends every sign-in',
    async (name) => {
      const world = await createWorld();
      const [one, two] = [await world.signIn(), await world.signIn()];
      const { body } = name.startsWith('Admin')
        ? await world.admin(name, { Username: ALICE })
        : await world.call(name, { AccessToken: one.AccessToken });
      expect(body).toEqual({});
      for (const { AccessToken, RefreshToken } of [one, two]) {
        const { body } = await getUser(world, AccessToken);
        expect(body.message).toBe('Access Token has been revoked');
        expect((await world.refresh(RefreshToken)).body.message).toBe(
          'Refresh Token has been revoked',
        );
      }
      const { AccessToken } = await world.signIn();
      expect((await getUser(world, AccessToken)).status).toBe(200);
    },
  );

  test("§2 GlobalSignOut leaves other users' sign-ins alone", async () => {
    const BOB = '+12025550111';
    const world = await createWorld({ users: [{ username: ALICE }, { username: BOB }] });
    const { AccessToken } = await world.signIn(ALICE);
    const bob = await world.signIn(BOB);
    await world.call('GlobalSignOut', { AccessToken });
    expect((await getUser(world, bob.AccessToken)).status).toBe(200);
  });

  const bad: readonly [string, (world: World) => Promise<string>, string][] = [
    [
      'an expired token',
      async (world) => {
        const { AccessToken } = await world.signIn();
        world.wait(3600);
        return AccessToken;
      },
      'Access Token has expired',
    ],
    ['something that is no token', async () => 'nonsense', 'Invalid Access Token'],
    ['an id token', async (world) => (await world.signIn()).IdToken, 'Invalid Access Token'],
    [
      'an altered token',
      async (world) => {
        const [header, payload = ''] = (await world.signIn()).AccessToken.split('.');
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
        const altered = Buffer.from(JSON.stringify({ ...claims, username: 'x' }));
        return `${header}.${altered.toString('base64url')}.AAAA`;
      },
      'Invalid Access Token',
    ],
  ];
  test.each(bad)('§2 GetUser refuses %s', async (_what, makeToken, message) => {
    const world = await createWorld();
    expectError(await getUser(world, await makeToken(world)), 'NotAuthorizedException', message);
  });

  test('§2 the access token needs the scope aws.cognito.signin.user.admin', async () => {
    const world = await createWorld({
      preTokenGenerationVersion: 'V2_0',
      triggers: {
        PreTokenGeneration: async (event: object) => ({
          ...event,
          response: {
            claimsAndScopeOverrideDetails: {
              accessTokenGeneration: { scopesToSuppress: ['aws.cognito.signin.user.admin'] },
            },
          },
        }),
      },
    });
    const { AccessToken } = await world.signIn();
    const message = 'Access Token does not have required scopes';
    expectError(await getUser(world, AccessToken), 'NotAuthorizedException', message);
    const signOut = await world.call('GlobalSignOut', { AccessToken });
    expectError(signOut, 'NotAuthorizedException', message);
  });

  test.each([
    ['AdminDisableUser', 'NotAuthorizedException', 'User is disabled.'],
    ['AdminDeleteUser', 'UserNotFoundException', 'User does not exist.'],
  ])('§2 after %s the access token is good no more', async (operation, code, message) => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    await world.admin(operation, { Username: ALICE });
    expectError(await getUser(world, AccessToken), code, message);
  });
});

test('§2 the tokens of a deleted user are not those of another by the same name', async () => {
  const world = await createWorld({ usernameAttributes: [], users: [{ username: 'alice' }] });
  const { AccessToken, RefreshToken } = await world.signIn('alice');
  await world.admin('AdminDeleteUser', { Username: 'alice' });
  await world.admin('AdminCreateUser', { Username: 'alice' });
  expectError(
    await world.call('GetUser', { AccessToken }),
    'UserNotFoundException',
    'User does not exist.',
  );
  expect((await world.refresh(RefreshToken)).body.message).toBe('Invalid Refresh Token');
});

describe('§2 RevokeToken', () => {
  const revoke = (world: World, Token: string, members: object = {}) =>
    world.call('RevokeToken', { ClientId: CLIENT, Token, ...members });

  test('§2 ends the sign-in: its refresh token and its access tokens', async () => {
    const world = await createWorld();
    const { AccessToken, RefreshToken } = await world.signIn();
    const other = await world.signIn();
    expect((await revoke(world, RefreshToken)).body).toEqual({});
    const message = 'Access Token has been revoked';
    expectError(await world.call('GetUser', { AccessToken }), 'NotAuthorizedException', message);
    expectError(
      await world.refresh(RefreshToken),
      'NotAuthorizedException',
      'Refresh Token has been revoked',
    );
    expect((await world.call('GetUser', { AccessToken: other.AccessToken })).status).toBe(200);
  });

  test('§2 something that is no refresh token is UnsupportedTokenTypeException', async () => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    const { body } = await revoke(world, AccessToken);
    expect(body.__type).toBe('UnsupportedTokenTypeException');
  });

  test("§2 another client's token is UnauthorizedException", async () => {
    const world = await createWorld();
    const { RefreshToken } = await world.signIn();
    const { ClientId } = await world.createPool();
    const { body } = await revoke(world, RefreshToken, { ClientId });
    expect(body.__type).toBe('UnauthorizedException');
    expect((await world.refresh(RefreshToken)).status).toBe(200);
  });

  test('§2 a wrong secret is UnauthorizedException', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    const { body } = await revoke(world, 'x', { ClientSecret: 'wrong' });
    expect(body.__type).toBe('UnauthorizedException');
    expect((await revoke(world, 'x', { ClientSecret: 'secret' })).body).toEqual({});
  });

  test('§2 with revocation off it is UnsupportedOperationException', async () => {
    const world = await createWorld({ client: { enableTokenRevocation: false } });
    const { RefreshToken } = await world.signIn();
    const { body } = await revoke(world, RefreshToken);
    expect(body.__type).toBe('UnsupportedOperationException');
  });
});
