/** What is kept of user pools, apart from what is under way: taken out, put back, and as JSON. */
import type { AppClient } from './cognito/app-client.ts';
import type { PoolKeys } from './cognito/pool-keys.ts';
import { type User, UserPool, type UserPoolSettings } from './cognito/user-pool.ts';
import { UserPools } from './cognito/user-pools.ts';
import { isJsonObject, type Json } from './json.ts';

export interface CognitoState {
  readonly pools: readonly PoolState[];
}

interface PoolState {
  readonly settings: UserPoolSettings;
  readonly users: readonly User[];
  readonly clients: readonly AppClient[];
  readonly keys?: PoolKeys | undefined;
}

/**
 * User pools, their app clients and their users, as JSON. It holds what signs people in: phone
 * numbers, password verifiers and client secrets.
 */
export interface Snapshot {
  readonly version: 1;
  readonly pools: readonly Json[];
}

/** All that is in it is immutable: it stays as it is whatever becomes of the pools. */
export function readState(pools: UserPools): CognitoState {
  return {
    pools: pools.all.map(({ id, settings, users, keys }) => ({
      ...{ settings, users, keys },
      clients: pools.clientsOf(id),
    })),
  };
}

export function restorePools({ pools }: CognitoState): UserPools {
  const restored = new UserPools();
  for (const { settings, users, clients, keys } of pools) {
    const pool = new UserPool(settings, keys);
    for (const user of users) pool.update(user, {}, user.modifiedAt);
    restored.addPool(pool);
    for (const client of clients) restored.addClient(client);
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

// JSON has neither maps nor big integers: they become objects with one member that says so.
const MAP = '$map';
const BIG_INTEGER = '$bigint';

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return { [BIG_INTEGER]: String(value) };
  if (value instanceof Map) return { [MAP]: toJson(Object.fromEntries(value)) };
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
  const { [MAP]: map, [BIG_INTEGER]: integer } = value;
  if (typeof integer === 'string') return BigInt(integer);
  const members = Object.entries(isJsonObject(map) ? map : value);
  const read = members.map(([name, held]) => [name, fromJson(held)] as const);
  return isJsonObject(map) ? new Map(read) : Object.fromEntries(read);
}
