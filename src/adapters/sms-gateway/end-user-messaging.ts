import {
  type DestinationCountryParameterKey,
  PinpointSMSVoiceV2Client,
  PinpointSMSVoiceV2ServiceException,
  PutMessageFeedbackCommand,
  SendTextMessageCommand,
  type SendTextMessageCommandInput,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import * as v from 'valibot';
import { Deadline } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import { AWS_REGION, DLT_ID, MAX_PRICE_USD } from '../../settings.ts';
import { isThrottling, isUnauthorised } from '../lib/aws-errors.ts';
import { rehearse } from '../lib/rehearsal.ts';
import { oneAttempt, sdkFailure, sendCommand } from './lib/aws-client.ts';
import { defineSmsGateway } from './lib/definition.ts';
import { requestBefore, serverFailure } from './lib/provider-request.ts';

/** @see https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html */
export const definition = defineSmsGateway({
  settings: {
    region: { ...AWS_REGION, variable: 'SMS_REGION' },
    origination: {
      schema: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/+-]{1,256}$/))),
      takes: 'a sender ID, a phone number or a pool, by name, id or ARN',
    },
    configurationSet: resource('a configuration set by name or ARN'),
    protectConfiguration: resource('the id of a protect configuration'),
    maxPriceUsd: { ...MAX_PRICE_USD, variable: 'SMS_MAX_PRICE_USD' },
    entityId: DLT_ID,
    templateId: DLT_ID,
    context: {
      schema: v.optional(
        v.pipe(
          v.record(
            v.pipe(v.string(), v.regex(/^\S{1,100}$/)),
            v.pipe(v.string(), v.regex(/^\S(.{0,798}\S)?$/)),
          ),
          v.maxEntries(5),
        ),
      ),
      takes: 'up to 5 names with a text each, for the event destinations of the configuration set',
    },
    feedback: { schema: v.optional(v.boolean()), takes: 'true or false' },
  },
  create: (settings, clock) =>
    new EndUserMessagingSmsGateway(createEndUserMessagingClient(settings.region), clock, settings),
});

/** Which of the account's resources a message goes by. What is absent is left to the account's own settings. */
export interface EndUserMessagingSettings {
  /** A sender ID, phone number or pool. */
  readonly origination?: string | undefined;
  readonly configurationSet?: string | undefined;
  readonly protectConfiguration?: string | undefined;
  /** The most that one SMS may cost, in US dollars. */
  readonly maxPriceUsd?: string | undefined;
  /** India's DLT registration: the principal entity. */
  readonly entityId?: string | undefined;
  /** India's DLT registration: the message template. */
  readonly templateId?: string | undefined;
  /** Handed on to the event destinations of the configuration set. */
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** Tell AWS which messages were read, for its fraud model. */
  readonly feedback?: boolean | undefined;
}

/** A client that makes one attempt a call. */
export function createEndUserMessagingClient(region: string): PinpointSMSVoiceV2Client {
  return new PinpointSMSVoiceV2Client(oneAttempt(region));
}

const FEEDBACK_TIMEOUT_MS = 300;

/** Sends by AWS End User Messaging SMS. */
export class EndUserMessagingSmsGateway implements SmsGateway {
  readonly #client: PinpointSMSVoiceV2Client;
  readonly #clock: Clock;
  readonly #settings: EndUserMessagingSettings;

  constructor(client: PinpointSMSVoiceV2Client, clock: Clock, settings: EndUserMessagingSettings) {
    this.#client = client;
    this.#clock = clock;
    this.#settings = settings;
  }

