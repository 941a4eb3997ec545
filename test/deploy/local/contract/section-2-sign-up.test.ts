import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Sms } from '../../../../deploy/local/inbox.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { anyUuid, attributesOf, CLIENT, createWorld, expectError, type World } from './world.ts';

const BOB = '+12025550111';

/** The code in the pool's own SMS to Bob. */
function confirmationCode(world: World): string {
  return world.endpoint.inbox.latest(BOB)?.message.match(/\d{6}$/)?.[0] ?? '';
}

describe('§2 SignUp and ConfirmSignUp', () => {
  test('§2 gives an unconfirmed user and sends a code', async () => {
    const world = await createWorld();
    const { body } = await world.signUp(BOB);
    expect(body).toEqual({
      UserConfirmed: false,
      UserSub: anyUuid,
      CodeDeliveryDetails: {
        Destination: '+*******0111',
        DeliveryMedium: 'SMS',
        AttributeName: 'phone_number',
      },
    });
    expect(world.endpoint.inbox.latest()).toMatchObject({ to: BOB });
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(user.body.UserStatus).toBe('UNCONFIRMED');
    expect(attributesOf(user).phone_number_verified).toBe('false');
  });

  test('§2 nobody signs up without a password: the pool has no other way in of its own', async () => {
    const world = await createWorld();
    const answer = await world.signUp(BOB, { Password: undefined });
    expectError(
      answer,
      'InvalidParameterException',
      "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
    );
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(user.body.__type).toBe('UserNotFoundException');
  });

  test('§2 the code confirms the user and verifies the number', async () => {
    const world = await createWorld();
    await world.signUp(BOB);
    const ConfirmationCode = confirmationCode(world);
    const confirm = { ClientId: CLIENT, Username: BOB, ConfirmationCode };
    expect((await world.call('ConfirmSignUp', confirm)).body).toEqual({});
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(user.body.UserStatus).toBe('CONFIRMED');
    expect(attributesOf(user).phone_number_verified).toBe('true');
    expect(await world.signIn(BOB)).toMatchObject({ TokenType: 'Bearer' });
    expectError(
      await world.call('ConfirmSignUp', confirm),
      'NotAuthorizedException',
      'User cannot be confirmed. Current status is CONFIRMED',
    );
  });

  test('§2 a resent code replaces the first', async () => {
    const world = await createWorld();
    await world.signUp(BOB);
    const first = confirmationCode(world);
    const { body } = await world.call('ResendConfirmationCode', {
      ClientId: CLIENT,
      Username: BOB,
    });
    expect(body.CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'SMS' });
    expect(world.endpoint.inbox.messages).toHaveLength(2);
    const answer = await world.call('ConfirmSignUp', {
      ClientId: CLIENT,
      Username: BOB,
      ConfirmationCode: `${first}0`,
    });
    expect(answer.body.__type).toBe('CodeMismatchException');
  });

  const resend = (world: World, Username: string) =>
    world.call('ResendConfirmationCode', { ClientId: CLIENT, Username });

  test('§2 no code is sent again to a user who is confirmed', async () => {
    const world = await createWorld();
    const answer = await resend(world, ALICE);
    expectError(answer, 'InvalidParameterException', 'User is already confirmed.');
  });

  test.each([
    ['an unknown user', '+12025559999'],
    ['a disabled user', BOB],
  ])(
    '§2 %s looks as if a code were sent again, where the client hides users',
    async (_what, Username) => {
      const world = await createWorld();
      await world.signUp(BOB);
      await world.admin('AdminDisableUser', { Username: BOB });
      const { body } = await resend(world, Username);
      expect(body.CodeDeliveryDetails).toEqual({
        Destination: `+*******${Username.slice(-4)}`,
        DeliveryMedium: 'SMS',
        AttributeName: 'phone_number',
      });
      expect(world.endpoint.inbox.messages).toHaveLength(1);
    },
  );

  const refused: readonly [string, string, number, string, string][] = [
    [
      'a wrong code',
      BOB,
      0,
      'CodeMismatchException',
      'Invalid verification code provided, please try again.',
    ],
    [
      'an expired code',
      BOB,
      24 * 3600,
      'ExpiredCodeException',
      'Invalid code provided, please request a code again.',
    ],
    [
      'an unknown user, hidden',
      '+12025559999',
      0,
      'ExpiredCodeException',
      'Invalid code provided, please request a code again.',
    ],
  ];
  test.each(refused)('§2 %s is refused', async (_what, Username, seconds, code, message) => {
    const world = await createWorld();
    await world.signUp(BOB);
    world.wait(seconds);
    const confirm = { ClientId: CLIENT, Username, ConfirmationCode: 'wrong' };
    expectError(await world.call('ConfirmSignUp', confirm), code, message);
  });

  test('§2 an unknown user is said to be unknown to LEGACY clients', async () => {
    const world = await createWorld({ client: { preventUserExistenceErrors: 'LEGACY' } });
    const confirm = { ClientId: CLIENT, Username: BOB, ConfirmationCode: '1' };
    expectError(
      await world.call('ConfirmSignUp', confirm),
      'UserNotFoundException',
      'Username/client id combination not found.',
    );
  });

  test('§2 PreSignUp can confirm the user and verify the number at once', async () => {
    const world = await createWorld({
      triggers: {
        PreSignUp: async (event: { response: object }) => {
          event.response = { autoConfirmUser: true, autoVerifyPhone: true, autoVerifyEmail: false };
          return event;
        },
      },
    });
    expect((await world.signUp(BOB)).body).toEqual({ UserConfirmed: true, UserSub: anyUuid });
    expect(world.endpoint.inbox.messages).toEqual([]);
    const user = await world.admin('AdminGetUser', { Username: BOB });
    expect(user.body.UserStatus).toBe('CONFIRMED');
    expect(attributesOf(user).phone_number_verified).toBe('true');
  });

  test.each([
    ['a type that is none', { autoConfirmUser: 'true' }],
    ['an email to verify where there is none', { autoVerifyEmail: true }],
  ])('§2 PreSignUp answering %s is refused', async (_what, response) => {
    const world = await createWorld({
      triggers: { PreSignUp: async (event: object) => ({ ...event, response }) },
    });
    expectError(
      await world.signUp(BOB),
      'InvalidLambdaResponseException',
      'Unrecognizable lambda output',
    );
  });

  test('§2 a number that has an account is UsernameExistsException, and named', async () => {
    const world = await createWorld();
    expectError(
      await world.signUp(BOB, { Username: ALICE }),
      'UsernameExistsException',
      'An account with the given phone_number already exists.',
    );
  });

  test('§2 a username that is taken is UsernameExistsException, without a full stop', async () => {
    const world = await createWorld({ usernameAttributes: [], users: [{ username: 'alice' }] });
    expectError(await world.signUp('alice'), 'UsernameExistsException', 'User already exists');
  });

  test('§2 of two parallel sign-ups of one number one succeeds', async () => {
    let calls = 0;
    const both = Promise.withResolvers<void>();
    const world = await createWorld({
      triggers: {
        PreSignUp: async (event: object) => {
          calls += 1;
          if (calls === 2) both.resolve();
          await both.promise;
          return event;
        },
      },
    });
    const answers = await Promise.all([world.signUp(BOB), world.signUp(BOB)]);
    const outcomes = answers.map(({ body }) => body.__type ?? 'signed up').sort();
    expect(outcomes).toEqual(['UsernameExistsException', 'signed up']);
  });

  test.each([
    ['Short-1', 'Password not long enough'],
    ['CORRECT-HORSE-1', 'Password must have lowercase characters'],
    ['correct-horse-1', 'Password must have uppercase characters'],
    ['Correct-horse-', 'Password must have numeric characters'],
    ['Correcthorse1', 'Password must have symbol characters'],
  ])('§2 the password %s is refused', async (Password, reason) => {
    const world = await createWorld();
    expectError(
      await world.signUp(BOB, { Password }),
      'InvalidPasswordException',
      `Password did not conform with policy: ${reason}`,
    );
  });

  test('§2 nobody vouches for their own number', async () => {
    const world = await createWorld();
    const UserAttributes = [{ Name: 'phone_number_verified', Value: 'true' }];
    expectError(
      await world.signUp(BOB, { UserAttributes }),
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    );
  });

  test('§2 SecretHash is asked for where the client has a secret', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    expect((await world.signUp(BOB)).body.__type).toBe('NotAuthorizedException');
    const SecretHash = createHmac('sha256', 'secret')
      .update(BOB + CLIENT)
      .digest('base64');
    expect((await world.signUp(BOB, { SecretHash })).body.UserConfirmed).toBe(false);
  });

  test('§2 a pool that verifies nothing sends nothing, and sends nothing again', async () => {
    const world = await createWorld();
    const { ClientId } = await world.createPool({ UsernameAttributes: ['phone_number'] });
    const { body } = await world.signUp(BOB, { ClientId });
    expect(body).toEqual({ UserConfirmed: false, UserSub: anyUuid });
    expectError(
      await world.call('ResendConfirmationCode', { ClientId, Username: BOB }),
      'NotAuthorizedException',
      'Cannot resend codes. Auto verification not turned on.',
    );
    expect(world.endpoint.inbox.messages).toEqual([]);
  });

  // The wording for an address was seen on AWS; that for a number is assumed to follow it.
  test.each([
    [['phone_number'], BOB, 'phone_number', ALICE],
    [['email'], 'bob@example.com', 'email', 'robert@example.com'],
  ])(
    '§2 in a pool named by %j, %s with another %s is refused',
    async (names, name, Name, Value) => {
      const world = await createWorld();
      const { ClientId } = await world.createPool({ UsernameAttributes: names });
      const signUp = (value: string) =>
        world.signUp(name, { ClientId, UserAttributes: [{ Name, Value: value }] });
      expectError(
        await signUp(Value),
        'InvalidParameterException',
        `User ${Name} should be empty or same as username, since username attribute is ${Name}.`,
      );
      expect((await signUp(name)).status).toBe(200);
    },
  );
});

