import { describe, expect, test } from 'vitest';
import { authenticate, identityUser } from '../clients/identity-js.ts';
import { ALICE } from '../running.ts';
import { definePasswordFirst } from '../textbook-triggers.ts';
import { attributesOf, CLIENT, createWorld, expectError, PASSWORD, type World } from './world.ts';

const BOB = '+12025550111';
const NEW = 'Another-horse-2';
const codeTo = (world: World, to: string) => world.endpoint.inbox.latest(to)?.message.slice(-6);

/** Whether this password signs Alice in. */
async function signsIn(world: World, password: string): Promise<boolean> {
  world.endpoint.attach({ DefineAuthChallenge: definePasswordFirst });
  const attempt = authenticate(identityUser(world.endpoint, ALICE), ALICE, password);
  return attempt.then(
    () => true,
    () => false,
  );
}

describe('§2 ChangePassword', () => {
  async function createChanger(hadPassword: boolean) {
    const world = await createWorld();
    const set = { Username: ALICE, Password: PASSWORD, Permanent: true };
    if (hadPassword) await world.admin('AdminSetUserPassword', set);
    const { AccessToken } = await world.signIn();
    const change = (members: object) =>
      world.call('ChangePassword', { AccessToken, ProposedPassword: NEW, ...members });
    return { world, change };
  }

  test('§2 takes the password there was, and the new one signs in', async () => {
    const { world, change } = await createChanger(true);
    expect((await change({ PreviousPassword: PASSWORD })).body).toEqual({});
    expect(await signsIn(world, PASSWORD)).toBe(false);
    expect(await signsIn(world, NEW)).toBe(true);
  });

  test.each([[{ PreviousPassword: 'Wrong-horse-1' }], [{}]])('§2 refuses %j', async (members) => {
    const { change } = await createChanger(true);
    expectError(await change(members), 'NotAuthorizedException', 'Incorrect username or password.');
  });

  test('§2 sets a first password without a former one', async () => {
    const { world, change } = await createChanger(false);
    expect((await change({})).body).toEqual({});
    expect(await signsIn(world, NEW)).toBe(true);
  });

  test('§2 is held to the policy', async () => {
    const { change } = await createChanger(false);
    const { body } = await change({ ProposedPassword: 'short' });
    expect(body.__type).toBe('InvalidPasswordException');
  });
});

