import type { PhoneNumber } from '../phone-number.ts';

/** One message to one phone. */
export interface Sms {
  readonly to: PhoneNumber;
  readonly text: string;
  /** Epoch milliseconds after which the caller no longer waits. */
  readonly deadline: number;
}

/** Delivers messages through a provider. */
export interface SmsGateway {
  /**
   * Hands the message to the provider, once, and resolves when the provider accepted it.
   *
   * @throws {@link SmsDeliveryError} when it was refused, or no answer came by the deadline. Neither
   * the text nor the number is in the error.
   */
  send(sms: Sms): Promise<void>;
}

export type SmsDeliveryFailure =
  /** The provider limits our rate. */
  | 'throttled'
  /** The phone's owner asked for no more messages. */
  | 'opted-out'
  /** The provider says that no such number can exist. */
  | 'invalid-number'
  /** Our settings or the provider's forbid this destination country. */
  | 'country-blocked'
  /** The account has spent what it may. */
  | 'spend-limit'
  /** Our credentials or permissions don't allow sending. */
  | 'unauthorised'
  /** The provider can't be reached or has trouble of its own. */
  | 'unavailable'
  /** No answer came by the deadline. */
  | 'timed-out'
  /** Any other refusal; the provider's own error name tells. */
  | 'rejected';

/** What a provider says about a failure that is safe to log: never its free text, which may quote the number. */
export interface ProviderError {
  readonly name: string;
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
}

/** An SMS was not accepted. It has no `cause`: a provider's error may quote the number or the text. */
export class SmsDeliveryError extends Error {
  override readonly name = 'SmsDeliveryError';
  readonly code = 'SMS_DELIVERY_FAILED';
  readonly failure: SmsDeliveryFailure;
  /** No answer tells whether the provider took the message: it may still arrive, and be billed. */
  readonly mayHaveLeft: boolean;
  readonly provider: ProviderError | undefined;

  constructor(failure: SmsDeliveryFailure, mayHaveLeft: boolean, provider?: ProviderError) {
    super(`SMS not delivered: ${failure}`);
    this.failure = failure;
    this.mayHaveLeft = mayHaveLeft;
    this.provider = provider;
  }
}
