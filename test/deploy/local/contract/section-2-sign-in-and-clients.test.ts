import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import {
  type Answer,
  anyUuid,
  attributesOf,
  CLIENT,
  createWorld,
  expectError,
  POOL,
  START,
} from './world.ts';

const BOB = '+12025550111';

describe('§2 InitiateAuth and RespondToAuthChallenge', () => {
  test('§2 InitiateAuth answers ChallengeName, ChallengeParameters and Session', async () => {
    const world = await createWorld();
    const { body } = await world.initiate();
    expect(Object.keys(body).sort()).toEqual(['ChallengeName', 'ChallengeParameters', 'Session']);
  });

  test('§2 the Admin twins answer the same', async () => {
    const world = await createWorld();
    const first = await world.admin('AdminInitiateAuth', {
      ClientId: CLIENT,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: ALICE },
    });
    expect(Object.keys(first.body).sort()).toEqual([
      'ChallengeName',
      'ChallengeParameters',
      'Session',
    ]);
    const last = await world.admin('AdminRespondToAuthChallenge', {
      ClientId: CLIENT,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session: first.body.Session,
      ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE },
    });
    expect(Object.keys(last.body).sort()).toEqual(['AuthenticationResult', 'ChallengeParameters']);
  });

  test('§2 SECRET_HASH is asked for where the client has a secret, in both calls', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    const SECRET_HASH = createHmac('sha256', 'secret')
      .update(ALICE + CLIENT)
      .digest('base64');
    const first = await world.initiate({ SECRET_HASH });
    const ChallengeResponses = { USERNAME: ALICE, ANSWER: CODE, SECRET_HASH };
    const last = await world.respond(first, '', { ChallengeResponses });
    expect(last.body.AuthenticationResult).toBeDefined();
  });

  test.each(['canonical', 'typed'])('§2 the %s username is good in an answer', async (which) => {
    const world = await createWorld();
    const first = await world.initiate();
    const USERNAME = which === 'typed' ? ALICE : first.body.ChallengeParameters?.USERNAME;
    expect(USERNAME === ALICE).toBe(which === 'typed');
    const last = await world.respond(first, '', { ChallengeResponses: { USERNAME, ANSWER: CODE } });
    expect(last.body.AuthenticationResult).toBeDefined();
  });
});

describe('§2 app client defaults', () => {
  test('§2 flows, existence errors, revocation and session validity', async () => {
    const world = await createWorld();
    const { body } = await world.admin('CreateUserPoolClient', { ClientName: 'Plain' });
    expect(body.UserPoolClient).toEqual({
      UserPoolId: POOL,
      ClientName: 'Plain',
      ClientId: expect.stringMatching(/^[0-9a-z]{26}$/),
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
      PreventUserExistenceErrors: 'LEGACY',
      EnableTokenRevocation: true,
      AuthSessionValidity: 3,
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnablePropagateAdditionalUserContextData: false,
      ClientType: 'REGULAR',
      CreationDate: START / 1000,
      LastModifiedDate: START / 1000,
    });
  });

  test('§2 a secret is made on request', async () => {
    const world = await createWorld();
    const { ClientSecret } = await world.createPool({}, { GenerateSecret: true });
    expect(ClientSecret).toMatch(/^[0-9a-z]{51}$/);
  });

  test.each([
    ['AccessToken', { AccessTokenValidity: 25 }],
    ['IdToken', { IdTokenValidity: 4, TokenValidityUnits: { IdToken: 'minutes' } }],
    ['RefreshToken', { RefreshTokenValidity: 3651 }],
  ])('§2 a lifetime of the %s out of range is refused', async (what, settings) => {
    const world = await createWorld();
    const answer = await world.admin('CreateUserPoolClient', { ClientName: 'x', ...settings });
    expect(answer.body.message).toMatch(new RegExp(`^Invalid range for ${what} validity`));
  });
});

