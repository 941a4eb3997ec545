import {
  afterLostSend,
  afterRefusedSend,
  afterSend,
  afterThrottledSend,
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
import { HIDDEN_NUMBER, isPhoneNumber, maskPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { ConversionCounter } from './ports/conversion-counter.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import type { RoundResult } from './ports/round-claims.ts';
import {
  isOutage,
  SmsDeliveryError,
  type SmsGateway,
  type SmsRouting,
} from './ports/sms-gateway.ts';
import { faultOf, type StoreError } from './ports/store-error.ts';
import { accountOf, type Phone, recipientOf, type UnreachableReason } from './recipient.ts';
import { NOWHERE, type RefusalReason, type SendAllowed, type SendGuard } from './send-guard.ts';
import type { ObservedFailure, SendPace } from './send-pace.ts';
import { CUSTOM_CHALLENGE, type Round, type SignInRequest } from './sign-in.ts';
import type { SmsMessages } from './sms-message.ts';

export interface CreateRequest extends SignInRequest {
  /** All completed rounds, oldest first; the one to create is not among them. */
  readonly rounds: readonly Round[];
  readonly phone: Phone;
  /** The user's record, not this round's answer, asks for a new code. */
  readonly resendAttribute: boolean;
  /** BCP 47 tags of the languages that the user may read, most wanted first. */
  readonly locales: readonly (string | undefined)[];
  /** Epoch milliseconds by which the answer must be on its way back. */
  readonly deadline: number;
  /** Another call for this round may have sent an SMS, and can't be asked: so this one must not. */
  readonly mayBeServed?: boolean;
  /** Told before an SMS leaves what the round has come to should nothing be heard of it any more. */
  readonly foresee?: (result: RoundResult) => Promise<void>;
}

/** What a client is told of the round; the README documents each value for client developers. */
export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

export const CHALLENGE_STATUSES = [
  'SENT',
  'INCORRECT',
  'RESENT',
  'RESEND_TOO_SOON',
  'RESEND_LIMIT',
  'THROTTLED',
  'EXPIRED',
  'DELIVERY_FAILED',
] as const;

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
  /** A count that could not be read or written, and did not stop the round. */
  readonly fault?: StoreError;
};

type CreateEvent =
  | {
      readonly kind: 'sent' | 'resent';
      readonly routing: SmsRouting | undefined;
      /** ISO 3166-1 alpha-2; `ZZ` when the number belongs to no country. */
      readonly country: string;
      /** The country's hour looks like pumped traffic. */
      readonly unprovenSends?: true;
    }
  | { readonly kind: 'reused' | 'expired' }
  | { readonly kind: 'resend-too-soon' | 'resend-limit' }
  | {
      readonly kind: 'delivery-failed';
      readonly error: SmsDeliveryError;
      readonly country: string;
    }
  /** A limit forbade the SMS. */
  | { readonly kind: 'throttled'; readonly reason: RefusalReason; readonly country?: string }
  /** Another call for the round did its work. */
  | { readonly kind: 'repeated' }
  /** Another call for the round began its work, and never said what came of it. */
  | { readonly kind: 'abandoned' }
  /** Looks sent, but there is no one to send to, or the account is locked. */
  | { readonly kind: 'withheld'; readonly reason: WithheldReason };

export type WithheldReason = UnreachableReason | 'account-locked';

interface Step {
  readonly event: CreateEvent;
  readonly status: ChallengeStatus;
  readonly challenge: Challenge;
  /** An SMS that is to be counted. */
  readonly sent?: { readonly country: string; readonly at: number };
  readonly fault?: StoreError | undefined;
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
  /** Whether clients are shown the last four digits of the number. */
  readonly showLastDigits: boolean;
  readonly guard: SendGuard;
  readonly pace: SendPace;
  readonly conversions: ConversionCounter;
  /** The country of a number, as ISO 3166-1 alpha-2. */
  readonly countryOf: (number: PhoneNumber) => string;
  /** Milliseconds that what follows a send may take: no send lasts into them. */
  readonly savingMs: number;
}

/** Opens a round: sends a code where one is due, and otherwise says how the one that is out stands. */
export class CreateAuthChallenge {
  readonly #deps: CreateAuthChallengeDependencies;

  constructor(dependencies: CreateAuthChallengeDependencies) {
    this.#deps = dependencies;
  }

  async execute(request: CreateRequest): Promise<CreateOutcome> {
    const { challenges, conversions } = this.#deps;
    const lastCodeRound = request.rounds.findLast((r) => r.challengeName === CUSTOM_CHALLENGE);
    const previous =
      lastCodeRound?.reference === undefined
        ? undefined
        : await challenges.find(lastCodeRound.reference, request.scope);

    const { event, status, challenge, ...step } =
      previous === undefined
        ? await this.#openSignIn(request)
        : await this.#nextRound(request, previous);

    const [reference, countFault] = await Promise.all([
      challenges.save(challenge, request.scope),
      // A count that is one short is no reason to fail the sign-in whose SMS has left.
      step.sent && faultOf(conversions.countSent(step.sent.country, step.sent.at)),
    ]);
    const fault = step.fault ?? countFault;
    return {
      ...event,
      ...this.#describe(request, challenge, { status, reference }),
      foreignMetadata: lastCodeRound !== undefined && previous === undefined,
      ...(fault !== undefined && { fault }),
    };
  }

  /**
   * Answers another call for a round with the same challenge.
   *
   * @returns `undefined` if the challenge is gone, or its code has signed the user in.
   */
  async repeat(request: CreateRequest, result: RoundResult): Promise<CreateOutcome | undefined> {
    const challenge = await this.#deps.challenges.find(result.reference, request.scope);
    return challenge === undefined || challenge.code.kind === 'used'
      ? undefined
      : {
          kind: 'repeated',
          ...this.#describe(request, challenge, result),
          foreignMetadata: false,
        };
  }

  #describe(request: CreateRequest, challenge: Challenge, { status, reference }: RoundResult) {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    return {
      status,
      reference,
      destination: this.#destination(request),
      codeLength: policy.codeLength,
      expiresInMs: lifetimeLeft(challenge.code, now),
      attemptsRemaining: attemptsRemaining(challenge, policy),
      resendsRemaining: sendsRemaining(challenge, policy),
      resendAfterMs: resendWait(challenge, now),
    };
  }

  #openSignIn(request: CreateRequest): Promise<Step> {
    const challenge = newChallenge(this.#deps.challenges.nextId());
    return this.#send(request, challenge, request.resendAttribute ? 'RESENT' : 'SENT');
  }

  async #nextRound(request: CreateRequest, previous: Challenge): Promise<Step> {
    const { clock, policy } = this.#deps;
    const now = clock.now();
    const challenge = request.resendRequested ? previous : afterWrongAnswer(previous);

    if (request.resendRequested || request.resendAttribute) {
      if (sendsRemaining(challenge, policy) === 0) {
        return { event: { kind: 'resend-limit' }, status: 'RESEND_LIMIT', challenge };
      }
      if (resendWait(challenge, now) > 0) {
        const status = challenge.code.kind === 'none' ? 'THROTTLED' : 'RESEND_TOO_SOON';
        return { event: { kind: 'resend-too-soon' }, status, challenge };
      }
      return this.#send(request, challenge, 'RESENT');
    }
    if (challenge.code.kind === 'none') {
      // Nothing is out because a limit forbade it, and still does, or because the provider refused.
      const status = resendWait(challenge, now) > 0 ? 'THROTTLED' : 'DELIVERY_FAILED';
      return { event: { kind: 'reused' }, status, challenge };
    }
    return lifetimeLeft(challenge.code, now) === 0
      ? { event: { kind: 'expired' }, status: 'EXPIRED', challenge }
      : { event: { kind: 'reused' }, status: 'INCORRECT', challenge };
  }

  async #send(
    request: CreateRequest,
    challenge: Challenge,
    status: 'SENT' | 'RESENT',
  ): Promise<Step> {
    const { clock, guard, countryOf, requireVerifiedPhone } = this.#deps;
    if (request.mayBeServed === true) {
      return {
        event: { kind: 'abandoned' },
        status: 'DELIVERY_FAILED',
        challenge: afterLostSend(challenge, clock.now()),
      };
    }
    const recipient = recipientOf(request, requireVerifiedPhone);
    const country = recipient.kind === 'phone' ? countryOf(recipient.number) : undefined;
    const { username } = request.scope;
    const decision = await guard.decide({
      account: accountOf(recipient, request.scope),
      country,
      // Whoever signs in by a number that nobody has is to meet what its owner would.
      likelyCountry: isPhoneNumber(username) ? countryOf(username) : undefined,
    });
    if (decision.kind === 'refused') {
      const { reason, retryAt, fault } = decision;
      return {
        event: { kind: 'throttled', reason, ...(country !== undefined && { country }) },
        status: 'THROTTLED',
        challenge: afterThrottledSend(challenge, retryAt),
        fault,
      };
    }
    if (recipient.kind === 'nobody') {
      const fault = decision.kind === 'allowed' ? decision.fault : undefined;
      return { ...(await this.#withhold(request, challenge, status, recipient.reason)), fault };
    }
    return decision.kind === 'account-locked'
      ? this.#withhold(request, challenge, status, 'account-locked')
      : this.#sendTo(recipient.number, decision, request, challenge, status);
  }

  /** Takes as long as a send, and looks like one. */
  async #withhold(
    request: CreateRequest,
    challenge: Challenge,
    status: 'SENT' | 'RESENT',
    reason: WithheldReason,
  ): Promise<Step> {
    const { clock, pace, policy } = this.#deps;
    const lifetime = this.#lifetime();
    const code: DecoyCode = { kind: 'decoy', ...lifetime };
    const event = { kind: 'withheld', reason } as const;
    await this.#foresee(request, challenge, code);
    const failure = await pace.imitate(this.#sendDeadline(request, clock.now()));
    if (failure !== undefined) {
      const failed = afterFailedSend(challenge, code, failure, clock.now());
      return { event, status: 'DELIVERY_FAILED', challenge: failed };
    }
    // Counted like an SMS, if only for the time that it takes.
    const sent = { country: NOWHERE, at: lifetime.issuedAt };
    return { event, status, challenge: afterSend(challenge, code, policy), sent };
  }

  async #sendTo(
    to: PhoneNumber,
    { unprovenSends, fault }: SendAllowed,
    request: CreateRequest,
    challenge: Challenge,
    status: 'SENT' | 'RESENT',
  ): Promise<Step> {
    const { clock, generator, hasher, gateway, messages, pace, policy, countryOf } = this.#deps;
    const lifetime = this.#lifetime();
    const otp = generator.generate(policy.codeLength);
    const binding = { challengeId: challenge.id, scope: request.scope };
    const code: LiveCode = { kind: 'live', digest: hasher.digest(otp, binding), ...lifetime };
    const country = countryOf(to);
    await this.#foresee(request, challenge, code);
    const sendingAt = clock.now();
    const deadline = this.#sendDeadline(request, sendingAt);
    try {
      const { feedbackReference, routing } = await gateway.send({
        to,
        text: messages.write({ to, code: otp, locales: request.locales }),
        deadline,
        expiresAt: lifetime.expiresAt,
      });
      pace.record(clock.now() - sendingAt);
      return {
        event: {
          kind: status === 'SENT' ? 'sent' : 'resent',
          routing,
          country,
          ...(unprovenSends && { unprovenSends }),
        },
        status,
        challenge: afterSend(challenge, { ...code, feedbackReference }, policy),
        sent: { country, at: lifetime.issuedAt },
        fault,
      };
    } catch (error) {
      if (!(error instanceof SmsDeliveryError)) {
        throw error;
      }
      const now = clock.now();
      // A number that somebody broke on purpose must not make the next user look unknown.
      // Nor does it speak for the provider that this call had little time left.
      if (isOutage(error.failure) && deadline === sendingAt + policy.sendTimeoutMs) {
        pace.record(now - sendingAt, error);
      }
      return {
        event: { kind: 'delivery-failed', error, country },
        status: 'DELIVERY_FAILED',
        challenge: afterFailedSend(challenge, code, error, now),
        fault,
      };
    }
  }

  /** Saves the challenge first, so that a code that arrives is good even if this call never answers. */
  async #foresee(
    { scope, foresee }: CreateRequest,
    challenge: Challenge,
    code: LiveCode | DecoyCode,
  ): Promise<void> {
    if (foresee !== undefined) {
      const uncertain = afterUncertainSend(challenge, code);
      const reference = await this.#deps.challenges.save(uncertain, scope);
      await foresee({ status: 'DELIVERY_FAILED', reference });
    }
  }

  #lifetime(): { readonly issuedAt: number; readonly expiresAt: number } {
    const issuedAt = this.#deps.clock.now();
    return { issuedAt, expiresAt: issuedAt + this.#deps.policy.lifetimeMs };
  }

  #sendDeadline(request: CreateRequest, sendingAt: number): number {
    const { policy, savingMs } = this.#deps;
    return Math.min(request.deadline - savingMs, sendingAt + policy.sendTimeoutMs);
  }

  /** Without a number to show, one is made up that stays the same for this user, as a real one would. */
  #destination(request: CreateRequest): string {
    const { scope } = request;
    if (!this.#deps.showLastDigits) {
      return HIDDEN_NUMBER;
    }
    const recipient = recipientOf(request, this.#deps.requireVerifiedPhone);
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

function afterFailedSend(
  challenge: Challenge,
  code: LiveCode | DecoyCode,
  { mayHaveLeft }: ObservedFailure,
  now: number,
): Challenge {
  return mayHaveLeft ? afterUncertainSend(challenge, code) : afterRefusedSend(challenge, now);
}
