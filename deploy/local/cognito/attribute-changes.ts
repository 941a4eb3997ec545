/** Changes of a user's attributes, with the codes that they call for. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { checkVouchedFor, type SignInAttribute, signInAttributes } from './attribute-schema.ts';
import { sendCode } from './code-delivery.ts';
import type { CognitoService } from './service.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

/**
 * A new number or address that the pool verifies gets a code. Where the pool asks for it, the old
 * one stays until that code has come back.
 * @returns where codes went
 * @throws CognitoError InvalidParameterException, AliasExistsException
 */
export function changeAttributes(
  service: CognitoService,
  pool: UserPool,
  user: User,
  changes: ReadonlyMap<string, string>,
): CodeDeliveryDetailsType[] {
  pool.settings.schema.checkMutable(changes.keys());
  pool.settings.schema.checkChanges(changes);
  checkVouchedFor(changes, new Map([...user.attributes, ...changes]));
  const unproven = signInAttributes.filter((name) => isUnproven(pool, user, changes, name));
  const held = unproven.filter((name) => staysUntilVerified(pool, name));
  const unverified = new Map(user.unverified);
  for (const name of held) unverified.set(name, changes.get(name) ?? '');
  const now = [...changes].filter(([name]) => !held.some((waiting) => waiting === name));
  const changed = pool.updateAttributes(user, new Map(now), service.now());
  pool.update(changed, { unverified }, service.now());
  return unproven.map((name) => {
    const current = pool.user(user.username) ?? changed;
    return sendCode(service, pool, current, name, name);
  });
}

function isUnproven(
  pool: UserPool,
  user: User,
  changes: ReadonlyMap<string, string>,
  name: SignInAttribute,
): boolean {
  const value = changes.get(name);
  const changed = value !== undefined && value !== '' && value !== user.attributes.get(name);
  const vouchedFor = changes.get(`${name}_verified`)?.toLowerCase() === 'true';
  return changed && !vouchedFor && pool.verifies(name);
}

function staysUntilVerified({ settings }: UserPool, name: SignInAttribute): boolean {
  const { UserAttributeUpdateSettings: update } = settings.options;
  return update?.AttributesRequireVerificationBeforeUpdate?.includes(name) ?? false;
}
