/** What is kept of user pools, apart from what is under way: taken out, put back, and as JSON. */
import type { AppClient } from './cognito/app-client.ts';
import type { AttributeRule } from './cognito/attribute-rules.ts';
import { AttributeSchema } from './cognito/attribute-schema.ts';
import type { Group } from './cognito/groups.ts';
import type { PoolKeys } from './cognito/pool-keys.ts';
import type { UserPoolSettings } from './cognito/pool-settings.ts';
import type { User } from './cognito/user.ts';
import { UserPool } from './cognito/user-pool.ts';
import { UserPools } from './cognito/user-pools.ts';
import { isJsonObject, type Json } from './json.ts';

export interface CognitoState {
  readonly pools: readonly PoolState[];
}

interface PoolState {
  readonly settings: UserPoolSettings;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly clients: readonly AppClient[];
  readonly keys?: PoolKeys | undefined;
}

/**
 * User pools, their app clients, groups and users, as JSON. It holds what signs people in: phone
 * numbers, password verifiers and client secrets.
 */
export interface Snapshot {
  readonly version: 1;
  readonly pools: readonly Json[];
}

/** All that is in it is immutable: it stays as it is whatever becomes of the pools. */
export function readState(pools: UserPools): CognitoState {
  return {
    pools: pools.all.map(({ id, settings, users, groups, keys }) => ({
      ...{ settings, users, groups: groups.all, keys },
      clients: pools.clientsOf(id),
    })),
  };
}

export function restorePools({ pools }: CognitoState): UserPools {
  const restored = new UserPools();
  for (const { settings, users, groups, clients, keys } of pools) {
    const pool = new UserPool(settings, keys);
    for (const group of groups) pool.groups.add(group);
    for (const user of users) pool.update(user, {}, user.modifiedAt);
    restored.addPool(pool);
    for (const client of clients) restored.setClient(client);
  }
  return restored;
}

export function toSnapshot({ pools }: CognitoState): Snapshot {
  const withoutKeys = pools.map(({ keys: _, ...kept }) => toJson(kept));
  return { version: 1, pools: withoutKeys };
}

/**
 * @param running whose signing keys stay in use, so that apps need not fetch others.
 * @throws TypeError where it is none that {@link toSnapshot} makes
 */
export function fromSnapshot(snapshot: Snapshot, running: UserPools): CognitoState {
  if (snapshot?.version !== 1 || !Array.isArray(snapshot.pools)) {
    throw new TypeError('restore takes what snapshot() gave, and this is none of version 1.');
  }
  const keys = new Map(running.all.map((pool) => [pool.id, pool.keys]));
  const pools = snapshot.pools.map((kept) => fromJson(kept) as PoolState);
  return { pools: pools.map((pool) => ({ ...pool, keys: keys.get(pool.settings.id) })) };
}

// What JSON has no form for becomes an object with one member, which says what it was.
const MAP = '$map';
const BIG_INTEGER = '$bigint';
const SCHEMA = '$schema';

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return { [BIG_INTEGER]: String(value) };
  if (value instanceof Map) return { [MAP]: toJson(Object.fromEntries(value)) };
  if (value instanceof AttributeSchema) return { [SCHEMA]: toJson(parts(value)) };
  if (Array.isArray(value)) return value.map(toJson);
  if (isJsonObject(value)) {
    const members = Object.entries(value).filter(([, held]) => held !== undefined);
    return Object.fromEntries(members.map(([name, held]) => [name, toJson(held)]));
  }
  return value as Json;
}

function fromJson(value: Json): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (!isJsonObject(value)) return value;
  const { [MAP]: map, [BIG_INTEGER]: integer, [SCHEMA]: schema } = value;
  if (typeof integer === 'string') return BigInt(integer);
  if (isJsonObject(schema)) return fromParts(fromJson(schema) as SchemaParts);
  const members = Object.entries(isJsonObject(map) ? map : value);
  const read = members.map(([name, held]) => [name, fromJson(held)] as const);
  return isJsonObject(map) ? new Map(read) : Object.fromEntries(read);
}

interface SchemaParts {
  readonly rules: readonly AttributeRule[];
  readonly open: boolean;
}

function parts({ rules, open }: AttributeSchema): SchemaParts {
  return { rules, open };
}

function fromParts({ rules, open }: SchemaParts): AttributeSchema {
  return new AttributeSchema(rules, open);
}
