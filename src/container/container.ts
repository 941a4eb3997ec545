/** The composition root: which adapter fills which port. Swapping an adapter is one binding here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, ContainerModule } from 'inversify';
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
import { Dispatcher } from '../dispatcher.ts';
import type { Adapters } from './open-adapters.ts';
import { TOKENS } from './tokens.ts';
import { createUseCases, type Ports } from './use-cases.ts';

/** Binds every port to its adapter. */
export function createContainer(config: Config, adapters: Adapters): Container {
  const keys = new HmacKeyRing(config.hashKeys, config.lookupKey);
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(
    settings(config),
    system(adapters),
    codes(keys, adapters),
    challenges(config.abuse, keys, adapters),
    counts(config.abuse, keys, adapters),
    useCases,
  );
  return container;
}

/** What log and metrics call the function. */
export const SERVICE = 'cognito-phone-otp';

function settings(config: Config): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
  });
}

/** Each port is filled by the caller's own adapter where there is one. */
function system(own: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.clock).toConstantValue(own.clock ?? new SystemClock());
    bind(TOKENS.timer).toConstantValue(own.timer ?? new SystemTimer());
    bind(TOKENS.numberingPlan).toConstantValue(own.numberingPlan ?? new ShippedNumberingPlan());
    bind(TOKENS.userDirectory).toConstantValue(own.userDirectory ?? new CognitoUserDirectory());
    bind(TOKENS.smsGateway).toConstantValue(own.smsGateway);
    bind(TOKENS.logger).toConstantValue(new Logger({ serviceName: SERVICE }));
    bind(TOKENS.metrics).toConstantValue(new Metrics({ namespace: SERVICE, serviceName: SERVICE }));
  });
}

function codes(keys: HmacKeyRing, own: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.otpGenerator).toConstantValue(own.otpGenerator ?? new NodeCryptoOtpGenerator());
    bind(TOKENS.otpHasher).toConstantValue(new HmacOtpHasher(keys));
    bind(TOKENS.pseudonymizer).toConstantValue(new HmacPseudonymizer(keys));
    bind(TOKENS.reviewHasher).toConstantValue(new HmacReviewHasher(keys));
  });
}

/** Where challenges are kept. */
function challenges(config: AbuseConfig, keys: HmacKeyRing, own: Adapters): ContainerModule {
  const chosen = challengeAdapters(config, keys, own);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.challengeRepository).toConstantValue(
      own.challengeRepository ?? chosen.challengeRepository,
    );
    bind(TOKENS.idempotencyStore).toConstantValue(own.idempotencyStore ?? chosen.idempotencyStore);
  });
}

function challengeAdapters(
  { challengeRepository, claimMs }: AbuseConfig,
  keys: HmacKeyRing,
  { dynamoDb, clock = new SystemClock() }: Adapters,
): Pick<Ports, 'challengeRepository' | 'idempotencyStore'> {
  switch (challengeRepository) {
    case 'session':
      return {
        challengeRepository: new SessionChallengeRepository(keys),
        idempotencyStore: new NoIdempotencyStore(),
      };
    case 'dynamodb': {
      const store = opened(dynamoDb);
      return {
        challengeRepository: store.challengeRepository(keys, clock),
        idempotencyStore: store.idempotencyStore(keys, clock, claimMs),
      };
    }
  }
}

/** Where wrong answers, SMS and conversions are counted. */
function counts(config: AbuseConfig, keys: HmacKeyRing, own: Adapters): ContainerModule {
  const chosen = countAdapters(config, keys, own);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.accountLedger).toConstantValue(own.accountLedger ?? chosen.accountLedger);
    bind(TOKENS.smsTraffic).toConstantValue(own.smsTraffic ?? chosen.smsTraffic);
  });
}

function countAdapters(
  { rateLimiter }: AbuseConfig,
  keys: HmacKeyRing,
  { dynamoDb }: Adapters,
): Pick<Ports, 'accountLedger' | 'smsTraffic'> {
  switch (rateLimiter) {
    case 'none':
      return { accountLedger: new NoAccountLedger(), smsTraffic: new NoSmsTraffic() };
    case 'memory':
      return { accountLedger: new MemoryAccountLedger(), smsTraffic: new MemorySmsTraffic() };
    case 'dynamodb': {
      const store = opened(dynamoDb);
      return { accountLedger: store.accountLedger(keys), smsTraffic: store.smsTraffic() };
    }
  }
}

function opened(dynamoDb: DynamoDbStore | undefined): DynamoDbStore {
  if (dynamoDb === undefined) {
    throw new Error('The settings choose DynamoDB, which was not opened.');
  }
  return dynamoDb;
}

const useCases = new ContainerModule(({ bind }) => {
  bind(TOKENS.dispatcher).toDynamicValue(({ get }) => {
    const made = createUseCases(
      {
        accountLedger: get(TOKENS.accountLedger),
        challengeRepository: get(TOKENS.challengeRepository),
        clock: get(TOKENS.clock),
        idempotencyStore: get(TOKENS.idempotencyStore),
        numberingPlan: get(TOKENS.numberingPlan),
        otpGenerator: get(TOKENS.otpGenerator),
        otpHasher: get(TOKENS.otpHasher),
        pseudonymizer: get(TOKENS.pseudonymizer),
        reviewHasher: get(TOKENS.reviewHasher),
        smsGateway: get(TOKENS.smsGateway),
        smsTraffic: get(TOKENS.smsTraffic),
        timer: get(TOKENS.timer),
        userDirectory: get(TOKENS.userDirectory),
      },
      get(TOKENS.config),
    );
    return new Dispatcher(made);
  });
});
