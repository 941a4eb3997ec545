/**
 * The local endpoint: the wire protocols of Cognito and of each SMS provider on one address of this
 * machine, with trigger functions that run in this process. `startLocalEndpoint` is all a test needs.
 */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type AppClient, clientDefaults } from './cognito/app-client.ts';
import { AttributeSchema, type SignInAttribute } from './cognito/attribute-schema.ts';
import { shownInSeconds } from './cognito/client-settings.ts';
import type { PendingSignIn } from './cognito/pending-sign-in.ts';
import {
  type AliasAttribute,
  type PreTokenGenerationVersion,
  poolDefaults,
  regionOf,
} from './cognito/pool-settings.ts';
import type { CallListener, RefusalListener } from './cognito/protocol.ts';
import type { CognitoService } from './cognito/service.ts';
import { SessionStore } from './cognito/sessions.ts';
import { SignIns } from './cognito/sign-ins.ts';
import { customAuthTriggers, type TriggerName, triggerNames } from './cognito/trigger-names.ts';
import { type TriggerListener, Triggers } from './cognito/triggers.ts';
import type { UserStatus } from './cognito/user.ts';
import { UserPool } from './cognito/user-pool.ts';
import { UserPools } from './cognito/user-pools.ts';
import { Inbox } from './inbox.ts';
import { DEFAULT_HOST } from './known-hosts.ts';
import { type FunctionLog, type LambdaHandler, LambdaService } from './lambda.ts';
import { createLambdaRoutes } from './lambda-routes.ts';
import { createRoutes } from './routes.ts';
import { type SmsFate, type SmsFault, SmsNetwork } from './sms-network.ts';

export const DEFAULT_POOL_ID = 'us-east-1_PhoneOtp';
/** The name of one function behind all of custom auth; others go by their trigger's. */
const DEFAULT_FUNCTION = 'phone-otp';

export const DEFAULT_CLIENT_ID = 'phoneotp';

/** Which function runs for which trigger. One function may serve several. */
export type TriggerHandlers = { readonly [T in TriggerName]?: LambdaHandler };

export interface SeedUser {
  /** In a phone sign-in pool the phone number; elsewhere any name. */
  readonly username: string;
  /** Values as the strings Cognito keeps: `phone_number_verified` is `'true'`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Default CONFIRMED. */
  readonly status?: UserStatus;
  /** Default true. */
  readonly enabled?: boolean;
  /** Made where they are not there yet. */
  readonly groups?: readonly string[];
  /** Default none. Whatever it is: the pool's rules for passwords are not asked. */
  readonly password?: string;
}

export interface LocalEndpointOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The address to listen at: default 127.0.0.1, which only this machine reaches. */
  readonly host?: string;
  /** Key and certificate in PEM, to serve HTTPS: default HTTP. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly triggers?: TriggerHandlers;
  readonly users?: readonly SeedUser[];
  readonly smsFault?: SmsFault;
  /** How long Cognito waits for a trigger: default 5000, as on AWS. */
  readonly triggerTimeoutMs?: number;
  /** How often Cognito calls a trigger that doesn't answer: default 3, as on AWS. */
  readonly triggerAttempts?: number;
  /** Refuse incomplete trigger output that AWS only sometimes refuses: default true. */
  readonly strictTriggerOutput?: boolean;
  /** Epoch milliseconds, for sessions, tokens and the inbox: default the machine's clock. */
  readonly now?: () => number;
  /** How users of the pool sign in: default by phone number. */
  readonly usernameAttributes?: readonly SignInAttribute[];
  readonly aliasAttributes?: readonly AliasAttribute[];
  /** Default V1_0, as on AWS. */
  readonly preTokenGenerationVersion?: PreTokenGenerationVersion;
  /**
   * Default {@link DEFAULT_POOL_ID}. The part before the underscore is the region of the pools made
   * later.
   */
  readonly poolId?: string;
  /**
   * What a pool's id is appended to for the `iss` of its tokens: default the endpoint's address,
   * where the keys are. On AWS it is `https://cognito-idp.us-east-1.amazonaws.com`, and some clients
   * take no other.
   */
  readonly issuer?: string;
  /**
   * Changes to the app client, which has Cognito's defaults but for two things: it hides whether
   * users exist, and allows only custom auth and refreshing.
   */
  readonly client?: Partial<Omit<AppClient, 'id' | 'userPoolId'>>;
  /** The environment that Lambda tells of functions: default none. */
  readonly functionVariables?: () => Readonly<Record<string, string>>;
  /** Told of every run of a trigger, secrets and all. */
  readonly onTrigger?: TriggerListener;
  /** Told what functions throw, with its stack, and how they are slow; it may hold secrets. */
  readonly onFunctionLog?: FunctionLog;
  /** Told of every Cognito call as it begins. */
  readonly onCall?: CallListener;
  /** Told of every refused Cognito call. */
  readonly onRefusal?: RefusalListener;
  /** Told once a Cognito call has done what it does, whether or not it was refused. */
  readonly onAnswered?: () => void;
}

