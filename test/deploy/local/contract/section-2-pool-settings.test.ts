import { describe, expect, test } from 'vitest';
import {
  attributesOf,
  claimsOf,
  createWorld,
  expectError,
  PASSWORD,
  SIGNED,
  type World,
} from './world.ts';

const BOB = '+12025550111';
const MAIL = 'bob@example.com';

/** A pool of its own with these settings, and what is done there most. */
async function createPool(settings: object = {}, clientSettings: object = {}) {
  const world = await createWorld();
  const ids = await world.createPool(settings, clientSettings);
  return {
    world,
    ...ids,
    admin: (operation: string, body: object = {}) =>
      world.admin(operation, { UserPoolId: ids.UserPoolId, ...body }),
    signUp: (username: string, members: object = {}) =>
      world.signUp(username, { ClientId: ids.ClientId, ...members }),
    signIn: (username: string) => signIn(world, ids.ClientId, username),
  };
}

async function signIn(world: World, ClientId: string, USERNAME: string) {
  const first = await world.initiate({ USERNAME }, { ClientId });
  const ChallengeResponses = { USERNAME, ANSWER: '123456' };
  return world.respond(first, '', { ClientId, ChallengeResponses });
}

const listed = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

describe('§2 Policies', () => {
  const Policies = { PasswordPolicy: { MinimumLength: 20 } };

  test('§2 a password of 8 is refused where 20 are wanted, and no more is asked than was set', async () => {
    const { signUp } = await createPool({ Policies });
    expectError(
      await signUp('bob', { Password: PASSWORD }),
      'InvalidPasswordException',
      'Password did not conform with policy: Password not long enough',
    );
    expect((await signUp('bob', { Password: 'x'.repeat(20) })).status).toBe(200);
  });

  test.each([
    ['AdminSetUserPassword', { Password: PASSWORD }],
    ['AdminCreateUser', { TemporaryPassword: PASSWORD }],
  ])('§2 %s is held to it too', async (operation, members) => {
    const { admin } = await createPool({ Policies });
    await admin('AdminCreateUser', { Username: 'alice' });
    const { body } = await admin(operation, { Username: 'alice', ...members });
    expect(body.__type).toBe('InvalidPasswordException');
  });
});

describe('§2 AdminCreateUserConfig', () => {
  test('§2 nobody signs up where only administrators make users', async () => {
    const { signUp, admin } = await createPool({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    expectError(
      await signUp('bob'),
      'NotAuthorizedException',
      'SignUp is not permitted for this user pool',
    );
    expect((await admin('AdminCreateUser', { Username: 'bob' })).status).toBe(200);
  });

  test.each([
    [{}, 7],
    [{ Policies: { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 3 } } }, 3],
    [{ AdminCreateUserConfig: { UnusedAccountValidityDays: 2 } }, 2],
  ])('§2 of %j the days of a temporary password are shown by both names', async (set, days) => {
    const { admin } = await createPool(set);
    expect((await admin('DescribeUserPool')).body.UserPool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: days },
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: days } },
    });
  });

  test('§2 an invitation has the words of the pool', async () => {
    const { world, admin } = await createPool({
      AdminCreateUserConfig: {
        InviteMessageTemplate: {
          SMSMessage: 'Hi {username}: {####}',
          EmailMessage: 'Dear {username}: {####}',
          EmailSubject: 'Welcome',
        },
      },
    });
    await admin('AdminCreateUser', {
      Username: 'bob',
      TemporaryPassword: PASSWORD,
      DesiredDeliveryMediums: ['SMS', 'EMAIL'],
      UserAttributes: listed({ phone_number: BOB, email: MAIL }),
    });
    expect(world.endpoint.inbox.latest(BOB)?.message).toBe(`Hi bob: ${PASSWORD}`);
    expect(world.endpoint.inbox.latest(MAIL)).toMatchObject({
      subject: 'Welcome',
      message: `Dear bob: ${PASSWORD}`,
    });
  });
});

