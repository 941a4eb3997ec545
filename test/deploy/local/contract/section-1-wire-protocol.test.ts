import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { operations } from '../../../../deploy/local/cognito/operations.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import {
  type Answer,
  anyUuid,
  CLIENT,
  createWorld,
  expectError,
  POOL,
  SIGNED,
  START,
  type World,
} from './world.ts';

describe('§1 request', () => {
  test('§1 the operation is what follows the last dot of X-Amz-Target', async () => {
    const world = await createWorld();
    expect((await world.initiate()).status).toBe(200);
  });

  test.each([
    ['an unknown operation', 'AWSCognitoIdentityProviderService.Nonsense', 'Nonsense'],
    [
      'an operation that is not here',
      'AWSCognitoIdentityProviderService.SetUserMFAPreference',
      'SetUserMFAPreference',
    ],
    ['an inherited name', 'AWSCognitoIdentityProviderService.constructor', 'constructor'],
  ])(
    '§1 %s is UnknownOperationException, which says what there is',
    async (_what, target, name) => {
      const world = await createWorld();
      const answer = await world.post('{}', { 'x-amz-target': target });
      const known = [...operations.keys()].sort().join(', ');
      const message = `${name} is not an operation of this endpoint, which has ${known}.`;
      expectError(answer, 'UnknownOperationException', message);
    },
  );

  test('§1 another service is UnknownOperationException, which says that it is none of these', async () => {
    const world = await createWorld();
    const answer = await world.post('{}', { 'x-amz-target': 'AmazonSSM.GetUser' });
    const message = 'AmazonSSM.GetUser is of no service of this endpoint.';
    expectError(answer, 'UnknownOperationException', message);
  });

  const accepted: readonly [string, object, object][] = [
    ['map values that are null are dropped', { DEVICE_KEY: null, SECRET_HASH: null }, {}],
    ['ClientMetadata may be empty', {}, { ClientMetadata: {} }],
    ['members that are null are absent', {}, { ClientMetadata: null, UserContextData: null }],
    ['UserContextData is ignored', {}, { UserContextData: { EncodedData: 'x' } }],
    ['ContextData is ignored', {}, { ContextData: { IpAddress: '127.0.0.1' } }],
    ['AnalyticsMetadata is ignored', {}, { AnalyticsMetadata: { AnalyticsEndpointId: 'x' } }],
    ['DEVICE_KEY is ignored', { DEVICE_KEY: 'local_x' }, {}],
    ['unknown members are ignored', {}, { Nonsense: [1, { two: 3 }] }],
  ];
  test.each(accepted)('§1 %s', async (_what, parameters, members) => {
    const world = await createWorld();
    const answer = await world.initiate(parameters, members);
    expect(answer.body.ChallengeName).toBe('CUSTOM_CHALLENGE');
    expect(world.events[0]?.request).not.toHaveProperty('clientMetadata');
  });

  const malformed: readonly [string, string, string][] = [
    ['a body that is no JSON', 'not JSON', 'Body is no JSON'],
    ['a body that is no object', '[]', 'Body is no JSON object'],
    ['a number for a string', '{"ClientId":1}', 'NUMBER_VALUE can not be converted to a String'],
    ['a list for a map', '{"AuthParameters":[]}', 'START_ARRAY can not be converted to a Map'],
    [
      'a boolean inside a map',
      '{"AuthParameters":{"USERNAME":true}}',
      'TRUE_VALUE can not be converted to a String',
    ],
    ['an object for a string', '{"AuthFlow":{}}', 'START_OBJECT can not be converted to a String'],
  ];
  test.each(malformed)('§1 %s is SerializationException', async (_what, body, message) => {
    const world = await createWorld();
    const answer = await world.post(body, {
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    });
    expectError(answer, 'SerializationException', message);
  });
});

describe('§1 response', () => {
  test('§1 is 200 with the JSON content type and a request id', async () => {
    const world = await createWorld();
    const { status, headers } = await world.initiate();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(headers.get('x-amzn-requestid')).toEqual(anyUuid);
  });

  test('§1 timestamps are epoch seconds as JSON numbers', async () => {
    const world = await createWorld();
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(body.UserCreateDate).toBe(START / 1000);
    expect(body.UserLastModifiedDate).toBe(START / 1000);
  });

  test('§1 operations with no output answer {}', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'name', Value: 'Alice' }];
    const answer = await world.admin('AdminUpdateUserAttributes', {
      Username: ALICE,
      UserAttributes,
    });
    expect(answer.body).toEqual({});
  });
});

