import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { LocalEndpointOptions } from '../../../../deploy/local/endpoint.ts';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE } from '../running.ts';
import { anyUuid, CLIENT, claimsOf, createWorld, POOL, START } from './world.ts';

const SECONDS = START / 1000;

const answering =
  (response: object): LambdaHandler =>
  async (event: object) => ({ ...event, response });

describe('§8 AuthenticationResult', () => {
  test('§8 at sign-in: three tokens, Bearer, the access token’s lifetime', async () => {
    const world = await createWorld({ client: { accessTokenSeconds: 300 } });
    expect(await world.signIn()).toEqual({
      AccessToken: expect.any(String),
      ExpiresIn: 300,
      TokenType: 'Bearer',
      RefreshToken: expect.any(String),
      IdToken: expect.any(String),
    });
  });

  test('§8 on refresh: no refresh token without rotation', async () => {
    const world = await createWorld();
    const { body } = await world.refresh((await world.signIn()).RefreshToken);
    expect(Object.keys(body.AuthenticationResult ?? {}).sort()).toEqual([
      'AccessToken',
      'ExpiresIn',
      'IdToken',
      'TokenType',
    ]);
  });

  test('§8 the refresh token is opaque', async () => {
    const world = await createWorld();
    const { RefreshToken } = await world.signIn();
    expect(RefreshToken).toMatch(/^[\w-]{128,}$/);
    expect(() => claimsOf(RefreshToken)).toThrow();
  });
});

describe('§8 claims', () => {
  const common = {
    sub: anyUuid,
    token_use: expect.any(String),
    auth_time: SECONDS,
    iat: SECONDS,
    exp: SECONDS + 3600,
    jti: anyUuid,
    origin_jti: anyUuid,
    event_id: anyUuid,
  };

  test('§8 the id token has these and no others', async () => {
    const attributes = {
      phone_number_verified: 'true',
      email: 'a@example.com',
      email_verified: 'false',
      'custom:level': '7',
    };
    const world = await createWorld({ users: [{ username: ALICE, attributes }] });
    const claims = claimsOf((await world.signIn()).IdToken);
    expect(claims).toEqual({
      ...common,
      token_use: 'id',
      iss: `${world.endpoint.url}/${POOL}`,
      aud: CLIENT,
      'cognito:username': claims.sub,
      phone_number: ALICE,
      phone_number_verified: true,
      email: 'a@example.com',
      email_verified: false,
      'custom:level': '7',
    });
  });

  test('§8 the access token has these and no others', async () => {
    const world = await createWorld();
    const claims = claimsOf((await world.signIn()).AccessToken);
    expect(claims).toEqual({
      ...common,
      token_use: 'access',
      iss: `${world.endpoint.url}/${POOL}`,
      client_id: CLIENT,
      username: claims.sub,
      scope: 'aws.cognito.signin.user.admin',
    });
  });

  test('§8 cognito:groups is in both tokens, only if there are any', async () => {
    const world = await createWorld({ users: [{ username: ALICE, groups: ['staff', 'admins'] }] });
    const { IdToken, AccessToken } = await world.signIn();
    for (const token of [IdToken, AccessToken]) {
      expect(claimsOf(token)['cognito:groups']).toEqual(['staff', 'admins']);
    }
  });

  test('§8 iss can have the form it has on AWS', async () => {
    const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example';
    const world = await createWorld({ issuer });
    const { IdToken, AccessToken } = await world.signIn();
    for (const token of [IdToken, AccessToken]) {
      expect(claimsOf(token).iss).toBe(issuer);
    }
    const url = `${world.endpoint.url}/${POOL}/.well-known/openid-configuration`;
    expect(await (await fetch(url)).json()).toMatchObject({
      issuer,
      jwks_uri: `${world.endpoint.url}/${POOL}/.well-known/jwks.json`,
    });
    expect((await world.call('GetUser', { AccessToken })).status).toBe(200);
  });

  test('§8 without token revocation there is no origin_jti', async () => {
    const world = await createWorld({ client: { enableTokenRevocation: false } });
    const { IdToken, AccessToken } = await world.signIn();
    for (const token of [IdToken, AccessToken]) {
      expect(claimsOf(token)).not.toHaveProperty('origin_jti');
    }
  });

  test('§8 all tokens of one sign-in share origin_jti, and no two share jti', async () => {
    const world = await createWorld();
    const first = await world.signIn();
    const { body } = await world.refresh(first.RefreshToken);
    const refreshed = body.AuthenticationResult;
    const tokens = [first.IdToken, first.AccessToken, refreshed?.IdToken, refreshed?.AccessToken];
    const claims = tokens.map((token) => claimsOf(token ?? ''));
    expect(new Set(claims.map(({ origin_jti }) => origin_jti)).size).toBe(1);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(4);
    expect(claimsOf((await world.signIn()).IdToken).origin_jti).not.toBe(claims[0]?.origin_jti);
  });

  test('§8 a refresh renews iat and exp and keeps auth_time', async () => {
    const world = await createWorld();
    const { RefreshToken } = await world.signIn();
    world.wait(1000);
    const { body } = await world.refresh(RefreshToken);
    for (const token of ['IdToken', 'AccessToken'] as const) {
      expect(claimsOf(body.AuthenticationResult?.[token] ?? '')).toMatchObject({
        auth_time: SECONDS,
        iat: SECONDS + 1000,
        exp: SECONDS + 4600,
      });
    }
  });

  test('§8 lifetimes are the client’s, each its own', async () => {
    const world = await createWorld();
    const { ClientId, UserPoolId } = await world.createPool(
      {},
      {
        AccessTokenValidity: 5,
        IdTokenValidity: 24,
        RefreshTokenValidity: 90,
        TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'minutes' },
      },
    );
    await world.admin('AdminCreateUser', { UserPoolId, Username: 'alice' });
    const first = await world.initiate({ USERNAME: 'alice' }, { ClientId });
    const ChallengeResponses = { USERNAME: 'alice', ANSWER: '123456' };
    const { body } = await world.respond(first, '', { ClientId, ChallengeResponses });
    const tokens = body.AuthenticationResult;
    expect(tokens?.ExpiresIn).toBe(300);
    expect(claimsOf(tokens?.AccessToken ?? '').exp).toBe(SECONDS + 300);
    expect(claimsOf(tokens?.IdToken ?? '').exp).toBe(SECONDS + 24 * 3600);

    const refresh = () =>
      world.call('GetTokensFromRefreshToken', { ClientId, RefreshToken: tokens?.RefreshToken });
    world.wait(90 * 60 - 1);
    expect((await refresh()).status).toBe(200);
    world.wait(1);
    expect((await refresh()).body.message).toBe('Refresh Token has expired');
  });
});