export interface LocalEndpoint {
  readonly url: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly inbox: Inbox;
  /** The fault that every further SMS meets, or undefined where the providers work. */
  smsFault: SmsFault | undefined;
  /** What there is now. */
  readonly pools: UserPools;
  /** Goes on with these pools, and forgets every session, every sign-in and every SMS. */
  startOver(pools: UserPools): void;
  /** Sends as a provider does, faults and all. */
  sendSms(to: string, message: string): Promise<SmsFate>;
  /** Attaches functions to the pool's triggers: those not named stay as they are. */
  attach(triggers: TriggerHandlers): void;
  /** Makes a function invokable for other pools: its ARN goes into their LambdaConfig. */
  register(name: string, handler: LambdaHandler): string;
  /** Stops at once: drops open connections and no longer waits for running functions. */
  close(): Promise<void>;
}

/** @throws Error with the `code` of the socket, such as EADDRINUSE, where it can't listen */
export async function startLocalEndpoint(
  options: LocalEndpointOptions = {},
): Promise<LocalEndpoint> {
  const now = options.now ?? Date.now;
  const inbox = new Inbox();
  const network = new SmsNetwork(inbox, now, options.smsFault);
  const lambda = new LambdaService(options.onFunctionLog);
  const triggers = new Triggers(
    lambda,
    {
      timeoutMs: options.triggerTimeoutMs ?? 5000,
      attempts: options.triggerAttempts ?? 3,
      strict: options.strictTriggerOutput ?? true,
    },
    options.onTrigger,
  );
  let pool = createPool(options, now());
  attachTriggers(pool, lambda, options.triggers ?? {});

  const { host = DEFAULT_HOST } = options;
  let url = '';
  const serve = (pools: UserPools): CognitoService => ({
    pools,
    now,
    sessions: new SessionStore<PendingSignIn>(now),
    signIns: new SignIns(),
    triggers,
    region: regionOf(pool.id),
    issuerOf: (poolId) => `${options.issuer ?? url}/${poolId}`,
    sendSms: (to, message) => network.deliver(to, message),
    sendMail: (to, subject, message) => {
      inbox.deliver({ to, subject, message, at: new Date(now()).toISOString() });
    },
  });
  const { onCall = () => {}, onRefusal = () => {}, onAnswered = () => {} } = options;
  const lambdaRoutes = createLambdaRoutes(lambda, options.functionVariables ?? (() => undefined));
  const isReady = () => customAuthTriggers.every((name) => pool.settings.triggers.has(name));
  const route = (service: CognitoService) =>
    createRoutes({
      ...{ service, network, inbox, isReady, host },
      lambda: lambdaRoutes,
      listeners: { onCall, onRefusal, onAnswered },
    });

  let service = serve(poolsOf(pool, createClient(pool.id, options.client, now())));
  let app = route(service);
  const fetch = (request: Request) => app.fetch(request);
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  const { certificate } = options;
  const server =
    certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  const port = await listen(server, options.port ?? 0, host);
  url = `${certificate === undefined ? 'http' : 'https'}://${reachable(host)}:${port}`;
  return {
    url,
    userPoolId: pool.id,
    clientId: DEFAULT_CLIENT_ID,
    inbox,
    get smsFault() {
      return network.fault;
    },
    set smsFault(fault) {
      network.fault = fault;
    },
    get pools() {
      return service.pools;
    },
    startOver: (pools) => {
      inbox.clear();
      pool = pools.all.find(({ id }) => id === pool.id) ?? pool;
      // Calls still under way end among the pools that they began with.
      service = serve(pools);
      app = route(service);
    },
    sendSms: (to, message) => network.send(to, message),
    attach: (handlers) => attachTriggers(pool, lambda, handlers),
    register: (name, handler) => lambda.register(name, handler),
    close: async () => {
      lambda.close();
      await stop(server);
    },
  };
}

