/** Names for everything that the container hands out. Typed, so that a swapped dependency fails `tsc`. */

import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { ServiceIdentifier } from 'inversify';
import type { HmacKeyRing } from './adapters/hmac-key-ring.ts';
import type { RoutedSmsGateway } from './adapters/sms-gateway/routed.ts';
import type { Config } from './config.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { AcceptSignUp } from './domain/accept-sign-up.ts';
import type { ConfirmPhone } from './domain/confirm-phone.ts';
import type { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import type { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import type { ChallengeRepository } from './domain/ports/challenge-repository.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { OtpGenerator } from './domain/ports/otp-generator.ts';
import type { OtpHasher } from './domain/ports/otp-hasher.ts';
import type { Pseudonymizer } from './domain/ports/pseudonymizer.ts';
import type { SmsGateway } from './domain/ports/sms-gateway.ts';
import type { UserDirectory } from './domain/ports/user-directory.ts';
import type { SmsMessages } from './domain/sms-message.ts';
import type { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';

export const TOKENS = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),

  challengeRepository: token<ChallengeRepository>('ChallengeRepository'),
  clock: token<Clock>('Clock'),
  otpGenerator: token<OtpGenerator>('OtpGenerator'),
  otpHasher: token<OtpHasher>('OtpHasher'),
  pseudonymizer: token<Pseudonymizer>('Pseudonymizer'),
  smsGateway: token<SmsGateway>('SmsGateway'),
  userDirectory: token<UserDirectory>('UserDirectory'),

  hmacKeyRing: token<HmacKeyRing>('HmacKeyRing'),
  routedSmsGateway: token<RoutedSmsGateway>('RoutedSmsGateway'),
  smsMessages: token<SmsMessages>('SmsMessages'),

  defineAuthChallenge: token<DefineAuthChallenge>('DefineAuthChallenge'),
  createAuthChallenge: token<CreateAuthChallenge>('CreateAuthChallenge'),
  verifyAuthChallenge: token<VerifyAuthChallenge>('VerifyAuthChallenge'),
  acceptSignUp: token<AcceptSignUp>('AcceptSignUp'),
  confirmPhone: token<ConfirmPhone>('ConfirmPhone'),
  dispatcher: token<Dispatcher>('Dispatcher'),
};

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(name) as ServiceIdentifier<T>;
}
