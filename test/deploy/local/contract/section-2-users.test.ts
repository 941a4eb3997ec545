import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import {
  anyUuid,
  attributesOf,
  CLIENT,
  claimsOf,
  createWorld,
  expectError,
  PASSWORD,
  START,
  type World,
} from './world.ts';

const BOB = '+12025550111';

describe('§2 Admin operations on users', () => {
  test('§2 AdminCreateUser gives status FORCE_CHANGE_PASSWORD and all members', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'phone_number_verified', Value: 'True' }];
    const { body } = await world.admin('AdminCreateUser', { Username: BOB, UserAttributes });
    expect(body.User).toEqual({
      Username: anyUuid,
      Attributes: [
        { Name: 'sub', Value: anyUuid },
        { Name: 'phone_number_verified', Value: 'True' },
        { Name: 'phone_number', Value: BOB },
      ],
      UserCreateDate: START / 1000,
      UserLastModifiedDate: START / 1000,
      Enabled: true,
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
  });

  test('§2 AdminCreateUser shows a number that nobody verified as such', async () => {
    const world = await createWorld();
    await world.admin('AdminCreateUser', { Username: BOB });
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(attributesOf(user)).toMatchObject({ phone_number: BOB, phone_number_verified: 'false' });
  });

  test('§2 AdminGetUser answers the same members, attributes as UserAttributes', async () => {
    const world = await createWorld();
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(Object.keys(body).sort()).toEqual([
      'Enabled',
      'UserAttributes',
      'UserCreateDate',
      'UserLastModifiedDate',
      'UserStatus',
      'Username',
    ]);
  });

  test('§2 attribute values are kept and shown to triggers as the raw strings received', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'phone_number_verified', Value: 'True' }];
    await world.admin('AdminCreateUser', { Username: BOB, UserAttributes });
    await world.initiate({ USERNAME: BOB });
    expect(world.events[0]?.request.userAttributes).toMatchObject({
      phone_number_verified: 'True',
    });
  });

  test.each([
    ['nonsense', 'x', 'user.nonsense: Attribute does not exist in the schema.\n'],
    ['sub', 'x', 'user.sub: Attribute cannot be updated.'],
    ['phone_number', '0155', 'Invalid phone number format.'],
    ['email', 'nobody', 'Invalid email address format.'],
  ])('§2 the attribute %s with %s is refused', async (Name, Value, message) => {
    const world = await createWorld();
    const UserAttributes = [{ Name, Value }];
    const answer = await world.admin('AdminUpdateUserAttributes', {
      Username: ALICE,
      UserAttributes,
    });
    expectError(answer, 'InvalidParameterException', message);
  });

  test('§2 a changed number is unverified, unless the same call says otherwise', async () => {
    const world = await createWorld();
    const update = async (...UserAttributes: readonly object[]) => {
      const sub = claimsOf((await world.signIn(ALICE)).IdToken).sub;
      await world.admin('AdminUpdateUserAttributes', { Username: sub, UserAttributes });
      return attributesOf(await world.admin('AdminGetUser', { Username: sub }));
    };
    expect(
      await update(
        { Name: 'phone_number', Value: ALICE },
        { Name: 'custom:resend', Value: 'true' },
      ),
    ).toMatchObject({ phone_number_verified: 'true', 'custom:resend': 'true' });
    expect(await update({ Name: 'custom:resend', Value: '' })).not.toHaveProperty('custom:resend');
    expect(await update({ Name: 'phone_number', Value: BOB })).toMatchObject({
      phone_number: BOB,
      phone_number_verified: 'false',
    });
  });

  test.each([
    ['alice', [], 'User account already exists'],
    [ALICE, ['phone_number'], 'An account with the given phone_number already exists.'],
  ] as const)('§2 AdminCreateUser makes %s once', async (username, usernameAttributes, message) => {
    const world = await createWorld({ usernameAttributes, users: [{ username }] });
    const answer = await world.admin('AdminCreateUser', { Username: username });
    expectError(answer, 'UsernameExistsException', message);
  });

  test.each([
    ['email', 'Email is required to verify/un-verify an email'],
    ['phone_number', 'Phone Number is required to verify/un-verify a phone number'],
  ])('§2 an %s that is not there is not verified', async (name, message) => {
    const world = await createWorld({ usernameAttributes: [], users: [{ username: 'alice' }] });
    const UserAttributes = [{ Name: `${name}_verified`, Value: 'true' }];
    for (const [operation, Username] of [
      ['AdminCreateUser', 'bob'],
      ['AdminUpdateUserAttributes', 'alice'],
    ] as const) {
      const answer = await world.admin(operation, { Username, UserAttributes });
      expectError(answer, 'InvalidParameterException', message);
    }
  });

  test('§2 a new user with an alias that is taken is AliasExistsException', async () => {
    const attributes = { email: 'a@example.com', email_verified: 'true' };
    const world = await createWorld({
      aliasAttributes: ['email'],
      users: [{ username: 'alice', attributes }],
    });
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    expectError(
      await world.admin('AdminCreateUser', { Username: 'bob', UserAttributes }),
      'AliasExistsException',
      'An account with the given email already exists.',
    );
  });

  test("§2 another user's number is AliasExistsException", async () => {
    const world = await createWorld({ users: [{ username: ALICE }, { username: BOB }] });
    const UserAttributes = [{ Name: 'phone_number', Value: ALICE }];
    expectError(
      await world.admin('AdminUpdateUserAttributes', { Username: BOB, UserAttributes }),
      'AliasExistsException',
      'An account with the given phone_number already exists.',
    );
  });

  test('§2 AdminUpdateUserAttributes sends a code to a number that the pool verifies', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'phone_number', Value: BOB }];
    await world.admin('AdminUpdateUserAttributes', { Username: ALICE, UserAttributes });
    expect(world.endpoint.inbox.latest(BOB)?.message).toMatch(/\d{6}$/);
  });

  test('§2 AdminDeleteUserAttributes takes an attribute away, but not the name', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'email', Value: 'a@example.com' }];
    await world.admin('AdminUpdateUserAttributes', { Username: ALICE, UserAttributes });
    const remove = (...UserAttributeNames: readonly string[]) =>
      world.admin('AdminDeleteUserAttributes', { Username: ALICE, UserAttributeNames });
    expect((await remove('email')).body).toEqual({});
    const left = attributesOf(await world.admin('AdminGetUser', { Username: ALICE }));
    expect(Object.keys(left).sort()).toEqual(['phone_number', 'phone_number_verified', 'sub']);
    expect((await remove('phone_number')).body.__type).toBe('InvalidParameterException');
    expectError(
      await remove('nonsense'),
      'InvalidParameterException',
      'Invalid user attributes: user.nonsense: Attribute does not exist in the schema.\n',
    );
  });

  test.each([
    [true, 'CONFIRMED'],
    [false, 'FORCE_CHANGE_PASSWORD'],
  ])('§2 AdminSetUserPassword with Permanent %s gives %s', async (Permanent, status) => {
    const world = await createWorld();
    const set = { Username: ALICE, Password: PASSWORD, Permanent };
    expect((await world.admin('AdminSetUserPassword', set)).body).toEqual({});
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(body.UserStatus).toBe(status);
  });

  test('§2 AdminConfirmSignUp confirms without a code', async () => {
    const world = await createWorld();
    await world.signUp(BOB);
    expect((await world.admin('AdminConfirmSignUp', { Username: BOB })).body).toEqual({});
    expect(await world.signIn(BOB)).toMatchObject({ TokenType: 'Bearer' });
    const again = await world.admin('AdminConfirmSignUp', { Username: BOB });
    expect(again.body.__type).toBe('NotAuthorizedException');
  });

  test('§2 AdminEnableUser lets a disabled user in again', async () => {
    const world = await createWorld();
    await world.admin('AdminDisableUser', { Username: ALICE });
    expect((await world.initiate()).body.message).toBe('User is disabled.');
    await world.admin('AdminEnableUser', { Username: ALICE });
    expect(await world.signIn()).toMatchObject({ TokenType: 'Bearer' });
  });
});

