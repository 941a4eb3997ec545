/** Makes the pools that a local Cognito starts with, from what was said about them. */

import { CognitoError } from './cognito/errors.ts';
import { triggerNames } from './cognito/trigger-names.ts';
import type { UserPool } from './cognito/user-pool.ts';
import { UserPools } from './cognito/user-pools.ts';
import { CognitoConfigError, type UserConfig } from './cognito-config.ts';
import {
  addUser,
  createClient,
  createPool,
  type LocalEndpoint,
  type SeedUser,
} from './endpoint.ts';
import { type PoolPlan, withoutUndefined } from './load-config.ts';

/**
 * @param register makes a function invokable, and gives its ARN back.
 * @param now epoch milliseconds
 * @throws CognitoConfigError where Cognito would refuse a user
 */
export function buildPools(
  plans: readonly PoolPlan[],
  register: LocalEndpoint['register'],
  now: number,
): UserPools {
  const pools = new UserPools();
  for (const plan of plans) {
    pools.addPool(buildPool(plan, register, now));
    for (const { id, ...settings } of plan.clients) {
      pools.setClient({ ...createClient(plan.id, withoutUndefined(settings), now), id });
    }
  }
  return pools;
}

function buildPool(plan: PoolPlan, register: LocalEndpoint['register'], now: number): UserPool {
  const { id, users, clients: _clients, triggers: handlers, ...settings } = plan;
  const pool = createPool({ poolId: id, ...withoutUndefined(settings) }, now);
  const triggers = new Map(pool.settings.triggers);
  for (const name of triggerNames) {
    const handler = handlers[name];
    if (handler !== undefined) triggers.set(name, register(`${id}-${name}`, handler));
  }
  pool.settings = { ...pool.settings, triggers };
  for (const [position, user] of users.entries()) seed(pool, user, position, now);
  return pool;
}

/** @throws CognitoConfigError where Cognito would refuse the user */
function seed(pool: UserPool, user: string | UserConfig, position: number, now: number): void {
  try {
    addUser(pool, typeof user === 'string' ? phoneUser(user) : withoutUndefined(user), now);
  } catch (cause) {
    if (!(cause instanceof CognitoError)) throw cause;
    const which = `User ${position + 1} of pool ${pool.id}`;
    throw new CognitoConfigError(`${which} can't be added: ${cause.message}`, { cause });
  }
}

function phoneUser(number: string): SeedUser {
  return { username: number, attributes: { phone_number_verified: 'true' } };
}