describe('§8 signatures', () => {
  test('§8 RS256, with a key of their own for id and access tokens', async () => {
    const world = await createWorld();
    const { IdToken, AccessToken } = await world.signIn();
    const [id, access] = [IdToken, AccessToken].map((token) => decodeProtectedHeader(token));
    expect(Object.keys(id ?? {})).toEqual(['kid', 'alg']);
    expect([id?.alg, access?.alg]).toEqual(['RS256', 'RS256']);
    expect(id?.kid).not.toBe(access?.kid);
  });

  test('§8 verify against the published key set', async () => {
    const world = await createWorld();
    const { IdToken, AccessToken } = await world.signIn();
    const issuer = `${world.endpoint.url}/${POOL}`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const currentDate = new Date(START);
    for (const token of [IdToken, AccessToken]) {
      const { payload } = await jwtVerify(token, keys, { issuer, currentDate });
      expect(payload.iss).toBe(issuer);
    }
  });

  test('§8 RSA keys have 2048 bits', async () => {
    const { endpoint } = await createWorld();
    const response = await fetch(`${endpoint.url}/${POOL}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: { n: string }[] };
    for (const { n } of keys) expect(Buffer.from(n, 'base64url')).toHaveLength(2048 / 8);
  });
});

describe('§8 PreTokenGeneration', () => {
  async function tokensWith(response: object, options: LocalEndpointOptions = {}) {
    const world = await createWorld({
      users: [{ username: ALICE, groups: ['staff'] }],
      ...options,
      triggers: { PreTokenGeneration: answering(response) },
    });
    const { IdToken, AccessToken } = await world.signIn();
    return { id: claimsOf(IdToken), access: claimsOf(AccessToken) };
  }

  test('§8 version 1 changes the id token only', async () => {
    const { id, access } = await tokensWith({
      claimsOverrideDetails: {
        claimsToAddOrOverride: { tenant: 'blue', sub: 'mallory' },
        claimsToSuppress: ['phone_number', 'aud'],
        groupOverrideDetails: { groupsToOverride: ['guests'] },
      },
    });
    expect(id).toMatchObject({ tenant: 'blue', sub: anyUuid, aud: CLIENT });
    expect(id['cognito:groups']).toEqual(['guests']);
    expect(id).not.toHaveProperty('phone_number');
    expect(access).not.toHaveProperty('tenant');
    expect(access['cognito:groups']).toEqual(['staff']);
  });

  test('§8 version 2 changes both, and scopes', async () => {
    const { id, access } = await tokensWith(
      {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { level: { of: 7 } } },
          accessTokenGeneration: {
            claimsToAddOrOverride: { tenants: ['blue'], scope: 'all', client_id: 'mallory' },
            claimsToSuppress: ['cognito:groups'],
            scopesToAdd: ['orders/read'],
          },
          groupOverrideDetails: { groupsToOverride: ['guests'] },
        },
      },
      { preTokenGenerationVersion: 'V2_0' },
    );
    expect(id).toMatchObject({ level: { of: 7 }, 'cognito:groups': ['guests'] });
    expect(access).toMatchObject({
      tenants: ['blue'],
      client_id: CLIENT,
      scope: 'aws.cognito.signin.user.admin orders/read',
    });
    expect(access).not.toHaveProperty('cognito:groups');
  });

  test('§8 version 2 groups are in the access token', async () => {
    const { access } = await tokensWith(
      {
        claimsAndScopeOverrideDetails: {
          groupOverrideDetails: { groupsToOverride: ['guests'] },
        },
      },
      { preTokenGenerationVersion: 'V2_0' },
    );
    expect(access['cognito:groups']).toEqual(['guests']);
  });

  test('§8 runs on a refresh too', async () => {
    const world = await createWorld({
      triggers: {
        PreTokenGeneration: async (event: { triggerSource: string }) => ({
          ...event,
          response: {
            claimsOverrideDetails: { claimsToAddOrOverride: { by: event.triggerSource } },
          },
        }),
      },
    });
    const { IdToken, RefreshToken } = await world.signIn();
    const { body } = await world.refresh(RefreshToken);
    expect(claimsOf(IdToken).by).toBe('TokenGeneration_Authentication');
    expect(claimsOf(body.AuthenticationResult?.IdToken ?? '').by).toBe(
      'TokenGeneration_RefreshTokens',
    );
  });
});