describe('§2 invitations', () => {
  const MAIL = 'bob@example.com';

  test('§2 go by SMS, with a password that the policy allows', async () => {
    const world = await createWorld();
    await world.admin('AdminCreateUser', { Username: BOB });
    const { message = '' } = world.endpoint.inbox.latest(BOB) ?? {};
    const [, Password] =
      /^Your username is \+12025550111 and temporary password is (\S+)$/.exec(message) ?? [];
    const { status } = await world.admin('AdminSetUserPassword', { Username: BOB, Password });
    expect(status).toBe(200);
  });

  test.each([
    [{ MessageAction: 'SUPPRESS' }, []],
    [{ DesiredDeliveryMediums: ['EMAIL'] }, [MAIL]],
    [{ DesiredDeliveryMediums: ['SMS', 'EMAIL'] }, [BOB, MAIL]],
  ])('§2 with %j go to %j', async (members, to) => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'email', Value: MAIL }];
    await world.admin('AdminCreateUser', { Username: BOB, UserAttributes, ...members });
    expect(world.endpoint.inbox.messages.map((message) => message.to)).toEqual(to);
  });

  const resend = { Username: BOB, MessageAction: 'RESEND' };

  test('§2 can be sent again to whoever did not follow the first', async () => {
    const world = await createWorld();
    const created = await world.admin('AdminCreateUser', { Username: BOB });
    const again = await world.admin('AdminCreateUser', resend);
    const { Username } = created.body.User as { Username: string };
    expect(again.body.User).toMatchObject({ Username, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    expect(world.endpoint.inbox.messages.map(({ to }) => to)).toEqual([BOB, BOB]);
  });

  test('§2 make nobody when they are sent again', async () => {
    const world = await createWorld();
    expectError(
      await world.admin('AdminCreateUser', resend),
      'UserNotFoundException',
      'User does not exist.',
    );
  });

  test('§2 are not for users who have a password of their own', async () => {
    const world = await createWorld();
    const { body } = await world.admin('AdminGetUser', { Username: ALICE });
    expectError(
      await world.admin('AdminCreateUser', { ...resend, Username: ALICE }),
      'UnsupportedUserStateException',
      `Resend not possible. ${body.Username} status is not FORCE_CHANGE_PASSWORD`,
    );
  });
});

