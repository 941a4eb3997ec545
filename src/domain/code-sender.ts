import { NO_DESTINATION, type SendAllowed, type SendLimits } from './abuse/send-limits.ts';
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
import type { AcceptedSms, UnsentSms, WithheldReason } from './create-outcome.ts';
import type { CreateRequest } from './create-request.ts';
import type { Deadline } from './deadline.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { CountryLookup } from './ports/country-lookup.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import { isOutage, SmsDeliveryError, type SmsGateway } from './ports/sms-gateway.ts';
import type { StoreError } from './ports/store-error.ts';
import { accountOf, type Recipient } from './recipient.ts';
import type { SmsMessages } from './sms/message.ts';

/** What it works with. */
export interface CodeSenderDependencies {
  readonly challenges: ChallengeRepository;
  readonly generator: OtpGenerator;
  readonly hasher: OtpHasher;
  readonly gateway: SmsGateway;
  readonly messages: SmsMessages;
  readonly limits: SendLimits;
  readonly pace: SendPace;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  readonly countries: CountryLookup;
  /** Milliseconds that are kept back for the calls that follow a send. */
  readonly reserveAfterSendMs: number;
}

/** What became of a send, and how the challenge stands after it. */
export interface SendResult {
  readonly event: (AcceptedSms & { readonly kind: 'accepted' }) | UnsentSms;
  readonly challenge: Challenge;
  /** An SMS that is to be counted: to which country, and when in epoch milliseconds. */
  readonly counted?: { readonly country: string; readonly at: number };
  /** A count that could not be read, and did not stop the send. */
  readonly fault?: StoreError | undefined;
}

/** Sends a new code. Where none may be sent, it does as if, so that nobody can tell. */
export class CodeSender {
  readonly #deps: CodeSenderDependencies;

  constructor(dependencies: CodeSenderDependencies) {
    this.#deps = dependencies;
  }

  async send(
    request: CreateRequest,
    recipient: Recipient,
    challenge: Challenge,
  ): Promise<SendResult> {
    const { clock, limits, countries } = this.#deps;
    if (request.mayBeServed === true) {
      return { event: { kind: 'abandoned' }, challenge: afterLostSend(challenge, clock.now()) };
    }
    // Once: limits, text and route of one SMS all go by the country.
    const target =
      recipient.kind === 'phone'
        ? { ...recipient, country: countries.countryOf(recipient.number) }
        : recipient;
    const country = target.kind === 'phone' ? target.country : undefined;
    const { username } = request.scope;
    const decision = await limits.decide({
      account: accountOf(recipient, request.scope),
      country,
      // Who signs in by a number that nobody has must meet the limits that its owner would.
      likelyCountry:
        country === undefined && isPhoneNumber(username)
          ? countries.countryOf(username)
          : undefined,
    });
    if (decision.kind === 'refused') {
      const { reason, retryAt, fault } = decision;
      return {
        event: { kind: 'throttled', reason, ...(country !== undefined && { country }) },
        challenge: afterThrottledSend(challenge, retryAt),
        fault,
      };
    }
    if (target.kind === 'nobody') {
      const fault = decision.kind === 'allowed' ? decision.fault : undefined;
      return { ...(await this.#withhold(request, challenge, target.reason)), fault };
    }
    return decision.kind === 'account-locked'
      ? this.#withhold(request, challenge, 'account-locked')
      : this.#sendTo(target, decision, request, challenge);
  }

  /** Takes as long as a send, and looks like one. */
  async #withhold(
    request: CreateRequest,
    challenge: Challenge,
    reason: WithheldReason,
  ): Promise<SendResult> {
    const { clock, pace, policy } = this.#deps;
    const lifetime = this.#lifetime();
    const code: DecoyCode = { kind: 'decoy', ...lifetime };
    await this.#foresee(request, challenge, code);
    const failure = await pace.imitate(this.#sendDeadline(request));
    if (failure !== undefined) {
      const failed = afterFailedSend(challenge, code, failure, clock.now());
      return { event: { kind: 'withheld', reason, looks: 'failed' }, challenge: failed };
    }
    // Counted like an SMS, so that it takes as long.
    const counted = { country: NO_DESTINATION, at: lifetime.issuedAt };
    return {
      event: { kind: 'withheld', reason, looks: 'accepted' },
      challenge: afterSend(challenge, code, policy),
      counted,
    };
  }

  async #sendTo(
    { number: to, country }: { readonly number: PhoneNumber; readonly country: string },
    { unconvertedSends, fault }: SendAllowed,
    request: CreateRequest,
    challenge: Challenge,
  ): Promise<SendResult> {
    const { clock, generator, hasher, gateway, messages, pace, policy } = this.#deps;
    const lifetime = this.#lifetime();
    const otp = generator.generate(policy.codeLength);
    const binding = { challengeId: challenge.id, scope: request.scope };
    const code: LiveCode = { kind: 'live', digest: hasher.digest(otp, binding), ...lifetime };
    const text = messages.write({ country, code: otp, locales: request.locales });
    await this.#foresee(request, challenge, code);
    const startedAt = clock.elapsed();
    const deadline = this.#sendDeadline(request);
    // A number that somebody broke on purpose, or a call that came late, says nothing of the provider.
    const cameLate = deadline.timeLeft < policy.sendTimeoutMs / 2;
    try {
      const { feedbackReference, routing } = await gateway.send({
        to,
        country,
        text,
        deadline,
        expiresAt: lifetime.expiresAt,
      });
      pace.record(clock.elapsed() - startedAt);
      return {
        event: {
          kind: 'accepted',
          routing,
          country,
          ...(unconvertedSends && { unconvertedSends }),
        },
        challenge: afterSend(challenge, { ...code, feedbackReference }, policy),
        counted: { country, at: lifetime.issuedAt },
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
    const { policy, reserveAfterSendMs } = this.#deps;
    return deadline.before(reserveAfterSendMs).within(policy.sendTimeoutMs);
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
