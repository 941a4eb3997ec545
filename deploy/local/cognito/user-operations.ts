/** The Admin operations on users. */
import {
  AdminConfirmSignUpCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { changeAttributes } from './attribute-changes.ts';
import { attributeMap, describeAttributes } from './attributes.ts';
import { codesWithout, sendCode } from './code-delivery.ts';
import { describeUser } from './describe-user.ts';
import { notAuthorized, userDoesNotExist } from './errors.ts';
import { adminOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { checkRecoverable, checkRecoveryByCode, recoveryAttribute } from './password-recovery.ts';
import { passwordPolicyOf } from './pool-options.ts';
import type { CognitoService } from './service.ts';
import { temporaryPasswordExpiry } from './temporary-password.ts';
import { postConfirmationEvent } from './trigger-events.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

export const userOperations = [
  adminOperation(AdminGetUserCommand, (service, input) => {
    const { user } = findUser(service, input);
    return { UserAttributes: describeAttributes(user, user.attributes), ...describeUser(user) };
  }),

  adminOperation(AdminUpdateUserAttributesCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    changeAttributes(service, pool, user, attributeMap(input.UserAttributes));
    return {};
  }),

  adminOperation(AdminDeleteUserAttributesCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    pool.removeAttributes(user, input.UserAttributeNames, service.now());
    return {};
  }),

  adminOperation(AdminSetUserPasswordCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    checkPassword(passwordPolicyOf(pool.settings.options), input.Password);
    const permanent = input.Permanent === true;
    const expiresAt = permanent ? undefined : temporaryPasswordExpiry(pool, service.now());
    const changed = pool.setPassword(user, input.Password, service.now(), expiresAt);
    const status = permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
    pool.update(changed, { status }, service.now());
    return {};
  }),

  adminOperation(AdminConfirmSignUpCommand, async (service, input) => {
    const { pool, user } = findUser(service, input);
    if (user.status !== 'UNCONFIRMED') {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    const codes = codesWithout(user, 'sign-up');
    const confirmed = pool.update(user, { status: 'CONFIRMED', codes }, service.now());
    const origin = { pool, client: undefined };
    const event = postConfirmationEvent(origin, confirmed, 'ConfirmSignUp', input.ClientMetadata);
    await service.triggers.runIfAttached(pool, 'PostConfirmation', event);
    return {};
  }),

  adminOperation(AdminResetUserPasswordCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    checkRecoveryByCode(pool);
    checkRecoverable(user);
    const attribute = recoveryAttribute(pool, user);
    const reset = pool.update(user, { status: 'RESET_REQUIRED' }, service.now());
    sendCode(service, pool, reset, 'new-password', attribute);
    return {};
  }),

  adminOperation(AdminDisableUserCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    pool.update(user, { enabled: false }, service.now());
    return {};
  }),

  adminOperation(AdminEnableUserCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    pool.update(user, { enabled: true }, service.now());
    return {};
  }),

  adminOperation(AdminDeleteUserCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    pool.delete(user);
    return {};
  }),

  adminOperation(AdminUserGlobalSignOutCommand, (service, input) => {
    const { pool, user } = findUser(service, input);
    service.signIns.revokeAllOf(pool, user, service.now());
    return {};
  }),
];

/** @throws CognitoError ResourceNotFoundException, UserNotFoundException */
export function findUser(
  service: CognitoService,
  input: { readonly UserPoolId: string; readonly Username: string },
): { readonly pool: UserPool; readonly user: User } {
  const pool = service.pools.pool(input.UserPoolId);
  const user = pool.find(input.Username);
  if (user === undefined) throw userDoesNotExist();
  return { pool, user };
}