describe('§2 sign-up with an e-mail address', () => {
  const MAIL = 'bob@example.com';

  async function signUpByMail(settings: object, members: object = {}) {
    const world = await createWorld();
    const { ClientId, UserPoolId } = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      ...settings,
    });
    const UserAttributes = [{ Name: 'email', Value: MAIL }];
    const answer = await world.signUp('bob', { ClientId, UserAttributes, ...members });
    return { world, ClientId, UserPoolId, answer };
  }

  test('§2 the code comes by mail, which the inbox shows', async () => {
    const { world, ClientId, UserPoolId, answer } = await signUpByMail(
      { UsernameAttributes: ['email'] },
      { Username: MAIL },
    );
    expect(answer.body.CodeDeliveryDetails).toEqual({
      Destination: 'b***@e***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    });
    const [mail] = (await (await fetch(`${world.endpoint.url}/inbox`)).json()) as Sms[];
    expect(mail).toMatchObject({ to: MAIL, subject: 'Your verification code' });

    const ConfirmationCode = mail?.message.slice(-6);
    const confirm = { ClientId, Username: MAIL, ConfirmationCode };
    expect((await world.call('ConfirmSignUp', confirm)).body).toEqual({});
    const user = await world.admin('AdminGetUser', { UserPoolId, Username: MAIL });
    expect(user.body.UserStatus).toBe('CONFIRMED');
    expect(attributesOf(user)).toMatchObject({ email: MAIL, email_verified: 'true' });
  });

  test('§2 a pool that verifies both sends an SMS, if there is a number', async () => {
    const UserAttributes = [
      { Name: 'email', Value: MAIL },
      { Name: 'phone_number', Value: BOB },
    ];
    const settings = { AutoVerifiedAttributes: ['email', 'phone_number'] };
    const { world, answer } = await signUpByMail(settings, { UserAttributes });
    expect(answer.body.CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'SMS' });
    expect(world.endpoint.inbox.messages.map(({ to }) => to)).toEqual([BOB]);
  });
});

