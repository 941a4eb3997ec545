/** aws-jwt-verify, unmodified: what servers check tokens with. */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { describe, expect, test } from 'vitest';
import { CLIENT, createWorld, POOL } from '../contract/world.ts';
import { ALICE } from '../running.ts';

const AWS = 'https://cognito-idp.us-east-1.amazonaws.com';

describe('CognitoJwtVerifier', () => {
  /** Alice has signed in, and a server has the keys: it would look for them on AWS. */
  async function createVerifier(tokenUse: 'id' | 'access', issuer = AWS) {
    const world = await createWorld({
      issuer,
      now: Date.now,
      users: [{ username: ALICE, groups: ['staff'] }],
    });
    const verifier = CognitoJwtVerifier.create({ userPoolId: POOL, tokenUse, clientId: CLIENT });
    const keys = await fetch(`${world.endpoint.url}/${POOL}/.well-known/jwks.json`);
    verifier.cacheJwks((await keys.json()) as Parameters<typeof verifier.cacheJwks>[0]);
    return { verifier, tokens: await world.signIn() };
  }

  test('takes the id token, with its claims', async () => {
    const { verifier, tokens } = await createVerifier('id');
    expect(await verifier.verify(tokens.IdToken)).toMatchObject({
      iss: `${AWS}/${POOL}`,
      phone_number: ALICE,
    });
  });

  test('takes the access token, and finds the groups in it', async () => {
    const { verifier, tokens } = await createVerifier('access');
    const { AccessToken } = tokens;
    expect(await verifier.verify(AccessToken, { groups: 'staff' })).toMatchObject({
      scope: 'aws.cognito.signin.user.admin',
    });
    await expect(verifier.verify(AccessToken, { groups: 'admins' })).rejects.toThrow(/group/i);
  });

  test('does not take one for the other', async () => {
    const { verifier, tokens } = await createVerifier('access');
    await expect(verifier.verify(tokens.IdToken)).rejects.toThrow(/token use/i);
  });

  test('does not take tokens of another issuer', async () => {
    const { verifier, tokens } = await createVerifier('id', 'http://127.0.0.1:9229');
    await expect(verifier.verify(tokens.IdToken)).rejects.toThrow(/issuer/i);
  });
});
