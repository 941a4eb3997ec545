/**
 * Nothing is taken and dropped: every member that Cognito's model has is obeyed, shown as it was
 * set, or refused by name. A member that AWS adds is in none of the lists here, and fails a test.
 */
import { describe, expect, test } from 'vitest';
import { operations } from '../../../../deploy/local/cognito/operations.ts';
import type { JsonObject } from '../../../../deploy/local/json.ts';
import { arn, CLIENT, POOL, POOL_OPTIONS } from './all-settings.ts';
import { leavesIn, leavesOf, requestWith } from './model.ts';
import { createWorld, expectError, SIGNED, type World } from './world.ts';

const CUSTOM_ATTRIBUTE = {
  Name: 'level',
  AttributeDataType: 'Number',
  DeveloperOnlyAttribute: false,
  Mutable: false,
  Required: false,
  NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' },
};

const GROUP = { GroupName: 'staff', Description: 'All', RoleArn: arn('role'), Precedence: 3 };

/** What a Describe operation shows again, by the operation that sets it. */
const shown: Readonly<Record<string, JsonObject>> = {
  CreateUserPool: POOL,
  UpdateUserPool: { ...POOL_OPTIONS, PoolName: 'All of it' },
  CreateUserPoolClient: CLIENT,
  UpdateUserPoolClient: CLIENT,
  CreateGroup: GROUP,
  UpdateGroup: GROUP,
};

const schemaLeaves = (path: string) =>
  [
    ...['Name', 'AttributeDataType', 'DeveloperOnlyAttribute', 'Mutable', 'Required'],
    ...['NumberAttributeConstraints.MinValue', 'NumberAttributeConstraints.MaxValue'],
    ...['StringAttributeConstraints.MinLength', 'StringAttributeConstraints.MaxLength'],
  ].map((leaf) => `${path}.${leaf}`);
const attributes = (path: string) => [`${path}.Name`, `${path}.Value`];
const user = ['UserPoolId', 'Username'];
const newcomer = ['ClientId', 'Username', 'SecretHash', 'ClientMetadata'];
const page = ['Limit', 'NextToken'];

/** What has an effect, which the other tests of this folder show. */
const obeyed: Readonly<Record<string, readonly string[]>> = {
  InitiateAuth: ['AuthFlow', 'ClientId', 'AuthParameters', 'ClientMetadata'],
  AdminInitiateAuth: ['UserPoolId', 'AuthFlow', 'ClientId', 'AuthParameters', 'ClientMetadata'],
  RespondToAuthChallenge: [
    ...['ClientId', 'ChallengeName', 'Session', 'ChallengeResponses', 'ClientMetadata'],
  ],
  AdminRespondToAuthChallenge: [
    ...['UserPoolId', 'ClientId', 'ChallengeName', 'Session', 'ChallengeResponses'],
    'ClientMetadata',
  ],
  GetTokensFromRefreshToken: ['RefreshToken', 'ClientId', 'ClientSecret', 'ClientMetadata'],
  SignUp: [
    ...[...newcomer, 'Password'],
    ...[...attributes('UserAttributes'), ...attributes('ValidationData')],
  ],
  ConfirmSignUp: [...newcomer, 'ConfirmationCode', 'ForceAliasCreation'],
  ResendConfirmationCode: ['ClientId', 'Username', 'SecretHash'],
  GetUser: ['AccessToken'],
  UpdateUserAttributes: ['AccessToken', ...attributes('UserAttributes')],
  DeleteUserAttributes: ['AccessToken', 'UserAttributeNames'],
  DeleteUser: ['AccessToken'],
  GlobalSignOut: ['AccessToken'],
  RevokeToken: ['Token', 'ClientId', 'ClientSecret', 'RevokeAssociatedSessions'],
  GetUserAttributeVerificationCode: ['AccessToken', 'AttributeName'],
  VerifyUserAttribute: ['AccessToken', 'AttributeName', 'Code'],
  ChangePassword: ['AccessToken', 'PreviousPassword', 'ProposedPassword'],
  ForgotPassword: ['ClientId', 'Username', 'SecretHash'],
  ConfirmForgotPassword: [...newcomer, 'ConfirmationCode', 'Password'],
  AdminCreateUser: [
    ...[...user, 'TemporaryPassword', 'MessageAction', 'DesiredDeliveryMediums'],
    ...['ForceAliasCreation', 'ClientMetadata'],
    ...[...attributes('UserAttributes'), ...attributes('ValidationData')],
  ],
  AdminGetUser: user,
  AdminUpdateUserAttributes: [...user, ...attributes('UserAttributes')],
  AdminDeleteUserAttributes: [...user, 'UserAttributeNames'],
  AdminSetUserPassword: [...user, 'Password', 'Permanent'],
  AdminConfirmSignUp: [...user, 'ClientMetadata'],
  AdminResetUserPassword: user,
  AdminDisableUser: user,
  AdminEnableUser: user,
  AdminDeleteUser: user,
  AdminUserGlobalSignOut: user,
  CreateGroup: ['UserPoolId'],
  GetGroup: ['UserPoolId', 'GroupName'],
  ListGroups: ['UserPoolId', ...page],
  UpdateGroup: ['UserPoolId'],
  DeleteGroup: ['UserPoolId', 'GroupName'],
  AdminAddUserToGroup: [...user, 'GroupName'],
  AdminRemoveUserFromGroup: [...user, 'GroupName'],
  AdminListGroupsForUser: [...user, ...page],
  ListUsersInGroup: ['UserPoolId', 'GroupName', ...page],
  ListUsers: ['UserPoolId', 'AttributesToGet', 'Limit', 'PaginationToken', 'Filter'],
  ListUserPools: ['NextToken', 'MaxResults'],
  ListUserPoolClients: ['UserPoolId', 'NextToken', 'MaxResults', 'ClientType'],
  CreateUserPool: ['UsernameAttributes', ...schemaLeaves('Schema')],
  DescribeUserPool: ['UserPoolId'],
  UpdateUserPool: ['UserPoolId'],
  DeleteUserPool: ['UserPoolId'],
  AddCustomAttributes: ['UserPoolId', ...schemaLeaves('CustomAttributes')],
  CreateUserPoolClient: ['UserPoolId', 'GenerateSecret', 'ClientSecret'],
  DescribeUserPoolClient: ['UserPoolId', 'ClientId'],
  UpdateUserPoolClient: ['UserPoolId', 'ClientId'],
  DeleteUserPoolClient: ['UserPoolId', 'ClientId'],
};

