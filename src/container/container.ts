/** The composition root: which adapter fills which port. Swapping an adapter is one line here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, type ResolutionContext, type ServiceIdentifier } from 'inversify';
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

/** What log and metrics call the function. */
export const SERVICE = 'cognito-phone-otp';

/** Fills every port with its adapter. */
export function createContainer(config: Config, adapters: Adapters): Container {
  const keys = new HmacKeyRing(config.hashKeys, config.lookupKey);
  const container = new Container({ defaultScope: 'Singleton' });
  const fill: Fill = (token, value) => {
    container.bind(token).toConstantValue(value);
  };
  fill(TOKENS.config, config);
  fillSystem(fill, adapters);
  fillCodes(fill, keys, adapters);
  fillChallenges(fill, config.abuse, keys, adapters);
  fillCounts(fill, config.abuse, keys, adapters);
  container.bind(TOKENS.dispatcher).toDynamicValue(dispatcherOf);
  return container;
}

/** Says what a token stands for. */
type Fill = <Value>(token: ServiceIdentifier<Value>, value: Value) => void;

/** Each port is filled by the caller's own adapter where there is one. */
function fillSystem(fill: Fill, own: Adapters): void {
  fill(TOKENS.clock, own.clock ?? new SystemClock());
  fill(TOKENS.timer, own.timer ?? new SystemTimer());
  fill(TOKENS.numberingPlan, own.numberingPlan ?? new ShippedNumberingPlan());
  fill(TOKENS.userDirectory, own.userDirectory ?? new CognitoUserDirectory());
  fill(TOKENS.smsGateway, own.smsGateway);
  fill(TOKENS.logger, new Logger({ serviceName: SERVICE }));
  fill(TOKENS.metrics, new Metrics({ namespace: SERVICE, serviceName: SERVICE }));
}

function fillCodes(fill: Fill, keys: HmacKeyRing, own: Adapters): void {
  fill(TOKENS.otpGenerator, own.otpGenerator ?? new NodeCryptoOtpGenerator());
  fill(TOKENS.otpHasher, new HmacOtpHasher(keys));
  fill(TOKENS.pseudonymizer, new HmacPseudonymizer(keys));
  fill(TOKENS.reviewHasher, new HmacReviewHasher(keys));
}

/** Where challenges are kept. */
function fillChallenges(fill: Fill, config: AbuseConfig, keys: HmacKeyRing, own: Adapters): void {
  const chosen = challengeAdapters(config, keys, own);
  fill(TOKENS.challengeRepository, own.challengeRepository ?? chosen.challengeRepository);
  fill(TOKENS.idempotencyStore, own.idempotencyStore ?? chosen.idempotencyStore);
}

function challengeAdapters(
  { challengeRepository, claimMs }: AbuseConfig,
  keys: HmacKeyRing,
  { dynamoDb, clock = new SystemClock() }: Adapters,
): Pick<Ports, 'challengeRepository' | 'idempotencyStore'> {
  switch (challengeRepository) {
    case 'session':
    // Nothing of these is used then.
    case 'brought-along':
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
function fillCounts(fill: Fill, config: AbuseConfig, keys: HmacKeyRing, own: Adapters): void {
  const chosen = countAdapters(config, keys, own);
  fill(TOKENS.accountLedger, own.accountLedger ?? chosen.accountLedger);
  fill(TOKENS.smsTraffic, own.smsTraffic ?? chosen.smsTraffic);
}

function countAdapters(
  { rateLimiter }: AbuseConfig,
  keys: HmacKeyRing,
  { dynamoDb }: Adapters,
): Pick<Ports, 'accountLedger' | 'smsTraffic'> {
  switch (rateLimiter) {
    case 'none':
    // Nothing of these is used then.
    case 'brought-along':
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

/** The use cases see the world through what was filled in. */
function dispatcherOf({ get }: ResolutionContext): Dispatcher {
  const useCases = createUseCases(
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
  return new Dispatcher(useCases);
}
