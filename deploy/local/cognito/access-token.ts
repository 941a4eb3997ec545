/** Checks the access token that a user-facing operation was called with. */
import { decodeJwt, errors, jwtVerify } from 'jose';
import { notAuthorized, userDoesNotExist } from './errors.ts';
import type { CognitoService } from './service.ts';
import { SELF_SERVICE_SCOPE } from './tokens.ts';
import type { KnownCaller } from './trigger-events.ts';
import type { ClientOfPool } from './user-pools.ts';

/**
 * Who an access token speaks for.
 * @throws CognitoError NotAuthorizedException, UserNotFoundException
 */
export async function callerOf(service: CognitoService, token: string): Promise<KnownCaller> {
  const target = issuedBy(service, token);
  const claims = await verify(service, target, token);
  const signIn = service.signIns.ofEvent(String(claims.event_id));
  if (signIn === undefined) throw invalidToken();
  if (service.signIns.isRevoked(signIn)) throw notAuthorized('Access Token has been revoked');
  if (!String(claims.scope).split(' ').includes(SELF_SERVICE_SCOPE)) {
    throw notAuthorized('Access Token does not have required scopes');
  }
  const user = target.pool.user(signIn.username);
  // Someone else may have taken the name of a user who is gone.
  if (user?.sub !== signIn.sub) throw userDoesNotExist();
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { ...target, username: user.username, user };
}

async function verify(service: CognitoService, { pool }: ClientOfPool, token: string) {
  try {
    const { publicKey } = await pool.keys.access;
    const currentDate = new Date(service.now());
    return (await jwtVerify(token, publicKey, { algorithms: ['RS256'], currentDate })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw notAuthorized('Access Token has expired');
    throw invalidToken();
  }
}

/** The client a token names, before anything about the token is proven. */
function issuedBy(service: CognitoService, token: string): ClientOfPool {
  try {
    return service.pools.client(String(decodeJwt(token).client_id));
  } catch {
    throw invalidToken();
  }
}

function invalidToken(): Error {
  return notAuthorized('Invalid Access Token');
}
