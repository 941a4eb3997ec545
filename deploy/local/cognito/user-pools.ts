/** All user pools and app clients of the endpoint. */
import type { AppClient } from './app-client.ts';
import { resourceNotFound } from './errors.ts';
import type { UserPool } from './user-pool.ts';

export interface ClientOfPool {
  readonly pool: UserPool;
  readonly client: AppClient;
}

export class UserPools {
  readonly #pools = new Map<string, UserPool>();
  readonly #clients = new Map<string, AppClient>();

  /** Oldest first. */
  get all(): readonly UserPool[] {
    return [...this.#pools.values()];
  }

  addPool(pool: UserPool): void {
    this.#pools.set(pool.id, pool);
  }

  addClient(client: AppClient): void {
    this.#clients.set(client.id, client);
  }

  /** @throws CognitoError ResourceNotFoundException */
  pool(id: string): UserPool {
    const pool = this.#pools.get(id);
    if (pool === undefined) throw resourceNotFound(`User pool ${id} does not exist.`);
    return pool;
  }

  /**
   * A client and its pool. Where `poolId` is given, the client must belong to that pool.
   * @throws CognitoError ResourceNotFoundException
   */
  client(id: string, poolId?: string): ClientOfPool {
    const client = this.#clients.get(id);
    if (client === undefined) throw noSuchClient(id);
    const pool = this.pool(poolId ?? client.userPoolId);
    if (client.userPoolId !== pool.id) throw noSuchClient(id);
    return { pool, client };
  }

  /** @throws CognitoError ResourceNotFoundException */
  clientsOf(poolId: string): readonly AppClient[] {
    const pool = this.pool(poolId);
    return [...this.#clients.values()].filter((client) => client.userPoolId === pool.id);
  }
}

function noSuchClient(id: string): Error {
  return resourceNotFound(`User pool client ${id} does not exist.`);
}
