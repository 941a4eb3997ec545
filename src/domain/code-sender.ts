import type { AnswerPace, SendPace } from './abuse/answer-pace.ts';
import type { SendAllowed, SendRefused } from './abuse/send-decision.ts';
import type { Outlook, SendLimits } from './abuse/send-limits.ts';
import {
  afterHiddenUnsent,
  afterRefusedSend,
  afterUncertainSend,
  afterUnsent,
  type Challenge,
  codeLengthOf,
  type DecoyCode,
  type LiveCode,
  withCode,
} from './challenge.ts';
import type { AcceptedSms, UnsentSms } from './create-outcome.ts';
import { type CreateRequest, nameOf } from './create-request.ts';
import type { Deadline } from './deadline.ts';
import type { OtpPolicy } from './otp-policy.ts';
import { type ChallengeRepository, standingOf } from './ports/challenge-repository.ts';
import type { Clock } from './ports/clock.ts';
import type { OtpGenerator } from './ports/otp-generator.ts';
import type { OtpHasher } from './ports/otp-hasher.ts';
import type { Pseudonymizer } from './ports/pseudonymizer.ts';
import { SmsDeliveryError, type SmsGateway } from './ports/sms-gateway.ts';
import { StoreError } from './ports/store-error.ts';
import { accountOf, type Recipient, reviewOf, smsCountryOf } from './recipient.ts';
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
  readonly pace: AnswerPace;
  readonly clock: Clock;
  readonly policy: OtpPolicy;
  /** Whether clients may not learn how a send went, nor whether there was one. */
  readonly hideUserExistence: boolean;
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
      readonly pace?: SendPace;
    }
  /** Somebody else has changed the challenge meanwhile: nothing was counted or sent. */
  | { readonly kind: 'conflict'; readonly current: Challenge | undefined };

