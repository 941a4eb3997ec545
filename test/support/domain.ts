/** The three use cases on fakes, whose calls a test may interrupt, and the values that most domain tests share. */

import { MemoryConversionCounter } from '../../src/adapters/conversion-counter/memory.ts';
import { MemoryFailureCounter } from '../../src/adapters/failure-counter/memory.ts';
import { MemoryRateLimiter } from '../../src/adapters/rate-limiter/memory.ts';
import { AnswerGuard, type LockPolicy } from '../../src/domain/abuse/answer-guard.ts';
import { type SendLimitPolicy, SendLimits } from '../../src/domain/abuse/send-limits.ts';
import { SendPace } from '../../src/domain/abuse/send-pace.ts';
import { CodeSender } from '../../src/domain/code-sender.ts';
import { CreateAuthChallenge } from '../../src/domain/create-auth-challenge.ts';
import { CreateOnce } from '../../src/domain/create-once.ts';
import type { CreateRequest } from '../../src/domain/create-request.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { DefineAuthChallenge } from '../../src/domain/define-auth-challenge.ts';
import type { OtpPolicy } from '../../src/domain/otp-policy.ts';
import type { Timer } from '../../src/domain/ports/timer.ts';
import { ShownNumber } from '../../src/domain/shown-number.ts';
import { CUSTOM_CHALLENGE, type Round, type SignInScope } from '../../src/domain/sign-in.ts';
import { SmsMessages } from '../../src/domain/sms/message.ts';
import { VerifyAuthChallenge, type VerifyRequest } from '../../src/domain/verify-auth-challenge.ts';
import { FakeCountryLookup } from '../fakes/fake-country-lookup.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryChallengeRepository } from '../fakes/in-memory-challenge-repository.ts';
import { InMemoryRoundClaims } from '../fakes/in-memory-round-claims.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { ManualTimer } from '../fakes/manual-timer.ts';
import { PlainOtpHasher } from '../fakes/plain-otp-hasher.ts';
import { PlainPseudonymizer } from '../fakes/plain-pseudonymizer.ts';
import { SeededOtpGenerator } from '../fakes/seeded-otp-generator.ts';
import { SeededRandomSource } from '../fakes/seeded-random-source.ts';

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

export const PHONE = { number: '+15551234567', verified: true };

/** None, for the tests of everything else. */
const limits: SendLimitPolicy = {
  perNumber: [],
  perCountry: [],
  overall: [],
  unconverted: { action: 'report', allowance: 20, share: 0.7 },
  onStoreFailure: 'closed',
};

export const locks: LockPolicy = {
  lockAfter: 10,
  firstLockMs: seconds(900),
  maxLockMs: seconds(86_400),
  maxFailures: 100,
};

const templates = { en: 'Your OTP for log in to {app} is {code}', fr: '{app}: {code}' };

export interface DomainOptions {
  readonly policy?: Partial<OtpPolicy>;
  readonly passwordFirst?: boolean;
  readonly requireVerifiedPhone?: boolean;
  readonly limits?: Partial<SendLimitPolicy>;
  readonly locks?: Partial<LockPolicy>;
  readonly showLastDigits?: boolean;
  /** What sends take, before any was seen; 0 keeps the clock still. */
  readonly usualSendMs?: number;
  /** What is kept back of the time for what follows a send. */
  readonly reserveAfterSendMs?: number;
  readonly seed?: number;
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
  const claims = interruptible(new InMemoryRoundClaims(clock));
  const limiter = interruptible(new MemoryRateLimiter(clock));
  const failures = interruptible(new MemoryFailureCounter());
  const conversions = interruptible(new MemoryConversionCounter());
  const hasher = interruptible(new PlainOtpHasher());
  const generator = interruptible(new SeededOtpGenerator());
  const numbers = { ...policy, ...options.policy };
  const countries = new FakeCountryLookup();
  const requireVerifiedPhone = options.requireVerifiedPhone ?? true;
  const answers = new AnswerGuard(failures, clock, { ...locks, ...options.locks });
  const pace = new SendPace({
    timer,
    random: new SeededRandomSource(options.seed),
    priorMedianMs: options.usualSendMs ?? 0,
  });
  const sendLimits = new SendLimits({
    answers,
    limiter,
    conversions,
    clock,
    policy: { ...limits, ...options.limits },
  });
  const sender = new CodeSender({
    challenges,
    generator,
    hasher,
    gateway,
    messages: new SmsMessages({ templates, appName: 'Acme', minutes: 5 }),
    limits: sendLimits,
    pace,
    countries,
    clock,
    policy: numbers,
    reserveAfterSendMs: options.reserveAfterSendMs ?? 0,
  });
  const shownNumber = new ShownNumber({
    pseudonymizer: new PlainPseudonymizer(),
    showLastDigits: options.showLastDigits ?? true,
  });
  const create = new CreateAuthChallenge({
    challenges,
    sender,
    conversions,
    requireVerifiedPhone,
    shownNumber,
    clock,
    policy: numbers,
  });
  return {
    clock,
    timer,
    gateway,
    challenges,
    claims,
    limiter,
    failures,
    conversions,
    answers,
    sendLimits,
    pace,
    hasher,
    generator,
    define: new DefineAuthChallenge(challenges, numbers, options.passwordFirst ?? false),
    create,
    createOnce: new CreateOnce({ create, claims, clock, timer }),
    verify: new VerifyAuthChallenge({
      policy: numbers,
      challenges,
      hasher,
      clock,
      gateway,
      answers,
      conversions,
      countries,
      requireVerifiedPhone,
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

/** Any answer but the right one to the round of this reference, of the same user. */
export function verifyRequest(
  reference: string,
  changes: Partial<VerifyRequest> = {},
): VerifyRequest {
  const answer = 'no code';
  const base = { scope, userNotFound: false, resendRequested: false, phone: PHONE };
  return { ...base, reference, answer, ...changes };
}

/** A user of this name whom the pool does not know. */
export function stranger(username = 'nobody') {
  const phone = { number: undefined, verified: false };
  return { scope: { ...scope, username }, userNotFound: true, phone };
}

/** The account that the failures of `PHONE`'s owner are counted by. */
export const ACCOUNT = `phone ${PHONE.number}`;

/** Ten failed answers, which lock the account. */
export async function lock(domain: Domain, account = ACCOUNT): Promise<void> {
  for (let count = 0; count < locks.lockAfter; count++) {
    await domain.answers.admit(account);
  }
}

/** A completed round of ours. */
export function codeRound(reference: string | undefined, passed = false): Round {
  return { challengeName: CUSTOM_CHALLENGE, passed, reference };
}
