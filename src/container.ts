/** The composition root: which adapter fills which port. Swapping an adapter is one binding here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, ContainerModule } from 'inversify';
import { SessionChallengeRepository } from './adapters/challenge-repository/session.ts';
import { SystemClock } from './adapters/clock/system.ts';
import { MemoryConversionCounter } from './adapters/conversion-counter/memory.ts';
import { NoConversionCounter } from './adapters/conversion-counter/none.ts';
import {
  isCountry,
  LibphonenumberCountryLookup,
} from './adapters/country-lookup/libphonenumber.ts';
import type { DynamoDbStore } from './adapters/dynamodb-store.ts';
import { MemoryFailureCounter } from './adapters/failure-counter/memory.ts';
import { NoFailureCounter } from './adapters/failure-counter/none.ts';
import { HmacKeyRing } from './adapters/lib/hmac-key-ring.ts';
import { STORE_TIMEOUT_MS } from './adapters/lib/store-timeout.ts';
import { NodeCryptoOtpGenerator } from './adapters/otp-generator/node-crypto.ts';
import { HmacOtpHasher } from './adapters/otp-hasher/hmac.ts';
import { HmacPseudonymizer } from './adapters/pseudonymizer/hmac.ts';
import { NodeCryptoRandomSource } from './adapters/random-source/node-crypto.ts';
import { MemoryRateLimiter } from './adapters/rate-limiter/memory.ts';
import { NoRateLimiter } from './adapters/rate-limiter/none.ts';
import { SMS_GATEWAYS, smsGatewayOpener } from './adapters/sms-gateway/lib/registry.ts';
import { RoutedSmsGateway } from './adapters/sms-gateway/routed.ts';
import { SystemTimer } from './adapters/timer/system.ts';
import { CognitoUserDirectory } from './adapters/user-directory/cognito.ts';
import type { AbuseConfig } from './config/abuse-limits.ts';
import { type Config, parseConfig } from './config/config.ts';
import { Dispatcher } from './dispatcher.ts';
import { AnswerGuard } from './domain/abuse/answer-guard.ts';
import { SendLimits } from './domain/abuse/send-limits.ts';
import { SendPace } from './domain/abuse/send-pace.ts';
import { AcceptSignUp } from './domain/accept-sign-up.ts';
import { CodeSender } from './domain/code-sender.ts';
import { ConfirmPhone } from './domain/confirm-phone.ts';
import { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import { CreateOnce } from './domain/create-once.ts';
import { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import type { ChallengeRepository } from './domain/ports/challenge-repository.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { OtpHasher } from './domain/ports/otp-hasher.ts';
import type { SmsGateway } from './domain/ports/sms-gateway.ts';
import type { Timer } from './domain/ports/timer.ts';
import type { UserDirectory } from './domain/ports/user-directory.ts';
import { ShownNumber } from './domain/shown-number.ts';
import { SmsMessages } from './domain/sms/message.ts';
import { routeFor } from './domain/sms/route.ts';
import { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';
import { TOKENS } from './tokens.ts';

/** Reads the settings, which may name the adapters that there are. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return parseConfig(env, { gateways: Object.keys(SMS_GATEWAYS), isCountry });
}

/** Adapters that are made before the container: opened, or brought along by a test. */
export interface Adapters {
  readonly smsGateway: SmsGateway;
  /** Where the settings choose it. */
  readonly dynamoDb?: DynamoDbStore | undefined;
  readonly clock?: Clock;
  readonly timer?: Timer;
  readonly userDirectory?: UserDirectory;
  readonly otpHasher?: OtpHasher;
  /** In place of the session, where the settings choose that. */
  readonly challengeRepository?: ChallengeRepository;
}

/**
 * Opens the adapters that load code of their own: gateways that a route names, and DynamoDB.
 *
 * @throws ConfigError when a gateway's settings are wrong.
 */
export async function openAdapters(
  { abuse, sms }: Config,
  clock: Clock = new SystemClock(),
): Promise<Adapters> {
  const [smsGateway, dynamoDb] = await Promise.all([
    RoutedSmsGateway.open(sms.routes, smsGatewayOpener(sms.variable, clock), clock),
    usesDynamoDb(abuse) ? openDynamoDb(abuse.tableName) : undefined,
  ]);
  return { smsGateway, dynamoDb, clock };
}

/** The AWS SDK comes with it. */
async function openDynamoDb(tableName: string): Promise<DynamoDbStore> {
  const { DynamoDbStore } = await import('./adapters/dynamodb-store.ts');
  return new DynamoDbStore(tableName);
}

