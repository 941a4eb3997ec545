import {
  type MessageAttributeValue,
  PublishCommand,
  SNSClient,
  SNSServiceException,
} from '@aws-sdk/client-sns';
import {
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import {
  AWS_REGION,
  DLT_ID,
  MAX_PRICE_USD,
  ORIGINATION_NUMBER,
  SENDER_ID,
} from '../../settings.ts';
import { isThrottling, isUnauthorised } from '../lib/aws-errors.ts';
import { rehearse } from '../lib/rehearsal.ts';
import { oneAttempt, sdkFailure, sendCommand } from './lib/aws-client.ts';
import { defineSmsGateway } from './lib/definition.ts';
import { requestBefore, serverFailure } from './lib/provider-request.ts';

/** What a route may set for this gateway, and how it is made. */
export const definition = defineSmsGateway({
  settings: {
    region: { ...AWS_REGION, variable: 'SMS_REGION' },
    senderId: SENDER_ID,
    maxPriceUsd: { ...MAX_PRICE_USD, variable: 'SMS_MAX_PRICE_USD' },
    originationNumber: ORIGINATION_NUMBER,
    entityId: DLT_ID,
    templateId: DLT_ID,
  },
  create: (settings) => new SnsSmsGateway(createSnsClient(settings.region), settings),
});

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

/** A client that makes one attempt a call. */
export function createSnsClient(region: string): SNSClient {
  return new SNSClient(oneAttempt(region));
}

/** Sends by Amazon SNS, straight to the phone number. */
export class SnsSmsGateway implements SmsGateway {
  readonly #client: SNSClient;
  readonly #attributes: Readonly<Record<string, MessageAttributeValue>>;

  constructor(client: SNSClient, settings: SnsSmsSettings) {
    this.#client = client;
    this.#attributes = messageAttributes(settings);
  }

  async send({ to, text, deadline }: Sms): Promise<SmsReceipt> {
    const command = new PublishCommand({
      PhoneNumber: to,
      Message: text,
      MessageAttributes: this.#attributes,
    });
    await requestBefore(
      deadline,
      (signal) => sendCommand(command, signal, (options) => this.#client.send(command, options)),
      toDeliveryError,
    );
    return {};
  }

  async prepare(): Promise<void> {
    const command = new PublishCommand({ PhoneNumber: '', Message: '' });
    const answer = '<PublishResponse><PublishResult/></PublishResponse>';
    await rehearse(command, answer, () => this.#client.send(command));
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
  if (!(error instanceof SNSServiceException)) {
    return sdkFailure(error);
  }
  const { name, message, $metadata } = error;
  const httpStatus = $metadata.httpStatusCode ?? 0;
  const provider = { name, httpStatus, requestId: $metadata.requestId };
  return httpStatus >= 500
    ? serverFailure(provider)
    : new SmsDeliveryError(refusal(name, message, httpStatus), 'unsent', provider);
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
function refusal(name: string, message: string, httpStatus: number): SmsDeliveryFailure {
  if (isThrottling(name, httpStatus)) {
    return 'throttled';
  }
  if (/^OptedOut/.test(name)) {
    return 'opted-out';
  }
  // SNS has one name for every bad parameter, and one message for numbers that it does not reach: those that
  // can't exist, and those of countries that it serves from other regions, or not at all.
  if (/^InvalidParameter/.test(name) && /PhoneNumber/.test(message)) {
    return 'destination-not-served';
  }
  return isUnauthorised(name, httpStatus) ? 'unauthorised' : 'rejected';
}
