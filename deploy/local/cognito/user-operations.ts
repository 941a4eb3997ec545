/** The Admin operations on users. */
import { CognitoError, userDoesNotExist } from './errors.ts';
import { type Attribute, attributes, username, userPoolId } from './members.ts';
import { adminOperation } from './operation.ts';
import { required } from './request-shape.ts';
import type { User, UserPool } from './user-pool.ts';

const userShape = { UserPoolId: required(userPoolId()), Username: required(username()) };

export const userOperations = {
  AdminCreateUser: adminOperation(
    { ...userShape, UserAttributes: attributes() },
    (service, input) => {
      const pool = service.pools.pool(input.UserPoolId);
      const user = pool.create(
        {
          username: input.Username,
          attributes: attributeMap(input.UserAttributes),
          status: 'FORCE_CHANGE_PASSWORD',
        },
        service.now(),
      );
      return { User: { Attributes: describeAttributes(user), ...describeUser(user) } };
    },
  ),

  AdminGetUser: adminOperation(userShape, (service, input) => {
    const user = requireUser(service.pools.pool(input.UserPoolId), input.Username);
    return { UserAttributes: describeAttributes(user), ...describeUser(user) };
  }),

  AdminUpdateUserAttributes: adminOperation(
    { ...userShape, UserAttributes: required(attributes()) },
    (service, input) => {
      const pool = service.pools.pool(input.UserPoolId);
      const user = requireUser(pool, input.Username);
      pool.updateAttributes(user, attributeMap(input.UserAttributes), service.now());
      return {};
    },
  ),
};

/** @throws CognitoError UserNotFoundException */
function requireUser(pool: UserPool, name: string): User {
  const user = pool.find(name);
  if (user === undefined) throw userDoesNotExist();
  return user;
}

export function attributeMap(attributes: readonly Attribute[] = []): ReadonlyMap<string, string> {
  const map = new Map(attributes.map(({ Name, Value = '' }) => [Name, Value]));
  if (map.has('sub')) {
    const message = 'Cannot modify the non-mutable attribute sub';
    throw new CognitoError('InvalidParameterException', message);
  }
  return map;
}

export function describeAttributes(user: User): readonly { Name: string; Value: string }[] {
  const attributes = new Map([['sub', user.sub], ...user.attributes]);
  return [...attributes].map(([Name, Value]) => ({ Name, Value }));
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
