/** amazon-cognito-identity-js 6 as apps use it, unmodified, over HTTP. */
import type { CognitoUser, CognitoUserSession } from 'amazon-cognito-identity-js';
import { describe, expect, test } from 'vitest';
import { createWorld, PASSWORD, type World } from '../contract/world.ts';
import { ALICE } from '../running.ts';
import { CODE, definePasswordFirst } from '../textbook-triggers.ts';
import { answer, authenticate, identityUser, initiateAuth } from './identity-js.ts';

/** Its tokens expire by the machine's clock, which the client goes by. */
const REAL_TIME = { now: Date.now };

async function signedIn(): Promise<{
  readonly world: World;
  readonly user: CognitoUser;
  readonly session: CognitoUserSession;
}> {
  const world = await createWorld(REAL_TIME);
  const user = identityUser(world.endpoint, ALICE);
  await initiateAuth(user, ALICE);
  const outcome = await answer(user, CODE);
  if (outcome.kind !== 'signed-in') throw new Error('Not signed in');
  return { world, user, session: outcome.session };
}

describe('signing in', () => {
  test('without a password, through a wrong answer', async () => {
    const world = await createWorld(REAL_TIME);
    const user = identityUser(world.endpoint, ALICE);
    expect(await initiateAuth(user, ALICE)).toMatchObject({ parameters: { message: 'Round 1' } });
    const second = await answer(user, '000000', { action: 'resend' });
    expect(second).toMatchObject({ kind: 'challenge', parameters: { message: 'Round 2' } });
    expect(world.eventsOf('Create')[1]?.request.clientMetadata).toEqual({ action: 'resend' });
    const last = await answer(user, CODE);
    expect(last.kind === 'signed-in' && last.session.isValid()).toBe(true);
  });

  test('fails when the tries are used up', async () => {
    const world = await createWorld(REAL_TIME);
    const user = identityUser(world.endpoint, ALICE);
    await initiateAuth(user, ALICE);
    await answer(user, '1');
    await answer(user, '2');
    await expect(answer(user, '3')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('with a password first', async () => {
    const world = await createWorld({
      ...REAL_TIME,
      triggers: { DefineAuthChallenge: definePasswordFirst },
    });
    const set = { Username: ALICE, Password: PASSWORD, Permanent: true };
    await world.admin('AdminSetUserPassword', set);
    const user = identityUser(world.endpoint, ALICE);
    expect((await authenticate(user, ALICE, PASSWORD)).kind).toBe('challenge');
    expect((await answer(user, CODE)).kind).toBe('signed-in');

    const mistaken = identityUser(world.endpoint, ALICE);
    await expect(authenticate(mistaken, ALICE, 'Wrong-horse-1')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });
});

describe('signed in', () => {
  test('reads its attributes', async () => {
    const { user } = await signedIn();
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, string>>();
    user.getUserAttributes((error, attributes = []) => {
      if (error) reject(error);
      else resolve(Object.fromEntries(attributes.map((a) => [a.getName(), a.getValue()])));
    });
    expect(await promise).toMatchObject({ phone_number: ALICE, phone_number_verified: 'true' });
  });

  test('refreshes, sending DEVICE_KEY as null', async () => {
    const { user, session } = await signedIn();
    const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
    user.refreshSession(session.getRefreshToken(), (error, renewed) => {
      if (error) reject(error);
      else resolve(renewed);
    });
    const renewed = await promise;
    expect(renewed.isValid()).toBe(true);
    expect(renewed.getAccessToken().getJwtToken()).not.toBe(session.getAccessToken().getJwtToken());
  });

  test('signs out, which revokes its tokens', async () => {
    const { world, user, session } = await signedIn();
    const { promise, resolve } = Promise.withResolvers<void>();
    user.signOut(resolve);
    await promise;
    const AccessToken = session.getAccessToken().getJwtToken();
    const { body } = await world.call('GetUser', { AccessToken });
    expect(body.message).toBe('Access Token has been revoked');
  });

  test('signs out everywhere', async () => {
    const { world, user } = await signedIn();
    const elsewhere = await world.signIn();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    user.globalSignOut({ onSuccess: resolve, onFailure: reject });
    expect(await promise).toBe('SUCCESS');
    const { body } = await world.call('GetUser', { AccessToken: elsewhere.AccessToken });
    expect(body.message).toBe('Access Token has been revoked');
  });
});
