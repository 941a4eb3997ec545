/** Who may get another password by a code, and where that code goes. */
import type { SignInAttribute } from './attribute-schema.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

const MECHANISMS: Readonly<Record<string, SignInAttribute>> = {
  verified_phone_number: 'phone_number',
  verified_email: 'email',
};

/**
 * Before anyone is looked up, so that the answer does not say who has an account.
 * @throws CognitoError NotAuthorizedException
 */
export function checkRecoveryByUser(pool: UserPool): void {
  if (isByAdministrators(pool)) throw notAuthorized('Contact administrator to reset password.');
}

/** @throws CognitoError NotAuthorizedException */
export function checkRecoveryByCode(pool: UserPool): void {
  if (!isByAdministrators(pool)) return;
  throw notAuthorized(
    'This userpool does not have password recovery mechanism, the administrator must set a new password.',
  );
}

/** Whoever still has a temporary password is invited again instead. */
export function checkRecoverable({ enabled, status }: User): void {
  if (!enabled) throw notAuthorized('User is disabled.');
  if (status === 'FORCE_CHANGE_PASSWORD') {
    throw notAuthorized('User password cannot be reset in the current state.');
  }
}

/** @throws CognitoError InvalidParameterException */
export function recoveryAttribute(pool: UserPool, user: User): SignInAttribute {
  const isVerified = (name: SignInAttribute) =>
    user.attributes.get(`${name}_verified`)?.toLowerCase() === 'true' && user.attributes.has(name);
  const found = recoveryOrder(pool).find(isVerified);
  if (found === undefined) {
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  }
  return found;
}

/** A pool that says nothing prefers the phone. */
function recoveryOrder(pool: UserPool): readonly SignInAttribute[] {
  const mechanisms = mechanismsOf(pool);
  if (mechanisms === undefined) return ['phone_number', 'email'];
  return mechanisms
    .toSorted((one, other) => one.Priority - other.Priority)
    .flatMap(({ Name }) => MECHANISMS[Name] ?? []);
}

function isByAdministrators(pool: UserPool): boolean {
  return mechanismsOf(pool)?.some(({ Name }) => Name === 'admin_only') ?? false;
}

function mechanismsOf({ settings }: UserPool) {
  return settings.options.AccountRecoverySetting?.RecoveryMechanisms;
}
