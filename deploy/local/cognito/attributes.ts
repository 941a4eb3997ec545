/** User attributes between the wire's `{Name, Value}` lists and the pool. */
import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import type { AppClient } from './app-client.ts';
import type { AttributeSchema } from './attribute-schema.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import type { Checked } from './request-shape.ts';
import type { User } from './user.ts';
import type { ClientOfPool } from './user-pools.ts';

type Attributes = readonly Checked<AttributeType>[];

export function attributeMap(attributes: Attributes = []): ReadonlyMap<string, string> {
  const map = new Map(attributes.map(({ Name, Value = '' }) => [Name, Value]));
  if (map.has('sub')) throw invalidParameter('user.sub: Attribute cannot be updated.');
  return map;
}

/**
 * Attributes that users set themselves: those that the app client may write, and nobody may vouch
 * for their own number or address.
 * @throws CognitoError NotAuthorizedException, InvalidParameterException
 */
export function selfGivenAttributes(
  target: ClientOfPool,
  attributes: Attributes | undefined,
): ReadonlyMap<string, string> {
  const map = attributeMap(attributes);
  checkWritable(target, map.keys());
  return map;
}

/** @throws CognitoError NotAuthorizedException, InvalidParameterException */
export function checkWritable({ pool, client }: ClientOfPool, names: Iterable<string>): void {
  const { schema } = pool.settings;
  for (const name of names) {
    // An attribute that doesn't exist is another fault, which is found later.
    const forbidden = schema.has(name) && !isListed(client.writeAttributes, schema, name);
    if (forbidden || ['phone_number_verified', 'email_verified'].includes(name)) {
      throw notAuthorized('A client attempted to write unauthorized attribute');
    }
  }
}

/** What users of an app client may see of themselves. */
export function readableAttributes(
  { readAttributes }: AppClient,
  schema: AttributeSchema,
  user: User,
): ReadonlyMap<string, string> {
  const all = [...user.attributes];
  return new Map(all.filter(([name]) => isListed(readAttributes, schema, name)));
}

/** ValidationData comes as a list too, and goes to triggers as a map. */
export function validationDataMap(
  data: Attributes | undefined,
): Readonly<Record<string, string>> | undefined {
  if (data === undefined) return undefined;
  return Object.fromEntries(data.map(({ Name, Value = '' }) => [Name, Value]));
}

export function describeAttributes(
  { sub }: User,
  attributes: ReadonlyMap<string, string>,
): { Name: string; Value: string }[] {
  return [['sub', sub] as const, ...attributes].map(([Name, Value]) => ({ Name, Value }));
}

function isListed(
  names: readonly string[] | undefined,
  schema: AttributeSchema,
  name: string,
): boolean {
  return names?.includes(name) ?? schema.isForAllClients(name);
}