describe('§2 ListUserPoolClients', () => {
  async function poolWithClients(count: number) {
    const world = await createWorld();
    const { UserPoolId, ClientId } = await world.createPool();
    const ids = [ClientId];
    while (ids.length < count) {
      const members = { UserPoolId, ClientName: `Client ${ids.length}` };
      const { body } = await world.admin('CreateUserPoolClient', members);
      ids.push((body.UserPoolClient as { ClientId: string }).ClientId);
    }
    return { world, UserPoolId, ids };
  }

  const idsIn = (page: Answer) =>
    (page.body.UserPoolClients as { ClientId: string }[]).map(({ ClientId }) => ClientId);

  test('§2 names the clients of one pool', async () => {
    const { world, UserPoolId, ids } = await poolWithClients(1);
    const { body } = await world.admin('ListUserPoolClients', { UserPoolId });
    expect(body).toEqual({
      UserPoolClients: [{ ClientId: ids[0], UserPoolId, ClientName: 'Another' }],
    });
  });

  test('§2 pages of MaxResults, the last one without a NextToken', async () => {
    const { world, UserPoolId, ids } = await poolWithClients(4);
    const list = (members: object) =>
      world.admin('ListUserPoolClients', { UserPoolId, MaxResults: 2, ...members });
    const first = await list({});
    const second = await list({ NextToken: first.body.NextToken });
    expect([...idsIn(first), ...idsIn(second)]).toEqual(ids);
    expect(second.body).not.toHaveProperty('NextToken');
  });

  test('§2 pages of 60 unless told otherwise', async () => {
    const { world, UserPoolId } = await poolWithClients(61);
    const first = await world.admin('ListUserPoolClients', { UserPoolId });
    expect(idsIn(first)).toHaveLength(60);
    expect(first.body.NextToken).toBeDefined();
  });

  test('§2 a token that it did not give is refused', async () => {
    const world = await createWorld();
    const answer = await world.admin('ListUserPoolClients', { NextToken: 'made-up' });
    expectError(answer, 'InvalidParameterException', 'Invalid pagination token provided.');
  });
});

describe('§2 WriteAttributes', () => {
  const refusal = 'A client attempted to write unauthorized attribute';

  test('§2 are told back where they were set', async () => {
    const world = await createWorld();
    const { UserPoolId, ClientId } = await world.createPool({}, { WriteAttributes: ['locale'] });
    const { body } = await world.admin('DescribeUserPoolClient', { UserPoolId, ClientId });
    expect(body.UserPoolClient).toMatchObject({ WriteAttributes: ['locale'] });
  });

  test('§2 are all that users may write, at sign-up and later', async () => {
    const world = await createWorld({ client: { writeAttributes: ['locale'] } });
    const { AccessToken } = await world.signIn();
    const update = (Name: string, Value: string) =>
      world.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name, Value }] });
    expect((await update('locale', 'de')).body).toEqual({});
    expectError(await update('phone_number', BOB), 'NotAuthorizedException', refusal);
    const UserAttributes = [{ Name: 'name', Value: 'Bob' }];
    expectError(await world.signUp(BOB, { UserAttributes }), 'NotAuthorizedException', refusal);
  });

  test('§2 a number that is the username needs none', async () => {
    const world = await createWorld({ client: { writeAttributes: ['locale'] } });
    expect((await world.signUp(BOB)).status).toBe(200);
  });
});