/**
 * Sends a new code. Where none may be sent, and nobody may know, or the number has a code of its own, it does as if. The challenge is written
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
    return this.#deps.limits.look({
      account: accountOf(recipient, scope),
      country: smsCountryOf(recipient),
      perDay: reviewOf(recipient)?.perDay,
    });
  }

  /** The name by which a challenge knows the round that asked for its newest SMS. */
  roundOf(request: CreateRequest): string {
    return this.#deps.pseudonymizer.pseudonym(nameOf(request));
  }

  /** @param before the challenge as it stands. */
  send(
    request: CreateRequest,
    recipient: Recipient,
    before: Challenge,
    outlook: Outlook,
  ): Promise<SendResult> {
    return this.#send(request, recipient, before, outlook, false);
  }

  /** Makes up for an SMS that was not sent: what the client was told of it stays as it is. */
  sendSilently(
    request: CreateRequest,
    recipient: Recipient,
    before: Challenge,
    outlook: Outlook,
  ): Promise<SendResult> {
    return this.#send(request, recipient, before, outlook, true);
  }

  async #send(
    request: CreateRequest,
    recipient: Recipient,
    before: Challenge,
    outlook: Outlook,
    silently: boolean,
  ): Promise<SendResult> {
    const { limits, challenges, policy, hideUserExistence } = this.#deps;
    const foreseen = limits.foresee(outlook, silently);
    if (foreseen.kind === 'refused' && limits.tells(foreseen)) {
      return this.#throttled(before, before, outlook, foreseen);
    }
    if (recipient.kind === 'nobody' && !hideUserExistence) {
      // Written down all the same: the sign-in goes on, and its next round looks for it.
      return this.#settle({ kind: 'withheld', reason: recipient.reason }, before, {});
    }
    const digits = silently ? codeLengthOf(before.code, policy) : policy.codeLength;
    const message =
      recipient.kind === 'phone' && foreseen.kind === 'allowed'
        ? this.#makeMessage(request, recipient, before.id, digits)
        : undefined;
    const code = message?.code ?? this.#makeDecoy(digits);
    const made = this.#withCode(request, before, code, silently);
    // Where none will go out, a code that is out stays: no second write has to put it back.
    const saved = await challenges.save(message ? made : afterHiddenUnsent(before, made));
    if (saved.kind === 'conflict') {
      return saved;
    }
    // Before it is counted: that may take a write more than a stranger's, which is not, and has nothing to give back.
    const pace = this.#deps.pace.begin(request.deadline);
    const taken = await limits.take(outlook, foreseen, silently);
    const attempt = { request, outlook, before, sending: saved.challenge, pace };
    if (taken.kind === 'refused') {
      return limits.tells(taken) && !silently
        ? this.#throttled(before, saved.challenge, outlook, taken, pace)
        : this.#hide(attempt, taken);
    }
    const more = { fault: taken.fault, pace };
    if (message === undefined || taken.kind !== 'allowed') {
      const reason = recipient.kind === 'nobody' ? recipient.reason : 'account-locked';
      return tried({ kind: 'withheld', reason }, attempt.sending, more);
    }
    return message.recipient.review === undefined
      ? this.#sendTo(attempt, message, taken)
      : tried({ kind: 'review-number' }, attempt.sending, more);
  }

  async #sendTo(attempt: Attempt, message: Message, taken: SendAllowed): Promise<SendResult> {
    const { unconvertedSends, fault } = taken;
    const { gateway, limits, messages, pace } = this.#deps;
    const { request, sending } = attempt;
    const { code, otp } = message;
    const { destination: to, country } = message.recipient;
    const text = messages.write({ to, country, code: otp, locales: request.locales });
    const deadline = this.#sendDeadline(request);
    try {
      const { expiresAt } = code;
      const receipt = await gateway.send({ to, country, text, deadline, expiresAt });
      const { feedbackReference, routing } = receipt;
      const event = {
        kind: 'accepted',
        routing,
        country,
        ...(unconvertedSends && { unconvertedSends }),
      } as const;
      const more = { fault, pace: pace.note(attempt.pace, request.deadline) };
      return feedbackReference === undefined
        ? tried(event, sending, more)
        : this.#settle(event, { ...sending, code: { ...code, feedbackReference } }, more);
    } catch (error) {
      if (!(error instanceof SmsDeliveryError)) {
        throw error;
      }
      const event = { kind: 'delivery-failed', error, country } as const;
      const more = { fault, pace: pace.note(attempt.pace, request.deadline) };
      const after = this.#afterFailure(attempt, error);
      const [result] = await Promise.all([
        after === sending ? tried(event, sending, more) : this.#settle(event, after, more),
        // What did not leave can't be answered, and costs nothing.
        error.mayHaveLeft ? undefined : limits.giveBack(attempt.outlook, taken),
      ]);
      return result;
    }
  }

  #afterFailure({ before, sending }: Attempt, { mayHaveLeft }: SmsDeliveryError): Challenge {
    const { clock, hideUserExistence } = this.#deps;
    if (hideUserExistence) {
      return mayHaveLeft ? sending : afterHiddenUnsent(before, sending);
    }
    return mayHaveLeft
      ? afterUncertainSend(sending, clock.now())
      : afterRefusedSend(before, sending, clock.now());
  }

  /** A limit forbids the SMS: a code that the user already holds stays good. */
  #throttled(
    before: Challenge,
    sending: Challenge,
    outlook: Outlook,
    refusal: SendRefused,
    pace?: SendPace,
  ): Promise<SendResult> {
    const { retryAt, fault } = refusal;
    const after = afterUnsent(before, sending, retryAt);
    return this.#settle(throttledBy(refusal, outlook), after, { fault, ...(pace && { pace }) });
  }

  /** A limit forbids the SMS, and nobody is to know. */
  async #hide(
    { outlook, before, sending, pace }: Attempt,
    refusal: SendRefused,
  ): Promise<SendResult> {
    const event = { ...throttledBy(refusal, outlook), isHidden: true } as const;
    const after = afterHiddenUnsent(before, sending);
    const more = { fault: refusal.fault, pace };
    return after === sending ? tried(event, sending, more) : this.#settle(event, after, more);
  }

  #withCode(
    request: CreateRequest,
    before: Challenge,
    code: LiveCode | DecoyCode,
    silently: boolean,
  ): Challenge {
    const sending = withCode(before, code, this.#deps.policy, this.roundOf(request));
    const { sends, resendAt, shownUntil } = before;
    return silently ? { ...sending, sends, resendAt, shownUntil } : sending;
  }

  /** Writes down what the send has changed. Should that fail, the user is told all the same. */
  async #settle(event: Tried['event'], after: Challenge, more: Besides): Promise<SendResult> {
    try {
      return tried(event, standingOf(await this.#deps.challenges.save(after), after), more);
    } catch (error) {
      if (!(error instanceof StoreError)) {
        throw error;
      }
      return tried(event, after, { ...more, fault: more.fault ?? error });
    }
  }

  /** For a review number what stands for its code takes the place of a new one. */
  #makeMessage(
    { scope }: CreateRequest,
    recipient: PhoneRecipient,
    challengeId: string,
    digits: number,
  ): Message {
    const { generator, hasher } = this.#deps;
    const { number, review } = recipient;
    const otp = review?.code ?? generator.generate(digits);
    const digest = hasher.digest(otp, { challengeId, scope, number });
    const code: LiveCode = { kind: 'live', digest, digits, ...this.#lifetime() };
    return { recipient, otp, code };
  }

  #makeDecoy(digits: number): DecoyCode {
    return { kind: 'decoy', digits, ...this.#lifetime() };
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
  readonly outlook: Outlook;
  /** The challenge as it was before. */
  readonly before: Challenge;
  /** The challenge as it is written down, with the new code. */
  readonly sending: Challenge;
  readonly pace: SendPace;
}

/** A code, and whom it is for. */
interface Message {
  readonly recipient: PhoneRecipient;
  readonly otp: string;
  readonly code: LiveCode;
}

type PhoneRecipient = Extract<Recipient, { readonly kind: 'phone' }>;
type Tried = Extract<SendResult, { readonly kind: 'tried' }>;
type Besides = Pick<Tried, 'fault' | 'pace'>;

function tried(event: Tried['event'], challenge: Challenge, besides: Besides = {}): SendResult {
  return { kind: 'tried', event, challenge, ...besides };
}

function throttledBy({ reason }: SendRefused, { country }: Outlook) {
  return { kind: 'throttled', reason, ...(country !== undefined && { country }) } as const;
}
