/** aws-amplify 6 as front ends use it, unmodified, against the endpoint. */
import { Amplify } from 'aws-amplify';
import {
  confirmSignIn,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
  signUp,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { ConsoleLogger } from 'aws-amplify/utils';
import { afterEach, describe, expect, test } from 'vitest';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE, start } from '../running.ts';
import { CODE, textbookTriggers } from '../textbook-triggers.ts';

// Amplify warns of every endpoint that is not Amazon's.
ConsoleLogger.LOG_LEVEL = 'ERROR';

const PASSWORD = 'Correct-horse-1';

async function startWithAmplify(triggers: Record<string, LambdaHandler> = {}) {
  const { endpoint, cognito } = await start({ triggers: { ...textbookTriggers, ...triggers } });
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: endpoint.userPoolId,
        userPoolClientId: endpoint.clientId,
        userPoolEndpoint: endpoint.url,
      },
    },
  });
  const items = new Map<string, string>();
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    setItem: async (key, value) => void items.set(key, value),
    getItem: async (key) => items.get(key) ?? null,
    removeItem: async (key) => void items.delete(key),
    clear: async () => items.clear(),
  });
  return { endpoint, cognito };
}

afterEach(() => signOut());

const withoutSrp = { authFlowType: 'CUSTOM_WITHOUT_SRP' } as const;

describe('aws-amplify', () => {
  test('signs in without a password, wrong answer first', async () => {
    await startWithAmplify();
    const { nextStep } = await signIn({ username: ALICE, options: withoutSrp });
    expect(nextStep).toEqual({
      signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
      additionalInfo: expect.objectContaining({ message: 'Round 1' }),
    });
    const again = await confirmSignIn({ challengeResponse: 'wrong' });
    expect(again.nextStep).toMatchObject({ additionalInfo: { message: 'Round 2' } });
    expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
    expect(await getCurrentUser()).toMatchObject({ signInDetails: { loginId: ALICE } });
    expect(await fetchUserAttributes()).toMatchObject({
      phone_number: ALICE,
      phone_number_verified: 'true',
    });
  });

  test('hands ClientMetadata of an answer to the functions', async () => {
    const seen: unknown[] = [];
    const define = textbookTriggers.DefineAuthChallenge as (event: object) => Promise<unknown>;
    const watching: LambdaHandler = async (event: { request: { clientMetadata?: unknown } }) => {
      seen.push(event.request.clientMetadata);
      return define(event);
    };
    await startWithAmplify({ DefineAuthChallenge: watching });
    await signIn({ username: ALICE, options: withoutSrp });
    const clientMetadata = { action: 'resend' };
    await confirmSignIn({ challengeResponse: 'resend', options: { clientMetadata } });
    expect(seen).toEqual([undefined, clientMetadata]);
  });

  test('is refused after the last try', async () => {
    await startWithAmplify();
    await signIn({ username: ALICE, options: withoutSrp });
    await confirmSignIn({ challengeResponse: '1' });
    await confirmSignIn({ challengeResponse: '2' });
    await expect(confirmSignIn({ challengeResponse: '3' })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('refreshes its tokens', async () => {
    await startWithAmplify();
    await signIn({ username: ALICE, options: withoutSrp });
    await confirmSignIn({ challengeResponse: CODE });
    const before = await fetchAuthSession();
    const after = await fetchAuthSession({ forceRefresh: true });
    expect(after.tokens?.accessToken.payload.jti).not.toBe(before.tokens?.accessToken.payload.jti);
    expect(after.tokens?.accessToken.payload.origin_jti).toBe(
      before.tokens?.accessToken.payload.origin_jti,
    );
  });

  test.each([false, true])('signs out, everywhere: %s', async (global) => {
    const { endpoint } = await startWithAmplify();
    await signIn({ username: ALICE, options: withoutSrp });
    await confirmSignIn({ challengeResponse: CODE });
    const { tokens } = await fetchAuthSession();
    await signOut({ global });
    await expect(getCurrentUser()).rejects.toMatchObject({
      name: 'UserUnAuthenticatedException',
    });
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
      },
      body: JSON.stringify({ AccessToken: String(tokens?.accessToken) }),
    });
    expect(await answer.json()).toMatchObject({ message: 'Access Token has been revoked' });
  });

  test('signs up, with a function that confirms', async () => {
    const PreSignUp: LambdaHandler = async (event: object) => ({
      ...event,
      response: { autoConfirmUser: true, autoVerifyEmail: false, autoVerifyPhone: true },
    });
    await startWithAmplify({ PreSignUp });
    const username = '+15550142';
    const userAttributes = { phone_number: username };
    const made = await signUp({ username, password: PASSWORD, options: { userAttributes } });
    expect(made).toMatchObject({ isSignUpComplete: true, nextStep: { signUpStep: 'DONE' } });
    await signIn({ username, options: withoutSrp });
    expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
  });

  describe('with the password first (CUSTOM_WITH_SRP)', () => {
    const passwordFirst: LambdaHandler = async (event: {
      request: { session: { challengeName: string; challengeResult: boolean }[] };
    }) => {
      const last = event.request.session.at(-1);
      const response =
        last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult
          ? { issueTokens: true }
          : {
              challengeName:
                last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE',
            };
      return { ...event, response };
    };
    const options = { authFlowType: 'CUSTOM_WITH_SRP' } as const;
    const PreSignUp: LambdaHandler = async (event: object) => ({
      ...event,
      response: { autoConfirmUser: true, autoVerifyEmail: false, autoVerifyPhone: true },
    });
    const username = '+15550143';

    async function startWithPassword() {
      await startWithAmplify({ DefineAuthChallenge: passwordFirst, PreSignUp });
      const userAttributes = { phone_number: username };
      await signUp({ username, password: PASSWORD, options: { userAttributes } });
    }

    test('the right one leads on to the code', async () => {
      await startWithPassword();
      const { nextStep } = await signIn({ username, password: PASSWORD, options });
      expect(nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
      expect(await confirmSignIn({ challengeResponse: CODE })).toMatchObject({ isSignedIn: true });
    });

    test('a wrong one is refused', async () => {
      await startWithPassword();
      await expect(signIn({ username, password: 'Wrong-horse-1', options })).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
    });
  });
});