/**
 * What has no effect because there is nothing here that it could have one on: threat protection,
 * analytics, and ClientMetadata where only CustomMessage would get it, a trigger that is refused.
 */
function isWithoutEffect(path: string): boolean {
  return /^(AnalyticsMetadata|ContextData|UserContextData|ClientMetadata)\b/.test(path);
}

describe.each([...operations])('§2 the members of %s', (name, { model, refusals }) => {
  test('§2 are obeyed, shown or refused, all of them', () => {
    const known = [...(obeyed[name] ?? []), ...leavesIn(shown[name] ?? {}, model.input)];
    const refused = (path: string) =>
      Object.entries(refusals).some(
        ([refusal, taken]) =>
          taken.length === 0 && (path === refusal || path.startsWith(`${refusal}.`)),
      );
    const rest = leavesOf(model.input).filter(
      (path) => !refused(path) && (known.includes(path) || !isWithoutEffect(path)),
    );
    expect(rest.sort()).toEqual(known.sort());
  });

  const cases = Object.entries(refusals);
  test.runIf(cases.length > 0).each(cases)('§2 %s is refused but for %j', async (path, taken) => {
    const world = await createWorld();
    const { body } = await world.call(
      name,
      requestWith(model.input, path.split('.'), taken),
      SIGNED,
    );
    expect(body.__type).toBe('InvalidParameterException');
    expect(body.message).toMatch(
      new RegExp(`^${path.replaceAll('.', '[.]')}( \\w+)? is not supported by this endpoint`),
    );
  });
});

