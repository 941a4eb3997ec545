import { describe, expect, test } from 'vitest';
import type { TriggerEvent } from '../../../../deploy/local/cognito/trigger-events.ts';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { anyUuid, CLIENT, createWorld, type World } from './world.ts';

const passOn: LambdaHandler = async (event: object) => event;

const DEFINE = 'DefineAuthChallenge_Authentication';
const CREATE = 'CreateAuthChallenge_Authentication';
const VERIFY = 'VerifyAuthChallengeResponse_Authentication';

describe('§3 clientMetadata', () => {
  const ClientMetadata = { action: 'resend' };
  const all: Readonly<Record<string, LambdaHandler>> = {
    PreAuthentication: passOn,
    PostAuthentication: passOn,
    PreTokenGeneration: passOn,
  };
  const withMetadata = (world: World) =>
    world.events
      .filter(({ request }) => 'clientMetadata' in request)
      .map(({ triggerSource }) => triggerSource);

  test.each(['InitiateAuth', 'AdminInitiateAuth'])(
    '§3 of %s reaches PreAuthentication alone, as validationData',
    async (operation) => {
      const world = await createWorld({ triggers: all });
      await world.admin(operation, {
        AuthFlow: 'CUSTOM_AUTH',
        ClientId: CLIENT,
        AuthParameters: { USERNAME: ALICE },
        ClientMetadata,
      });
      expect(withMetadata(world)).toEqual([]);
      expect(world.eventsOf('PreAuthentication')[0]?.request.validationData).toEqual(
        ClientMetadata,
      );
    },
  );

  test('§3 of an answer reaches Verify, Define and, for another round, Create', async () => {
    const world = await createWorld({ triggers: all });
    await world.respond(await world.initiate(), '000000', { ClientMetadata });
    expect(withMetadata(world)).toEqual([VERIFY, DEFINE, CREATE]);
  });

  test('§3 of the last answer reaches PostAuthentication and PreTokenGeneration too', async () => {
    const world = await createWorld({ triggers: all });
    await world.respond(await world.initiate(), CODE, { ClientMetadata });
    expect(withMetadata(world)).toEqual([
      VERIFY,
      DEFINE,
      'PostAuthentication_Authentication',
      'TokenGeneration_Authentication',
    ]);
  });

  test('§3 of an answer that is empty is no key at all', async () => {
    const world = await createWorld();
    await world.respond(await world.initiate(), '000000', { ClientMetadata: {} });
    expect(withMetadata(world)).toEqual([]);
  });

  test('§3 is for that call only', async () => {
    const world = await createWorld();
    const second = await world.respond(await world.initiate(), '000000', { ClientMetadata });
    const before = world.events.length;
    await world.respond(second, '000000');
    for (const { request } of world.events.slice(before)) {
      expect(request).not.toHaveProperty('clientMetadata');
    }
  });
});

