/** Gathers what a local Cognito starts with: from a file, from the options, and triggers from theirs. */

import { type TriggerName, triggerNames } from './cognito/trigger-names.ts';
import {
  type ClientConfig,
  type CognitoConfig,
  CognitoConfigError,
  checkConfig,
  type PoolConfig,
  readConfigFile,
  type TriggerSources,
  type UserConfig,
} from './cognito-config.ts';
import { DEFAULT_CLIENT_ID, DEFAULT_POOL_ID, type TriggerHandlers } from './endpoint.ts';
import type { LambdaHandler } from './lambda.ts';
import { TriggerFile } from './load-handler.ts';

type ClientPlan = ClientConfig & { readonly id: string };

/** A pool with all that goes into it. */
export interface PoolPlan
  extends Pick<PoolConfig, 'usernameAttributes' | 'aliasAttributes' | 'preTokenGenerationVersion'> {
  readonly id: string;
  readonly users: readonly (string | UserConfig)[];
  readonly clients: readonly ClientPlan[];
  readonly triggers: TriggerHandlers;
}

export interface LoadedConfig {
  readonly settings: Omit<CognitoConfig, 'pools' | 'users' | 'triggers'>;
  readonly pools: readonly [PoolPlan, ...PoolPlan[]];
}

type LoadedPool = Omit<PoolConfig, 'triggers'> & { readonly triggers: TriggerHandlers };
type LoadedPart = Omit<CognitoConfig, 'pools' | 'triggers'> & {
  readonly pools?: readonly LoadedPool[];
  readonly triggers?: TriggerHandlers;
};

/**
 * @param file a JSON file, whose settings give way to those of the same name in `options`.
 * @throws CognitoConfigError, HandlerError
 */
export async function loadConfig(
  options: CognitoConfig,
  file: string | undefined,
): Promise<LoadedConfig> {
  const given = withoutUndefined(checkConfig(options, 'startLocalCognito'));
  const held = file === undefined ? undefined : await readConfigFile(file);
  const rest = Object.entries(held?.config ?? {}).filter(([name]) => !Object.hasOwn(given, name));
  const { users, triggers, pools, ...settings } = {
    ...(await loadPart(Object.fromEntries(rest), held?.directory ?? '.')),
    ...(await loadPart(given, process.cwd())),
  };
  return { settings, pools: planPools(pools ?? [], users ?? [], triggers ?? {}) };
}

/** A setting that is there, but undefined, would hide its default. */
export function withoutUndefined<T extends object>(settings: T): Defined<T> {
  const defined = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<T>;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

async function loadPart(
  { pools, triggers, ...rest }: CognitoConfig,
  directory: string,
): Promise<LoadedPart> {
  const load = async (pool: PoolConfig) => ({
    ...pool,
    triggers: await loadTriggers(pool.triggers, directory),
  });
  return {
    ...rest,
    ...(pools !== undefined && { pools: await Promise.all(pools.map(load)) }),
    ...(triggers !== undefined && { triggers: await loadTriggers(triggers, directory) }),
  };
}

async function loadTriggers(
  sources: TriggerSources = {},
  directory: string,
): Promise<TriggerHandlers> {
  const functions: { [T in TriggerName]?: LambdaHandler } = {};
  const files = new Map<TriggerName, string>();
  for (const name of triggerNames) {
    const source = sources[name];
    if (typeof source === 'string') files.set(name, source);
    else if (source !== undefined) functions[name] = source;
  }
  const loaded = await Promise.all(TriggerFile.of(files, directory).map((file) => file.load()));
  return Object.assign(functions, ...loaded);
}

/** @throws CognitoConfigError where pools or clients can't be told apart */
function planPools(
  pools: readonly LoadedPool[],
  users: NonNullable<CognitoConfig['users']>,
  triggers: TriggerHandlers,
): LoadedConfig['pools'] {
  const [first = { triggers: {} }, ...others] = pools;
  const plans: LoadedConfig['pools'] = [
    planPool({
      id: DEFAULT_POOL_ID,
      ...withoutUndefined(first),
      users: [...(first.users ?? []), ...users],
      triggers: { ...first.triggers, ...triggers },
      clients: (first.clients ?? [{}]).map(nameFirst),
    }),
    ...others.map(planPool),
  ];
  checkDistinct('pool', plans);
  checkDistinct(
    'client',
    plans.flatMap(({ clients }) => clients),
  );
  return plans;
}

function nameFirst(client: ClientConfig, position: number): ClientConfig {
  return position === 0 ? { id: DEFAULT_CLIENT_ID, ...withoutUndefined(client) } : client;
}

function planPool({ id, users = [], clients = [], ...rest }: LoadedPool): PoolPlan {
  if (id === undefined) {
    throw new CognitoConfigError(
      'Every pool but the first needs an id, such as us-east-1_Second: give it one in pools.',
    );
  }
  return { ...rest, id, users, clients: clients.map((client) => planClient(client, id)) };
}

function planClient({ id, ...rest }: ClientConfig, pool: string): ClientPlan {
  if (id !== undefined) return { ...rest, id };
  throw new CognitoConfigError(
    `Every client but the first of the first pool needs an id: give one to each of ${pool}.`,
  );
}

function checkDistinct(what: string, named: readonly { readonly id: string }[]): void {
  const ids = named.map(({ id }) => id);
  const twice = ids.find((id, position) => ids.indexOf(id) !== position);
  if (twice === undefined) return;
  throw new CognitoConfigError(`There are two ${what}s ${twice}: each ${what} needs its own id.`);
}
