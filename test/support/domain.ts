/** The three use cases on fakes, and the values that most domain tests share. */
import { CreateAuthChallenge, type CreateRequest } from '../../src/domain/create-auth-challenge.ts';
import { DefineAuthChallenge } from '../../src/domain/define-auth-challenge.ts';
import type { OtpPolicy } from '../../src/domain/otp-policy.ts';
import { CUSTOM_CHALLENGE, type Round, type SignInScope } from '../../src/domain/sign-in.ts';
import { SmsMessages } from '../../src/domain/sms-message.ts';
import { VerifyAuthChallenge } from '../../src/domain/verify-auth-challenge.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { InMemoryChallengeRepository } from '../fakes/in-memory-challenge-repository.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { PlainOtpHasher } from '../fakes/plain-otp-hasher.ts';
import { PlainPseudonymizer } from '../fakes/plain-pseudonymizer.ts';
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

const templates = { en: 'Your OTP for log in to {app} is {code}', fr: '{app}: {code}' };

export interface DomainOptions {
  readonly policy?: Partial<OtpPolicy>;
  readonly passwordFirst?: boolean;
  readonly requireVerifiedPhone?: boolean;
}

export function createDomain(options: DomainOptions = {}) {
  const clock = new ManualClock();
  const gateway = new FakeSmsGateway(clock);
  const challenges = new InMemoryChallengeRepository();
  const hasher = new PlainOtpHasher();
  const generator = new SeededOtpGenerator();
  const numbers = { ...policy, ...options.policy };
  return {
    clock,
    gateway,
    challenges,
    generator,
    define: new DefineAuthChallenge(challenges, numbers, options.passwordFirst ?? false),
    create: new CreateAuthChallenge({
      challenges,
      generator,
      hasher,
      gateway,
      pseudonymizer: new PlainPseudonymizer(),
      clock,
      policy: numbers,
      messages: new SmsMessages({ templates, appName: 'Acme', minutes: 5 }),
      requireVerifiedPhone: options.requireVerifiedPhone ?? true,
    }),
    verify: new VerifyAuthChallenge(challenges, hasher, clock, gateway),
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
    phone: { number: '+15551234567', verified: true },
    resendAttribute: false,
    locales: [],
    deadline: domain.clock.now() + 4200,
    ...changes,
  };
}

/** A completed round of ours. */
export function codeRound(reference: string | undefined, passed = false): Round {
  return { challengeName: CUSTOM_CHALLENGE, passed, reference };
}
