/** The domain, put together: a use case for each trigger, and the rules that they work with. */
import { STORE_TIMEOUT_MS } from '../adapters/lib/store-timeout.ts';
import { usesStore } from '../config/abuse-limits.ts';
import type { Config } from '../config/config.ts';
import { AccountLockout } from '../domain/abuse/account-lockout.ts';
import { AnswerPace } from '../domain/abuse/answer-pace.ts';
import { forgetAfterMs, SendLimits } from '../domain/abuse/send-limits.ts';
import { AcceptSignUp } from '../domain/accept-sign-up.ts';
import { CodeSender } from '../domain/code-sender.ts';
import { CreateAuthChallenge } from '../domain/create-auth-challenge.ts';
import { DefineAuthChallenge } from '../domain/define-auth-challenge.ts';
import { IdempotentCreateAuthChallenge } from '../domain/idempotent-create-auth-challenge.ts';
import type { PhoneNumber } from '../domain/phone-number.ts';
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
import { Recipients } from '../domain/recipient.ts';
import { ReviewNumbers } from '../domain/review-numbers.ts';
import { SmsMessages } from '../domain/sms/message.ts';
import { type Destination, isNamed, routeFor } from '../domain/sms/route.ts';
import { VerifyAuthChallenge } from '../domain/verify-auth-challenge.ts';

/** An adapter for each port. */
export interface Ports {
  readonly accountLedger: AccountLedger;
  readonly challengeRepository: ChallengeRepository;
  readonly clock: Clock;
  readonly idempotencyStore: IdempotencyStore;
  readonly numberingPlan: NumberingPlan;
  readonly otpGenerator: OtpGenerator;
  readonly otpHasher: OtpHasher;
  readonly pseudonymizer: Pseudonymizer;
  readonly reviewHasher: ReviewHasher;
  readonly smsGateway: SmsGateway;
  readonly smsTraffic: SmsTraffic;
  readonly timer: Timer;
  readonly userDirectory: UserDirectory;
}

/** The use cases, on these adapters and settings. */
export function createUseCases(ports: Ports, config: Config) {
  const { clock, pseudonymizer, otpHasher: hasher, smsGateway: gateway } = ports;
  const { challengeRepository: challenges, accountLedger: ledger, smsTraffic: traffic } = ports;
  const { policy, hideUserExistence, passwordFirst } = config;

  const lockout = new AccountLockout(ledger, clock, config.abuse.locks, {
    forgetAfterMs: forgetAfterMs(config.abuse.sends.perNumber),
  });
  const limits = new SendLimits({
    lockout,
    ledger,
    traffic,
    clock,
    policy: config.abuse.sends,
    hideUserExistence,
  });
  const pace = new AnswerPace(ports.timer, hideUserExistence ? config.answerStepMs : 0);
  const reviewNumbers = new ReviewNumbers(config.reviewNumbers, ports.reviewHasher, clock);
  const recipients = new Recipients(ports.numberingPlan, {
    requireVerifiedPhone: config.requireVerifiedPhone,
    isNamed: (number) => isNamed(config.sms.routes, number),
    reviewOf: (number) => reviewNumbers.of(number),
  });
  const sendingRouteFor = (destination: Destination) => {
    const route = routeFor(config.sms.routes, destination);
    return route?.kind === 'send' ? route : undefined;
  };
  const isServed = (number: PhoneNumber) => {
    const country = ports.numberingPlan.countryOf(number);
    return (
      reviewNumbers.of(number) !== undefined || sendingRouteFor({ number, country }) !== undefined
    );
  };
  const messages = new SmsMessages(config.messages, sendingRouteFor);
  const sender = new CodeSender({
    challenges,
    generator: ports.otpGenerator,
    hasher,
    pseudonymizer,
    gateway,
    messages,
    limits,
    pace,
    clock,
    policy,
    hideUserExistence,
    reserveAfterSendMs: usesStore(config.abuse) ? AFTER_SEND_MS : 0,
  });
  const create = new CreateAuthChallenge({
    challenges,
    sender,
    limits,
    recipients,
    hideUserExistence,
    clock,
    policy,
    claimMs: config.abuse.claimMs,
  });
  return {
    define: new DefineAuthChallenge(challenges, policy, { passwordFirst, hideUserExistence }),
    create: new IdempotentCreateAuthChallenge({
      create,
      store: ports.idempotencyStore,
      pace,
      timer: ports.timer,
    }),
    verify: new VerifyAuthChallenge({
      policy,
      confirmPhone: config.confirmPhone,
      challenges,
      hasher,
      pseudonymizer,
      clock,
      gateway,
      lockout,
      traffic,
      recipients,
      reviewNumbers,
      directory: ports.userDirectory,
    }),
    acceptSignUp: new AcceptSignUp(recipients, {
      needsPhone: config.signUpNeedsPhone,
      isServed,
    }),
  };
}

/** What may follow a send before the answer: writing down what it changed, and what the round came to. */
const AFTER_SEND_MS = 2 * STORE_TIMEOUT_MS;