describe('§2 username resolution', () => {
  const NAMES = { usernameAttributes: [], aliasAttributes: ['phone_number', 'email'] } as const;

  test('§2 the exact username', async () => {
    const world = await createWorld({ ...NAMES, users: [{ username: 'alice' }] });
    const { body } = await world.initiate({ USERNAME: 'alice' });
    expect(body.ChallengeParameters?.USERNAME).toBe('alice');
  });

  test('§2 sub', async () => {
    const world = await createWorld({ ...NAMES, users: [{ username: 'alice' }] });
    const { sub } = attributesOf(await world.admin('AdminGetUser', { Username: 'alice' }));
    const { body } = await world.initiate({ USERNAME: sub });
    expect(body.ChallengeParameters?.USERNAME).toBe('alice');
  });

  test.each([
    ['true', 200],
    ['false', 400],
  ])('§2 an alias that is verified: %s answers %i', async (phone_number_verified, status) => {
    const world = await createWorld({
      ...NAMES,
      users: [{ username: 'alice', attributes: { phone_number: ALICE, phone_number_verified } }],
      client: { preventUserExistenceErrors: 'LEGACY' },
    });
    expect((await world.initiate({ USERNAME: ALICE })).status).toBe(status);
  });

  test('§2 in a phone sign-in pool the unverified number works, and the username is a UUID', async () => {
    const world = await createWorld({ users: [{ username: BOB }] });
    const { body } = await world.initiate({ USERNAME: BOB });
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(body.ChallengeParameters?.USERNAME).toEqual(anyUuid);
    expect(user.body.Username).toBe(body.ChallengeParameters?.USERNAME);
    expect(attributesOf(user).phone_number).toBe(BOB);
  });

  test.each([
    [['phone_number'], 'alice', 'Username should be a phone number.'],
    [['email'], ALICE, 'Username should be an email.'],
    [['phone_number', 'email'], 'alice', 'Username should be either an email or a phone number.'],
  ] as const)('§2 a pool named by %j refuses %s', async (usernameAttributes, name, message) => {
    const world = await createWorld({ usernameAttributes, users: [] });
    const answer = await world.admin('AdminCreateUser', { Username: name });
    expectError(answer, 'InvalidParameterException', message);
  });
});

// The wording for an address was seen on AWS; that for a number is assumed to follow it.
test.each([
  ['email', 'bob@example.com', 'email'],
  ['phone_number', BOB, 'phone number'],
])('§2 where %s is an alias, %s is no username', async (alias, Username, name) => {
  const world = await createWorld();
  const { UserPoolId } = await world.createPool({ AliasAttributes: [alias] });
  expectError(
    await world.admin('AdminCreateUser', { UserPoolId, Username }),
    'InvalidParameterException',
    `Username cannot be of ${name} format, since user pool is configured for ${name} alias.`,
  );
});

describe('§2 user pools', () => {
  test('§2 CreateUserPool, DescribeUserPool and UpdateUserPool agree', async () => {
    const world = await createWorld();
    const arn = world.endpoint.register('generate', async (event: object) => event);
    const { UserPoolId } = await world.createPool({
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['phone_number'],
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: arn } },
    });
    const described = await world.admin('DescribeUserPool', { UserPoolId });
    expect(described.body.UserPool).toMatchObject({
      Id: UserPoolId,
      Name: 'Another',
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`,
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['phone_number'],
      LambdaConfig: {
        PreTokenGeneration: arn,
        PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: arn },
      },
      EstimatedNumberOfUsers: 0,
    });

    expect((await world.admin('UpdateUserPool', { UserPoolId })).body).toEqual({});
    const emptied = await world.admin('DescribeUserPool', { UserPoolId });
    expect(emptied.body.UserPool).toMatchObject({ LambdaConfig: {}, AutoVerifiedAttributes: [] });
  });

  test('§2 alias attributes are kept', async () => {
    const world = await createWorld();
    const { UserPoolId } = await world.createPool({ AliasAttributes: ['phone_number'] });
    const { body } = await world.admin('DescribeUserPool', { UserPoolId });
    expect(body.UserPool).toMatchObject({ AliasAttributes: ['phone_number'] });
  });
});

describe('§2 discovery', () => {
  test('§2 jwks.json has two keys with the members Cognito publishes', async () => {
    const { endpoint } = await createWorld();
    const response = await fetch(`${endpoint.url}/${POOL}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(Object.keys(key)).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(key).toMatchObject({ alg: 'RS256', e: 'AQAB', kty: 'RSA', use: 'sig' });
    }
    expect(keys[0]?.kid).not.toBe(keys[1]?.kid);
  });

  test('§2 openid-configuration names issuer and keys, and no endpoint that is not here', async () => {
    const { endpoint } = await createWorld();
    const base = `${endpoint.url}/${POOL}`;
    const response = await fetch(`${base}/.well-known/openid-configuration`);
    expect(await response.json()).toEqual({
      issuer: base,
      jwks_uri: `${base}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  test('§2 an unknown pool has none', async () => {
    const { endpoint } = await createWorld();
    const response = await fetch(`${endpoint.url}/local_None/.well-known/jwks.json`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: 'User pool local_None does not exist.' });
  });
});
