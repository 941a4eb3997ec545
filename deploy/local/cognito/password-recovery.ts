/** Who may get another password by a code, and where that code goes. */
import type { SignInAttribute } from './attribute-schema.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

const MECHANISMS: Readonly<Record<string, SignInAttribute>> = {
  verified_phone_number: 'phone_number',
  verified_email: 'email',
};

/** Whoever still has a temporary password is invited again instead. */
export function checkRecoverable({ status }: User): void {
  if (status === 'FORCE_CHANGE_PASSWORD') {
    throw notAuthorized('User password cannot be reset in the current state.');
  }
}

/** @throws CognitoError NotAuthorizedException, InvalidParameterException */
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
function recoveryOrder({ settings }: UserPool): readonly SignInAttribute[] {
  const mechanisms = settings.options.AccountRecoverySetting?.RecoveryMechanisms;
  if (mechanisms === undefined) return ['phone_number', 'email'];
  if (mechanisms.some(({ Name }) => Name === 'admin_only')) {
    throw notAuthorized('Contact administrator to reset password.');
  }
  return mechanisms
    .toSorted((one, other) => one.Priority - other.Priority)
    .flatMap(({ Name }) => MECHANISMS[Name] ?? []);
}