describe('§2 what is set is shown', () => {
  const described = async (world: World, UserPoolId: string) =>
    (await world.admin('DescribeUserPool', { UserPoolId })).body.UserPool;

  test('§2 of a pool as it is made, and in the answer', async () => {
    const world = await createWorld();
    const { body } = await world.call('CreateUserPool', POOL, SIGNED);
    const { PoolName: Name, ...settings } = POOL;
    const made = body.UserPool as { Id: string };
    expect(made).toMatchObject({ ...settings, Name });
    expect(await described(world, made.Id)).toEqual(made);
  });

  test('§2 of a pool that is changed, with the date', async () => {
    const world = await createWorld();
    const { UserPoolId } = await world.createPool();
    world.wait(60);
    await world.admin('UpdateUserPool', { UserPoolId, ...shown.UpdateUserPool });
    expect(await described(world, UserPoolId)).toMatchObject({
      ...POOL_OPTIONS,
      Name: 'All of it',
      CreationDate: world.now / 1000 - 60,
      LastModifiedDate: world.now / 1000,
    });
  });

  test('§2 of a client as it is made, and as it is changed', async () => {
    const world = await createWorld();
    const { UserPoolId, ClientId } = await world.createPool({}, CLIENT);
    const describeClient = async () =>
      (await world.admin('DescribeUserPoolClient', { UserPoolId, ClientId })).body.UserPoolClient;
    expect(await describeClient()).toMatchObject(CLIENT);
    const { body } = await world.admin('UpdateUserPoolClient', { UserPoolId, ClientId });
    expect(body.UserPoolClient).toMatchObject({ RefreshTokenValidity: 30, AuthSessionValidity: 3 });
    expect(await describeClient()).toEqual(body.UserPoolClient);
    await world.admin('UpdateUserPoolClient', { UserPoolId, ClientId, ...CLIENT });
    expect(await describeClient()).toMatchObject(CLIENT);
  });

  test('§2 of a group', async () => {
    const world = await createWorld();
    const { body } = await world.admin('CreateGroup', GROUP);
    expect(body.Group).toMatchObject(GROUP);
    const changes = { ...GROUP, Description: 'Some', Precedence: 4 };
    await world.admin('UpdateGroup', changes);
    const found = await world.admin('GetGroup', { GroupName: 'staff' });
    expect(found.body.Group).toMatchObject(changes);
  });

  test('§2 of custom attributes, whose names get a prefix', async () => {
    const world = await createWorld();
    const { UserPoolId } = await world.createPool({ Schema: [CUSTOM_ATTRIBUTE] });
    await world.admin('AddCustomAttributes', {
      UserPoolId,
      CustomAttributes: [
        { Name: 'secret', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ],
    });
    const pool = (await described(world, UserPoolId)) as { SchemaAttributes: object[] };
    expect(pool.SchemaAttributes).toContainEqual({ ...CUSTOM_ATTRIBUTE, Name: 'custom:level' });
    expect(pool.SchemaAttributes).toContainEqual(
      expect.objectContaining({ Name: 'dev:secret', DeveloperOnlyAttribute: true, Mutable: true }),
    );
  });
});

describe('§2 settings that contradict each other', () => {
  test.each([
    [
      { UsernameAttributes: ['email'], AliasAttributes: ['email'] },
      'Only one of the parameters aliasAttributes and usernameAttributes can be set.',
    ],
    [
      { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
      'Invalid value in AttributesRequireVerificationBeforeUpdate: email is not in AutoVerifiedAttributes.',
    ],
    [
      {
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: 'verified_email', Priority: 1 },
            { Name: 'admin_only', Priority: 2 },
          ],
        },
      },
      'Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
    ],
    [
      {
        SmsVerificationMessage: 'One {####}',
        VerificationMessageTemplate: { SmsMessage: 'Two {####}' },
      },
      'SmsVerificationMessage and VerificationMessageTemplate say different things.',
    ],
    [
      { Schema: [{ Name: 'level', AttributeDataType: 'String', Required: true }] },
      'Required custom attributes are not supported currently.',
    ],
  ])('§2 of a pool: %j', async (settings, message) => {
    const world = await createWorld();
    const answer = await world.call('CreateUserPool', { PoolName: 'x', ...settings }, SIGNED);
    expectError(answer, 'InvalidParameterException', message);
  });

  test.each([
    [
      { GenerateSecret: true, ClientSecret: 'x'.repeat(24) },
      'Only one of GenerateSecret and ClientSecret can be set.',
    ],
    [
      { WriteAttributes: ['nonsense'] },
      'Invalid write attributes specified while creating a client',
    ],
    [{ ReadAttributes: ['nonsense'] }, 'Invalid read attributes specified while creating a client'],
  ])('§2 of a client: %j', async (settings, message) => {
    const world = await createWorld();
    const answer = await world.admin('CreateUserPoolClient', { ClientName: 'x', ...settings });
    expectError(answer, 'InvalidParameterException', message);
  });
});