describe('§2 ForgotPassword and ConfirmForgotPassword', () => {
  const forgot = (world: World, Username = ALICE) =>
    world.call('ForgotPassword', { ClientId: CLIENT, Username });
  const confirm = (world: World, ConfirmationCode: string | undefined, members: object = {}) =>
    world.call('ConfirmForgotPassword', {
      ...{ ClientId: CLIENT, Username: ALICE, ConfirmationCode, Password: NEW },
      ...members,
    });

  test('§2 a code brings another password, once', async () => {
    const world = await createWorld();
    const { body } = await forgot(world);
    expect(body.CodeDeliveryDetails).toEqual({
      Destination: '+*******0100',
      DeliveryMedium: 'SMS',
      AttributeName: 'phone_number',
    });
    const code = codeTo(world, ALICE);
    expect((await confirm(world, code)).body).toEqual({});
    expect(await signsIn(world, NEW)).toBe(true);
    expect((await confirm(world, code)).body.__type).toBe('ExpiredCodeException');
  });

  test.each([
    ['wrong', 0, {}, 'CodeMismatchException'],
    [undefined, 3600, {}, 'ExpiredCodeException'],
    [undefined, 0, { Password: 'short' }, 'InvalidPasswordException'],
    [undefined, 0, { Username: '+12025559999' }, 'ExpiredCodeException'],
  ])('§2 the code %s after %i s with %j is %s', async (code, seconds, members, type) => {
    const world = await createWorld();
    await forgot(world);
    world.wait(seconds);
    const { body } = await confirm(world, code ?? codeTo(world, ALICE), members);
    expect(body.__type).toBe(type);
  });

  test('§2 an unknown user looks like any other where the client hides them', async () => {
    const world = await createWorld();
    const known = await forgot(world);
    const { body } = await forgot(world, '+13035550100');
    expect(body).toEqual(known.body);
    const nameless = await forgot(world, 'nobody');
    expect(nameless.body.CodeDeliveryDetails).toMatchObject({
      Destination: expect.stringMatching(/^\+\*{7}\d{4}$/),
    });
    expect((await forgot(world, 'nobody')).body).toEqual(nameless.body);
    expect(world.endpoint.inbox.messages).toHaveLength(1);
  });

  test('§2 a disabled user looks like any other where the client hides them, and gets no code', async () => {
    const world = await createWorld();
    const { body } = await forgot(world);
    await world.admin('AdminDisableUser', { Username: ALICE });
    expect((await forgot(world)).body).toEqual(body);
    expect(world.endpoint.inbox.messages).toHaveLength(1);
  });

  test('§2 a disabled user is said to be disabled to LEGACY clients', async () => {
    const world = await createWorld({ client: { preventUserExistenceErrors: 'LEGACY' } });
    await world.admin('AdminDisableUser', { Username: ALICE });
    expectError(await forgot(world), 'NotAuthorizedException', 'User is disabled.');
  });

  test('§2 an unknown user is said to be unknown to LEGACY clients', async () => {
    const world = await createWorld({ client: { preventUserExistenceErrors: 'LEGACY' } });
    expectError(
      await forgot(world, '+12025559999'),
      'UserNotFoundException',
      'Username/client id combination not found.',
    );
  });

  test('§2 PostConfirmation hears of it', async () => {
    const world = await createWorld({
      triggers: { PostConfirmation: async (event: object) => event },
    });
    await forgot(world);
    await confirm(world, codeTo(world, ALICE), { ClientMetadata: { from: 'web' } });
    const [event] = world.eventsOf('PostConfirmation_ConfirmForgotPassword');
    expect(event?.request).toMatchObject({ clientMetadata: { from: 'web' } });
  });

  const both = {
    phone_number: BOB,
    phone_number_verified: 'true',
    email: 'bob@example.com',
    email_verified: 'true',
  };
  test.each([
    [undefined, 'SMS'],
    [['verified_email', 'verified_phone_number'], 'EMAIL'],
    [['verified_phone_number', 'verified_email'], 'SMS'],
  ])('§2 AccountRecoverySetting %j sends by %s', async (names, medium) => {
    const world = await createWorld();
    const RecoveryMechanisms = names?.map((Name, index) => ({ Name, Priority: index + 1 }));
    const { UserPoolId, ClientId } = await world.createPool({
      AccountRecoverySetting: RecoveryMechanisms && { RecoveryMechanisms },
    });
    const UserAttributes = Object.entries(both).map(([Name, Value]) => ({ Name, Value }));
    await world.admin('AdminCreateUser', { UserPoolId, Username: 'bob', UserAttributes });
    const set = { UserPoolId, Username: 'bob', Password: PASSWORD, Permanent: true };
    await world.admin('AdminSetUserPassword', set);
    const { body } = await world.call('ForgotPassword', { ClientId, Username: 'bob' });
    expect(body.CodeDeliveryDetails).toMatchObject({ DeliveryMedium: medium });
  });

  describe('§2 where only administrators recover accounts', () => {
    async function createPool() {
      const world = await createWorld();
      const ids = await world.createPool({
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      });
      await world.signUp('bob', ids);
      await world.admin('AdminConfirmSignUp', { ...ids, Username: 'bob' });
      return { world, ...ids };
    }

    test.each(['bob', 'nobody'])('§2 %s is told to ask one', async (Username) => {
      const { world, ClientId } = await createPool();
      expectError(
        await world.call('ForgotPassword', { ClientId, Username }),
        'NotAuthorizedException',
        'Contact administrator to reset password.',
      );
    });

    test('§2 AdminResetUserPassword sends no code, and changes nothing', async () => {
      const { world, UserPoolId } = await createPool();
      const user = { UserPoolId, Username: 'bob' };
      expectError(
        await world.admin('AdminResetUserPassword', user),
        'NotAuthorizedException',
        'This userpool does not have password recovery mechanism, the administrator must set a new password.',
      );
      expect((await world.admin('AdminGetUser', user)).body.UserStatus).toBe('CONFIRMED');
    });
  });
});

