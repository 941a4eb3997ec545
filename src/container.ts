/** The composition root: which adapter fills which port. Swapping an adapter is one line here. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Container, ContainerModule } from 'inversify';
import { SessionChallengeRepository } from './adapters/challenge-repository/session.ts';
import { SystemClock } from './adapters/clock/system.ts';
import { destinationCountry } from './adapters/destination-country.ts';
import { HmacKeyRing } from './adapters/hmac-key-ring.ts';
import { NodeCryptoOtpGenerator } from './adapters/otp-generator/node-crypto.ts';
import { HmacOtpHasher } from './adapters/otp-hasher/hmac.ts';
import { HmacPseudonymizer } from './adapters/pseudonymizer/hmac.ts';
import { RoutedSmsGateway } from './adapters/sms-gateway/routed.ts';
import { CognitoUserDirectory } from './adapters/user-directory/cognito.ts';
import type { Config } from './config.ts';
import { Dispatcher } from './dispatcher.ts';
import { AcceptSignUp } from './domain/accept-sign-up.ts';
import { ConfirmPhone } from './domain/confirm-phone.ts';
import { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import { SmsMessages } from './domain/sms-message.ts';
import { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';
import { smsGatewayOpener } from './sms-gateways.ts';
import { routeFor } from './sms-routes.ts';
import { TOKENS } from './tokens.ts';

export function createContainer(config: Config): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(TOKENS.config).toConstantValue(config);
  container.load(system, codes, challenges, sms, users, useCases);
  return container;
}

const SERVICE = 'cognito-phone-otp';

const system = new ContainerModule(({ bind }) => {
  bind(TOKENS.clock).toConstantValue(new SystemClock());
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
    (keys) => new SessionChallengeRepository(keys),
    [TOKENS.hmacKeyRing],
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
  bind(TOKENS.createAuthChallenge).toResolvedValue(
    (repository, generator, hasher, gateway, messages, pseudonymizer, clock, config) =>
      new CreateAuthChallenge({
        challenges: repository,
        generator,
        hasher,
        gateway,
        messages,
        pseudonymizer,
        clock,
        policy: config.policy,
        requireVerifiedPhone: config.requireVerifiedPhone,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpGenerator,
      TOKENS.otpHasher,
      TOKENS.smsGateway,
      TOKENS.smsMessages,
      TOKENS.pseudonymizer,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.verifyAuthChallenge).toResolvedValue(
    (repository, hasher, clock, gateway) =>
      new VerifyAuthChallenge(repository, hasher, clock, gateway),
    [TOKENS.challengeRepository, TOKENS.otpHasher, TOKENS.clock, TOKENS.smsGateway],
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
      TOKENS.createAuthChallenge,
      TOKENS.verifyAuthChallenge,
      TOKENS.acceptSignUp,
      TOKENS.confirmPhone,
    ],
  );
});
