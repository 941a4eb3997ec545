import type { Outlook, SendAllowed, SendLimits, SendRefused } from './abuse/send-limits.ts';
import type { ObservedFailure, SendPace } from './abuse/send-pace.ts';
import {
  afterUncertainSend,
  afterUnsent,
  type Challenge,
  type DecoyCode,
  type LiveCode,
  withCode,
} from './challenge.ts';
import type { AcceptedSms, UnsentSms, WithheldReason } from './create-outcome.ts';
import { type CreateRequest, nameOf } from './create-request.ts';
import type { Deadline } from './deadline.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { isPhoneNumber, type PhoneNumber } from './phone-number.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { CountryLookup } from './ports/country-lookup.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import { isOutage, SmsDeliveryError, type SmsGateway } from './ports/sms-gateway.ts';
import { StoreError } from './ports/store-error.ts';
import { accountOf, type Recipient } from './recipient.ts';
import type { SmsMessages } from './sms/message.ts';

/** What it works with. */
export interface CodeSenderDependencies {
  readonly challenges: ChallengeRepository;
  readonly generator: OtpGenerator;
  readonly hasher: OtpHasher;
  readonly pseudonymizer: Pseudonymizer;
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

/** What became of a send. */
export type SendResult =
  | {
      readonly kind: 'tried';
      readonly event: (AcceptedSms & { readonly kind: 'accepted' }) | UnsentSms;
      /** As it was written down, or stays. */
      readonly challenge: Challenge;
      /** Counts or a challenge that could not be read or written, which did not stop the send. */
      readonly fault?: StoreError | undefined;
    }
  /** Somebody else has changed the challenge meanwhile: nothing was counted or sent. */
  | { readonly kind: 'conflict'; readonly current: Challenge | undefined };

/**
 * Sends a new code. Where none may be sent, it does as if, so that nobody can tell. The challenge is written
 * down first, with the new code in it: of several calls at once one sends, and a code that arrives is
 * good even if this call never answers.
 */
export class CodeSender {
  readonly #deps: CodeSenderDependencies;

  constructor(dependencies: CodeSenderDependencies) {
    this.#deps = dependencies;
  }

  /** What the counts say before a send. */
  look({ scope }: CreateRequest, recipient: Recipient): Promise<Outlook> {
    const { limits, countries } = this.#deps;
    const { username } = scope;
    return limits.look({
      account: accountOf(recipient, scope, countries),
      // Once: limits, text and route of one SMS all go by the country.
      country: recipient.kind === 'phone' ? countries.countryOf(recipient.number) : undefined,
      // Who signs in by a number that nobody has must meet the limits that its owner would.
      likelyCountry:
        recipient.kind === 'nobody' && isPhoneNumber(username)
          ? countries.countryOf(username)
          : undefined,
    });
  }

  /** The name by which a challenge knows the round that asked for its newest SMS. */
  roundOf(request: CreateRequest): string {
    return this.#deps.pseudonymizer.pseudonym(nameOf(request));
  }

  /** @param before the challenge as it stands. */
  async send(
    request: CreateRequest,
    recipient: Recipient,
    before: Challenge,
    outlook: Outlook,
  ): Promise<SendResult> {
    const { limits, challenges, policy } = this.#deps;
    const foreseen = limits.foresee(outlook);
    if (foreseen.kind === 'refused') {
      return this.#throttled(before, before, outlook, foreseen);
    }
    const isReal = recipient.kind === 'phone' && foreseen.kind === 'allowed';
    const { code, otp } = isReal
      ? this.#makeCode(request, recipient.number, before.id)
      : { code: this.#makeDecoy(), otp: '' };
    const sending = withCode(before, code, policy, this.roundOf(request));
    const saved = await challenges.save(sending);
    if (saved.kind === 'conflict') {
      return saved;
    }
    const taken = await limits.take(outlook);
    if (taken.kind === 'refused') {
      return this.#throttled(before, saved.challenge, outlook, taken);
    }
    const attempt = { request, before, sending: saved.challenge };
    if (recipient.kind === 'nobody') {
      const fault = taken.kind === 'allowed' ? taken.fault : undefined;
      return this.#withhold(attempt, recipient.reason, fault);
    }
    return taken.kind === 'account-locked' || code.kind === 'decoy'
      ? this.#withhold(attempt, 'account-locked')
      : this.#sendTo(attempt, recipient.number, outlook.country ?? '', otp, code, taken);
  }

  /** Takes as long as a send, and looks like one. */
  async #withhold(
    { request, before, sending }: Attempt,
    reason: WithheldReason,
    fault?: StoreError,
  ): Promise<SendResult> {
    const { clock, pace } = this.#deps;
    const failure = await pace.imitate(this.#sendDeadline(request));
    return failure === undefined
      ? tried({ kind: 'withheld', reason, looks: 'accepted' }, sending, fault)
      : this.#settle(
          { kind: 'withheld', reason, looks: 'failed' },
          afterFailedSend(before, sending, failure, clock.now()),
          fault,
        );
  }