describe('§2 GetUserAttributeVerificationCode and VerifyUserAttribute', () => {
  async function createUnverified() {
    const world = await createWorld({ users: [{ username: ALICE }] });
    const { AccessToken } = await world.signIn();
    const of = { AccessToken, AttributeName: 'phone_number' };
    return {
      world,
      AccessToken,
      ask: (members: object = {}) =>
        world.call('GetUserAttributeVerificationCode', { ...of, ...members }),
      verify: (Code: string | undefined) => world.call('VerifyUserAttribute', { ...of, Code }),
    };
  }

  test('§2 a code verifies the number', async () => {
    const { world, AccessToken, ask, verify } = await createUnverified();
    const { body } = await ask();
    expect(body.CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'SMS' });
    expect((await verify('wrong')).body.__type).toBe('CodeMismatchException');
    expect((await verify(codeTo(world, ALICE))).body).toEqual({});
    const user = await world.call('GetUser', { AccessToken });
    expect(attributesOf(user).phone_number_verified).toBe('true');
    expect((await verify(codeTo(world, ALICE))).body.__type).toBe('ExpiredCodeException');
  });

  test.each([
    ['email', 'User does not have a valid registered email'],
    ['name', 'Invalid attribute name. Only phone_number and email can be verified.'],
  ])('§2 there is no code for %s', async (AttributeName, message) => {
    const { ask } = await createUnverified();
    expectError(await ask({ AttributeName }), 'InvalidParameterException', message);
  });

  test('§2 there is no code for a number that is not there', async () => {
    const world = await createWorld({ usernameAttributes: [], users: [{ username: 'alice' }] });
    const { AccessToken } = await world.signIn('alice');
    const of = { AccessToken, AttributeName: 'phone_number' };
    expectError(
      await world.call('GetUserAttributeVerificationCode', of),
      'InvalidParameterException',
      'User does not have a valid registered phone number',
    );
  });

  test('§2 a number that was changed gets a code at once', async () => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    const UserAttributes = [{ Name: 'phone_number', Value: BOB }];
    const { body } = await world.call('UpdateUserAttributes', { AccessToken, UserAttributes });
    expect(body.CodeDeliveryDetailsList).toEqual([
      { Destination: '+*******0111', DeliveryMedium: 'SMS', AttributeName: 'phone_number' },
    ]);
    expect(codeTo(world, BOB)).toMatch(/^\d{6}$/);
  });
});

describe('§2 users who leave', () => {
  test('§2 DeleteUserAttributes takes away what the client may write', async () => {
    const world = await createWorld({ client: { writeAttributes: ['name'] } });
    const { AccessToken } = await world.signIn();
    const UserAttributes = [{ Name: 'name', Value: 'Alice' }];
    await world.call('UpdateUserAttributes', { AccessToken, UserAttributes });
    const remove = (name: string) =>
      world.call('DeleteUserAttributes', { AccessToken, UserAttributeNames: [name] });
    expect((await remove('name')).body).toEqual({});
    expect((await remove('locale')).body.message).toBe(
      'A client attempted to write unauthorized attribute',
    );
    const user = await world.call('GetUser', { AccessToken });
    expect(attributesOf(user)).not.toHaveProperty('name');
  });

  test('§2 DeleteUser ends the user and the tokens', async () => {
    const world = await createWorld();
    const { AccessToken } = await world.signIn();
    expect((await world.call('DeleteUser', { AccessToken })).body).toEqual({});
    const code = 'UserNotFoundException';
    expectError(await world.call('GetUser', { AccessToken }), code, 'User does not exist.');
    const user = await world.admin('AdminGetUser', { Username: ALICE });
    expectError(user, code, 'User does not exist.');
  });
});
