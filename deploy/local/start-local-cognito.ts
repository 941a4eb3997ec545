/**
 * The local endpoint for anyone's tests: Cognito and the SMS providers in the test's own process,
 * with a clock and an SMS network that a test commands, and a way back to the beginning.
 */
import { buildPools } from './build-pools.ts';
import { localClientConfig } from './client-config.ts';
import type { UserPools } from './cognito/user-pools.ts';
import type { CognitoConfig } from './cognito-config.ts';
import { DEFAULT_CLIENT_ID, type LocalEndpoint, startLocalEndpoint } from './endpoint.ts';
import { EventLog } from './event-log.ts';
import type { Sms } from './inbox.ts';
import { loadConfig, type PoolPlan, withoutUndefined } from './load-config.ts';
import { type Duration, MovableClock } from './movable-clock.ts';
import type { SmsFault } from './sms-network.ts';
import {
  type CognitoState,
  fromSnapshot,
  readState,
  restorePools,
  type Snapshot,
  toSnapshot,
} from './state.ts';
import { type CodeWait, checkNumber, TestPhones } from './test-phones.ts';
import type { LogEntry } from './web/page-protocol.ts';

export type {
  ClientConfig,
  CognitoConfig,
  PoolConfig,
  TriggerSource,
  TriggerSources,
  UserConfig,
} from './cognito-config.ts';
export type { Sms } from './inbox.ts';
export type { Duration } from './movable-clock.ts';
export type { SmsFault } from './sms-network.ts';
export type { Snapshot } from './state.ts';
export type { CodeWait } from './test-phones.ts';
export type { LogEntry } from './web/page-protocol.ts';

export interface LocalCognitoOptions extends CognitoConfig {
  /**
   * A JSON file with the same settings, relative to the working directory. A setting given here
   * takes the place of the file's.
   */
  readonly config?: string | undefined;
}

export interface LocalCognito {
  /** Where Cognito and the SMS providers are. */
  readonly url: string;
  /** The first pool. */
  readonly poolId: string;
  /** The first client of the first pool. */
  readonly clientId: string;
  /** What a client of the AWS SDK takes to come here: `new SNSClient(cognito.clientConfig)`. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The same for clients that functions make: `Object.assign(process.env, cognito.environment)`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly inbox: LocalInbox;
  readonly sms: LocalSms;
  /**
   * What happened, oldest first, the last 200: calls, runs of triggers, refusals. Codes, numbers and
   * other secrets are masked.
   */
  readonly events: readonly LogEntry[];
  /**
   * Puts the clock of the endpoint forward, for sessions, tokens and the time of SMS. Triggers keep
   * the machine's.
   *
   * @throws TypeError where `by` is no duration
   */
  advance(by: Duration): void;
  /**
   * Back to the beginning: users, groups, pools, clients, clock, faults and triggers as they were,
   * and no sign-in, SMS or event. Whoever waits for a code is told so.
   */
  reset(): void;
  /** Users, groups, pools and clients as they are now. */
  snapshot(): Snapshot;
  /**
   * Goes on with the users, groups, pools and clients of a snapshot, in this endpoint or one with
   * the same triggers. Sign-ins and SMS are forgotten; clock and faults stay.
   *
   * @throws TypeError where it is no snapshot
   */
  restore(snapshot: Snapshot): void;
  /** Stops at once. Whoever waits for a code is told so. */
  close(): Promise<void>;
}

export interface LocalInbox {
  /**
   * The digits of the code in the next SMS to this number that was not handed out yet.
   *
   * @param to E.164 number.
   * @throws Error where none comes in time
   */
  waitForCode(to: string, options?: CodeWait): Promise<string>;
  /** Every SMS so far, to one number or to all, oldest first. */
  messages(to?: string): readonly Sms[];
}

export interface LocalSms {
  /** From now on every SMS meets this fault. */
  fail(fault: SmsFault): void;
  /** From now on SMS arrive. */
  recover(): void;
  /**
   * Sends an SMS without a provider's protocol, for triggers that a test makes up. Faults apply:
   * where SMS hang, it never settles.
   *
   * @param to E.164 number.
   * @throws Error where the SMS is refused
   */
  send(to: string, message: string): Promise<void>;
}

/**
 * Starts Cognito and the SMS providers in this process, on 127.0.0.1. Any number run side by side.
 *
 * @throws CognitoConfigError that says what is wrong with the options or their file
 * @throws HandlerError where a trigger can't be loaded from its file
 * @throws Error with the `code` of the socket, such as EADDRINUSE, where the port can't be used
 */
export async function startLocalCognito({
  config,
  ...options
}: LocalCognitoOptions = {}): Promise<LocalCognito> {
  const { settings, pools } = await loadConfig(options, config);
  const [first] = pools;
  const clock = new MovableClock();
  let log = new EventLog(clock.now);
  const endpoint = await startLocalEndpoint({
    ...withoutUndefined(settings),
    poolId: first.id,
    now: clock.now,
    onCall: (operation) => log.called(operation),
    onTrigger: (run) => log.ran(run),
    onRefusal: (operation, error) => log.refused(operation, error),
  });
  const clientConfig = localClientConfig(endpoint.url);
  const phones = new TestPhones(endpoint.inbox);
  const startOver = (reason: string, from: UserPools) => {
    phones.giveUp(reason);
    endpoint.startOver(from);
  };
  const initial = await openPools(endpoint, pools, clock.now());
  return {
    url: endpoint.url,
    poolId: first.id,
    clientId: first.clients[0]?.id ?? DEFAULT_CLIENT_ID,
    clientConfig,
    environment: environmentOf(clientConfig),
    inbox: phones,
    sms: commandSms(endpoint),
    get events() {
      return log.entries;
    },
    advance: (by) => clock.advance(by),
    reset: () => {
      clock.reset();
      log = new EventLog(clock.now);
      endpoint.smsFault = settings.smsFault;
      startOver('reset() was called', restorePools(initial));
    },
    snapshot: () => toSnapshot(readState(endpoint.pools)),
    restore: (snapshot) => {
      const state = fromSnapshot(snapshot, endpoint.pools);
      startOver('restore() was called', restorePools(state));
    },
    close: async () => {
      phones.giveUp('close() was called');
      await endpoint.close();
    },
  };
}

/** @throws CognitoConfigError where Cognito would refuse a user; nothing listens any more then */
async function openPools(
  endpoint: LocalEndpoint,
  plans: readonly PoolPlan[],
  now: number,
): Promise<CognitoState> {
  try {
    const pools = buildPools(plans, endpoint.register, now);
    endpoint.startOver(pools);
    return readState(pools);
  } catch (error) {
    await endpoint.close();
    throw error;
  }
}

function environmentOf({ endpoint, region, credentials }: LocalCognito['clientConfig']) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // The SDK prefers a profile's credentials to these. Only where one is set: the AWS CLI takes an
    // empty name for that of a profile.
    ...(process.env.AWS_PROFILE ? { AWS_PROFILE: '' } : {}),
  };
}

function commandSms(endpoint: LocalEndpoint): LocalSms {
  return {
    fail: (fault) => {
      endpoint.smsFault = fault;
    },
    recover: () => {
      endpoint.smsFault = undefined;
    },
    send: async (to, message) => {
      checkNumber('sms.send', to);
      const fate = await endpoint.sendSms(to, message);
      if (fate !== 'delivered') throw new Error(`The SMS was not sent: sms.fail('${fate}').`);
    },
  };
}
