/** The composition root: which adapter fills which port. Swapping an adapter is one line here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, ContainerModule } from 'inversify';
import { SessionChallengeRepository } from './adapters/challenge-repository/session.ts';
import { SystemClock } from './adapters/clock/system.ts';
import { MemoryConversionCounter } from './adapters/conversion-counter/memory.ts';
import { NoConversionCounter } from './adapters/conversion-counter/none.ts';
import { destinationCountry } from './adapters/country-lookup/numbering-plan.ts';
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
import { smsGatewayOpener } from './adapters/sms-gateway/lib/registry.ts';
import { RoutedSmsGateway } from './adapters/sms-gateway/routed.ts';
import { SystemTimer } from './adapters/timer/system.ts';
import { CognitoUserDirectory } from './adapters/user-directory/cognito.ts';
import type { GuardConfig } from './config/abuse-limits.ts';
import type { Config } from './config/config.ts';
import { routeFor } from './config/sms-routes.ts';
import { Dispatcher } from './dispatcher.ts';
import { AnswerGuard } from './domain/abuse/answer-guard.ts';
import { SendGuard } from './domain/abuse/send-limits.ts';
import { SendPace } from './domain/abuse/send-pace.ts';
import { AcceptSignUp } from './domain/accept-sign-up.ts';
import { CodeSender } from './domain/code-sender.ts';
import { ConfirmPhone } from './domain/confirm-phone.ts';
import { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import { CreateOnce } from './domain/create-once.ts';
import { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import { ShownNumber } from './domain/shown-number.ts';
import { SmsMessages } from './domain/sms/message.ts';
import { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';
import { TOKENS } from './tokens.ts';

/** @param dynamoDb what `openDynamoDb` returned for the same settings. */
export function createContainer(config: Config, dynamoDb?: DynamoDbStore): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(TOKENS.config).toConstantValue(config);
  container.bind(TOKENS.dynamoDb).toConstantValue(() => {
    if (dynamoDb === undefined) {
      throw new Error('The settings choose DynamoDB, which was not opened.');
    }
    return dynamoDb;
  });
  container.load(system, codes, challenges, counters, guards, sms, users, useCases);
  return container;
}

/** Loads the adapters for DynamoDB, and the AWS SDK with them, if the settings choose any. */
export async function openDynamoDb({ guard }: Config): Promise<DynamoDbStore | undefined> {
  if (!usesDynamoDb(guard)) {
    return undefined;
  }
  const { DynamoDbStore } = await import('./adapters/dynamodb-store.ts');
  return new DynamoDbStore(guard.tableName);
}

const SERVICE = 'cognito-phone-otp';

const system = new ContainerModule(({ bind }) => {
  bind(TOKENS.clock).toConstantValue(new SystemClock());
  bind(TOKENS.timer).toConstantValue(new SystemTimer());
  bind(TOKENS.randomSource).toConstantValue(new NodeCryptoRandomSource());
  bind(TOKENS.logger).toConstantValue(new Logger({ serviceName: SERVICE }));
  bind(TOKENS.metrics).toConstantValue(new Metrics({ namespace: SERVICE, serviceName: SERVICE }));
});

const codes = new ContainerModule(({ bind }) => {
  bind(TOKENS.hmacKeyRing).toResolvedValue(
    ({ hashKeys }) => new HmacKeyRing(hashKeys),
    [TOKENS.config],
  );
  bind(TOKENS.otpGenerator).toConstantValue(new NodeCryptoOtpGenerator());
  bind(TOKENS.otpHasher).toResolvedValue((keys) => new HmacOtpHasher(keys), [TOKENS.hmacKeyRing]);
  bind(TOKENS.pseudonymizer).toResolvedValue(
    (keys) => new HmacPseudonymizer(keys),
    [TOKENS.hmacKeyRing],
  );
});

const challenges = new ContainerModule(({ bind }) => {
  bind(TOKENS.challengeRepository).toResolvedValue(
    ({ guard }, dynamoDb, keys, clock) =>
      guard.challengeRepository === 'dynamodb'
        ? dynamoDb().challengeRepository(keys, clock)
        : new SessionChallengeRepository(keys),
    [TOKENS.config, TOKENS.dynamoDb, TOKENS.hmacKeyRing, TOKENS.clock],
  );
  bind(TOKENS.roundClaims).toResolvedValue(
    ({ guard }, dynamoDb, keys, clock) => dynamoDb().roundClaims(keys, clock, guard.claimMs),
    [TOKENS.config, TOKENS.dynamoDb, TOKENS.hmacKeyRing, TOKENS.clock],
  );
});

const counters = new ContainerModule(({ bind }) => {
  bind(TOKENS.rateLimiter).toResolvedValue(
    ({ guard }, dynamoDb, keys, clock) => {
      switch (guard.rateLimiter) {
        case 'none':
          return new NoRateLimiter();
        case 'memory':
          return new MemoryRateLimiter(clock);
        case 'dynamodb':
          return dynamoDb().rateLimiter(keys, clock);
      }
    },
    [TOKENS.config, TOKENS.dynamoDb, TOKENS.hmacKeyRing, TOKENS.clock],
  );
  bind(TOKENS.failureCounter).toResolvedValue(
    ({ guard }, dynamoDb, keys) => {
      switch (guard.rateLimiter) {
        case 'none':
          return new NoFailureCounter();
        case 'memory':
          return new MemoryFailureCounter();
        case 'dynamodb':
          return dynamoDb().failureCounter(keys);
      }
    },
    [TOKENS.config, TOKENS.dynamoDb, TOKENS.hmacKeyRing],
  );
  bind(TOKENS.conversionCounter).toResolvedValue(
    ({ guard }, dynamoDb) => {
      switch (guard.rateLimiter) {
        case 'none':
          return new NoConversionCounter();
        case 'memory':
          return new MemoryConversionCounter();
        case 'dynamodb':
          return dynamoDb().conversionCounter();
      }
    },
    [TOKENS.config, TOKENS.dynamoDb],
  );
});

