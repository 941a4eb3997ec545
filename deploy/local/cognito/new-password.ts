/** The challenge of a user who signed in with a temporary password: choose another. */
import { checkWritable } from './attributes.ts';
import { checkPassword } from './password-policy.ts';
import { passwordPolicyOf } from './pool-options.ts';
import type { CognitoService } from './service.ts';
import type { KnownCaller } from './trigger-events.ts';
import type { User } from './user.ts';

export interface NewPassword {
  readonly password: string;
  /** Those that the pool requires and an administrator left out, and any others. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Both lists are JSON in a text, and only the names that are required have a prefix. */
export function newPasswordParameters({ pool, user }: KnownCaller): Record<string, string> {
  const missing = pool.settings.schema.required.filter((name) => !user.attributes.has(name));
  return {
    USER_ID_FOR_SRP: user.username,
    requiredAttributes: JSON.stringify(missing.map((name) => `userAttributes.${name}`)),
    userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
  };
}

/** @throws CognitoError InvalidPasswordException, InvalidParameterException, NotAuthorizedException */
export function checkNewPassword(caller: KnownCaller, { password, attributes }: NewPassword): void {
  const { schema, options } = caller.pool.settings;
  checkPassword(passwordPolicyOf(options), password);
  checkWritable(caller, attributes.keys());
  schema.checkValues(attributes);
  schema.checkComplete(new Map([...caller.user.attributes, ...attributes]));
}

export function setNewPassword(
  service: CognitoService,
  { pool, user }: KnownCaller,
  { password, attributes }: NewPassword,
): User {
  const changed = pool.updateAttributes(user, attributes, service.now());
  const secured = pool.setPassword(changed, password, service.now());
  return pool.update(secured, { status: 'CONFIRMED' }, service.now());
}
