/** amazon-cognito-identity-js 6, unmodified, against the endpoint. */
import { describe, expect, test } from 'vitest';
import { answer, identityUser, initiateAuth } from '../identity-js.ts';
import { ALICE, start } from '../running.ts';
import { CODE, textbookTriggers } from '../textbook-triggers.ts';

async function signedIn() {
  const { endpoint } = await start({ triggers: textbookTriggers });
  const user = identityUser(endpoint, ALICE);
  await initiateAuth(user, ALICE);
  const outcome = await answer(user, CODE);
  if (outcome.kind !== 'signed-in') {
    throw new Error('Expected tokens.');
  }
  return { user, session: outcome.session };
}

describe('amazon-cognito-identity-js', () => {
  test('signs in, wrong answer first, and keeps sending the number as it was typed', async () => {
    const { endpoint } = await start({ triggers: textbookTriggers });
    const user = identityUser(endpoint, ALICE);
    expect(await initiateAuth(user, ALICE)).toMatchObject({ parameters: { message: 'Round 1' } });
    expect(await answer(user, 'wrong')).toMatchObject({ parameters: { message: 'Round 2' } });
    const outcome = await answer(user, CODE);
    expect(outcome.kind === 'signed-in' && outcome.session.isValid()).toBe(true);
  });

  test('is refused after the last try', async () => {
    const { endpoint } = await start({ triggers: textbookTriggers });
    const user = identityUser(endpoint, ALICE);
    await initiateAuth(user, ALICE);
    await answer(user, '1');
    await answer(user, '2');
    await expect(answer(user, '3')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('reads the attributes', async () => {
    const { user } = await signedIn();
    const attributes = await new Promise<readonly { Name: string; Value: string }[]>(
      (resolve, reject) => {
        user.getUserAttributes((error, result = []) => (error ? reject(error) : resolve(result)));
      },
    );
    expect(attributes.map(({ Name, Value }) => [Name, Value])).toContainEqual([
      'phone_number',
      ALICE,
    ]);
  });

  test('refreshes its session', async () => {
    const { user, session } = await signedIn();
    const jti = session.getAccessToken().payload.jti;
    const renewed = await new Promise<typeof session>((resolve, reject) => {
      user.refreshSession(session.getRefreshToken(), (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    expect(renewed.getAccessToken().payload.jti).not.toBe(jti);
  });

  test('signs out everywhere', async () => {
    const { user } = await signedIn();
    const message = await new Promise<string>((resolve, reject) => {
      user.globalSignOut({ onSuccess: resolve, onFailure: reject });
    });
    expect(message).toBe('SUCCESS');
  });
});
