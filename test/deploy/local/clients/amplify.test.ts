/** Amplify 6 as apps use it, unmodified, over HTTP. */
import { Amplify } from 'aws-amplify';
import {
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
  signUp,
  updateUserAttribute,
} from 'aws-amplify/auth';
import { ConsoleLogger } from 'aws-amplify/utils';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAccount, startSignIn } from '../../../../deploy/local/web/phone-sign-in.ts';
import { createWorld, PASSWORD, type World } from '../contract/world.ts';
import { ALICE } from '../running.ts';
import { CODE, definePasswordFirst } from '../textbook-triggers.ts';

// Amplify warns of every endpoint that isn't AWS.
ConsoleLogger.LOG_LEVEL = 'ERROR';

const CUSTOM_CHALLENGE = 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE';

type Options = Parameters<typeof createWorld>[0];

/** Its tokens expire by the machine's clock, which Amplify goes by. */
async function createAmplifyWorld(options: Options = {}): Promise<World> {
  const world = await createWorld({ now: Date.now, ...options });
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: world.endpoint.userPoolId,
        userPoolClientId: world.endpoint.clientId,
        userPoolEndpoint: world.endpoint.url,
      },
    },
  });
  return world;
}

function start(username = ALICE) {
  return signIn({ username, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
}

// Amplify keeps one session for the whole process.
afterEach(() => signOut().catch(() => {}));

describe('CUSTOM_WITHOUT_SRP', () => {
  test('signs in: the public parameters, then tokens', async () => {
    await createAmplifyWorld();
    const { isSignedIn, nextStep } = await start();
    expect(isSignedIn).toBe(false);
    expect(nextStep).toMatchObject({
      signInStep: CUSTOM_CHALLENGE,
      additionalInfo: { message: 'Round 1' },
    });
    expect(await confirmSignIn({ challengeResponse: CODE })).toEqual({
      isSignedIn: true,
      nextStep: { signInStep: 'DONE' },
    });
    const { tokens } = await fetchAuthSession();
    expect(tokens?.idToken?.payload).toMatchObject({ phone_number: ALICE, token_use: 'id' });
    expect(await getCurrentUser()).toMatchObject({ userId: tokens?.idToken?.payload.sub });
  });

  test('goes on after wrong answers, with clientMetadata for that call', async () => {
    const world = await createAmplifyWorld();
    await start();
    const second = await confirmSignIn({
      challengeResponse: '000000',
      options: { clientMetadata: { action: 'resend' } },
    });
    expect(second.nextStep).toMatchObject({
      signInStep: CUSTOM_CHALLENGE,
      additionalInfo: { message: 'Round 2' },
    });
    expect(world.eventsOf('Create')[1]?.request.clientMetadata).toEqual({ action: 'resend' });
    expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
  });

  test('fails when the tries are used up', async () => {
    await createAmplifyWorld();
    await start();
    await confirmSignIn({ challengeResponse: '1' });
    await confirmSignIn({ challengeResponse: '2' });
    await expect(confirmSignIn({ challengeResponse: '3' })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('learns why a function failed', async () => {
    const world = await createAmplifyWorld();
    await start();
    world.endpoint.attach({ CreateAuthChallenge: () => Promise.reject(new Error('no')) });
    await expect(confirmSignIn({ challengeResponse: '1' })).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'CreateAuthChallenge failed with error no.',
    });
  });

  test.each([
    ['UNCONFIRMED', 'CONFIRM_SIGN_UP'],
    ['RESET_REQUIRED', 'RESET_PASSWORD'],
  ] as const)('turns a user who is %s into step %s', async (status, signInStep) => {
    await createAmplifyWorld({ users: [{ username: ALICE, status }] });
    expect(await start()).toEqual({ isSignedIn: false, nextStep: { signInStep } });
  });
});

describe('the module that apps copy', () => {
  test('makes an account with a client that may not write phone_number, as ours may not', async () => {
    const world = await createAmplifyWorld({
      client: { writeAttributes: ['locale'] },
      triggers: {
        PreSignUp: async (event: object) => ({ ...event, response: { autoConfirmUser: true } }),
      },
    });
    await createAccount('+12025550111');
    const { body } = await world.admin('AdminGetUser', { Username: '+12025550111' });
    expect(body.UserStatus).toBe('CONFIRMED');
  });

  test('says that a number is refused, also where the client tells who is unknown', async () => {
    await createAmplifyWorld({ client: { preventUserExistenceErrors: 'LEGACY' } });
    await expect(startSignIn('+12025559999')).rejects.toMatchObject({ problem: 'refused' });
  });

  test('says of a block by AWS WAF that these were too many requests', async () => {
    await createAmplifyWorld();
    const message = 'Request not allowed due to WAF block.';
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () =>
      Response.json({ __type: 'ForbiddenException', message }, { status: 403 }),
    );
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(startSignIn(ALICE)).rejects.toMatchObject({
      problem: 'too-many-requests',
      message,
    });
  });
});

describe('CUSTOM_WITH_SRP', () => {
  async function createPasswordWorld(): Promise<World> {
    const world = await createAmplifyWorld({
      triggers: { DefineAuthChallenge: definePasswordFirst },
    });
    const set = { Username: ALICE, Password: PASSWORD, Permanent: true };
    await world.admin('AdminSetUserPassword', set);
    return world;
  }
  const startWithPassword = (password: string) =>
    signIn({ username: ALICE, password, options: { authFlowType: 'CUSTOM_WITH_SRP' } });

  test('asks for the code after the right password', async () => {
    await createPasswordWorld();
    const { nextStep } = await startWithPassword(PASSWORD);
    expect(nextStep.signInStep).toBe(CUSTOM_CHALLENGE);
    expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
  });

  test('refuses a wrong password', async () => {
    await createPasswordWorld();
    await expect(startWithPassword('Wrong-horse-1')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });
});

describe('signed in', () => {
  async function signedIn(): Promise<World> {
    const world = await createAmplifyWorld();
    await start();
    await confirmSignIn({ challengeResponse: CODE });
    return world;
  }

  test('reads and changes attributes', async () => {
    await signedIn();
    await updateUserAttribute({ userAttribute: { attributeKey: 'name', value: 'Alice' } });
    expect(await fetchUserAttributes()).toMatchObject({
      phone_number: ALICE,
      phone_number_verified: 'true',
      name: 'Alice',
    });
  });

  test('refreshes its tokens', async () => {
    const world = await signedIn();
    const before = (await fetchAuthSession()).tokens?.accessToken.toString() ?? '';
    const after = (await fetchAuthSession({ forceRefresh: true })).tokens?.accessToken.toString();
    expect(after).not.toBe(before);
    expect((await world.call('GetUser', { AccessToken: after })).status).toBe(200);
  });

  test('signs out, which revokes its tokens', async () => {
    const world = await signedIn();
    const AccessToken = (await fetchAuthSession()).tokens?.accessToken.toString();
    await signOut();
    const { body } = await world.call('GetUser', { AccessToken });
    expect(body.message).toBe('Access Token has been revoked');
    await expect(getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' });
  });

  test('signs out everywhere', async () => {
    const world = await signedIn();
    const elsewhere = await world.signIn();
    await signOut({ global: true });
    const { body } = await world.call('GetUser', { AccessToken: elsewhere.AccessToken });
    expect(body.message).toBe('Access Token has been revoked');
  });
});

test('signs up at once where a function confirms', async () => {
  await createAmplifyWorld({
    triggers: {
      PreSignUp: async (event: object) => ({ ...event, response: { autoConfirmUser: true } }),
    },
  });
  const username = '+12025550111';
  const { nextStep } = await signUp({ username, password: PASSWORD });
  expect(nextStep.signUpStep).toBe('DONE');
  await start(username);
  expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
});

test('signs up with a phone number, confirms, and signs in', async () => {
  const world = await createAmplifyWorld();
  const username = '+12025550111';
  const { nextStep } = await signUp({ username, password: PASSWORD });
  expect(nextStep).toMatchObject({
    signUpStep: 'CONFIRM_SIGN_UP',
    codeDeliveryDetails: { destination: '+*******0111', deliveryMedium: 'SMS' },
  });
  const confirmationCode = world.endpoint.inbox.latest(username)?.message.slice(-6) ?? '';
  expect(await confirmSignUp({ username, confirmationCode })).toMatchObject({
    isSignUpComplete: true,
  });
  await start(username);
  expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
});