const guards = new ContainerModule(({ bind }) => {
  bind(TOKENS.answerGuard).toResolvedValue(
    (failures, clock, { guard }) => new AnswerGuard(failures, clock, guard.locks),
    [TOKENS.failureCounter, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.sendGuard).toResolvedValue(
    (answers, limiter, conversions, clock, { guard }) =>
      new SendGuard({ answers, limiter, conversions, clock, limits: guard.sends }),
    [TOKENS.answerGuard, TOKENS.rateLimiter, TOKENS.conversionCounter, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.sendPace).toResolvedValue(
    (timer, random, { guard }) => new SendPace({ timer, random, priorMedianMs: guard.usualSendMs }),
    [TOKENS.timer, TOKENS.randomSource, TOKENS.config],
  );
});

const sms = new ContainerModule(({ bind }) => {
  bind(TOKENS.routedSmsGateway).toResolvedValue(
    (clock, { sms }) =>
      new RoutedSmsGateway(sms.routes, smsGatewayOpener(sms.variable, clock), clock),
    [TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.smsGateway).toResolvedValue((gateway) => gateway, [TOKENS.routedSmsGateway]);
  bind(TOKENS.smsMessages).toResolvedValue(
    ({ messages, sms }) =>
      new SmsMessages(messages, (to) => {
        const route = routeFor(sms.routes, destinationCountry(to));
        return route?.kind === 'send' ? route : undefined;
      }),
    [TOKENS.config],
  );
});

const users = new ContainerModule(({ bind }) => {
  bind(TOKENS.userDirectory).toConstantValue(new CognitoUserDirectory());
});

const useCases = new ContainerModule(({ bind }) => {
  bind(TOKENS.defineAuthChallenge).toResolvedValue(
    (repository, { policy, passwordFirst }) =>
      new DefineAuthChallenge(repository, policy, passwordFirst),
    [TOKENS.challengeRepository, TOKENS.config],
  );
  bind(TOKENS.codeSender).toResolvedValue(
    (challenges, generator, hasher, gateway, messages, guard, pace, clock, config) =>
      new CodeSender({
        challenges,
        generator,
        hasher,
        gateway,
        messages,
        guard,
        pace,
        clock,
        policy: config.policy,
        requireVerifiedPhone: config.requireVerifiedPhone,
        countryOf: destinationCountry,
        savingMs: usesDynamoDb(config.guard) ? AFTER_SEND_MS : 0,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpGenerator,
      TOKENS.otpHasher,
      TOKENS.smsGateway,
      TOKENS.smsMessages,
      TOKENS.sendGuard,
      TOKENS.sendPace,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.shownNumber).toResolvedValue(
    (pseudonymizer, { requireVerifiedPhone, showLastDigits }) =>
      new ShownNumber({ pseudonymizer, requireVerifiedPhone, showLastDigits }),
    [TOKENS.pseudonymizer, TOKENS.config],
  );
  bind(TOKENS.createAuthChallenge).toResolvedValue(
    (challenges, sender, conversions, shownNumber, clock, { policy }) =>
      new CreateAuthChallenge({ challenges, sender, conversions, shownNumber, clock, policy }),
    [
      TOKENS.challengeRepository,
      TOKENS.codeSender,
      TOKENS.conversionCounter,
      TOKENS.shownNumber,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.createOnce).toResolvedValue(
    (create, claims, clock, timer) => new CreateOnce({ create, claims, clock, timer }),
    [TOKENS.createAuthChallenge, TOKENS.roundClaims, TOKENS.clock, TOKENS.timer],
  );
  // Without a store, nothing tells Cognito's repeated call apart.
  bind(TOKENS.openRound).toDynamicValue((context) =>
    context.get(TOKENS.config).guard.challengeRepository === 'dynamodb'
      ? context.get(TOKENS.createOnce)
      : context.get(TOKENS.createAuthChallenge),
  );
  bind(TOKENS.verifyAuthChallenge).toResolvedValue(
    (repository, hasher, clock, gateway, answers, conversions, { policy, requireVerifiedPhone }) =>
      new VerifyAuthChallenge({
        policy,
        challenges: repository,
        hasher,
        clock,
        gateway,
        answers,
        conversions,
        countryOf: destinationCountry,
        requireVerifiedPhone,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpHasher,
      TOKENS.clock,
      TOKENS.smsGateway,
      TOKENS.answerGuard,
      TOKENS.conversionCounter,
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

function usesDynamoDb({ challengeRepository, rateLimiter }: GuardConfig): boolean {
  return challengeRepository === 'dynamodb' || rateLimiter === 'dynamodb';
}
