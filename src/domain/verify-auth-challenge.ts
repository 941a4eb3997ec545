import { parseAnswer } from './answer.ts';
import { type LiveCode, lifetimeLeft } from './challenge.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { SmsGateway } from './ports/sms-gateway.ts';
import type { SignInRequest } from './sign-in.ts';

export interface VerifyRequest extends SignInRequest {
  /** Where this round's challenge is found; absent when Cognito holds none of ours. */
  readonly reference: string | undefined;
  /** What the user typed: any string at all. */
  readonly answer: string;
}

/** What an answer is worth. Only `verified` is right. */
export type VerifyOutcome =
  | { readonly kind: 'verified'; readonly feedback?: 'given' | 'failed' }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'expired' }
  /** The round asks for a new code, so its answer is not compared, even if it happens to be right. */
  | { readonly kind: 'resend-requested' };

export type RejectionReason =
  | 'wrong-code'
  /** Not 6 to 10 digits. */
  | 'malformed'
  | 'user-not-found'
  /** No code is out that could match: none was sent, or the user has no usable number. */
  | 'no-code-out'
  | 'already-used'
  | 'foreign-metadata';

/** Compares an answer with the code that is out. */
export class VerifyAuthChallenge {
  readonly #challenges: ChallengeRepository;
  readonly #hasher: OtpHasher;
  readonly #clock: Clock;
  readonly #gateway: SmsGateway;

  constructor(
    challenges: ChallengeRepository,
    hasher: OtpHasher,
    clock: Clock,
    gateway: SmsGateway,
  ) {
    this.#challenges = challenges;
    this.#hasher = hasher;
    this.#clock = clock;
    this.#gateway = gateway;
  }

  async execute(request: VerifyRequest): Promise<VerifyOutcome> {
    const { scope, reference } = request;
    if (request.resendRequested) {
      return { kind: 'resend-requested' };
    }
    const challenge =
      reference === undefined ? undefined : await this.#challenges.find(reference, scope);
    if (reference === undefined || challenge === undefined) {
      return rejected('foreign-metadata');
    }
    if (request.userNotFound) {
      return rejected('user-not-found');
    }
    if (challenge.code.kind !== 'live') {
      return rejected('no-code-out');
    }
    if (lifetimeLeft(challenge.code, this.#clock.now()) === 0) {
      return { kind: 'expired' };
    }
    const code = parseAnswer(request.answer);
    if (code === undefined) {
      return rejected('malformed');
    }
    const binding = { challengeId: challenge.id, scope };
    if (!this.#hasher.matches(code, binding, challenge.code.digest)) {
      return rejected('wrong-code');
    }
    return (await this.#challenges.consume(reference, scope))
      ? this.#verified(challenge.code)
      : rejected('already-used');
  }

  /** Tells the provider, where it wants to know. The user is signed in whether or not it hears. */
  async #verified({ feedbackReference }: LiveCode): Promise<VerifyOutcome> {
    if (feedbackReference === undefined || this.#gateway.confirm === undefined) {
      return { kind: 'verified' };
    }
    try {
      await this.#gateway.confirm(feedbackReference);
      return { kind: 'verified', feedback: 'given' };
    } catch {
      return { kind: 'verified', feedback: 'failed' };
    }
  }
}

function rejected(reason: RejectionReason): VerifyOutcome {
  return { kind: 'rejected', reason };
}