  async #sendTo(
    { request, before, sending }: Attempt,
    to: PhoneNumber,
    country: string,
    otp: string,
    code: LiveCode,
    { unconvertedSends, fault }: SendAllowed,
  ): Promise<SendResult> {
    const { clock, gateway, messages, pace, policy } = this.#deps;
    const text = messages.write({ country, code: otp, locales: request.locales });
    const startedAt = clock.elapsed();
    const deadline = this.#sendDeadline(request);
    // A number that somebody broke on purpose, or a call that came late, says nothing of the provider.
    const cameLate = deadline.timeLeft < policy.sendTimeoutMs / 2;
    try {
      const { expiresAt } = code;
      const receipt = await gateway.send({ to, country, text, deadline, expiresAt });
      const { feedbackReference, routing } = receipt;
      pace.record(clock.elapsed() - startedAt);
      const event = {
        kind: 'accepted',
        routing,
        country,
        ...(unconvertedSends && { unconvertedSends }),
      } as const;
      return feedbackReference === undefined
        ? tried(event, sending, fault)
        : this.#settle(event, { ...sending, code: { ...code, feedbackReference } }, fault);
    } catch (error) {
      if (!(error instanceof SmsDeliveryError)) {
        throw error;
      }
      if (isOutage(error.failure) && !cameLate) {
        pace.record(clock.elapsed() - startedAt, error);
      }
      const after = afterFailedSend(before, sending, error, clock.now());
      return this.#settle({ kind: 'delivery-failed', error, country }, after, fault);
    }
  }

  /** A limit forbids the SMS: a code that the user already holds stays good. */
  #throttled(
    before: Challenge,
    sending: Challenge,
    { country }: Outlook,
    { reason, retryAt, fault }: SendRefused,
  ): Promise<SendResult> {
    const event = { kind: 'throttled', reason, ...(country !== undefined && { country }) } as const;
    return this.#settle(event, afterUnsent(before, sending, retryAt), fault);
  }

  /** Writes down what the send has changed. Should that fail, the user is told all the same. */
  async #settle(
    event: Extract<SendResult, { kind: 'tried' }>['event'],
    after: Challenge,
    fault: StoreError | undefined,
  ): Promise<SendResult> {
    try {
      const saved = await this.#deps.challenges.save(after);
      return tried(event, saved.kind === 'saved' ? saved.challenge : after, fault);
    } catch (error) {
      if (!(error instanceof StoreError)) {
        throw error;
      }
      return tried(event, after, fault ?? error);
    }
  }

  #makeCode({ scope }: CreateRequest, number: PhoneNumber, challengeId: string) {
    const { generator, hasher, policy } = this.#deps;
    const otp = generator.generate(policy.codeLength);
    const digest = hasher.digest(otp, { challengeId, scope, number });
    const code: LiveCode = { kind: 'live', digest, ...this.#lifetime() };
    return { otp, code };
  }

  #makeDecoy(): DecoyCode {
    return { kind: 'decoy', ...this.#lifetime() };
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

/** A send that is under way. */
interface Attempt {
  readonly request: CreateRequest;
  /** The challenge as it was before. */
  readonly before: Challenge;
  /** The challenge as it is written down, with the new code. */
  readonly sending: Challenge;
}

function tried(
  event: Extract<SendResult, { kind: 'tried' }>['event'],
  challenge: Challenge,
  fault: StoreError | undefined,
): SendResult {
  return { kind: 'tried', event, challenge, fault };
}

function afterFailedSend(
  before: Challenge,
  sending: Challenge,
  { mayHaveLeft }: ObservedFailure,
  now: number,
): Challenge {
  return mayHaveLeft ? afterUncertainSend(sending, now) : afterUnsent(before, sending, now);
}
