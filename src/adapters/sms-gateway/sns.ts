import {
  type MessageAttributeValue,
  PublishCommand,
  SNSClient,
  SNSServiceException,
} from '@aws-sdk/client-sns';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  type ProviderError,
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
} from '../../domain/ports/sms-gateway.ts';

/** How messages are labelled and billed; each is left to the account's own setting when absent. */
export interface SnsSmsSettings {
  /** Shown as the sender, in countries that allow it. */
  readonly senderId?: string | undefined;
  /** The most that one SMS segment may cost, in US dollars. */
  readonly maxPriceUsd?: string | undefined;
  /** The number that messages come from: E.164 or a short code. */
  readonly originationNumber?: string | undefined;
  /** India's DLT registration: the principal entity. */
  readonly entityId?: string | undefined;
  /** India's DLT registration: the message template. */
  readonly templateId?: string | undefined;
}

/**
 * A client that makes one attempt a call: a retry after a lost answer could be a second SMS.
 * Connections are not kept: one that AWS closed while Lambda had the container frozen would fail the
 * next send, with nothing to tell whether its message left.
 */
export function createSnsClient(region: string): SNSClient {
  return new SNSClient({
    region,
    maxAttempts: 1,
    requestHandler: { httpsAgent: { keepAlive: false }, httpAgent: { keepAlive: false } },
  });
}

/** Sends by Amazon SNS, straight to the phone number. */
export class SnsSmsGateway implements SmsGateway {
  readonly #client: SNSClient;
  readonly #clock: Clock;
  readonly #attributes: Readonly<Record<string, MessageAttributeValue>>;

  constructor(client: SNSClient, clock: Clock, settings: SnsSmsSettings) {
    this.#client = client;
    this.#clock = clock;
    this.#attributes = messageAttributes(settings);
  }

  async send({ to, text, deadline }: Sms): Promise<void> {
    const timeLeft = deadline - this.#clock.now();
    if (timeLeft <= 0) {
      throw new SmsDeliveryError('timed-out', false);
    }
    const abortSignal = AbortSignal.timeout(timeLeft);
    const command = new PublishCommand({
      PhoneNumber: to,
      Message: text,
      MessageAttributes: this.#attributes,
    });
    try {
      // The SDK's own requestTimeout only warns; the signal ends the request.
      await this.#client.send(command, { abortSignal });
    } catch (error) {
      throw abortSignal.aborted ? new SmsDeliveryError('timed-out', true) : toDeliveryError(error);
    }
  }
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
function messageAttributes(settings: SnsSmsSettings): Record<string, MessageAttributeValue> {
  const values: Record<string, string | undefined> = {
    // SNS takes a message for promotional, and delivers it last, unless told otherwise.
    'AWS.SNS.SMS.SMSType': 'Transactional',
    'AWS.SNS.SMS.SenderID': settings.senderId,
    'AWS.SNS.SMS.MaxPrice': settings.maxPriceUsd,
    'AWS.MM.SMS.OriginationNumber': settings.originationNumber,
    'AWS.MM.SMS.EntityId': settings.entityId,
    'AWS.MM.SMS.TemplateId': settings.templateId,
  };
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) {
      const DataType = name === 'AWS.SNS.SMS.MaxPrice' ? 'Number' : 'String';
      attributes[name] = { DataType, StringValue: value };
    }
  }
  return attributes;
}

function toDeliveryError(error: unknown): SmsDeliveryError {
  return error instanceof SNSServiceException
    ? new SmsDeliveryError(refusal(error), false, providerError(error))
    : connectionFailure(error);
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
function refusal(error: SNSServiceException): SmsDeliveryFailure {
  const httpStatus = error.$metadata.httpStatusCode ?? 0;
  if (/^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(error.name) || httpStatus === 429) {
    return 'throttled';
  }
  if (/^OptedOut/.test(error.name)) {
    return 'opted-out';
  }
  // SNS has one name for every bad parameter; only the message tells which.
  if (/^InvalidParameter/.test(error.name) && /PhoneNumber/.test(error.message)) {
    return 'invalid-number';
  }
  if (UNAUTHORISED.has(error.name) || httpStatus === 401 || httpStatus === 403) {
    return 'unauthorised';
  }
  return httpStatus >= 500 ? 'unavailable' : 'rejected';
}

/** Credential errors that AWS answers with status 400. */
const UNAUTHORISED = new Set(['ExpiredToken', 'ExpiredTokenException', 'IncompleteSignature']);

// Errors from before a request could leave. After any other, it may have arrived.
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function connectionFailure(error: unknown): SmsDeliveryError {
  const { name, code } = describe(error);
  if (name === 'CredentialsProviderError') {
    return new SmsDeliveryError('unauthorised', false, { name });
  }
  const mayHaveLeft = code === undefined || !NOT_CONNECTED.has(code);
  return new SmsDeliveryError('unavailable', mayHaveLeft, { name: code ?? name });
}

function describe(error: unknown): { name: string; code: string | undefined } {
  if (!(error instanceof Error)) {
    return { name: typeof error, code: undefined };
  }
  return {
    name: error.name,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
  };
}

function providerError({ name, $metadata }: SNSServiceException): ProviderError {
  return { name, httpStatus: $metadata.httpStatusCode, requestId: $metadata.requestId };
}