/** Binds every port to its adapter. */
export function createContainer(config: Config, adapters: Adapters): Container {
  const keys = new HmacKeyRing(config.hashKeys);
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(
    settings(config),
    system(adapters),
    codes(keys, adapters),
    challengesIn(config.abuse, keys, adapters),
    countsIn(config.abuse, keys, adapters.dynamoDb),
    abuse,
    sms(adapters),
    useCases,
  );
  return container;
}

const SERVICE = 'cognito-phone-otp';

function settings(config: Config): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
  });
}

function system({ clock, timer, userDirectory }: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.clock).toConstantValue(clock ?? new SystemClock());
    bind(TOKENS.timer).toConstantValue(timer ?? new SystemTimer());
    bind(TOKENS.randomSource).toConstantValue(new NodeCryptoRandomSource());
    bind(TOKENS.countryLookup).toConstantValue(new LibphonenumberCountryLookup());
    bind(TOKENS.userDirectory).toConstantValue(userDirectory ?? new CognitoUserDirectory());
    bind(TOKENS.logger).toConstantValue(new Logger({ serviceName: SERVICE }));
    bind(TOKENS.metrics).toConstantValue(new Metrics({ namespace: SERVICE, serviceName: SERVICE }));
  });
}

function codes(keys: HmacKeyRing, { otpHasher }: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.otpGenerator).toConstantValue(new NodeCryptoOtpGenerator());
    bind(TOKENS.otpHasher).toConstantValue(otpHasher ?? new HmacOtpHasher(keys));
    bind(TOKENS.pseudonymizer).toConstantValue(new HmacPseudonymizer(keys));
  });
}

/** Where challenges are kept. */
function challengesIn(
  settings: AbuseConfig,
  keys: HmacKeyRing,
  adapters: Adapters,
): ContainerModule {
  switch (settings.challengeRepository) {
    case 'session':
      return sessionChallenges(keys, adapters);
    case 'dynamodb':
      return dynamoDbChallenges(keys, opened(adapters.dynamoDb));
  }
}

function sessionChallenges(keys: HmacKeyRing, { challengeRepository }: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.challengeRepository).toConstantValue(
      challengeRepository ?? new SessionChallengeRepository(keys),
    );
    // Without a store, nothing tells Cognito's repeated call apart.
    bind(TOKENS.openRound).toResolvedValue((create) => create, [TOKENS.createAuthChallenge]);
  });
}

function dynamoDbChallenges(keys: HmacKeyRing, store: DynamoDbStore): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.challengeRepository).toResolvedValue(
      (clock) => store.challengeRepository(keys, clock),
      [TOKENS.clock],
    );
    bind(TOKENS.roundClaims).toResolvedValue(
      ({ abuse }, clock) => store.roundClaims(keys, clock, abuse.claimMs),
      [TOKENS.config, TOKENS.clock],
    );
    bind(TOKENS.openRound).toResolvedValue(
      (create, claims, clock, timer) => new CreateOnce({ create, claims, clock, timer }),
      [TOKENS.createAuthChallenge, TOKENS.roundClaims, TOKENS.clock, TOKENS.timer],
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
  bind(TOKENS.rateLimiter).toConstantValue(new NoRateLimiter());
  bind(TOKENS.failureCounter).toConstantValue(new NoFailureCounter());
  bind(TOKENS.conversionCounter).toConstantValue(new NoConversionCounter());
});

const memoryCounts = new ContainerModule(({ bind }) => {
  bind(TOKENS.rateLimiter).toResolvedValue((clock) => new MemoryRateLimiter(clock), [TOKENS.clock]);
  bind(TOKENS.failureCounter).toResolvedValue(() => new MemoryFailureCounter());
  bind(TOKENS.conversionCounter).toResolvedValue(() => new MemoryConversionCounter());
});

function dynamoDbCounts(keys: HmacKeyRing, store: DynamoDbStore): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.rateLimiter).toResolvedValue(
      (clock) => store.rateLimiter(keys, clock),
      [TOKENS.clock],
    );
    bind(TOKENS.failureCounter).toConstantValue(store.failureCounter(keys));
    bind(TOKENS.conversionCounter).toConstantValue(store.conversionCounter());
  });
}

function opened(dynamoDb: DynamoDbStore | undefined): DynamoDbStore {
  if (dynamoDb === undefined) {
    throw new Error('The settings choose DynamoDB, which was not opened.');
  }
  return dynamoDb;
}

