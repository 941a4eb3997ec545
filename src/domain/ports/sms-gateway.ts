import type { Deadline } from '../deadline.ts';
import type { PhoneNumber } from '../phone-number.ts';

/** One message to one phone. */
export interface Sms {
  /** In its canonical form. */
  readonly to: PhoneNumber;
  /** Of `to`, as ISO 3166-1 alpha-2; `ZZ` when the number belongs to no country. */
  readonly country: string;
  readonly text: string;
  /** After it the caller no longer waits, and nothing may be sent. */
  readonly deadline: Deadline;
  /** Epoch milliseconds after which the message is worthless, so that a provider may drop it. */
  readonly expiresAt: number;
}

/** Delivers messages through a provider. */
export interface SmsGateway {
  /**
   * Hands the message to the provider, once, and resolves when the provider accepted it.
   *
   * @throws {@link SmsDeliveryError} when it was refused, or no answer came by the deadline. Neither
   * the text nor the number is in the error.
   */
  send(sms: Sms): Promise<SmsReceipt>;

  /**
   * Does what only a first message would have to wait for, and sends nothing. Absent where there is
   * nothing to do. Never rejects.
   */
  prepare?(): Promise<void>;

  /**
   * Tells the provider that a message was read, for its code was used. Absent where no provider wants
   * to know. Rejects when the provider could not be told, within half a second.
   *
   * @param reference the `feedbackReference` of the message's receipt.
   */
  confirm?(reference: string): Promise<void>;
}

/** What is known of an accepted message. */
export interface SmsReceipt {
  /** To hand to `confirm`, where the provider wants to know that the message was read; a challenge has room for 37 characters of it. */
  readonly feedbackReference?: string | undefined;
  /** How the message found its way, where there was a choice. */
  readonly routing?: SmsRouting | undefined;
}

/** Where a message was to go, and what every attempt to send it came to. */
export interface SmsRouting {
  /** ISO 3166-1 alpha-2; `ZZ` when the number belongs to no country. */
  readonly country: string;
  /** Oldest first; none when the country is denied. */
  readonly attempts: readonly SmsAttempt[];
}

/** One call of one provider. */
export interface SmsAttempt {
  /** Counted from 1 for each message. */
  readonly attempt: number;
  /** The provider, as `SMS_ROUTES` names it. */
  readonly gateway: string;
  /** How many SMS the text is billed as. */
  readonly segments: number;
  readonly latencyMs: number;
  /** `undefined` when the provider accepted the message. */
  readonly error: SmsDeliveryError | undefined;
}

/** Why an SMS was not accepted. */
export type SmsDeliveryFailure =
  /** The provider limits our rate. */
  | 'throttled'
  /** The phone's owner asked for no more messages. */
  | 'opted-out'
  /** The provider says that no such number can exist, or none that gets SMS. */
  | 'invalid-number'
  /** Our own rules forbid this destination: those of a route, or those that we gave the provider. */
  | 'country-blocked'
  /** The provider does not reach this destination for our account or sender: another may. */
  | 'destination-not-served'
  /** The message would cost more than our settings allow. */
  | 'price-over-limit'
  /** The account has spent what it may. */
  | 'spend-limit'
  /** The account is on trial and may write to registered numbers only. */
  | 'sandbox'
  /** Our credentials or permissions don't allow sending. */
  | 'unauthorised'
  /** The provider can't be reached or has trouble of its own. */
  | 'unavailable'
  /** No answer came by the deadline. */
  | 'timed-out'
  /** Any other refusal; the provider's own error name tells. */
  | 'rejected';

/** Failures by which the message is not wanted: no other provider should be asked instead. */
const PERMANENT: ReadonlySet<SmsDeliveryFailure> = new Set([
  'opted-out',
  'country-blocked',
  // What is dear at one provider is likely a premium range: a fraud that asking the next one would pay for.
  'price-over-limit',
]);

/** Whether a failure holds at any provider; another may do what this one can't. */
export function isPermanent(failure: SmsDeliveryFailure): boolean {
  return PERMANENT.has(failure);
}

/** Failures of the provider or the account: whichever number is next meets them too. */
const OUTAGES: ReadonlySet<SmsDeliveryFailure> = new Set([
  'throttled',
  'spend-limit',
  'unauthorised',
  'unavailable',
  'timed-out',
]);

/** Whether a failure would befall any other number as well; any other may be this number's own. */
export function isOutage(failure: SmsDeliveryFailure): boolean {
  return OUTAGES.has(failure);
}

/** What became of a message that its provider did not accept. */
export type SmsFate =
  /** It surely did not leave. */
  | 'unsent'
  /** The provider answered that something went wrong on its side: the message may arrive, and be billed. Waiting longer would tell no more. */
  | 'uncertain'
  /** No answer came of the provider itself: the message may arrive, and be billed. */
  | 'unanswered';

/** What a provider says about a failure: never its free text, which may quote the number. */
export interface ProviderError {
  /** An identifier. */
  readonly name: string;
  readonly httpStatus?: number | undefined;
  /** A UUID, or an id of Twilio's. */
  readonly requestId?: string | undefined;
  /** The provider's own constant for the cause, where the name alone does not tell. */
  readonly reason?: string | undefined;
}

/**
 * What each part of a provider's error looks like. Anything else is blotted out: a provider, or a proxy before
 * it, may repeat the text or the number anywhere.
 */
const SHAPES = {
  // A code has six digits at least.
  name: /^(?!(\D*\d){6})[\w.]{1,80}$/,
  requestId: /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|RQ[0-9a-f]{32})$/,
  reason: /^[A-Z_]{1,80}$/,
} as const;

function withoutQuotes({ name, httpStatus, requestId, reason }: ProviderError): ProviderError {
  return {
    name: inShape('name', name),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(requestId !== undefined && { requestId: inShape('requestId', requestId) }),
    ...(reason !== undefined && { reason: inShape('reason', reason) }),
  };
}

function inShape(part: keyof typeof SHAPES, text: string): string {
  return SHAPES[part].test(text) ? text : '(redacted)';
}

/** An SMS was not accepted. It has no `cause`: a provider's error may quote the number or the text. */
export class SmsDeliveryError extends Error {
  override readonly name = 'SmsDeliveryError';
  readonly code = 'SMS_DELIVERY_FAILED';
  readonly failure: SmsDeliveryFailure;
  readonly fate: SmsFate;
  /** As the provider put it, where that is sure to quote nothing. */
  readonly provider: ProviderError | undefined;
  /** How the message fared, where there was a choice of providers. */
  readonly routing: SmsRouting | undefined;

  constructor(
    failure: SmsDeliveryFailure,
    fate: SmsFate,
    provider?: ProviderError,
    routing?: SmsRouting,
  ) {
    super(`SMS not delivered: ${failure}`);
    this.failure = failure;
    this.fate = fate;
    this.provider = provider && withoutQuotes(provider);
    this.routing = routing;
  }

  /** Whether the message may still arrive, and be billed. */
  get mayHaveLeft(): boolean {
    return this.fate !== 'unsent';
  }
}
