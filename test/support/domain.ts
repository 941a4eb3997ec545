/** The three use cases on fakes, whose calls a test may interrupt, and the values that most domain tests share. */

import { MemoryAccountLedger } from '../../src/adapters/account-ledger/memory.ts';
import { MemorySmsTraffic } from '../../src/adapters/sms-traffic/memory.ts';
import { AccountLockout, type LockPolicy } from '../../src/domain/abuse/account-lockout.ts';
import { AnswerPace } from '../../src/domain/abuse/answer-pace.ts';
import {
  forgetAfterMs,
  type SendLimitPolicy,
  SendLimits,
} from '../../src/domain/abuse/send-limits.ts';
import { CodeSender } from '../../src/domain/code-sender.ts';
import { CreateAuthChallenge } from '../../src/domain/create-auth-challenge.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { DefineAuthChallenge } from '../../src/domain/define-auth-challenge.ts';
import { IdempotentCreateAuthChallenge } from '../../src/domain/idempotent-create-auth-challenge.ts';
import type { OtpPolicy } from '../../src/domain/otp-policy.ts';
import type { Timer } from '../../src/domain/ports/timer.ts';
import { Recipients } from '../../src/domain/recipient.ts';
import { type ReviewNumber, ReviewNumbers } from '../../src/domain/review-numbers.ts';
import { CUSTOM_CHALLENGE, type Round, type SignInScope } from '../../src/domain/sign-in.ts';
import { SmsMessages } from '../../src/domain/sms/message.ts';
import { VerifyAuthChallenge } from '../../src/domain/verify-auth-challenge.ts';
import type { VerifyRequest } from '../../src/domain/verify-request.ts';
import { FakeNumberingPlan } from '../fakes/fake-numbering-plan.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryChallengeRepository } from '../fakes/in-memory-challenge-repository.ts';
import { InMemoryIdempotencyStore } from '../fakes/in-memory-idempotency-store.ts';
import { InMemoryUserDirectory } from '../fakes/in-memory-user-directory.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { ManualTimer } from '../fakes/manual-timer.ts';
import { PlainOtpHasher } from '../fakes/plain-otp-hasher.ts';
import { PlainPseudonymizer } from '../fakes/plain-pseudonymizer.ts';
import { PlainReviewHasher } from '../fakes/plain-review-hasher.ts';
import { SeededOtpGenerator } from '../fakes/seeded-otp-generator.ts';

export const seconds = (count: number) => count * 1000;

export const policy: OtpPolicy = {
  codeLength: 6,
  lifetimeMs: seconds(300),
  maxAttempts: 3,
  maxSends: 3,
  resendCooldownMs: seconds(30),
  sendTimeoutMs: seconds(3),
};

export const scope: SignInScope = {
  userPoolId: 'eu-west-1_Pool',
  clientId: 'client',
  username: '6f1c0f8e-user',
};

export const PHONE = { number: '+12025554567', verified: true };

/** None, for the tests of everything else. */
const limits: SendLimitPolicy = {
  perNumber: [],
  perCountry: undefined,
  overall: undefined,
  unconverted: { action: 'report', allowance: 20, share: 0.7 },
  onStoreFailure: 'closed',
};

export const locks: LockPolicy = {
  lockAfter: 10,
  firstLockMs: seconds(900),
  earlyMaxLockMs: seconds(3600),
  maxLockMs: seconds(86_400),
  maxFailures: 100,
};

const templates = { en: 'Your OTP for log in to {app} is {code}', fr: '{app}: {code}' };

export interface DomainOptions {
  readonly policy?: Partial<OtpPolicy>;
  readonly passwordFirst?: boolean;
  readonly requireVerifiedPhone?: boolean;
  /** What numbers begin with that get SMS, whatever they are. */
  readonly named?: readonly string[];
  readonly limits?: Partial<SendLimitPolicy>;
  readonly locks?: Partial<LockPolicy>;
  /** Most tests look at what really happens, which shows only where nothing is hidden. */
  readonly hideUserExistence?: boolean;
  /** Milliseconds between the moments at which answers leave; 0 keeps the clock still. */
  readonly answerStepMs?: number;
  readonly confirmPhone?: boolean;
  readonly reviewNumbers?: readonly ReviewNumber[];
  /** What is kept back of the time for what follows a send. */
  readonly reserveAfterSendMs?: number;
  /** How time passes for those who wait. */
  readonly timerOf?: (clock: ManualClock) => Timer;
  /** The phone network, where it is not the one that wants to know nothing. */
  readonly gateway?: FakeSmsGateway;
}

