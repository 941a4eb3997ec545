/** Amplify on a server, unmodified: it finds the tokens in the cookies of a request, and refreshes them. */
import {
  createKeyValueStorageFromCookieStorageAdapter,
  createUserPoolsTokenProvider,
  runWithAmplifyServerContext,
} from 'aws-amplify/adapter-core';
import { fetchAuthSession, getCurrentUser } from 'aws-amplify/auth/server';
import { ConsoleLogger } from 'aws-amplify/utils';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../contract/world.ts';
import { ALICE } from '../running.ts';

// Amplify warns of every endpoint that isn't AWS.
ConsoleLogger.LOG_LEVEL = 'ERROR';

type Operation<T> = Parameters<typeof runWithAmplifyServerContext<T>>[2];

/** A server that a signed-in browser sends its cookies to. */
async function createServer() {
  const world = await createWorld({ now: Date.now });
  const tokens = await world.signIn();
  const { userPoolId, clientId: userPoolClientId, url: userPoolEndpoint } = world.endpoint;
  const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}`;
  const cookies = new Map([
    [`${prefix}.LastAuthUser`, ALICE],
    [`${prefix}.${ALICE}.idToken`, tokens.IdToken],
    [`${prefix}.${ALICE}.accessToken`, tokens.AccessToken],
    [`${prefix}.${ALICE}.refreshToken`, tokens.RefreshToken],
    [`${prefix}.${ALICE}.clockDrift`, '0'],
  ]);
  const adapter = {
    get: (name: string) => {
      const value = cookies.get(decodeURIComponent(name));
      return value === undefined ? undefined : { name, value };
    },
    getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
    set: (name: string, value: string) => void cookies.set(decodeURIComponent(name), value),
    delete: (name: string) => void cookies.delete(decodeURIComponent(name)),
  };
  const config = { Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint } } };
  const tokenProvider = createUserPoolsTokenProvider(
    config.Auth,
    createKeyValueStorageFromCookieStorageAdapter(adapter),
  );
  const run = <T>(operation: Operation<T>) =>
    runWithAmplifyServerContext(config, { Auth: { tokenProvider } }, operation);
  return { run };
}

describe('Amplify on a server', () => {
  test('knows who sent the request, by its cookies', async () => {
    const { run } = await createServer();
    const user = await run((context) => getCurrentUser(context));
    const { tokens } = await run((context) => fetchAuthSession(context));
    expect(user.userId).toBe(tokens?.idToken?.payload.sub);
    expect(tokens?.idToken?.payload).toMatchObject({ phone_number: ALICE });
  });

  test('refreshes the tokens at the endpoint', async () => {
    const { run } = await createServer();
    const before = await run((context) => fetchAuthSession(context));
    const after = await run((context) => fetchAuthSession(context, { forceRefresh: true }));
    expect(after.tokens?.accessToken.payload.jti).not.toBe(before.tokens?.accessToken.payload.jti);
  });
});
