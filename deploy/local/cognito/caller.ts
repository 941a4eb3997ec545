/** Finds out who a call is about, and whether they may sign in at all. */
import { createHash } from 'node:crypto';
import { CognitoError, notAuthorized, userDoesNotExist } from './errors.ts';
import type { PendingSignIn } from './pending-sign-in.ts';
import type { Caller } from './trigger-events.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';
import type { ClientOfPool } from './user-pools.ts';

/**
 * The user behind the name someone typed. Where the app client hides whether users exist, an
 * unknown name gets a made-up username that is the same every time.
 * @throws CognitoError UserNotFoundException, NotAuthorizedException, UserNotConfirmedException,
 *   PasswordResetRequiredException
 */
export function resolveCaller({ pool, client }: ClientOfPool, typedUsername: string): Caller {
  const user = pool.find(typedUsername);
  const username = user?.username ?? madeUpUsername(pool, typedUsername);
  return checked({ pool, client, username, user });
}

/** The same user at a later round: looked up anew, for much may have happened meanwhile. */
export function resolveAgain({ pool, client }: ClientOfPool, pending: PendingSignIn): Caller {
  const user = pool.user(pending.username);
  return checked({ pool, client, username: pending.username, user });
}

/**
 * The user whom a call names that needs no sign-in, such as for a code: undefined for an unknown one
 * of a client that hides whether users exist.
 * @throws CognitoError UserNotFoundException
 */
export function findNamed({ pool, client }: ClientOfPool, name: string): User | undefined {
  const user = pool.find(name);
  if (user === undefined && client.preventUserExistenceErrors === 'LEGACY') {
    const message = 'Username/client id combination not found.';
    throw new CognitoError('UserNotFoundException', message);
  }
  return user;
}

/**
 * The same, of a call for a code: who is disabled gets none, and is as good as unknown there.
 * @throws CognitoError UserNotFoundException
 */
export function findRecipient(target: ClientOfPool, name: string): User | undefined {
  const user = findNamed(target, name);
  const hides = target.client.preventUserExistenceErrors === 'ENABLED';
  return hides && user?.enabled === false ? undefined : user;
}

/** Whether `name` is a name of the user who waits: canonical, as first typed, or any alias. */
export function isNameOf(pool: UserPool, pending: PendingSignIn, name: string): boolean {
  const known = name === pending.username || name === pending.typedUsername;
  return known || pool.find(name)?.username === pending.username;
}

function checked(caller: Caller): Caller {
  if (caller.user !== undefined) checkMaySignIn(caller.user);
  else if (caller.client.preventUserExistenceErrors === 'LEGACY') throw userDoesNotExist();
  return caller;
}

/** FORCE_CHANGE_PASSWORD is no hindrance: this flow asks for no password. */
function checkMaySignIn(user: User): void {
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.status === 'UNCONFIRMED') {
    throw new CognitoError('UserNotConfirmedException', 'User is not confirmed.');
  }
  if (user.status === 'RESET_REQUIRED') {
    const message = 'Password reset required for the user';
    throw new CognitoError('PasswordResetRequiredException', message);
  }
}

/** A version 3 UUID: name-based, so stable for the same pool and name. */
function madeUpUsername(pool: UserPool, typedUsername: string): string {
  const hash = createHash('md5').update(`${pool.id}/${typedUsername}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x30, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