describe('§3 the other triggers', () => {
  const others: Readonly<Record<string, LambdaHandler>> = {
    PreSignUp: passOn,
    PostConfirmation: passOn,
    PreAuthentication: passOn,
    PostAuthentication: passOn,
    PreTokenGeneration: passOn,
  };
  const BOB = '+12025550111';

  function only(world: World, source: string): TriggerEvent {
    const [event, ...more] = world.eventsOf(source);
    expect(more).toEqual([]);
    if (event === undefined) throw new Error(`No ${source}`);
    return event;
  }

  test('§3 PreSignUp_SignUp', async () => {
    const world = await createWorld({ triggers: others });
    await world.signUp(BOB, {
      ValidationData: [{ Name: 'captcha', Value: 'ok' }],
      ClientMetadata: { from: 'web' },
    });
    const { userName, request, response } = only(world, 'PreSignUp_SignUp');
    expect(userName).toEqual(anyUuid);
    expect(request).toEqual({
      userAttributes: { phone_number: BOB },
      validationData: { captcha: 'ok' },
      clientMetadata: { from: 'web' },
    });
    expect(response).toEqual({
      autoConfirmUser: false,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    });
  });

  test('§3 PreSignUp_AdminCreateUser, which has no app client', async () => {
    const world = await createWorld({ triggers: others });
    await world.admin('AdminCreateUser', { Username: BOB });
    const { callerContext, request } = only(world, 'PreSignUp_AdminCreateUser');
    expect(callerContext.clientId).toBe('CLIENT_ID_NOT_APPLICABLE');
    expect(request).toEqual({ userAttributes: { phone_number: BOB }, validationData: null });
  });

  test('§3 PostConfirmation_ConfirmSignUp', async () => {
    const world = await createWorld({ triggers: others });
    await world.signUp(BOB);
    const ConfirmationCode = world.endpoint.inbox.latest(BOB)?.message.slice(-6);
    const confirm = { ClientId: CLIENT, Username: BOB, ConfirmationCode };
    await world.call('ConfirmSignUp', { ...confirm, ClientMetadata: { from: 'web' } });
    const { request, response } = only(world, 'PostConfirmation_ConfirmSignUp');
    expect(request).toMatchObject({
      userAttributes: { 'cognito:user_status': 'CONFIRMED', phone_number_verified: 'true' },
      clientMetadata: { from: 'web' },
    });
    expect(response).toEqual({});
  });

  test('§3 PostConfirmation_ConfirmSignUp, by an administrator, who has no app client', async () => {
    const world = await createWorld({ triggers: others });
    await world.signUp(BOB);
    const ClientMetadata = { from: 'desk' };
    await world.admin('AdminConfirmSignUp', { Username: BOB, ClientMetadata });
    const { request, callerContext } = only(world, 'PostConfirmation_ConfirmSignUp');
    expect(request).toMatchObject({ clientMetadata: { from: 'desk' } });
    expect(callerContext.clientId).toBe('CLIENT_ID_NOT_APPLICABLE');
  });

  test('§3 PreAuthentication_Authentication', async () => {
    const world = await createWorld({ triggers: others });
    await world.initiate();
    const { request, response } = only(world, 'PreAuthentication');
    expect(Object.keys(request)).toEqual(['userAttributes', 'validationData', 'userNotFound']);
    expect(request).toMatchObject({ validationData: null, userNotFound: false });
    expect(response).toEqual({});
  });

  test('§3 PostAuthentication_Authentication', async () => {
    const world = await createWorld({ triggers: others });
    await world.signIn();
    const { request, response } = only(world, 'PostAuthentication');
    expect(Object.keys(request)).toEqual(['userAttributes', 'newDeviceUsed']);
    expect(request.newDeviceUsed).toBe(false);
    expect(response).toEqual({});
  });

  const groupConfiguration = {
    groupsToOverride: ['staff'],
    iamRolesToOverride: [],
    preferredRole: null,
  };
  const STAFF = { users: [{ username: ALICE, groups: ['staff'] }] };

  test('§3 PreTokenGeneration version 1', async () => {
    const world = await createWorld({ triggers: others, ...STAFF });
    await world.signIn();
    const { version, request, response } = only(world, 'TokenGeneration_Authentication');
    expect(version).toBe('1');
    expect(Object.keys(request)).toEqual(['userAttributes', 'groupConfiguration']);
    expect(request.groupConfiguration).toEqual(groupConfiguration);
    expect(response).toEqual({ claimsOverrideDetails: null });
  });

  test('§3 PreTokenGeneration version 2', async () => {
    const world = await createWorld({
      triggers: others,
      preTokenGenerationVersion: 'V2_0',
      ...STAFF,
    });
    await world.signIn();
    const { version, request, response } = only(world, 'TokenGeneration_Authentication');
    expect(version).toBe('2');
    expect(Object.keys(request)).toEqual(['userAttributes', 'groupConfiguration', 'scopes']);
    expect(request).toMatchObject({
      groupConfiguration,
      scopes: ['aws.cognito.signin.user.admin'],
    });
    expect(response).toEqual({ claimsAndScopeOverrideDetails: null });
  });

  test('§3 PreTokenGeneration on a refresh, with that call’s clientMetadata', async () => {
    const world = await createWorld({ triggers: others });
    const { RefreshToken } = await world.signIn();
    await world.call('GetTokensFromRefreshToken', {
      ClientId: CLIENT,
      RefreshToken,
      ClientMetadata: { why: 'refresh' },
    });
    const { request } = only(world, 'TokenGeneration_RefreshTokens');
    expect(request.clientMetadata).toEqual({ why: 'refresh' });
    expect(world.eventsOf('PostAuthentication')).toHaveLength(1);
  });
});
