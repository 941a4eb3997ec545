/** User attributes between the wire's `{Name, Value}` lists and the pool. */
import type { AppClient } from './app-client.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import type { Attribute } from './members.ts';
import type { User } from './user-pool.ts';

export function attributeMap(attributes: readonly Attribute[] = []): ReadonlyMap<string, string> {
  const map = new Map(attributes.map(({ Name, Value = '' }) => [Name, Value]));
  if (map.has('sub')) throw invalidParameter('user.sub: Attribute cannot be updated.');
  return map;
}

/**
 * Attributes that users set themselves: those that the app client may write, and nobody may vouch
 * for their own number or address.
 */
export function selfGivenAttributes(
  { writeAttributes }: AppClient,
  attributes: readonly Attribute[] | undefined,
): ReadonlyMap<string, string> {
  const map = attributeMap(attributes);
  const forbidden = (name: string) =>
    ['phone_number_verified', 'email_verified'].includes(name) ||
    writeAttributes?.includes(name) === false;
  if (map.keys().some(forbidden)) {
    throw notAuthorized('A client attempted to write unauthorized attribute');
  }
  return map;
}

/** ValidationData comes as a list too, and goes to triggers as a map. */
export function validationDataMap(
  data: readonly Attribute[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (data === undefined) return undefined;
  return Object.fromEntries(data.map(({ Name, Value = '' }) => [Name, Value]));
}

export function describeAttributes(user: User): readonly { Name: string; Value: string }[] {
  const attributes = new Map([['sub', user.sub], ...user.attributes]);
  return [...attributes].map(([Name, Value]) => ({ Name, Value }));
}
