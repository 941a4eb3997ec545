/** AWS End User Messaging SMS on 127.0.0.1: SendTextMessage and PutMessageFeedback in AWS's JSON protocol. */
import type { IncomingMessage } from 'node:http';
import { answer, type ProviderServer, startProviderServer } from './provider-server.ts';

export interface EndUserMessagingRequest {
  /** `SendTextMessage` or `PutMessageFeedback`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface EndUserMessagingError {
  readonly status: number;
  /** The exception's name. */
  readonly type: string;
  readonly reason?: string;
  /** Fields that failed validation. */
  readonly fields?: readonly string[];
}

export type EndUserMessagingServer = ProviderServer<EndUserMessagingRequest, EndUserMessagingError>;

export const MESSAGE_ID = 'm-0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const REQUEST_ID = '6b1a2c3d-0000-4000-8000-d9a3b6c6e4f5';
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-requestid': REQUEST_ID,
};

export function startEndUserMessagingServer(): Promise<EndUserMessagingServer> {
  return startProviderServer<EndUserMessagingRequest, EndUserMessagingError>({
    read: ({ headers }, body) => ({
      action: String(headers['x-amz-target']).replace('PinpointSMSVoiceV2.', ''),
      input: JSON.parse(body),
    }),
    findFault,
    accept: (response, { action }) =>
      answer(
        response,
        200,
        action === 'SendTextMessage'
          ? { MessageId: MESSAGE_ID }
          : { MessageId: MESSAGE_ID, MessageFeedbackStatus: 'RECEIVED' },
        HEADERS,
      ),
    refuse: (response, { status, type, reason, fields }) =>
      answer(
        response,
        status,
        {
          __type: type,
          // AWS's own texts quote what was sent.
          Message: 'Refused: 8675309421 to +15551234567',
          ...(reason !== undefined && { Reason: reason }),
          ...(fields !== undefined && {
            Fields: fields.map((Name) => ({ Name, Message: `${Name} +15551234567 is invalid` })),
          }),
        },
        HEADERS,
      ),
  });
}

/** Each field's pattern, from the service's API reference. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  DestinationPhoneNumber: /^\+?[1-9][0-9]{1,18}$/,
  OriginationIdentity: /^[A-Za-z0-9_:/+-]{1,256}$/,
  MessageBody: /^(?!\s)[\s\S]{1,1600}(?<!\s)$/,
  MessageType: /^(TRANSACTIONAL|PROMOTIONAL)$/,
  ConfigurationSetName: /^[A-Za-z0-9_:/-]{1,256}$/,
  ProtectConfigurationId: /^[A-Za-z0-9_:/-]{1,256}$/,
  MaxPrice: /^[0-9]{0,2}\.[0-9]{1,5}$/,
};

function findFault(
  { action, input }: EndUserMessagingRequest,
  { method, url, headers }: IncomingMessage,
): EndUserMessagingError | undefined {
  if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    return { status: 400, type: 'MissingAuthenticationTokenException' };
  }
  if (method !== 'POST' || url !== '/' || headers['content-type'] !== HEADERS['content-type']) {
    return { status: 400, type: 'UnknownOperationException' };
  }
  return action === 'SendTextMessage' ? sendFault(input) : feedbackFault(action, input);
}

function sendFault(input: EndUserMessagingRequest['input']): EndUserMessagingError | undefined {
  const fields = Object.entries(input)
    .filter(([name, value]) => !fieldIsValid(name, value))
    .map(([name]) => name);
  if (input.DestinationPhoneNumber === undefined) {
    fields.push('DestinationPhoneNumber');
  }
  return fields.length > 0
    ? { status: 400, type: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED', fields }
    : undefined;
}

function fieldIsValid(name: string, value: unknown): boolean {
  switch (name) {
    case 'TimeToLive':
      return Number.isInteger(value) && Number(value) >= 5 && Number(value) <= 259_200;
    case 'MessageFeedbackEnabled':
      return typeof value === 'boolean';
    case 'Context':
      return Object.entries(value as object).length <= 5;
    case 'DestinationCountryParameters':
      return Object.entries(value as object).every(
        ([key, id]) => /^IN_(TEMPLATE|ENTITY)_ID$/.test(key) && /^\S{1,64}$/.test(id),
      );
    default:
      return typeof value === 'string' && PATTERNS[name]?.test(value) === true;
  }
}

function feedbackFault(
  action: string,
  { MessageId, MessageFeedbackStatus, ...rest }: EndUserMessagingRequest['input'],
): EndUserMessagingError | undefined {
  if (action !== 'PutMessageFeedback') {
    return { status: 400, type: 'UnknownOperationException' };
  }
  if (MessageFeedbackStatus !== 'RECEIVED' || Object.keys(rest).length > 0) {
    return { status: 400, type: 'ValidationException', reason: 'INVALID_PARAMETER' };
  }
  return MessageId === MESSAGE_ID ? undefined : { status: 400, type: 'ResourceNotFoundException' };
}
