/** What comes before the container: the settings, and the adapters that load code of their own. */
import { SystemClock } from '../adapters/clock/system.ts';
import type { DynamoDbStore } from '../adapters/dynamodb-store.ts';
import { isCountry } from '../adapters/numbering-plan/shipped.ts';
import type { SmsGatewayDefinition } from '../adapters/sms-gateway/lib/definition.ts';
import {
  GATEWAY_VARIABLES,
  SMS_GATEWAYS,
  type SmsGatewayRegistry,
  smsGatewayOpener,
} from '../adapters/sms-gateway/lib/registry.ts';
import { RoutedSmsGateway } from '../adapters/sms-gateway/routed.ts';
import { type AbuseConfig, usesDynamoDb } from '../config/abuse-limits.ts';
import { type Config, parseConfig } from '../config/config.ts';
import { completeEnvironment, type Environment, SECRET_VARIABLES } from '../config/environment.ts';
import type { AccountLedger } from '../domain/ports/account-ledger.ts';
import type { ChallengeRepository } from '../domain/ports/challenge-repository.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { IdempotencyStore } from '../domain/ports/idempotency-store.ts';
import type { NumberingPlan } from '../domain/ports/numbering-plan.ts';
import type { OtpGenerator } from '../domain/ports/otp-generator.ts';
import type { SmsGateway } from '../domain/ports/sms-gateway.ts';
import type { SmsTraffic } from '../domain/ports/sms-traffic.ts';
import type { Timer } from '../domain/ports/timer.ts';
import type { UserDirectory } from '../domain/ports/user-directory.ts';
import { ConfigError } from '../settings.ts';

/** Gateways beside those that ship, by the names that `SMS_ROUTES` calls them. */
export type OwnGateways = Readonly<Record<string, SmsGatewayDefinition>>;

/** Adapters in place of those that the settings choose. */
export interface OwnAdapters {
  readonly accountLedger?: AccountLedger;
  readonly challengeRepository?: ChallengeRepository;
  readonly clock?: Clock;
  readonly idempotencyStore?: IdempotencyStore;
  readonly numberingPlan?: NumberingPlan;
  readonly otpGenerator?: OtpGenerator;
  readonly smsTraffic?: SmsTraffic;
  readonly timer?: Timer;
  readonly userDirectory?: UserDirectory;
}

/** Adapters that are made before the container. */
export interface Adapters extends OwnAdapters {
  readonly smsGateway: SmsGateway;
  /** Where the settings choose it. */
  readonly dynamoDb?: DynamoDbStore | undefined;
}

/**
 * Variables that gateways of one's own take a secret from, and which variable then names it in Secrets Manager.
 *
 * @throws ConfigError where one of them is something else, or has a shipped one's name.
 */
export function secretVariablesOf(own: OwnGateways): Readonly<Record<string, string>> {
  checkGateways(own);
  const settings = Object.values(own).flatMap((definition) => Object.values(definition.settings));
  const names = settings.flatMap(({ secret, variable }) =>
    secret === true && variable !== undefined ? [variable] : [],
  );
  return Object.fromEntries(names.map((name) => [name, `${name}_SECRET`]));
}

/** Projects that are not in TypeScript hand over what they like. */
function checkGateways(own: Readonly<Record<string, Partial<SmsGatewayDefinition> | undefined>>) {
  const problems = Object.entries(own).flatMap(([name, gateway]) => [
    ...(gateway?.open === undefined
      ? [`gateways.${name} is no gateway; it takes what defineSmsGateway returns.`]
      : []),
    // A warning or a default that is meant for ours would go by the name.
    ...(Object.hasOwn(SMS_GATEWAYS, name)
      ? [`gateways.${name} has the name of a gateway that ships; give it another.`]
      : []),
  ]);
  if (problems.length > 0) {
    throw new ConfigError(problems.join(' '));
  }
}

/**
 * The environment with what a file of settings and Secrets Manager hold of it. While secrets are on their way, the code
 * that routes name loads.
 *
 * @throws ConfigError when one can't be read.
 */
export async function readEnvironment(
  env: Environment,
  own: OwnGateways = {},
): Promise<Environment> {
  const places = {
    readFile: async (path: string) => {
      const { readFile } = await import('node:fs/promises');
      return readFile(path, 'utf8');
    },
    readSecret: async (id: string) => {
      const { readSecret } = await import('../adapters/lib/secrets-manager.ts');
      return readSecret(id);
    },
    whileReading: ({ SMS_ROUTES, TABLE_NAME }: Environment) => {
      const named = Object.entries(SMS_GATEWAYS).filter(
        ([name]) => SMS_ROUTES?.includes(`"${name}"`) ?? name === 'sns',
      );
      // Whatever fails here is told when the adapters are opened.
      void Promise.allSettled([
        ...named.map(([, load]) => load()),
        ...(TABLE_NAME ? [import('../adapters/dynamodb-store.ts')] : []),
      ]);
    },
  };
  return completeEnvironment(env, places, { ...SECRET_VARIABLES, ...secretVariablesOf(own) });
}

/**
 * Reads the settings, which may name the adapters that there are.
 *
 * @param now epoch milliseconds.
 * @param adapters in place of those that they choose.
 * @throws ConfigError naming every variable that is wrong.
 */
export function readConfig(
  env: Environment,
  own: OwnGateways = {},
  now = new SystemClock().now(),
  adapters: OwnAdapters = {},
): Config {
  const { challengeRepository, idempotencyStore, accountLedger, smsTraffic } = adapters;
  const known = {
    gateways: [...Object.keys(SMS_GATEWAYS), ...Object.keys(own)],
    gatewayVariables: [
      ...GATEWAY_VARIABLES,
      ...Object.values(own).flatMap(({ variables }) => variables),
      ...Object.values(secretVariablesOf(own)),
    ],
    isCountry,
    ownStores: {
      challenges: challengeRepository !== undefined && idempotencyStore !== undefined,
      counts: accountLedger !== undefined && smsTraffic !== undefined,
    },
  };
  return parseConfig(env, known, now);
}

/**
 * Opens the adapters that load code of their own: gateways that a route names, and DynamoDB.
 *
 * @throws ConfigError when a gateway's settings are wrong.
 */
export async function openAdapters(
  { abuse, sms }: Config,
  clock: Clock = new SystemClock(),
  own: OwnGateways = {},
): Promise<Adapters> {
  const registry: SmsGatewayRegistry = {
    ...SMS_GATEWAYS,
    ...Object.fromEntries(
      Object.entries(own).map(([name, definition]) => [name, async () => ({ definition })]),
    ),
  };
  const [smsGateway, dynamoDb] = await Promise.all([
    RoutedSmsGateway.open(sms.routes, smsGatewayOpener(sms.variable, clock, registry), clock),
    openDynamoDb(abuse),
  ]);
  return { smsGateway, dynamoDb, clock };
}

/** The AWS SDK comes with it. */
async function openDynamoDb(abuse: AbuseConfig): Promise<DynamoDbStore | undefined> {
  if (!usesDynamoDb(abuse)) {
    return undefined;
  }
  const { DynamoDbStore } = await import('../adapters/dynamodb-store.ts');
  return new DynamoDbStore(abuse.tableName);
}