function poolsOf(pool: UserPool, client: AppClient): UserPools {
  const pools = new UserPools();
  pools.addPool(pool);
  pools.setClient(client);
  return pools;
}

type PoolOptions = Pick<
  LocalEndpointOptions,
  'poolId' | 'usernameAttributes' | 'aliasAttributes' | 'preTokenGenerationVersion' | 'users'
>;

/**
 * @param now epoch milliseconds
 * @throws CognitoError where Cognito would refuse a user
 */
export function createPool(options: PoolOptions, now: number): UserPool {
  const aliasAttributes = options.aliasAttributes ?? [];
  const pool = new UserPool({
    ...poolDefaults,
    id: options.poolId ?? DEFAULT_POOL_ID,
    name: 'Phone OTP',
    usernameAttributes:
      options.usernameAttributes ?? (aliasAttributes.length === 0 ? ['phone_number'] : []),
    aliasAttributes,
    schema: new AttributeSchema(undefined, true),
    preTokenGenerationVersion: options.preTokenGenerationVersion ?? 'V1_0',
    options: { AutoVerifiedAttributes: ['phone_number'] },
    createdAt: now,
    modifiedAt: now,
  });
  for (const seed of options.users ?? []) addUser(pool, seed, now);
  return pool;
}

/**
 * @param now epoch milliseconds
 * @throws CognitoError where Cognito would refuse the user
 */
export function addUser(pool: UserPool, seed: SeedUser, now: number): void {
  const { username, attributes = {}, status = 'CONFIRMED', enabled = true, groups = [] } = seed;
  const identity = pool.identify(username, new Map(Object.entries(attributes)));
  const user = pool.update(pool.create(identity, status, now, 'refuse'), { enabled, groups }, now);
  if (seed.password !== undefined) pool.setPassword(user, seed.password, now);
  const held = pool.groups.all.map(({ name }) => name);
  for (const name of groups.filter((group) => !held.includes(group))) {
    const unsaid = { description: undefined, precedence: undefined, roleArn: undefined };
    pool.groups.add({ name, ...unsaid, createdAt: now, modifiedAt: now });
  }
}

/**
 * The app client of a pool, which has {@link DEFAULT_CLIENT_ID}.
 *
 * @param now epoch milliseconds
 */
export function createClient(
  userPoolId: string,
  client: LocalEndpointOptions['client'],
  now: number,
): AppClient {
  const settings = {
    name: 'Phone OTP',
    ...clientDefaults,
    authFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    preventUserExistenceErrors: 'ENABLED',
    ...client,
  } as const;
  return {
    ...settings,
    shown: { ...settings.shown, ...shownInSeconds(settings) },
    id: DEFAULT_CLIENT_ID,
    userPoolId,
    createdAt: now,
    modifiedAt: now,
  };
}

function attachTriggers(pool: UserPool, lambda: LambdaService, handlers: TriggerHandlers): void {
  const triggers = new Map(pool.settings.triggers);
  const whole = handlers.DefineAuthChallenge;
  const isWhole = customAuthTriggers.every((name) => handlers[name] === whole);
  for (const name of triggerNames) {
    const handler = handlers[name];
    if (handler === undefined) continue;
    const functionName = isWhole && handler === whole ? DEFAULT_FUNCTION : name;
    triggers.set(name, lambda.register(functionName, handler));
  }
  pool.settings = { ...pool.settings, triggers };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, host, listening.resolve);
  await listening.promise;
  return (server.address() as AddressInfo).port;
}

/** How this machine reaches what listens at `host`, as the host of a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

async function stop(server: Server): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  server.close(() => stopped.resolve());
  server.closeAllConnections();
  await stopped.promise;
}
