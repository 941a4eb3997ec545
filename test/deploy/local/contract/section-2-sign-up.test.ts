import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
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

  test('§2 a duplicate is UsernameExistsException, without a full stop', async () => {
    const world = await createWorld();
    expectError(
      await world.signUp(BOB, { Username: ALICE }),
      'UsernameExistsException',
      'User already exists',
    );
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

  test('§2 a pool that verifies nothing sends nothing', async () => {
    const world = await createWorld();
    const { ClientId } = await world.createPool({ UsernameAttributes: ['phone_number'] });
    const { body } = await world.signUp(BOB, { ClientId });
    expect(body).toEqual({ UserConfirmed: false, UserSub: anyUuid });
    expect(world.endpoint.inbox.messages).toEqual([]);
  });
});
