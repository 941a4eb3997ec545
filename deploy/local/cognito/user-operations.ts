/** The Admin operations on users. */
import { attributeMap, describeAttributes, validationDataMap } from './attributes.ts';
import { notAuthorized, userDoesNotExist } from './errors.ts';
import { attributes, password, username, userPoolId } from './members.ts';
import { adminOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { flag, required, textMap } from './request-shape.ts';
import type { CognitoService } from './service.ts';
import { preSignUpEvent } from './trigger-events.ts';
import type { User, UserPool } from './user-pool.ts';

const userShape = { UserPoolId: required(userPoolId()), Username: required(username()) };

export const userOperations = {
  AdminCreateUser: adminOperation(
    {
      ...userShape,
      UserAttributes: attributes(),
      ValidationData: attributes(),
      TemporaryPassword: password(),
      ClientMetadata: textMap(),
    },
    async (service, input) => {
      const pool = service.pools.pool(input.UserPoolId);
      if (input.TemporaryPassword !== undefined) checkPassword(input.TemporaryPassword);
      const identity = pool.identify(input.Username, attributeMap(input.UserAttributes));
      const event = preSignUpEvent(
        { pool, client: undefined, username: identity.username },
        identity.attributes,
        validationDataMap(input.ValidationData),
        input.ClientMetadata,
      );
      await service.triggers.runIfAttached(pool, 'PreSignUp', event);
      const created = pool.create(identity, 'FORCE_CHANGE_PASSWORD', service.now());
      const user =
        input.TemporaryPassword === undefined
          ? created
          : pool.setPassword(created, input.TemporaryPassword, service.now());
      return { User: { Attributes: describeAttributes(user), ...describeUser(user) } };
    },
  ),

  AdminGetUser: adminOperation(userShape, (service, input) => {
    const { user } = find(service, input);
    return { UserAttributes: describeAttributes(user), ...describeUser(user) };
  }),

  AdminUpdateUserAttributes: adminOperation(
    { ...userShape, UserAttributes: required(attributes()) },
    (service, input) => {
      const { pool, user } = find(service, input);
      pool.updateAttributes(user, attributeMap(input.UserAttributes), service.now());
      return {};
    },
  ),

  AdminSetUserPassword: adminOperation(
    { ...userShape, Password: required(password()), Permanent: flag() },
    (service, input) => {
      const { pool, user } = find(service, input);
      checkPassword(input.Password);
      const status = input.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      const changed = pool.setPassword(user, input.Password, service.now());
      pool.update(changed, { status }, service.now());
      return {};
    },
  ),

  AdminConfirmSignUp: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    if (user.status !== 'UNCONFIRMED') {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    pool.update(user, { status: 'CONFIRMED', confirmation: undefined }, service.now());
    return {};
  }),

  AdminResetUserPassword: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    pool.update(user, { status: 'RESET_REQUIRED' }, service.now());
    return {};
  }),

  AdminDisableUser: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    pool.update(user, { enabled: false }, service.now());
    return {};
  }),

  AdminEnableUser: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    pool.update(user, { enabled: true }, service.now());
    return {};
  }),

  AdminDeleteUser: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    pool.delete(user);
    return {};
  }),

  AdminUserGlobalSignOut: adminOperation(userShape, (service, input) => {
    const { pool, user } = find(service, input);
    service.signIns.revokeAllOf(pool, user, service.now());
    return {};
  }),
};

/** @throws CognitoError ResourceNotFoundException, UserNotFoundException */
function find(
  service: CognitoService,
  input: { readonly UserPoolId: string; readonly Username: string },
): { readonly pool: UserPool; readonly user: User } {
  const pool = service.pools.pool(input.UserPoolId);
  const user = pool.find(input.Username);
  if (user === undefined) throw userDoesNotExist();
  return { pool, user };
}

/** Times are epoch seconds on the wire. */
function describeUser(user: User): object {
  return {
    Username: user.username,
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
