/** What a user looks like on the wire. */
import type { UserType } from '@aws-sdk/client-cognito-identity-provider';
import { describeAttributes } from './attributes.ts';
import type { Checked } from './request-shape.ts';
import type { User } from './user.ts';

/** @param attributes which of the user's attributes to show: all, or those with these names */
export function describeListedUser(user: User, attributes?: readonly string[]): Checked<UserType> {
  const all = describeAttributes(user, user.attributes);
  const shown = all.filter(({ Name }) => attributes?.includes(Name) ?? true);
  return { Attributes: shown, ...describeUser(user) };
}

export function describeUser(user: User) {
  return {
    Username: user.username,
    UserCreateDate: new Date(user.createdAt),
    UserLastModifiedDate: new Date(user.modifiedAt),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
