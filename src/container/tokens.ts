/** Names for everything that the container hands out. Typed, so that a swapped dependency fails `tsc`. */

import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { ServiceIdentifier } from 'inversify';
import type { Config } from '../config/config.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { AccountLedger } from '../domain/ports/account-ledger.ts';
import type { ChallengeRepository } from '../domain/ports/challenge-repository.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { IdempotencyStore } from '../domain/ports/idempotency-store.ts';
import type { NumberingPlan } from '../domain/ports/numbering-plan.ts';
import type { OtpGenerator } from '../domain/ports/otp-generator.ts';
import type { OtpHasher } from '../domain/ports/otp-hasher.ts';
import type { Pseudonymizer } from '../domain/ports/pseudonymizer.ts';
import type { ReviewHasher } from '../domain/ports/review-hasher.ts';
import type { SmsGateway } from '../domain/ports/sms-gateway.ts';
import type { SmsTraffic } from '../domain/ports/sms-traffic.ts';
import type { Timer } from '../domain/ports/timer.ts';
import type { UserDirectory } from '../domain/ports/user-directory.ts';

/** Every token, by the name of what it stands for. */
export const TOKENS = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),

  accountLedger: token<AccountLedger>('AccountLedger'),
  challengeRepository: token<ChallengeRepository>('ChallengeRepository'),
  clock: token<Clock>('Clock'),
  numberingPlan: token<NumberingPlan>('NumberingPlan'),
  idempotencyStore: token<IdempotencyStore>('IdempotencyStore'),
  otpGenerator: token<OtpGenerator>('OtpGenerator'),
  otpHasher: token<OtpHasher>('OtpHasher'),
  pseudonymizer: token<Pseudonymizer>('Pseudonymizer'),
  reviewHasher: token<ReviewHasher>('ReviewHasher'),
  smsGateway: token<SmsGateway>('SmsGateway'),
  smsTraffic: token<SmsTraffic>('SmsTraffic'),
  timer: token<Timer>('Timer'),
  userDirectory: token<UserDirectory>('UserDirectory'),

  dispatcher: token<Dispatcher>('Dispatcher'),
};

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(name) as ServiceIdentifier<T>;
}
