import type { AnswerGuard } from './abuse/answer-guard.ts';
import { parseAnswer } from './answer.ts';
import { type LiveCode, lifetimeLeft } from './challenge.ts';
import type { OtpPolicy } from './otp-policy.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { ConversionCounter } from './ports/conversion-counter.ts';
import type { CountryLookup } from './ports/country-lookup.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { SmsGateway } from './ports/sms-gateway.ts';
import { StoreError, storeErrorOf } from './ports/store-error.ts';
import { accountOf, type Phone, type Recipient, recipientOf } from './recipient.ts';
import type { SignInRequest } from './sign-in.ts';

/** An answer to be checked. */
export interface VerifyRequest extends SignInRequest {
  /** Where this round's challenge is found; absent when Cognito holds none of ours. */
  readonly reference: string | undefined;
  readonly phone: Phone;
  /** What the user typed: any string at all. */
  readonly answer: string;
}

/** What an answer is worth. Only `verified` is right. */
export type VerifyOutcome =
  | {
      readonly kind: 'verified';
      readonly feedback?: 'given' | 'failed';
      /** ISO 3166-1 alpha-2 of the number that the code went to. */
      readonly country?: string;
      /** A count that could not be written: the user is signed in all the same. */
      readonly fault?: StoreError;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectionReason;
      /** This failure locked the account. */
      readonly locksAccount?: true;
      readonly fault?: StoreError;
    }
  | { readonly kind: 'code-expired'; readonly locksAccount?: true }
  /** The round asks for a new code, so its answer is not compared, even if it happens to be right. */
  | { readonly kind: 'resend-requested' };

/** Why an answer was not right. */
export type RejectionReason =
  | 'wrong-code'
  /** Not 6 to 10 digits. */
  | 'malformed'
  | 'user-not-found'
  /** No code is out that could match: none was sent, or the user has no usable number. */
  | 'no-code-out'
  | 'already-used'
  /** Other sign-ins that share the challenge have used up its answers: not compared. */
  | 'attempts-used-up'
  /** Too many wrong answers, in this sign-in or others: not compared. */
  | 'account-locked'
  /** Without the counts or the challenge no answer is right; the code stays good for the next one. */
  | 'store-unavailable'
  | 'foreign-metadata';

/** What it works with. */
export interface VerifyAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly hasher: OtpHasher;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  readonly gateway: SmsGateway;
  readonly answers: AnswerGuard;
  readonly conversions: ConversionCounter;
  readonly countries: CountryLookup;
  readonly requireVerifiedPhone: boolean;
}

/** Compares an answer with the code that is out. */
export class VerifyAuthChallenge {
  readonly #deps: VerifyAuthChallengeDependencies;

  constructor(dependencies: VerifyAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: VerifyRequest): Promise<VerifyOutcome> {
    if (request.resendRequested) {
      return { kind: 'resend-requested' };
    }
    try {
      return await this.#check(request);
    } catch (fault) {
      if (!(fault instanceof StoreError)) {
        throw fault;
      }
      return { ...rejected('store-unavailable'), fault };
    }
  }

  async #check(request: VerifyRequest): Promise<VerifyOutcome> {
    const { answers, requireVerifiedPhone } = this.#deps;
    const recipient = recipientOf(request, requireVerifiedPhone);
    const account = accountOf(recipient, request.scope);
    const admission = await answers.admit(account);
    if (admission.kind === 'refused') {
      return rejected('account-locked');
    }
    // After the account: an answer that it refuses uses up none of the challenge's.
    const outcome = await this.#compare(request);
    if (outcome.kind === 'verified') {
      return this.#conclude(outcome.code, account, recipient);
    }
    return admission.locks ? { ...outcome, locksAccount: true } : outcome;
  }

  async #compare(request: VerifyRequest): Promise<Comparison> {
    const { challenges, hasher, clock, policy } = this.#deps;
    const { scope, reference } = request;
    if (reference === undefined) {
      return rejected('foreign-metadata');
    }
    const challenge = await challenges.takeAnswer(reference, scope, policy.maxAttempts);
    if (challenge === undefined) {
      const exists = (await challenges.find(reference, scope)) !== undefined;
      return rejected(exists ? 'attempts-used-up' : 'foreign-metadata');
    }
    if (request.userNotFound) {
      return rejected('user-not-found');
    }
    if (challenge.code.kind !== 'live') {
      return rejected(challenge.code.kind === 'used' ? 'already-used' : 'no-code-out');
    }
    if (lifetimeLeft(challenge.code, clock.now()) === 0) {
      return { kind: 'code-expired' };
    }
    const code = parseAnswer(request.answer);
    if (code === undefined) {
      return rejected('malformed');
    }
    const binding = { challengeId: challenge.id, scope };
    if (!hasher.matches(code, binding, challenge.code.digest)) {
      return rejected('wrong-code');
    }
    return (await challenges.consume(reference, scope))
      ? { kind: 'verified', code: challenge.code }
      : rejected('already-used');
  }

  /** Nothing that goes wrong here takes the sign-in back: the code was right, and is used up. */
  async #conclude(code: LiveCode, account: string, recipient: Recipient): Promise<VerifyOutcome> {
    const { answers, conversions, countries } = this.#deps;
    const country = recipient.kind === 'phone' ? countries.countryOf(recipient.number) : undefined;
    const [feedback, ...counts] = await Promise.all([
      this.#giveFeedback(code),
      storeErrorOf(answers.clear(account)),
      country && storeErrorOf(conversions.countConverted(country, code.issuedAt)),
    ]);
    const fault = counts.find((count) => typeof count === 'object');
    return {
      kind: 'verified',
      ...(feedback && { feedback }),
      ...(country && { country }),
      ...(fault && { fault }),
    };
  }

  /** Tells the provider, where it wants to know. */
  async #giveFeedback({ feedbackReference }: LiveCode): Promise<'given' | 'failed' | undefined> {
    const { gateway } = this.#deps;
    if (feedbackReference === undefined || gateway.confirm === undefined) {
      return undefined;
    }
    try {
      await gateway.confirm(feedbackReference);
      return 'given';
    } catch {
      return 'failed';
    }
  }
}

type Comparison =
  | { readonly kind: 'verified'; readonly code: LiveCode }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'code-expired' };

function rejected(reason: RejectionReason) {
  return { kind: 'rejected', reason } as const;
}
