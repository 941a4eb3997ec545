import { NOWHERE, type SendAllowed, type SendGuard } from './abuse/send-limits.ts';
import type { ObservedFailure, SendPace } from './abuse/send-pace.ts';
import {
  afterLostSend,
  afterRefusedSend,
  afterSend,
  afterThrottledSend,
  afterUncertainSend,
  type Challenge,
  type DecoyCode,
  type LiveCode,
} from './challenge.ts';
import type { RoundStep, WithheldReason } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { Deadline } from './deadline.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import { isOutage, SmsDeliveryError, type SmsGateway } from './ports/sms-gateway.ts';
import { accountOf, recipientOf } from './recipient.ts';
import type { SmsMessages } from './sms/message.ts';

export interface CodeSenderDependencies {
  readonly challenges: ChallengeRepository;
  readonly generator: OtpGenerator;
  readonly hasher: OtpHasher;
  readonly gateway: SmsGateway;
  readonly messages: SmsMessages;
  readonly guard: SendGuard;
  readonly pace: SendPace;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  readonly requireVerifiedPhone: boolean;
  /** The country of a number, as ISO 3166-1 alpha-2. */
  readonly countryOf: (number: PhoneNumber) => string;
  /** Milliseconds that what follows a send may take: no send lasts into them. */
  readonly savingMs: number;
}

/** Sends a new code, if it may, or does as if: who can get none must not be told apart. */
export class CodeSender {
  readonly #deps: CodeSenderDependencies;

  constructor(dependencies: CodeSenderDependencies) {
    this.#deps = dependencies;
  }

  /** @param status what a client is told if all goes well. */
  async send(
    request: CreateRequest,
    challenge: Challenge,
    status: 'SENT' | 'RESENT',
  ): Promise<RoundStep> {
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
  ): Promise<RoundStep> {
    const { clock, pace, policy } = this.#deps;
    const lifetime = this.#lifetime();
    const code: DecoyCode = { kind: 'decoy', ...lifetime };
    const event = { kind: 'withheld', reason } as const;
    await this.#foresee(request, challenge, code);
    const failure = await pace.imitate(this.#sendDeadline(request));
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
  ): Promise<RoundStep> {
    const { clock, generator, hasher, gateway, messages, pace, policy, countryOf } = this.#deps;
    const lifetime = this.#lifetime();
    const otp = generator.generate(policy.codeLength);
    const binding = { challengeId: challenge.id, scope: request.scope };
    const code: LiveCode = { kind: 'live', digest: hasher.digest(otp, binding), ...lifetime };
    const country = countryOf(to);
    const text = messages.write({ to, code: otp, locales: request.locales });
    await this.#foresee(request, challenge, code);
    const startedAt = clock.elapsed();
    const deadline = this.#sendDeadline(request);
    // Neither a number that somebody broke on purpose nor a call that came late speaks for the provider.
    const cameLate = deadline.timeLeft < policy.sendTimeoutMs / 2;
    try {
      const { feedbackReference, routing } = await gateway.send({
        to,
        text,
        deadline,
        expiresAt: lifetime.expiresAt,
      });
      pace.record(clock.elapsed() - startedAt);
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
      if (isOutage(error.failure) && !cameLate) {
        pace.record(clock.elapsed() - startedAt, error);
      }
      return {
        event: { kind: 'delivery-failed', error, country },
        status: 'DELIVERY_FAILED',
        challenge: afterFailedSend(challenge, code, error, clock.now()),
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

  #sendDeadline({ deadline }: CreateRequest): Deadline {
    const { policy, savingMs } = this.#deps;
    return deadline.before(savingMs).within(policy.sendTimeoutMs);
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
