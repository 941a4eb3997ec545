/** The challenge of a user who signed in with a temporary password: choose another. */
import { checkWritable } from './attributes.ts';
import { invalidParameter } from './errors.ts';
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
export function newPasswordParameters(caller: KnownCaller): Record<string, string> {
  const { username, attributes } = caller.user;
  const missing = missingAttributes(caller).map((name) => `userAttributes.${name}`);
  return {
    USER_ID_FOR_SRP: username,
    requiredAttributes: JSON.stringify(missing),
    userAttributes: JSON.stringify(Object.fromEntries(attributes)),
  };
}

/** @throws CognitoError InvalidPasswordException, InvalidParameterException, NotAuthorizedException */
export function checkNewPassword(caller: KnownCaller, { password, attributes }: NewPassword): void {
  const { schema, options } = caller.pool.settings;
  checkPassword(passwordPolicyOf(options), password);
  checkWritable(caller, attributes.keys());
  schema.checkChanges(attributes);
  const missing = missingAttributes(caller).find((name) => !attributes.has(name));
  if (missing !== undefined) {
    throw invalidParameter(`Invalid attributes given, ${missing} is missing`);
  }
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

function missingAttributes({ pool, user }: KnownCaller): readonly string[] {
  return pool.settings.schema.required.filter((name) => !user.attributes.has(name));
}
