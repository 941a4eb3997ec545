import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { anyUuid, CLIENT, claimsOf, createWorld, POOL, START } from './world.ts';

const issuedAt = START / 1000;

describe('§8 AuthenticationResult', () => {
  test('§8 has the five members, and no device', async () => {
    const world = await createWorld();
    const tokens = await world.signIn();
    expect(tokens).toEqual({
      AccessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      IdToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      RefreshToken: expect.stringMatching(/^[\w=.-]+$/),
      TokenType: 'Bearer',
      ExpiresIn: 3600,
    });
  });

  test('§8 ExpiresIn is the access token’s lifetime', async () => {
    const world = await createWorld({ client: { accessTokenSeconds: 300 } });
    const { AccessToken, ExpiresIn } = await world.signIn();
    expect(ExpiresIn).toBe(300);
    expect(claimsOf(AccessToken)).toMatchObject({ exp: issuedAt + 300 });
  });
});

describe('§8 signatures', () => {
  test('§8 RS256, by a key of its own for each kind of token, both published', async () => {
    const world = await createWorld();
    const { IdToken, AccessToken } = await world.signIn();
    const id = decodeProtectedHeader(IdToken);
    const access = decodeProtectedHeader(AccessToken);
    expect(id).toEqual({ kid: expect.any(String), alg: 'RS256' });
    expect(access).toEqual({ kid: expect.any(String), alg: 'RS256' });
    expect(id.kid).not.toBe(access.kid);
    const keys = createRemoteJWKSet(new URL(`${world.endpoint.url}/${POOL}/.well-known/jwks.json`));
    const currentDate = new Date(START);
    for (const token of [IdToken, AccessToken]) {
      expect((await jwtVerify(token, keys, { currentDate })).protectedHeader.alg).toBe('RS256');
    }
  });
});

describe('§8 claims', () => {
  test('§8 the id token’s are these and no others', async () => {
    const users = [
      {
        username: ALICE,
        attributes: { phone_number_verified: 'true', email: 'a@example.com', 'custom:team': '7' },
      },
    ];
    const world = await createWorld({ users });
    const claims = claimsOf((await world.signIn()).IdToken);
    expect(claims).toEqual({
      sub: anyUuid,
      iss: `${world.endpoint.url}/${POOL}`,
      aud: CLIENT,
      'cognito:username': anyUuid,
      token_use: 'id',
      auth_time: issuedAt,
      iat: issuedAt,
      exp: issuedAt + 3600,
      jti: anyUuid,
      origin_jti: anyUuid,
      event_id: anyUuid,
      phone_number: ALICE,
      phone_number_verified: true,
      email: 'a@example.com',
      'custom:team': '7',
    });
  });

  test('§8 the access token’s are these and no others', async () => {
    const world = await createWorld();
    const claims = claimsOf((await world.signIn()).AccessToken);
    expect(claims).toEqual({
      sub: anyUuid,
      iss: `${world.endpoint.url}/${POOL}`,
      client_id: CLIENT,
      username: anyUuid,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      auth_time: issuedAt,
      iat: issuedAt,
      exp: issuedAt + 3600,
      jti: anyUuid,
      origin_jti: anyUuid,
      event_id: anyUuid,
    });
  });

  test.each([
    ['true', true],
    ['True', true],
    ['false', false],
  ])('§8 phone_number_verified %j is a JSON boolean', async (held, claim) => {
    const users = [{ username: ALICE, attributes: { phone_number_verified: held } }];
    const world = await createWorld({ users });
    expect(claimsOf((await world.signIn()).IdToken).phone_number_verified).toBe(claim);
  });

  test('§8 all tokens of one sign-in share origin_jti, and no two share jti', async () => {
    const world = await createWorld();
    const { IdToken, AccessToken } = await world.signIn();
    const [id, access] = [claimsOf(IdToken), claimsOf(AccessToken)];
    expect(id.origin_jti).toBe(access.origin_jti);
    expect(id.jti).not.toBe(access.jti);
    const other = claimsOf((await world.signIn()).IdToken);
    expect(other.origin_jti).not.toBe(id.origin_jti);
  });

  test('§8 origin_jti is absent where revocation is off', async () => {
    const world = await createWorld({ client: { enableTokenRevocation: false } });
    const { IdToken, AccessToken } = await world.signIn();
    expect(claimsOf(IdToken)).not.toHaveProperty('origin_jti');
    expect(claimsOf(AccessToken)).not.toHaveProperty('origin_jti');
  });
});

describe('§8 refresh', () => {
  test('§8 brings new jti, iat and exp; origin_jti and auth_time stay', async () => {
    const world = await createWorld();
    const before = await world.signIn();
    world.wait(60);
    const { body } = await world.refresh(before.RefreshToken);
    const { IdToken = '', AccessToken = '' } = body.AuthenticationResult ?? {};
    for (const [old, renewed] of [
      [claimsOf(before.IdToken), claimsOf(IdToken)],
      [claimsOf(before.AccessToken), claimsOf(AccessToken)],
    ] as const) {
      expect(renewed).toMatchObject({
        origin_jti: old.origin_jti,
        auth_time: old.auth_time,
        iat: issuedAt + 60,
        exp: issuedAt + 3660,
      });
      expect(renewed.jti).not.toBe(old.jti);
    }
  });

  test('§8 ends after the refresh token’s 30 days', async () => {
    const world = await createWorld();
    const { RefreshToken } = await world.signIn();
    world.wait(30 * 24 * 3600 - 1);
    expect((await world.refresh(RefreshToken)).status).toBe(200);
    world.wait(2);
    expect((await world.refresh(RefreshToken)).body).toMatchObject({
      __type: 'NotAuthorizedException',
      message: 'Refresh Token has expired',
    });
  });
});