describe('§1 errors', () => {
  test('§1 the body has the bare name and a lower-case message, the headers repeat both', async () => {
    const world = await createWorld();
    const answer = await world.admin('AdminGetUser', { Username: '+12025559999' });
    expectError(answer, 'UserNotFoundException', 'User does not exist.');
    expect(answer.headers.get('x-amzn-errortype')).toBe('UserNotFoundException:');
    expect(answer.headers.get('x-amzn-errormessage')).toBe('User does not exist.');
    expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  });

  test("§1 what a header can't hold is stripped there and kept in the body", async () => {
    const world = await createWorld({
      triggers: { DefineAuthChallenge: () => Promise.reject(new Error('zwei\nZeilen🙂')) },
    });
    const answer = await world.initiate();
    expect(answer.body.message).toBe('DefineAuthChallenge failed with error zwei\nZeilen🙂.');
    expect(answer.headers.get('x-amzn-errormessage')).toBe(
      'DefineAuthChallenge failed with error zwei Zeilen .',
    );
  });

  test('§1 modelled client errors are 400', async () => {
    const world = await createWorld();
    const answers = await Promise.all([
      world.call('InitiateAuth', { AuthFlow: 'CUSTOM_AUTH', ClientId: 'none' }),
      world.admin('AdminGetUser', { Username: '+12025559999' }),
      world.admin('AdminGetUser', { UserPoolId: 'local_None', Username: ALICE }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  test('§1 a fault of the endpoint is InternalErrorException with 500', async () => {
    let broken = false;
    const world = await createWorld({
      now: () => {
        if (broken) throw new Error('a fault made by this test');
        return START;
      },
    });
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    broken = true;
    const answer = await world.initiate();
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({ __type: 'InternalErrorException', message: 'Internal error' });
    expect(log).toHaveBeenCalledOnce();
  });

  const constraint = 'failed to satisfy constraint: Member must';
  const one = '1 validation error detected:';
  const long = 'x'.repeat(2049);
  const violations: readonly [string, string, object, string][] = [
    [
      'a missing member',
      'InitiateAuth',
      { ClientId: CLIENT },
      `${one} Value null at 'authFlow' ${constraint} not be null`,
    ],
    [
      'a value outside its set',
      'InitiateAuth',
      { AuthFlow: 'NONE', ClientId: CLIENT },
      `${one} Value 'NONE' at 'authFlow' ${constraint} satisfy enum value set: [ADMIN_NO_SRP_AUTH, ADMIN_USER_PASSWORD_AUTH, CUSTOM_AUTH, REFRESH_TOKEN, REFRESH_TOKEN_AUTH, USER_AUTH, USER_PASSWORD_AUTH, USER_SRP_AUTH]`,
    ],
    [
      'a client id with a hyphen',
      'InitiateAuth',
      { AuthFlow: 'CUSTOM_AUTH', ClientId: 'a-b' },
      `${one} Value at 'clientId' ${constraint} satisfy regular expression pattern: [\\w+]+`,
    ],
    [
      'a pool id without an underscore',
      'AdminGetUser',
      { UserPoolId: 'local', Username: ALICE },
      `${one} Value 'local' at 'userPoolId' ${constraint} satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+`,
    ],
    [
      'a pool id too long',
      'AdminGetUser',
      { UserPoolId: `local_${'x'.repeat(50)}`, Username: ALICE },
      `${one} Value 'local_${'x'.repeat(50)}' at 'userPoolId' ${constraint} have length less than or equal to 55`,
    ],
    [
      'a session too short',
      'RespondToAuthChallenge',
      { ClientId: CLIENT, ChallengeName: 'CUSTOM_CHALLENGE', Session: 'x'.repeat(19) },
      `${one} Value at 'session' ${constraint} have length greater than or equal to 20`,
    ],
    [
      'a session too long',
      'RespondToAuthChallenge',
      { ClientId: CLIENT, ChallengeName: 'CUSTOM_CHALLENGE', Session: long },
      `${one} Value at 'session' ${constraint} have length less than or equal to 2048`,
    ],
    [
      'a token with a slash',
      'GetUser',
      { AccessToken: 'a/b' },
      `${one} Value at 'accessToken' ${constraint} satisfy regular expression pattern: [A-Za-z0-9-_=.]+`,
    ],
    [
      'a member of a list',
      'AdminUpdateUserAttributes',
      { Username: ALICE, UserAttributes: [{ Name: 'name', Value: long }] },
      `${one} Value at 'userAttributes.1.member.value' ${constraint} have length less than or equal to 2048`,
    ],
    [
      'a list with too few entries',
      'AddCustomAttributes',
      { CustomAttributes: [] },
      `${one} Value '[]' at 'customAttributes' ${constraint} have length greater than or equal to 1`,
    ],
    [
      'a list with too many entries',
      'CreateUserPoolClient',
      { ClientName: 'x', LogoutURLs: Array(101).fill('https://example.com') },
      `${one} Value at 'logoutURLs' ${constraint} have length less than or equal to 100`,
    ],
    [
      'several at once',
      'RespondToAuthChallenge',
      { ClientId: '', ChallengeName: 'CUSTOM_CHALLENGE' },
      `2 validation errors detected: Value at 'clientId' ${constraint} have length greater than or equal to 1; Value at 'clientId' ${constraint} satisfy regular expression pattern: [\\w+]+`,
    ],
    [
      'a number below its range',
      'CreateUserPoolClient',
      { ClientName: 'x', AuthSessionValidity: 2 },
      `${one} Value '2' at 'authSessionValidity' ${constraint} have value greater than or equal to 3`,
    ],
    [
      'a number above its range',
      'CreateUserPoolClient',
      { ClientName: 'x', AuthSessionValidity: 16 },
      `${one} Value '16' at 'authSessionValidity' ${constraint} have value less than or equal to 15`,
    ],
  ];
  test.each(violations)('§1 shape: %s', async (_what, operation, body, message) => {
    const world = await createWorld();
    expectError(await world.admin(operation, body), 'InvalidParameterException', message);
  });
});

describe('§1 CORS', () => {
  test('§1 a preflight echoes the headers asked for', async () => {
    const { endpoint } = await createWorld();
    const asked = 'authorization,cache-control,content-type,x-amz-target,x-amz-user-agent,x-own';
    const response = await fetch(endpoint.url, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-headers': asked },
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': asked,
      'access-control-max-age': '172800',
    });
  });

  const addresses: readonly [string, (world: World) => Promise<{ readonly headers: Headers }>][] = [
    ['a success', (world) => world.initiate()],
    ['an error', (world) => world.initiate({ USERNAME: '' })],
    ['an unknown operation', (world) => world.call('Nonsense', {})],
    ['an SMS provider error', ({ endpoint }) => fetch(endpoint.url, { method: 'POST' })],
    ['the key set', ({ endpoint }) => fetch(`${endpoint.url}/${POOL}/.well-known/jwks.json`)],
    ['the inbox', ({ endpoint }) => fetch(`${endpoint.url}/inbox`)],
    ['an unknown address', ({ endpoint }) => fetch(`${endpoint.url}/nowhere`)],
  ];
  test.each(addresses)('§1 %s can be read by a browser', async (_what, call) => {
    const { headers } = await call(await createWorld());
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toBe(
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    );
  });
});

describe('§1 authentication of calls', () => {
  const open = [
    ...['SignUp', 'ConfirmSignUp', 'ResendConfirmationCode', 'InitiateAuth'],
    ...['RespondToAuthChallenge', 'GetTokensFromRefreshToken', 'GetUser', 'DeleteUser'],
    ...['UpdateUserAttributes', 'DeleteUserAttributes', 'GlobalSignOut', 'RevokeToken'],
    ...['GetUserAttributeVerificationCode', 'VerifyUserAttribute', 'ChangePassword'],
    ...['ForgotPassword', 'ConfirmForgotPassword'],
  ];
  test.each(open)('§1 %s needs no credentials', async (operation) => {
    const world = await createWorld();
    const { body } = await world.call(operation, {});
    expect(body.__type).toBe('InvalidParameterException');
  });

  const signed = [...operations].flatMap(([name, operation]) => (operation.signed ? [name] : []));
  test('§1 those that need credentials are the Admin ones and those on pools, clients and groups', () => {
    const others =
      /^(Create|Describe|Update|Delete|List|Get|Add)(UserPool|Users?InGroup|Users$|Group|Custom)/;
    expect(signed.filter((name) => !name.startsWith('Admin') && !others.test(name))).toEqual([]);
    expect([...operations.keys()].filter((name) => name.startsWith('Admin'))).toEqual(
      signed.filter((name) => name.startsWith('Admin')),
    );
  });

  test.each(signed)('§1 %s needs an Authorization header', async (operation) => {
    const world = await createWorld();
    const refused = await world.call(operation, {});
    const code = 'MissingAuthenticationTokenException';
    expectError(refused, code, 'Missing Authentication Token');
    const { body } = await world.call(operation, {}, SIGNED);
    expect(body.__type).toBe('InvalidParameterException');
  });
});

describe('§1 identifiers', () => {
  test('§1 sessions, tokens and ids made here have the form the model asks for', async () => {
    const world = await createWorld();
    const first: Answer = await world.initiate();
    const { Session } = first.body;
    expect(Session?.length).toBeGreaterThanOrEqual(64);
    expect(Session?.length).toBeLessThanOrEqual(2048);
    const { body } = await world.respond(first, CODE);
    const { AccessToken, IdToken, RefreshToken } = body.AuthenticationResult ?? {};
    for (const token of [AccessToken, IdToken, RefreshToken]) {
      expect(token).toMatch(/^[A-Za-z0-9-_=.]+$/);
    }
    const { UserPoolId, ClientId } = await world.createPool();
    expect(UserPoolId).toMatch(/^[\w-]+_[0-9a-zA-Z]+$/);
    expect(ClientId).toMatch(/^[\w+]+$/);
  });
});
