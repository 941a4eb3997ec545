import {
  afterRefusedSend,
  afterSend,
  afterUncertainSend,
  afterWrongAnswer,
  attemptsRemaining,
  type Challenge,
  type DecoyCode,
  type LiveCode,
  lifetimeLeft,
  newChallenge,
  resendWait,
  sendsRemaining,
} from './challenge.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { isPhoneNumber, maskPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import { SmsDeliveryError, type SmsGateway, type SmsRouting } from './ports/sms-gateway.ts';
import { CUSTOM_CHALLENGE, type Round, type SignInRequest } from './sign-in.ts';
import type { SmsMessages } from './sms-message.ts';

export interface CreateRequest extends SignInRequest {
  /** All completed rounds, oldest first; the one to create is not among them. */
  readonly rounds: readonly Round[];
  readonly phone: { readonly number: string | undefined; readonly verified: boolean };
  /** The user's record, not this round's answer, asks for a new code. */
  readonly resendAttribute: boolean;
  /** BCP 47 tags of the languages that the user may read, most wanted first. */
  readonly locales: readonly (string | undefined)[];
  /** Epoch milliseconds by which the answer must be on its way back. */
  readonly deadline: number;
}

/** What a client is told of the round; the README documents each value for client developers. */
export type ChallengeStatus =
  | 'SENT'
  | 'INCORRECT'
  | 'RESENT'
  | 'RESEND_TOO_SOON'
  | 'RESEND_LIMIT'
  | 'EXPIRED'
  | 'DELIVERY_FAILED';

/** What happened to the round, and how the challenge stands now. */
export type CreateOutcome = CreateEvent & {
  readonly status: ChallengeStatus;
  /** Finds the challenge again in later rounds. */
  readonly reference: string;
  /** The number that the code goes to, masked; made up when there is none to show. */
  readonly destination: string;
  readonly codeLength: number;
  readonly expiresInMs: number;
  readonly attemptsRemaining: number;
  readonly resendsRemaining: number;
  readonly resendAfterMs: number;
  /** The last round's metadata was not of our making: the challenge began anew. */
  readonly foreignMetadata: boolean;
};

type CreateEvent =
  | { readonly kind: 'sent' | 'resent'; readonly routing: SmsRouting | undefined }
  | { readonly kind: 'reused' | 'expired' }
  | { readonly kind: 'resend-too-soon' | 'resend-limit' }
  | { readonly kind: 'delivery-failed'; readonly error: SmsDeliveryError }
  /** Looks sent, but there is no one to send to. */
  | { readonly kind: 'withheld'; readonly reason: WithheldReason };

export type WithheldReason =
  | 'user-not-found'
  | 'number-missing'
  | 'number-not-e164'
  | 'number-not-verified';

type Recipient =
  | { readonly kind: 'phone'; readonly number: PhoneNumber }
  | { readonly kind: 'nobody'; readonly reason: WithheldReason };

interface Step {
  readonly event: CreateEvent;
  readonly status: ChallengeStatus;
  readonly challenge: Challenge;
}

export interface CreateAuthChallengeDependencies {
  readonly challenges: ChallengeRepository;
  readonly generator: OtpGenerator;
  readonly hasher: OtpHasher;
  readonly gateway: SmsGateway;
  readonly pseudonymizer: Pseudonymizer;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  readonly messages: SmsMessages;
  readonly requireVerifiedPhone: boolean;
}

/** Opens a round: sends a code where one is due, and otherwise says how the one that is out stands. */
export class CreateAuthChallenge {
  readonly #deps: CreateAuthChallengeDependencies;

  constructor(dependencies: CreateAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    const { challenges, clock, policy } = this.#deps;
    const recipient = this.#recipient(request);
    const lastCodeRound = request.rounds.findLast((r) => r.challengeName === CUSTOM_CHALLENGE);
    const previous =
      lastCodeRound?.reference === undefined
        ? undefined
        : await challenges.find(lastCodeRound.reference, request.scope);

    const { event, status, challenge } =
      previous === undefined
        ? await this.#openSignIn(request, recipient)
        : await this.#nextRound(request, recipient, previous);

    const now = clock.now();
    return {
      ...event,
      status,
      reference: await challenges.save(challenge, request.scope),
      destination: this.#destination(request, recipient),
      codeLength: policy.codeLength,
      expiresInMs: lifetimeLeft(challenge.code, now),
      attemptsRemaining: attemptsRemaining(challenge, policy),
      resendsRemaining: sendsRemaining(challenge, policy),
      resendAfterMs: resendWait(challenge, now),
      foreignMetadata: lastCodeRound !== undefined && previous === undefined,
    };
  }

