/** Items of the table, as the adapters see them and as DynamoDB spells them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The table's key, a string: what an item is, and whose. */
export const KEY_ATTRIBUTE = 'pk';

/** The attribute, in epoch seconds, for DynamoDB's Time to Live to delete items by. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** What an attribute holds; the table's other types are not used. A set is never empty. */
export type Value = string | number | ReadonlySet<string>;

/** Values by attribute name. */
export type Item = Readonly<Record<string, Value>>;

/** Epoch milliseconds as Time to Live wants them. */
export function expirySeconds(epochMs: number): number {
  return Math.ceil(epochMs / 1000);
}

/** As DynamoDB names an item. */
export function keyOf(key: string): Record<string, AttributeValue> {
  return { [KEY_ATTRIBUTE]: { S: key } };
}

/** The key of an item as DynamoDB answers it. */
export function keyIn(item: Record<string, AttributeValue>): string {
  return item[KEY_ATTRIBUTE]?.S ?? '';
}

/** What the names and values in expressions stand for. */
export function substitutions(expressions: string, values: Item | undefined) {
  const names = [...expressions.matchAll(/#(\w+)/g)].map(([alias, name]) => [alias, name]);
  const held = Object.entries(values ?? {}).map(([name, value]) => [
    `:${name}`,
    attributeValue(value),
  ]);
  return {
    // DynamoDB refuses empty maps.
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(held.length > 0 && { ExpressionAttributeValues: Object.fromEntries(held) }),
  };
}

function attributeValue(value: Value): AttributeValue {
  switch (typeof value) {
    case 'number':
      return { N: String(value) };
    case 'string':
      return { S: value };
    default:
      return { SS: [...value] };
  }
}

/** An item as DynamoDB answers it, without what is of other types. */
export function plain(item: Record<string, AttributeValue>): Item {
  const values: Record<string, Value> = {};
  for (const [name, { S, N, SS }] of Object.entries(item)) {
    if (S !== undefined) {
      values[name] = S;
    } else if (N !== undefined) {
      values[name] = Number(N);
    } else if (SS !== undefined) {
      values[name] = new Set(SS);
    }
  }
  return values;
}