describe('§2 UsernameConfiguration', () => {
  test('§2 where case does not count, ALICE.B is alice.b', async () => {
    const { admin, signIn, signUp } = await createPool({
      UsernameConfiguration: { CaseSensitive: false },
    });
    await admin('AdminCreateUser', { Username: 'alice.b' });
    expect((await signUp('ALICE.B')).body.__type).toBe('UsernameExistsException');
    expect((await admin('AdminGetUser', { Username: 'Alice.B' })).body.Username).toBe('alice.b');
    expect((await signIn('ALICE.B')).body.AuthenticationResult).toBeDefined();
  });

  test('§2 where it counts, as it does unless told otherwise, they are two', async () => {
    const { admin } = await createPool();
    await admin('AdminCreateUser', { Username: 'alice.b' });
    expect((await admin('AdminCreateUser', { Username: 'ALICE.B' })).status).toBe(200);
  });

  test('§2 an address signs in whatever its case', async () => {
    const { admin, signIn } = await createPool({
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    });
    await admin('AdminCreateUser', { Username: MAIL });
    expect((await signIn(MAIL.toUpperCase())).body.AuthenticationResult).toBeDefined();
  });
});

describe('§2 Schema', () => {
  const Schema = [
    { Name: 'level', AttributeDataType: 'Number', NumberAttributeConstraints: { MaxValue: '9' } },
    {
      Name: 'code',
      AttributeDataType: 'String',
      Mutable: false,
      StringAttributeConstraints: { MinLength: '2' },
    },
    { Name: 'member', AttributeDataType: 'Boolean' },
    { Name: 'since', AttributeDataType: 'DateTime' },
    { Name: 'name', Required: true },
  ];
  const create = (attributes: Readonly<Record<string, string>>) => ({
    Username: 'bob',
    UserAttributes: listed(attributes),
  });

  test.each([
    ['custom:level', 'high', 'custom:level: The value is no whole number'],
    ['custom:level', '10', 'custom:level: It must be at most 9'],
    ['custom:code', 'a', 'custom:code: It must be at least 2'],
    ['custom:member', 'perhaps', 'custom:member: The value is neither true nor false'],
    ['custom:since', 'once', 'custom:since: The value is no date'],
  ])('§2 %s is not %s', async (name, value, reason) => {
    const { admin } = await createPool({ Schema });
    expectError(
      await admin('AdminCreateUser', create({ [name]: value })),
      'InvalidParameterException',
      `Attributes did not conform to the schema: ${reason}\n`,
    );
  });

  test('§2 a custom attribute that nobody declared does not exist', async () => {
    const { admin } = await createPool({ Schema });
    expectError(
      await admin('AdminCreateUser', create({ 'custom:other': '1' })),
      'InvalidParameterException',
      'Attributes did not conform to the schema: custom:other: Attribute does not exist in the schema.\n',
    );
    const CustomAttributes = [{ Name: 'other', AttributeDataType: 'String' }];
    expect((await admin('AddCustomAttributes', { CustomAttributes })).body).toEqual({});
    expect((await admin('AdminCreateUser', create({ 'custom:other': '1' }))).status).toBe(200);
  });

  const unknown = listed({ 'custom:a': '1', name: 'Bob', 'custom:b': '2' });
  const missing = (name: string) => `${name}: Attribute does not exist in the schema.\n`;
  test.each([
    [
      'SignUp',
      { Password: PASSWORD, UserAttributes: unknown },
      `Attributes did not conform to the schema: ${missing('custom:a')}${missing('custom:b')}`,
    ],
    [
      'AdminCreateUser',
      { UserAttributes: unknown },
      `Attributes did not conform to the schema: ${missing('custom:a')}${missing('custom:b')}`,
    ],
    [
      'AdminUpdateUserAttributes',
      { UserAttributes: unknown },
      `${missing('user.custom:a')}${missing('user.custom:b')}`,
    ],
    [
      'AdminDeleteUserAttributes',
      { UserAttributeNames: unknown.map(({ Name }) => Name) },
      `Invalid user attributes: ${missing('user.custom:a')}${missing('user.custom:b')}`,
    ],
  ])('§2 %s names every attribute that does not exist', async (operation, members, message) => {
    const { admin, ClientId } = await createPool();
    await admin('AdminCreateUser', { Username: 'alice' });
    const Username = operation === 'SignUp' ? 'bob' : 'alice';
    const answer = await admin(operation, { ClientId, Username, ...members });
    expectError(answer, 'InvalidParameterException', message);
  });

  test('§2 sign-up names everything that is missing', async () => {
    const { signUp } = await createPool({
      Schema: [
        { Name: 'name', Required: true },
        { Name: 'locale', Required: true },
      ],
    });
    expectError(
      await signUp('bob'),
      'InvalidParameterException',
      'Attributes did not conform to the schema: name: The attribute is required\nlocale: The attribute is required\n',
    );
  });

  test('§2 a custom attribute may have the name of a standard one', async () => {
    const { admin } = await createPool();
    await admin('AddCustomAttributes', {
      CustomAttributes: [{ Name: 'email', AttributeDataType: 'String' }],
    });
    const attributes = { 'custom:email': 'x', email: 'bob@example.com' };
    expect((await admin('AdminCreateUser', create(attributes))).status).toBe(200);
  });

  test('§2 AddCustomAttributes refuses a name that is taken', async () => {
    const { admin } = await createPool({ Schema });
    const CustomAttributes = [{ Name: 'level', AttributeDataType: 'String' }];
    expectError(
      await admin('AddCustomAttributes', { CustomAttributes }),
      'InvalidParameterException',
      'custom:level: Existing attribute already has name custom:level.',
    );
  });

  test('§2 what is not mutable stays as it was at first', async () => {
    const { admin } = await createPool({ Schema });
    await admin('AdminCreateUser', create({ 'custom:code': 'ab' }));
    expectError(
      await admin('AdminUpdateUserAttributes', create({ 'custom:code': 'cd' })),
      'InvalidParameterException',
      'user.custom:code: Attribute cannot be updated. (changing an immutable attribute)\n',
    );
  });

  test('§2 sign-up must give what is required; an administrator need not', async () => {
    const { admin, signUp } = await createPool({ Schema });
    expectError(
      await signUp('bob'),
      'InvalidParameterException',
      'Attributes did not conform to the schema: name: The attribute is required\n',
    );
    expect((await signUp('bob', { UserAttributes: listed({ name: 'Bob' }) })).status).toBe(200);
    expect((await admin('AdminCreateUser', { Username: 'alice' })).status).toBe(200);
  });
});

