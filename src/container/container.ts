/** The composition root: which adapter fills which port. Swapping an adapter is one binding here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { MemoryAccountLedger } from '../adapters/account-ledger/memory.ts';
import { NoAccountLedger } from '../adapters/account-ledger/none.ts';
import { SessionChallengeRepository } from '../adapters/challenge-repository/session.ts';
import { SystemClock } from '../adapters/clock/system.ts';
import type { DynamoDbStore } from '../adapters/dynamodb-store.ts';
import { NoIdempotencyStore } from '../adapters/idempotency-store/none.ts';
import { HmacKeyRing } from '../adapters/lib/hmac-key-ring.ts';
import { ShippedNumberingPlan } from '../adapters/numbering-plan/shipped.ts';
import { NodeCryptoOtpGenerator } from '../adapters/otp-generator/node-crypto.ts';
import { HmacOtpHasher } from '../adapters/otp-hasher/hmac.ts';
import { HmacPseudonymizer } from '../adapters/pseudonymizer/hmac.ts';
import { HmacReviewHasher } from '../adapters/review-hasher/hmac.ts';
import { MemorySmsTraffic } from '../adapters/sms-traffic/memory.ts';
import { NoSmsTraffic } from '../adapters/sms-traffic/none.ts';
import { SystemTimer } from '../adapters/timer/system.ts';
import { CognitoUserDirectory } from '../adapters/user-directory/cognito.ts';
import type { AbuseConfig } from '../config/abuse-limits.ts';
import type { Config } from '../config/config.ts';
import { SmsMessages } from '../domain/sms/message.ts';
import { routeFor } from '../domain/sms/route.ts';
import type { Adapters, OwnAdapters } from './open-adapters.ts';
import { TOKENS } from './tokens.ts';
import { abuse, useCases } from './use-cases.ts';

/** Binds every port to its adapter. */
export function createContainer(config: Config, adapters: Adapters): Container {
  const keys = new HmacKeyRing(config.hashKeys, config.lookupKey);
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(
    settings(config),
    system,
    codes(keys),
    challengesIn(config.abuse, keys, adapters.dynamoDb),
    countsIn(config.abuse, keys, adapters.dynamoDb),
    abuse,
    sms(adapters),
    useCases,
  );
  for (const name of OWN_ADAPTERS) {
    takeInstead(container, TOKENS[name], adapters[name]);
  }
  return container;
}

/** Ports that a caller may bring an adapter for. */
const OWN_ADAPTERS = [
  'accountLedger',
  'challengeRepository',
  'clock',
  'idempotencyStore',
  'numberingPlan',
  'otpGenerator',
  'smsTraffic',
  'timer',
  'userDirectory',
] as const satisfies readonly (keyof OwnAdapters)[];

function takeInstead<T>(container: Container, token: ServiceIdentifier<T>, own: T | undefined) {
  if (own !== undefined) {
    container.rebind(token).toConstantValue(own);
  }
}

/** What log and metrics call the function. */
export const SERVICE = 'cognito-phone-otp';

function settings(config: Config): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
  });
}

const system = new ContainerModule(({ bind }) => {
  bind(TOKENS.clock).toConstantValue(new SystemClock());
  bind(TOKENS.timer).toConstantValue(new SystemTimer());
  bind(TOKENS.numberingPlan).toConstantValue(new ShippedNumberingPlan());
  bind(TOKENS.userDirectory).toConstantValue(new CognitoUserDirectory());
  bind(TOKENS.logger).toConstantValue(new Logger({ serviceName: SERVICE }));
  bind(TOKENS.metrics).toConstantValue(new Metrics({ namespace: SERVICE, serviceName: SERVICE }));
});

function codes(keys: HmacKeyRing): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.otpGenerator).toConstantValue(new NodeCryptoOtpGenerator());
    bind(TOKENS.otpHasher).toConstantValue(new HmacOtpHasher(keys));
    bind(TOKENS.pseudonymizer).toConstantValue(new HmacPseudonymizer(keys));
    bind(TOKENS.reviewHasher).toConstantValue(new HmacReviewHasher(keys));
  });
}

/** Where challenges are kept. */
function challengesIn(
  { challengeRepository }: AbuseConfig,
  keys: HmacKeyRing,
  dynamoDb: DynamoDbStore | undefined,
): ContainerModule {
  switch (challengeRepository) {
    case 'session':
      return sessionChallenges(keys);
    case 'dynamodb':
      return dynamoDbChallenges(keys, opened(dynamoDb));
  }
}

function sessionChallenges(keys: HmacKeyRing): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.challengeRepository).toConstantValue(new SessionChallengeRepository(keys));
    bind(TOKENS.idempotencyStore).toConstantValue(new NoIdempotencyStore());
  });
}

function dynamoDbChallenges(keys: HmacKeyRing, store: DynamoDbStore): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.challengeRepository).toResolvedValue(
      (clock) => store.challengeRepository(keys, clock),
      [TOKENS.clock],
    );
    bind(TOKENS.idempotencyStore).toResolvedValue(
      ({ abuse }, clock) => store.idempotencyStore(keys, clock, abuse.claimMs),
      [TOKENS.config, TOKENS.clock],
    );
  });
}

/** Where wrong answers, SMS and conversions are counted. */
function countsIn(
  { rateLimiter }: AbuseConfig,
  keys: HmacKeyRing,
  dynamoDb: DynamoDbStore | undefined,
): ContainerModule {
  switch (rateLimiter) {
    case 'none':
      return noCounts;
    case 'memory':
      return memoryCounts;
    case 'dynamodb':
      return dynamoDbCounts(keys, opened(dynamoDb));
  }
}

const noCounts = new ContainerModule(({ bind }) => {
  bind(TOKENS.accountLedger).toConstantValue(new NoAccountLedger());
  bind(TOKENS.smsTraffic).toConstantValue(new NoSmsTraffic());
});

const memoryCounts = new ContainerModule(({ bind }) => {
  bind(TOKENS.accountLedger).toConstantValue(new MemoryAccountLedger());
  bind(TOKENS.smsTraffic).toConstantValue(new MemorySmsTraffic());
});

function dynamoDbCounts(keys: HmacKeyRing, store: DynamoDbStore): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.accountLedger).toConstantValue(store.accountLedger(keys));
    bind(TOKENS.smsTraffic).toConstantValue(store.smsTraffic());
  });
}

function opened(dynamoDb: DynamoDbStore | undefined): DynamoDbStore {
  if (dynamoDb === undefined) {
    throw new Error('The settings choose DynamoDB, which was not opened.');
  }
  return dynamoDb;
}

function sms({ smsGateway }: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.smsGateway).toConstantValue(smsGateway);
    bind(TOKENS.smsMessages).toResolvedValue(
      ({ messages, sms }) =>
        new SmsMessages(messages, (destination) => {
          const route = routeFor(sms.routes, destination);
          return route?.kind === 'send' ? route : undefined;
        }),
      [TOKENS.config],
    );
  });
}