describe('§2 AdminResetUserPassword', () => {
  const reset = (world: World, Username = ALICE) =>
    world.admin('AdminResetUserPassword', { Username });

  test('§2 asks for a new password, and sends the code for it', async () => {
    const world = await createWorld();
    expect((await reset(world)).body).toEqual({});
    expect((await world.initiate()).body.__type).toBe('PasswordResetRequiredException');
    const ConfirmationCode = world.endpoint.inbox.latest(ALICE)?.message.slice(-6);
    const confirm = { ClientId: CLIENT, Username: ALICE, Password: PASSWORD, ConfirmationCode };
    expect((await world.call('ConfirmForgotPassword', confirm)).body).toEqual({});
    expect(await world.signIn()).toMatchObject({ TokenType: 'Bearer' });
  });

  test('§2 is not for who is disabled', async () => {
    const world = await createWorld();
    await world.admin('AdminDisableUser', { Username: ALICE });
    expectError(await reset(world), 'NotAuthorizedException', 'User is disabled.');
  });

  test('§2 is not for who still has a temporary password', async () => {
    const world = await createWorld();
    await world.admin('AdminCreateUser', { Username: BOB });
    expectError(
      await reset(world, BOB),
      'NotAuthorizedException',
      'User password cannot be reset in the current state.',
    );
  });

  test('§2 needs a number or an address that is verified', async () => {
    const world = await createWorld({ users: [{ username: ALICE }] });
    expectError(
      await reset(world),
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  });
});