describe('§2 an alias that becomes verified', () => {
  const MAIL = 'both@example.com';
  const withMail = { UserAttributes: [{ Name: 'email', Value: MAIL }] };
  const verified = {
    UserAttributes: [...withMail.UserAttributes, { Name: 'email_verified', Value: 'true' }],
  };

  /** Alice has the address as an alias, and Bob has just signed up with it. */
  async function createRivals(triggers: object = {}) {
    const world = await createWorld();
    const { ClientId, UserPoolId } = await world.createPool({
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { ...world.textbookLambdaConfig(), ...triggers },
    });
    const admin = (operation: string, body: object) =>
      world.admin(operation, { UserPoolId, ...body });
    const suppressed = { MessageAction: 'SUPPRESS' };
    await admin('AdminCreateUser', { Username: 'alice', ...verified, ...suppressed });
    await world.signUp('bob', { ClientId, ...withMail });
    const owner = async () => (await admin('AdminGetUser', { Username: MAIL })).body.Username;
    return { world, ClientId, admin, owner };
  }

  test('§2 by ConfirmSignUp is refused, unless it forces the alias to move', async () => {
    const { world, ClientId, admin, owner } = await createRivals();
    const ConfirmationCode = world.endpoint.inbox.latest(MAIL)?.message.slice(-6);
    const confirm = { ClientId, Username: 'bob', ConfirmationCode };
    expectError(
      await world.call('ConfirmSignUp', confirm),
      'AliasExistsException',
      'An account with the given email already exists.',
    );
    expect(await owner()).toBe('alice');
    await world.call('ConfirmSignUp', { ...confirm, ForceAliasCreation: true });
    expect(await owner()).toBe('bob');
    const alice = await admin('AdminGetUser', { Username: 'alice' });
    expect(attributesOf(alice)).toMatchObject({ email: MAIL, email_verified: 'false' });
  });

  test('§2 by an administrator moves from its first owner', async () => {
    const { admin, owner } = await createRivals();
    await admin('AdminUpdateUserAttributes', { Username: 'bob', ...verified });
    expect(await owner()).toBe('bob');
    const alice = await admin('AdminGetUser', { Username: 'alice' });
    expect(attributesOf(alice).email_verified).toBe('false');
  });

  test('§2 by VerifyUserAttribute moves from its first owner', async () => {
    const { world, ClientId, admin, owner } = await createRivals();
    await admin('AdminConfirmSignUp', { Username: 'bob' });
    const first = await world.initiate({ USERNAME: 'bob' }, { ClientId });
    const ChallengeResponses = { USERNAME: 'bob', ANSWER: CODE };
    const { body } = await world.respond(first, '', { ClientId, ChallengeResponses });
    const AccessToken = body.AuthenticationResult?.AccessToken;
    const of = { AccessToken, AttributeName: 'email' };
    await world.call('GetUserAttributeVerificationCode', of);
    const Code = world.endpoint.inbox.latest(MAIL)?.message.slice(-6);
    expect((await world.call('VerifyUserAttribute', { ...of, Code })).body).toEqual({});
    expect(await owner()).toBe('bob');
  });

  test('§2 by PreSignUp moves from its first owner', async () => {
    const world = await createWorld();
    const PreSignUp = world.endpoint.register('vouch', async (event: object) => ({
      ...event,
      response: { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false },
    }));
    const { ClientId, UserPoolId } = await world.createPool({
      AliasAttributes: ['email'],
      LambdaConfig: { PreSignUp },
    });
    await world.signUp('alice', { ClientId, ...withMail });
    await world.signUp('bob', { ClientId, ...withMail });
    const { body } = await world.admin('AdminGetUser', { UserPoolId, Username: MAIL });
    expect(body.Username).toBe('bob');
  });

  test('§2 by AdminCreateUser is refused, unless it forces the alias to move', async () => {
    const { admin, owner } = await createRivals();
    const create = { Username: 'carol', ...verified };
    expect((await admin('AdminCreateUser', create)).body.__type).toBe('AliasExistsException');
    await admin('AdminCreateUser', { ...create, ForceAliasCreation: true });
    expect(await owner()).toBe('carol');
  });
});
