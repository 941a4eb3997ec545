/** Names for everything that the container hands out. Typed, so that a swapped dependency fails `tsc`. */

import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { ServiceIdentifier } from 'inversify';
import type { Config } from './config/config.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { AnswerGuard } from './domain/abuse/answer-guard.ts';
import type { SendLimits } from './domain/abuse/send-limits.ts';
import type { SendPace } from './domain/abuse/send-pace.ts';
import type { AcceptSignUp } from './domain/accept-sign-up.ts';
import type { CodeSender } from './domain/code-sender.ts';
import type { ConfirmPhone } from './domain/confirm-phone.ts';
import type { CreateAuthChallenge } from './domain/create-auth-challenge.ts';
import type { CreateOnce } from './domain/create-once.ts';
import type { DefineAuthChallenge } from './domain/define-auth-challenge.ts';
import type { ChallengeRepository } from './domain/ports/challenge-repository.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { ConversionCounter } from './domain/ports/conversion-counter.ts';
import type { CountryLookup } from './domain/ports/country-lookup.ts';
import type { FailureCounter } from './domain/ports/failure-counter.ts';
import type { OtpGenerator } from './domain/ports/otp-generator.ts';
import type { OtpHasher } from './domain/ports/otp-hasher.ts';
import type { Pseudonymizer } from './domain/ports/pseudonymizer.ts';
import type { RandomSource } from './domain/ports/random-source.ts';
import type { RateLimiter } from './domain/ports/rate-limiter.ts';
import type { RoundClaims } from './domain/ports/round-claims.ts';
import type { SmsGateway } from './domain/ports/sms-gateway.ts';
import type { Timer } from './domain/ports/timer.ts';
import type { UserDirectory } from './domain/ports/user-directory.ts';
import type { ShownNumber } from './domain/shown-number.ts';
import type { SmsMessages } from './domain/sms/message.ts';
import type { VerifyAuthChallenge } from './domain/verify-auth-challenge.ts';

/** Every token, by the name of what it stands for. */
export const TOKENS = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),

  challengeRepository: token<ChallengeRepository>('ChallengeRepository'),
  clock: token<Clock>('Clock'),
  countryLookup: token<CountryLookup>('CountryLookup'),
  conversionCounter: token<ConversionCounter>('ConversionCounter'),
  failureCounter: token<FailureCounter>('FailureCounter'),
  otpGenerator: token<OtpGenerator>('OtpGenerator'),
  otpHasher: token<OtpHasher>('OtpHasher'),
  pseudonymizer: token<Pseudonymizer>('Pseudonymizer'),
  randomSource: token<RandomSource>('RandomSource'),
  rateLimiter: token<RateLimiter>('RateLimiter'),
  roundClaims: token<RoundClaims>('RoundClaims'),
  smsGateway: token<SmsGateway>('SmsGateway'),
  timer: token<Timer>('Timer'),
  userDirectory: token<UserDirectory>('UserDirectory'),

  smsMessages: token<SmsMessages>('SmsMessages'),

  answerGuard: token<AnswerGuard>('AnswerGuard'),
  sendLimits: token<SendLimits>('SendLimits'),
  sendPace: token<SendPace>('SendPace'),

  defineAuthChallenge: token<DefineAuthChallenge>('DefineAuthChallenge'),
  codeSender: token<CodeSender>('CodeSender'),
  shownNumber: token<ShownNumber>('ShownNumber'),
  createAuthChallenge: token<CreateAuthChallenge>('CreateAuthChallenge'),
  /** Whichever of the two serves Create events. */
  openRound: token<CreateAuthChallenge | CreateOnce>('OpenRound'),
  verifyAuthChallenge: token<VerifyAuthChallenge>('VerifyAuthChallenge'),
  acceptSignUp: token<AcceptSignUp>('AcceptSignUp'),
  confirmPhone: token<ConfirmPhone>('ConfirmPhone'),
  dispatcher: token<Dispatcher>('Dispatcher'),
};

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(name) as ServiceIdentifier<T>;
}