const abuse = new ContainerModule(({ bind }) => {
  bind(TOKENS.answerGuard).toResolvedValue(
    (failures, clock, { abuse }) => new AnswerGuard(failures, clock, abuse.locks),
    [TOKENS.failureCounter, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.sendLimits).toResolvedValue(
    (answers, limiter, conversions, clock, { abuse }) =>
      new SendLimits({ answers, limiter, conversions, clock, policy: abuse.sends }),
    [TOKENS.answerGuard, TOKENS.rateLimiter, TOKENS.conversionCounter, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.sendPace).toResolvedValue(
    (timer, random, { abuse }) => new SendPace({ timer, random, priorMedianMs: abuse.usualSendMs }),
    [TOKENS.timer, TOKENS.randomSource, TOKENS.config],
  );
});

function sms({ smsGateway }: Adapters): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.smsGateway).toConstantValue(smsGateway);
    bind(TOKENS.smsMessages).toResolvedValue(
      ({ messages, sms }) =>
        new SmsMessages(messages, (country) => {
          const route = routeFor(sms.routes, country);
          return route?.kind === 'send' ? route : undefined;
        }),
      [TOKENS.config],
    );
  });
}

const useCases = new ContainerModule(({ bind }) => {
  bind(TOKENS.defineAuthChallenge).toResolvedValue(
    (repository, { policy, passwordFirst }) =>
      new DefineAuthChallenge(repository, policy, passwordFirst),
    [TOKENS.challengeRepository, TOKENS.config],
  );
  bind(TOKENS.codeSender).toResolvedValue(
    (challenges, generator, hasher, gateway, messages, limits, pace, countries, clock, config) =>
      new CodeSender({
        challenges,
        generator,
        hasher,
        gateway,
        messages,
        limits,
        pace,
        countries,
        clock,
        policy: config.policy,
        reserveAfterSendMs: usesDynamoDb(config.abuse) ? AFTER_SEND_MS : 0,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpGenerator,
      TOKENS.otpHasher,
      TOKENS.smsGateway,
      TOKENS.smsMessages,
      TOKENS.sendLimits,
      TOKENS.sendPace,
      TOKENS.countryLookup,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.shownNumber).toResolvedValue(
    (pseudonymizer, { showLastDigits }) => new ShownNumber({ pseudonymizer, showLastDigits }),
    [TOKENS.pseudonymizer, TOKENS.config],
  );
  bind(TOKENS.createAuthChallenge).toResolvedValue(
    (challenges, sender, conversions, shownNumber, clock, { policy, requireVerifiedPhone }) =>
      new CreateAuthChallenge({
        challenges,
        sender,
        conversions,
        requireVerifiedPhone,
        shownNumber,
        clock,
        policy,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.codeSender,
      TOKENS.conversionCounter,
      TOKENS.shownNumber,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.verifyAuthChallenge).toResolvedValue(
    (challenges, hasher, clock, gateway, answers, conversions, countries, config) =>
      new VerifyAuthChallenge({
        policy: config.policy,
        requireVerifiedPhone: config.requireVerifiedPhone,
        challenges,
        hasher,
        clock,
        gateway,
        answers,
        conversions,
        countries,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpHasher,
      TOKENS.clock,
      TOKENS.smsGateway,
      TOKENS.answerGuard,
      TOKENS.conversionCounter,
      TOKENS.countryLookup,
      TOKENS.config,
    ],
  );
  bind(TOKENS.acceptSignUp).toConstantValue(new AcceptSignUp());
  bind(TOKENS.confirmPhone).toResolvedValue(
    (directory) => new ConfirmPhone(directory),
    [TOKENS.userDirectory],
  );
  bind(TOKENS.dispatcher).toResolvedValue(
    (define, create, verify, acceptSignUp, confirmPhone) =>
      new Dispatcher({ define, create, verify, acceptSignUp, confirmPhone }),
    [
      TOKENS.defineAuthChallenge,
      TOKENS.openRound,
      TOKENS.verifyAuthChallenge,
      TOKENS.acceptSignUp,
      TOKENS.confirmPhone,
    ],
  );
});

/** What may follow a send before the answer: saving the challenge, and telling what the round came to. */
const AFTER_SEND_MS = 2 * STORE_TIMEOUT_MS;

function usesDynamoDb({ challengeRepository, rateLimiter }: AbuseConfig): boolean {
  return challengeRepository === 'dynamodb' || rateLimiter === 'dynamodb';
}