  async send({ to, text, deadline, expiresAt }: Sms): Promise<SmsReceipt> {
    const command = new SendTextMessageCommand({
      ...commonInput(this.#settings),
      DestinationPhoneNumber: to,
      MessageBody: text,
      TimeToLive: timeToLive(expiresAt - this.#clock.now()),
    });
    const { MessageId } = await requestBefore(
      deadline,
      (signal) => sendCommand(command, signal, (options) => this.#client.send(command, options)),
      toDeliveryError,
    );
    return this.#settings.feedback === true ? { feedbackReference: MessageId } : {};
  }

  async prepare(): Promise<void> {
    const command = new SendTextMessageCommand({
      ...commonInput(this.#settings),
      DestinationPhoneNumber: '',
    });
    await rehearse(command, '{}', () => this.#client.send(command));
  }

  async confirm(reference: string): Promise<void> {
    const command = new PutMessageFeedbackCommand({
      MessageId: reference,
      MessageFeedbackStatus: 'RECEIVED',
    });
    await requestBefore(
      Deadline.in(this.#clock, FEEDBACK_TIMEOUT_MS),
      (signal) => sendCommand(command, signal, (options) => this.#client.send(command, options)),
      toDeliveryError,
    );
  }
}

function commonInput(
  settings: EndUserMessagingSettings,
): Omit<SendTextMessageCommandInput, 'DestinationPhoneNumber'> {
  const { maxPriceUsd } = settings;
  const country = countryParameters(settings);
  return {
    MessageType: 'TRANSACTIONAL',
    ...(settings.origination !== undefined && { OriginationIdentity: settings.origination }),
    ...(settings.configurationSet !== undefined && {
      ConfigurationSetName: settings.configurationSet,
    }),
    ...(settings.protectConfiguration !== undefined && {
      ProtectConfigurationId: settings.protectConfiguration,
    }),
    // The API takes no price without a decimal point.
    ...(maxPriceUsd !== undefined && {
      MaxPrice: maxPriceUsd.includes('.') ? maxPriceUsd : `${maxPriceUsd}.0`,
    }),
    ...(settings.context !== undefined && { Context: settings.context }),
    ...(settings.feedback === true && { MessageFeedbackEnabled: true }),
    ...(Object.keys(country).length > 0 && { DestinationCountryParameters: country }),
  };
}

function countryParameters({
  entityId,
  templateId,
}: EndUserMessagingSettings): Partial<Record<DestinationCountryParameterKey, string>> {
  return {
    ...(entityId !== undefined && { IN_ENTITY_ID: entityId }),
    ...(templateId !== undefined && { IN_TEMPLATE_ID: templateId }),
  };
}

/** @returns seconds, within what the API takes: 5 seconds to 3 days. */
function timeToLive(milliseconds: number): number {
  return Math.min(Math.max(Math.floor(milliseconds / 1000), 5), 259_200);
}

function toDeliveryError(error: unknown): SmsDeliveryError {
  if (!(error instanceof PinpointSMSVoiceV2ServiceException)) {
    return sdkFailure(error);
  }
  const { name, $metadata } = error;
  const reason = 'Reason' in error && typeof error.Reason === 'string' ? error.Reason : undefined;
  const httpStatus = $metadata.httpStatusCode ?? 0;
  const provider = { name, httpStatus, requestId: $metadata.requestId, reason };
  return httpStatus >= 500
    ? serverFailure(provider)
    : new SmsDeliveryError(refusal(error, reason), 'unsent', provider);
}

const BY_REASON: Readonly<Record<string, SmsDeliveryFailure>> = {
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'opted-out',
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: 'sandbox',
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: 'country-blocked',
  DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE: 'country-blocked',
  DESTINATION_COUNTRY_BLOCKED: 'destination-not-served',
  COUNTRY_NOT_ENABLED: 'destination-not-served',
  INTERNATIONAL_SENDING_NOT_SUPPORTED: 'destination-not-served',
  INVALID_IDENTITY_FOR_DESTINATION_COUNTRY: 'destination-not-served',
  SENDER_ID_NOT_REGISTERED: 'destination-not-served',
  SENDER_ID_NOT_SUPPORTED: 'destination-not-served',
  SENDER_ID_REQUIRES_REGISTRATION: 'destination-not-served',
  PRICE_OVER_THRESHOLD: 'price-over-limit',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: 'spend-limit',
};

function refusal(
  error: PinpointSMSVoiceV2ServiceException,
  reason: string | undefined,
): SmsDeliveryFailure {
  const known = reason === undefined ? undefined : BY_REASON[reason];
  if (known !== undefined) {
    return known;
  }
  const httpStatus = error.$metadata.httpStatusCode;
  if (isThrottling(error.name, httpStatus)) {
    return 'throttled';
  }
  if (error.name === 'ValidationException' && blamesNumber(error)) {
    return 'invalid-number';
  }
  return isUnauthorised(error.name, httpStatus) ? 'unauthorised' : 'rejected';
}

function blamesNumber(error: object): boolean {
  return (
    'Fields' in error &&
    Array.isArray(error.Fields) &&
    // AWS writes its fields' names with a small letter, too.
    error.Fields.some((field) => /^destinationPhoneNumber$/i.test(field?.Name))
  );
}

function resource(takes: string) {
  return { schema: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/-]{1,256}$/))), takes };
}