describe('§2 a declared attribute', () => {
  const string = (constraints: object, Name = 'email') => ({
    Name,
    AttributeDataType: 'String',
    StringAttributeConstraints: constraints,
  });
  const number = (constraints: object) => ({
    Name: 'updated_at',
    AttributeDataType: 'Number',
    NumberAttributeConstraints: constraints,
  });
  const noLimit = (type: string, name: string) =>
    `Invalid ${type}AttributeConstraints for schema attribute ${name}`;
  const standard =
    'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email';
  const tooLong = 'user.email: String attributes cannot have a length of more than 2048';

  test.each([
    [
      { Name: 'level' },
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    ],
    [{ Name: 'email', AttributeDataType: 'Number' }, standard],
    [{ Name: 'email', DeveloperOnlyAttribute: true }, standard],
    [string({ MinLength: 'few' }), noLimit('String', 'email')],
    [string({ MaxLength: 'many' }), noLimit('String', 'email')],
    [number({ MinValue: 'few' }), noLimit('Number', 'updated_at')],
    [number({ MaxValue: 'many' }), noLimit('Number', 'updated_at')],
    [string({ MinLength: '2049' }), tooLong],
    [string({ MaxLength: '2049' }), tooLong],
    [
      string({ MinLength: '2', MaxLength: '1' }),
      'user.email: Max length cannot be less than min length.',
    ],
    [
      number({ MinValue: '2', MaxValue: '1' }),
      'user.updated_at: Max value cannot be less than min value.',
    ],
  ])('§2 %j is refused', async (attribute, message) => {
    const world = await createWorld();
    const pool = { PoolName: 'x', Schema: [attribute] };
    const answer = await world.call('CreateUserPool', pool, SIGNED);
    expectError(answer, 'InvalidParameterException', message);
  });

  const constraints = {
    NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' },
    StringAttributeConstraints: { MinLength: '1', MaxLength: '1' },
  };
  test.each([
    ['String', { StringAttributeConstraints: constraints.StringAttributeConstraints }],
    ['Number', { NumberAttributeConstraints: constraints.NumberAttributeConstraints }],
    ['Boolean', {}],
    ['DateTime', {}],
  ])('§2 of the type %s keeps the constraints of that type', async (AttributeDataType, kept) => {
    const attribute = { Name: 'level', AttributeDataType, ...constraints };
    expect(await customAttribute(attribute)).toEqual({ ...defaults(AttributeDataType), ...kept });
  });

  test.each([
    ['String', { StringAttributeConstraints: {} }],
    ['Number', {}],
  ])('§2 of the type %s that says no more has no limits', async (AttributeDataType, shown) => {
    const attribute = { Name: 'level', AttributeDataType };
    expect(await customAttribute(attribute)).toEqual({ ...defaults(AttributeDataType), ...shown });
  });

  test('§2 with a limit on one side has none on the other', async () => {
    const attribute = string({ MaxLength: '10' }, 'level');
    expect(await customAttribute(attribute)).toMatchObject({
      StringAttributeConstraints: { MaxLength: '10' },
    });
  });

  const defaults = (AttributeDataType: string) => ({
    Name: 'custom:level',
    AttributeDataType,
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
  });

  async function customAttribute(attribute: object): Promise<unknown> {
    const { admin } = await createPool({ Schema: [attribute] });
    const pool = (await admin('DescribeUserPool')).body.UserPool as { SchemaAttributes: object[] };
    return pool.SchemaAttributes.at(-1);
  }
});