export function createDomain(options: DomainOptions = {}) {
  const clock = new ManualClock();
  const timer = options.timerOf?.(clock) ?? new ManualTimer(clock);
  const gateway = interruptible(options.gateway ?? new FakeSmsGateway());
  const challenges = interruptible(new InMemoryChallengeRepository());
  const rounds = interruptible(new InMemoryIdempotencyStore(clock));
  const ledger = interruptible(new MemoryAccountLedger());
  const traffic = interruptible(new MemorySmsTraffic());
  const directory = interruptible(new InMemoryUserDirectory());
  const hasher = interruptible(new PlainOtpHasher());
  const generator = interruptible(new SeededOtpGenerator());
  const numbers = { ...policy, ...options.policy };
  const plan = new FakeNumberingPlan();
  const hideUserExistence = options.hideUserExistence ?? false;
  const reviewNumbers = new ReviewNumbers(
    options.reviewNumbers ?? [],
    new PlainReviewHasher(),
    clock,
  );
  const recipients = new Recipients(plan, {
    requireVerifiedPhone: options.requireVerifiedPhone ?? true,
    isNamed: (number) => (options.named ?? []).some((prefix) => number.startsWith(prefix)),
    reviewOf: (number) => reviewNumbers.of(number),
  });
  const sendPolicy = { ...limits, ...options.limits };
  const lockout = new AccountLockout(
    ledger,
    clock,
    { ...locks, ...options.locks },
    { forgetAfterMs: forgetAfterMs(sendPolicy.perNumber) },
  );
  const pseudonymizer = new PlainPseudonymizer();
  const pace = new AnswerPace(timer, options.answerStepMs ?? 0);
  const sendLimits = new SendLimits({
    lockout,
    ledger,
    traffic,
    clock,
    policy: sendPolicy,
    hideUserExistence,
  });
  const sender = new CodeSender({
    challenges,
    generator,
    hasher,
    pseudonymizer,
    gateway,
    messages: new SmsMessages({ templates, appName: 'Acme', minutes: 5 }),
    limits: sendLimits,
    pace,
    clock,
    policy: numbers,
    hideUserExistence,
    reserveAfterSendMs: options.reserveAfterSendMs ?? 0,
  });
  const create = new CreateAuthChallenge({
    challenges,
    sender,
    limits: sendLimits,
    recipients,
    hideUserExistence,
    clock,
    policy: numbers,
    claimMs: seconds(16),
  });
  return {
    clock,
    timer,
    gateway,
    challenges,
    rounds,
    ledger,
    traffic,
    directory,
    lockout,
    sendLimits,
    pace,
    hasher,
    generator,
    define: new DefineAuthChallenge(challenges, numbers, {
      passwordFirst: options.passwordFirst ?? false,
      hideUserExistence,
    }),
    create,
    createOnce: new IdempotentCreateAuthChallenge({ create, store: rounds, pace, timer }),
    verify: new VerifyAuthChallenge({
      policy: numbers,
      challenges,
      hasher,
      pseudonymizer,
      clock,
      gateway,
      lockout,
      traffic,
      recipients,
      reviewNumbers,
      directory,
      confirmPhone: options.confirmPhone ?? false,
    }),
  };
}

export type Domain = ReturnType<typeof createDomain>;

/** A Create request of a user with a good number, in the first round unless told otherwise. */
export function createRequest(domain: Domain, changes: Partial<CreateRequest> = {}): CreateRequest {
  return {
    scope,
    userNotFound: false,
    resendRequested: false,
    rounds: [],
    phone: PHONE,
    resendAttribute: false,
    locales: [],
    deadline: Deadline.in(domain.clock, 4200),
    ...changes,
  };
}

/** A wrong answer to the round of this reference, of the same user, unless told otherwise. */
export function verifyRequest(
  domain: Domain,
  reference: string,
  changes: Partial<VerifyRequest> = {},
): VerifyRequest {
  return {
    scope,
    userNotFound: false,
    resendRequested: false,
    phone: PHONE,
    reference,
    round: undefined,
    answer: WRONG,
    deadline: Deadline.in(domain.clock, 4200),
    ...changes,
  };
}

/** As many digits as a code has, and never a code: the seeded generator makes others. */
export const WRONG = '000000';

/** A user of this name whom the pool does not know. */
export function stranger(username = 'nobody') {
  const phone = { number: undefined, verified: false };
  return { scope: { ...scope, username }, userNotFound: true, phone };
}

/** The account that the failures of `PHONE`'s owner are counted by. */
export const ACCOUNT = { name: `phone ${PHONE.number}`, known: true };

/** Ten wrong answers, which lock the account. */
export async function lock(domain: Domain, account = ACCOUNT): Promise<void> {
  for (let count = 0; count < locks.lockAfter; count++) {
    await domain.lockout.registerAttempt(account);
  }
}

/** A completed round of ours. */
export function codeRound(reference: string | undefined, passed = false): Round {
  return { challengeName: CUSTOM_CHALLENGE, passed, reference };
}
