/** Id and access tokens: RS256, each with the claims Cognito puts in it and no others. */
import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { AppClient } from './app-client.ts';
import type { SigningKey } from './pool-keys.ts';
import type { SignIn } from './sign-ins.ts';
import type { User, UserPool } from './user-pool.ts';

export interface TokenSubject {
  readonly pool: UserPool;
  readonly client: AppClient;
  readonly user: User;
  readonly signIn: SignIn;
  /** The `iss` claim. */
  readonly issuer: string;
}

export interface TokenPair {
  readonly idToken: string;
  readonly accessToken: string;
  /** The access token's `jti`. */
  readonly accessTokenId: string;
}

/** What a signed-in user may do with the user-facing operations. */
const SELF_SERVICE_SCOPE = 'aws.cognito.signin.user.admin';

/** @param now epoch milliseconds */
export async function mintTokens(subject: TokenSubject, now: number): Promise<TokenPair> {
  const { pool, client, user } = subject;
  const accessTokenId = randomUUID();
  const idClaims = {
    ...idTokenAttributes(user),
    'cognito:username': user.username,
    aud: client.id,
    token_use: 'id',
    ...common(subject, randomUUID(), now, client.idTokenSeconds),
  };
  const accessClaims = {
    client_id: client.id,
    username: user.username,
    scope: SELF_SERVICE_SCOPE,
    token_use: 'access',
    ...common(subject, accessTokenId, now, client.accessTokenSeconds),
  };
  const [idToken, accessToken] = await Promise.all([
    sign(idClaims, await pool.keys.id),
    sign(accessClaims, await pool.keys.access),
  ]);
  return { idToken, accessToken, accessTokenId };
}

function common(subject: TokenSubject, jti: string, now: number, lifetime: number): JWTPayload {
  const { client, user, signIn, issuer } = subject;
  const issuedAt = Math.floor(now / 1000);
  return {
    sub: user.sub,
    iss: issuer,
    ...(client.enableTokenRevocation ? { origin_jti: signIn.originJti } : {}),
    event_id: signIn.eventId,
    auth_time: Math.floor(signIn.authenticatedAt / 1000),
    iat: issuedAt,
    exp: issuedAt + lifetime,
    jti,
  };
}

/** The `…_verified` attributes are JSON booleans here, and strings everywhere else. */
function idTokenAttributes(user: User): JWTPayload {
  const claims = [...user.attributes].map(([name, value]) => {
    const isFlag = name === 'phone_number_verified' || name === 'email_verified';
    return [name, isFlag ? value.toLowerCase() === 'true' : value] as const;
  });
  return Object.fromEntries(claims);
}

async function sign(claims: JWTPayload, key: SigningKey): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ kid: key.kid, alg: 'RS256' })
    .sign(key.privateKey);
}
