/** Id and access tokens: RS256, each with the claims Cognito puts in it and no others. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { JsonObject } from '../json.ts';
import { readableAttributes } from './attributes.ts';
import type { SigningKey } from './pool-keys.ts';
import type { SignIn } from './sign-ins.ts';
import { applyChanges, type TokenOverrides } from './token-overrides.ts';
import type { KnownCaller } from './trigger-events.ts';

/** What a signed-in user needs for the user-facing operations. */
export const SELF_SERVICE_SCOPE = 'aws.cognito.signin.user.admin';

export interface TokenRequest {
  readonly caller: KnownCaller;
  readonly signIn: SignIn;
  readonly overrides: TokenOverrides;
  /** The `iss` claim. */
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface TokenPair {
  readonly idToken: string;
  readonly accessToken: string;
}

export async function mintTokens(request: TokenRequest): Promise<TokenPair> {
  const { keys } = request.caller.pool;
  const [idToken, accessToken] = await Promise.all([
    sign(idClaims(request), await keys.id),
    sign(accessClaims(request), await keys.access),
  ]);
  return { idToken, accessToken };
}

function idClaims(request: TokenRequest): JsonObject {
  const { caller, overrides } = request;
  const claims = {
    ...attributeClaims(caller),
    'cognito:username': caller.username,
    ...groupClaim(overrides.groups ?? caller.user.groups),
    ...roleClaims(caller),
    aud: caller.client.id,
    token_use: 'id',
    ...commonClaims(request, caller.client.idTokenSeconds),
  };
  return applyChanges(claims, overrides.id);
}

function accessClaims(request: TokenRequest): JsonObject {
  const { caller, overrides } = request;
  const { add, suppress } = overrides.scopes;
  const scopes = [SELF_SERVICE_SCOPE, ...add].filter((scope) => !suppress.includes(scope));
  const v2 = caller.pool.settings.preTokenGenerationVersion === 'V2_0';
  const claims = {
    client_id: caller.client.id,
    username: caller.username,
    ...groupClaim(v2 ? (overrides.groups ?? caller.user.groups) : caller.user.groups),
    scope: scopes.join(' '),
    token_use: 'access',
    ...commonClaims(request, caller.client.accessTokenSeconds),
  };
  return applyChanges(claims, overrides.access);
}

function commonClaims(request: TokenRequest, lifetimeSeconds: number): JsonObject {
  const { caller, signIn, issuer, now } = request;
  const issuedAt = Math.floor(now / 1000);
  return {
    sub: caller.user.sub,
    iss: issuer,
    // Clients revoke only what has an origin_jti.
    ...(caller.client.enableTokenRevocation ? { origin_jti: signIn.originJti } : {}),
    event_id: signIn.eventId,
    auth_time: Math.floor(signIn.authenticatedAt / 1000),
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti: randomUUID(),
  };
}

/** The `…_verified` attributes are JSON booleans here, and strings everywhere else. */
function attributeClaims({ pool, client, user }: KnownCaller): JsonObject {
  const readable = readableAttributes(client, pool.settings.schema, user);
  const claims = [...readable].map(([name, value]) => {
    const isFlag = name === 'phone_number_verified' || name === 'email_verified';
    return [name, isFlag ? value.toLowerCase() === 'true' : value] as const;
  });
  return Object.fromEntries(claims);
}

function groupClaim(groups: readonly string[]): JsonObject {
  return groups.length === 0 ? {} : { 'cognito:groups': groups };
}

/** Some of the user's groups may give a role. */
function roleClaims({ pool, user }: KnownCaller): JsonObject {
  const { roles, preferred } = pool.groups.rolesOf(user.groups);
  if (roles.length === 0) return {};
  return {
    'cognito:roles': roles,
    ...(preferred === undefined ? {} : { 'cognito:preferred_role': preferred }),
  };
}

async function sign(claims: JsonObject, key: SigningKey): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ kid: key.kid, alg: 'RS256' })
    .sign(key.privateKey);
}