describe('§2 AliasAttributes', () => {
  test('§2 preferred_username signs in', async () => {
    const { admin, signIn } = await createPool({ AliasAttributes: ['preferred_username'] });
    const UserAttributes = listed({ preferred_username: 'bobby' });
    await admin('AdminCreateUser', { Username: 'bob', UserAttributes });
    const { body } = await signIn('bobby');
    expect(claimsOf(body.AuthenticationResult?.IdToken ?? '')['cognito:username']).toBe('bob');
    expectError(
      await admin('AdminCreateUser', { Username: 'robert', UserAttributes }),
      'AliasExistsException',
      'An account with the given preferred_username already exists.',
    );
  });
});

describe('§2 DeletionProtection', () => {
  test('§2 a protected pool is deleted only once it is no longer so', async () => {
    const { admin } = await createPool({ DeletionProtection: 'ACTIVE' });
    expectError(
      await admin('DeleteUserPool'),
      'InvalidParameterException',
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
    await admin('UpdateUserPool', { DeletionProtection: 'INACTIVE' });
    expect((await admin('DeleteUserPool')).body).toEqual({});
    expect((await admin('DescribeUserPool')).body.__type).toBe('ResourceNotFoundException');
  });

  test('§2 with the pool go its clients', async () => {
    const { world, admin, ClientId } = await createPool();
    await admin('DeleteUserPool');
    expect((await world.initiate({}, { ClientId })).body.__type).toBe('ResourceNotFoundException');
  });
});

describe('§2 messages', () => {
  const UsernameAttributes = ['phone_number', 'email'];
  const AutoVerifiedAttributes = ['phone_number', 'email'];
  const flat = {
    SmsVerificationMessage: 'SMS {####}!',
    EmailVerificationMessage: 'Mail {####}!',
    EmailVerificationSubject: 'Prove it',
  };
  const template = {
    VerificationMessageTemplate: {
      SmsMessage: 'SMS {####}!',
      EmailMessage: 'Mail {####}!',
      EmailSubject: 'Prove it',
    },
  };
  test.each([flat, template])('§2 codes come in the words of the pool: %j', async (words) => {
    const { world, signUp } = await createPool({
      UsernameAttributes,
      AutoVerifiedAttributes,
      ...words,
    });
    await signUp(BOB);
    await signUp(MAIL);
    const { inbox } = world.endpoint;
    expect(inbox.latest(BOB)?.message).toMatch(/^SMS \d{6}!$/);
    expect(inbox.latest(MAIL)?.message).toMatch(/^Mail \d{6}!$/);
    expect(inbox.latest(MAIL)?.subject).toBe('Prove it');
  });

  test.each([flat, template])(
    '§2 the words are shown by both of their names: %j',
    async (words) => {
      const { admin } = await createPool(words);
      const { UserPool } = (await admin('DescribeUserPool')).body;
      expect(UserPool).toMatchObject({ ...flat, ...template });
    },
  );
});

describe('§2 ReadAttributes and WriteAttributes', () => {
  const Schema = [{ Name: 'level', AttributeDataType: 'String' }];
  const UserAttributes = listed({ name: 'Bob', locale: 'de', 'custom:level': '7' });

  test('§2 a client reads what it may, in tokens and by GetUser', async () => {
    const { world, admin, signIn } = await createPool({ Schema }, { ReadAttributes: ['locale'] });
    await admin('AdminCreateUser', { Username: 'bob', UserAttributes });
    const tokens = (await signIn('bob')).body.AuthenticationResult;
    const claims = claimsOf(tokens?.IdToken ?? '');
    expect(claims.locale).toBe('de');
    expect(claims).not.toHaveProperty('name');
    const user = await world.call('GetUser', { AccessToken: tokens?.AccessToken });
    expect(Object.keys(attributesOf(user))).toEqual(['sub', 'locale']);
  });

  test('§2 a client that said nothing reads and writes the standard ones', async () => {
    const { world, admin, signIn } = await createPool({ Schema });
    await admin('AdminCreateUser', { Username: 'bob', UserAttributes });
    const tokens = (await signIn('bob')).body.AuthenticationResult;
    const AccessToken = tokens?.AccessToken;
    const user = await world.call('GetUser', { AccessToken });
    expect(Object.keys(attributesOf(user))).toEqual(['sub', 'name', 'locale']);
    const update = (attributes: Readonly<Record<string, string>>) =>
      world.call('UpdateUserAttributes', { AccessToken, UserAttributes: listed(attributes) });
    expect((await update({ name: 'Robert' })).status).toBe(200);
    expect((await update({ 'custom:level': '8' })).body.message).toBe(
      'A client attempted to write unauthorized attribute',
    );
  });
});

describe('§2 UserAttributeUpdateSettings', () => {
  const settings = {
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  };

  test('§2 the old address stays until the new one is verified', async () => {
    const { world, admin, signIn } = await createPool(settings);
    const UserAttributes = listed({ email: MAIL, email_verified: 'true' });
    await admin('AdminCreateUser', { Username: 'bob', UserAttributes });
    const AccessToken = (await signIn('bob')).body.AuthenticationResult?.AccessToken;
    const update = await world.call('UpdateUserAttributes', {
      AccessToken,
      UserAttributes: listed({ email: 'new@example.com' }),
    });
    expect(update.body.CodeDeliveryDetailsList).toEqual([
      { Destination: 'n***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    ]);
    const user = async () => attributesOf(await world.call('GetUser', { AccessToken }));
    expect(await user()).toMatchObject({ email: MAIL, email_verified: 'true' });

    const Code = world.endpoint.inbox.latest('new@example.com')?.message.slice(-6);
    const verify = { AccessToken, AttributeName: 'email', Code };
    expect((await world.call('VerifyUserAttribute', verify)).body).toEqual({});
    expect(await user()).toMatchObject({ email: 'new@example.com', email_verified: 'true' });
  });

  test('§2 an administrator who vouches for the new one changes it at once', async () => {
    const { admin } = await createPool(settings);
    await admin('AdminCreateUser', { Username: 'bob', UserAttributes: listed({ email: MAIL }) });
    const UserAttributes = listed({ email: 'new@example.com', email_verified: 'true' });
    await admin('AdminUpdateUserAttributes', { Username: 'bob', UserAttributes });
    const user = await admin('AdminGetUser', { Username: 'bob' });
    expect(attributesOf(user)).toMatchObject({ email: 'new@example.com', email_verified: 'true' });
  });
});

describe('§2 app clients', () => {
  test('§2 a secret can be brought along', async () => {
    const secret = 's'.repeat(24);
    const { ClientSecret } = await createPool({}, { ClientSecret: secret });
    expect(ClientSecret).toBe(secret);
  });

  test('§2 a deleted client is gone', async () => {
    const { world, admin, ClientId } = await createPool();
    expect((await admin('DeleteUserPoolClient', { ClientId })).body).toEqual({});
    expect((await world.initiate({}, { ClientId })).body.__type).toBe('ResourceNotFoundException');
  });

  test('§2 a change takes effect', async () => {
    const { world, admin, ClientId } = await createPool();
    await admin('UpdateUserPoolClient', { ClientId, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    const { body } = await world.initiate({}, { ClientId });
    expect(body.message).toBe('CUSTOM_AUTH is not enabled for the client.');
  });
});