  #openSignIn(request: CreateRequest, recipient: Recipient): Promise<Step> {
    const challenge = newChallenge(this.#deps.challenges.nextId());
    return this.#send(request, recipient, challenge, request.resendAttribute ? 'RESENT' : 'SENT');
  }

  async #nextRound(
    request: CreateRequest,
    recipient: Recipient,
    previous: Challenge,
  ): Promise<Step> {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    const challenge = request.resendRequested ? previous : afterWrongAnswer(previous);

    if (request.resendRequested || request.resendAttribute) {
      if (sendsRemaining(challenge, policy) === 0) {
        return { event: { kind: 'resend-limit' }, status: 'RESEND_LIMIT', challenge };
      }
      if (resendWait(challenge, now) > 0) {
        return { event: { kind: 'resend-too-soon' }, status: 'RESEND_TOO_SOON', challenge };
      }
      return this.#send(request, recipient, challenge, 'RESENT');
    }
    if (challenge.code.kind === 'none') {
      return { event: { kind: 'reused' }, status: 'DELIVERY_FAILED', challenge };
    }
    return lifetimeLeft(challenge.code, now) === 0
      ? { event: { kind: 'expired' }, status: 'EXPIRED', challenge }
      : { event: { kind: 'reused' }, status: 'INCORRECT', challenge };
  }

  async #send(
    request: CreateRequest,
    recipient: Recipient,
    challenge: Challenge,
    status: 'SENT' | 'RESENT',
  ): Promise<Step> {
    const { clock, generator, hasher, gateway, messages, policy } = this.#deps;
    const issuedAt = clock.now();
    const lifetime = { issuedAt, expiresAt: issuedAt + policy.lifetimeMs };

    if (recipient.kind === 'nobody') {
      const decoy: DecoyCode = { kind: 'decoy', ...lifetime };
      const event = { kind: 'withheld', reason: recipient.reason } as const;
      return { event, status, challenge: afterSend(challenge, decoy, policy) };
    }

    const otp = generator.generate(policy.codeLength);
    const binding = { challengeId: challenge.id, scope: request.scope };
    const code: LiveCode = { kind: 'live', digest: hasher.digest(otp, binding), ...lifetime };
    const to = recipient.number;
    try {
      const { feedbackReference, routing } = await gateway.send({
        to,
        text: messages.write({ to, code: otp, locales: request.locales }),
        deadline: Math.min(request.deadline, issuedAt + policy.sendTimeoutMs),
        expiresAt: lifetime.expiresAt,
      });
      return {
        event: { kind: status === 'SENT' ? 'sent' : 'resent', routing },
        status,
        challenge: afterSend(challenge, { ...code, feedbackReference }, policy),
      };
    } catch (error) {
      if (!(error instanceof SmsDeliveryError)) {
        throw error;
      }
      return {
        event: { kind: 'delivery-failed', error },
        status: 'DELIVERY_FAILED',
        challenge: error.mayHaveLeft
          ? afterUncertainSend(challenge, code)
          : afterRefusedSend(challenge, clock.now()),
      };
    }
  }

  #recipient({ userNotFound, phone }: CreateRequest): Recipient {
    if (userNotFound) {
      return { kind: 'nobody', reason: 'user-not-found' };
    }
    if (phone.number === undefined || phone.number === '') {
      return { kind: 'nobody', reason: 'number-missing' };
    }
    if (!isPhoneNumber(phone.number)) {
      return { kind: 'nobody', reason: 'number-not-e164' };
    }
    return phone.verified || !this.#deps.requireVerifiedPhone
      ? { kind: 'phone', number: phone.number }
      : { kind: 'nobody', reason: 'number-not-verified' };
  }

  /** Without a number to show, one is made up that stays the same for this user, as a real one would. */
  #destination({ scope }: CreateRequest, recipient: Recipient): string {
    if (recipient.kind === 'phone') {
      return maskPhoneNumber(recipient.number);
    }
    if (isPhoneNumber(scope.username)) {
      return maskPhoneNumber(scope.username);
    }
    const pseudonym = this.#deps.pseudonymizer.pseudonym(`${scope.userPoolId} ${scope.username}`);
    const lastFour = Number.parseInt(pseudonym.slice(0, 8), 16) % 10_000;
    return `+*******${String(lastFour).padStart(4, '0')}`;
  }
}
