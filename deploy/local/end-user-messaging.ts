/**
 * The End User Messaging side of the endpoint: AWS's JSON protocol for the two actions that the
 * function calls. Requests are checked by the service's API reference, so that a mistake in an
 * adapter shows here and not on AWS.
 */
import { randomUUID } from 'node:crypto';
import { isJsonObject, isTextMap } from './json.ts';
import { isSignedFor } from './signature.ts';
import type { SmsNetwork } from './sms-network.ts';

/** What its actions are called by in the header `x-amz-target`, in front of a dot. */
export const END_USER_MESSAGING = 'PinpointSMSVoiceV2';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

export interface EndUserMessagingCall {
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

export class EndUserMessagingSide {
  readonly #network: SmsNetwork;
  readonly #sent = new Set<string>();

  constructor(network: SmsNetwork) {
    this.#network = network;
  }

  async answer(request: Request): Promise<Response> {
    const call = readEndUserMessagingCall(request.headers, await request.text());
    const fault = findEndUserMessagingFault(call, request.headers, (id) => this.#sent.has(id));
    if (fault !== undefined) return refusal(fault);
    const { MessageId } = call.input;
    return call.action === 'SendTextMessage'
      ? this.#send(call.input)
      : answer(200, { MessageId, MessageFeedbackStatus: call.input.MessageFeedbackStatus });
  }

  async #send(input: EndUserMessagingCall['input']): Promise<Response> {
    const MessageId = `m-${randomUUID().replaceAll('-', '')}`;
    if (input.DryRun === true) return answer(200, { MessageId });
    const fate = await this.#network.send(
      e164(input.DestinationPhoneNumber),
      `${input.MessageBody}`,
    );
    if (fate === 'throttle') return refusal({ status: 400, type: 'ThrottlingException' });
    if (fate === 'refuse') return refusal(invalidFields(['DestinationPhoneNumber']));
    this.#sent.add(MessageId);
    return answer(200, { MessageId });
  }
}

/** The `+` is optional here alone. */
function e164(number: unknown): string {
  return `+${String(number).replace(/^\+/, '')}`;
}

/** A body that is no JSON object is read as an empty one, which lacks what each action requires. */
export function readEndUserMessagingCall(headers: Headers, body: string): EndUserMessagingCall {
  const target = headers.get('x-amz-target') ?? '';
  return { action: target.replace(`${END_USER_MESSAGING}.`, ''), input: readInput(body) };
}

function readInput(body: string): EndUserMessagingCall['input'] {
  try {
    const input: unknown = JSON.parse(body);
    return isJsonObject(input) ? input : {};
  } catch {
    return {};
  }
}

/**
 * What AWS would refuse in this request.
 *
 * @param isSent whether a message of this id was sent
 */
export function findEndUserMessagingFault(
  { action, input }: EndUserMessagingCall,
  headers: Headers,
  isSent: (messageId: string) => boolean,
): EndUserMessagingError | undefined {
  const authorization = headers.get('authorization');
  if (authorization === null) {
    return { status: 400, type: 'MissingAuthenticationTokenException' };
  }
  if (!isSignedFor('sms-voice', authorization)) {
    return { status: 400, type: 'IncompleteSignatureException' };
  }
  const shape = headers.get('content-type') === CONTENT_TYPE ? SHAPES.get(action) : undefined;
  if (shape === undefined) return { status: 400, type: 'UnknownOperationException' };
  const wrong = Object.keys({ ...shape.required, ...input }).filter((name) => {
    const test = shape.required[name] ?? shape.optional[name];
    return test?.(input[name]) !== true;
  });
  if (wrong.length > 0) return invalidFields(wrong);
  return action === 'PutMessageFeedback' && !isSent(String(input.MessageId))
    ? { status: 400, type: 'ResourceNotFoundException' }
    : undefined;
}

type Test = (value: unknown) => boolean;

interface Shape {
  readonly required: Readonly<Record<string, Test>>;
  readonly optional: Readonly<Record<string, Test>>;
}

/** @see https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html */
const SEND_TEXT_MESSAGE: Shape = {
  required: {
    DestinationPhoneNumber: text(/^\+?[1-9][0-9]{1,18}$/),
    // AWS itself lets it be absent; an SMS that says something has one.
    MessageBody: text(/^(?!\s)[\s\S]{1,1600}(?<!\s)$/),
  },
  optional: {
    OriginationIdentity: text(/^[A-Za-z0-9_:/+-]{1,256}$/),
    MessageType: text(/^(TRANSACTIONAL|PROMOTIONAL)$/),
    Keyword: text(/^[ \S]{1,30}$/),
    ConfigurationSetName: text(/^[A-Za-z0-9_:/-]{1,256}$/),
    ProtectConfigurationId: text(/^[A-Za-z0-9_:/-]{1,256}$/),
    MaxPrice: text(/^[0-9]{0,2}\.[0-9]{1,5}$/),
    TimeToLive: (value) =>
      Number.isInteger(value) && Number(value) >= 5 && Number(value) <= 259_200,
    MessageFeedbackEnabled: (value) => typeof value === 'boolean',
    DryRun: (value) => typeof value === 'boolean',
    Context: entries(/^\S{1,100}$/, /^(?!\s)[\s\S]{1,800}(?<!\s)$/, 5),
    DestinationCountryParameters: entries(/^IN_(TEMPLATE|ENTITY)_ID$/, /^\S{1,64}$/, 10),
  },
};

const PUT_MESSAGE_FEEDBACK: Shape = {
  required: {
    MessageId: text(/^[A-Za-z0-9_:/-]{1,256}$/),
    MessageFeedbackStatus: text(/^(RECEIVED|FAILED)$/),
  },
  optional: {},
};

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['SendTextMessage', SEND_TEXT_MESSAGE],
  ['PutMessageFeedback', PUT_MESSAGE_FEEDBACK],
]);

function text(pattern: RegExp): Test {
  return (value) => typeof value === 'string' && pattern.test(value);
}

function entries(key: RegExp, value: RegExp, max: number): Test {
  return (map) =>
    isTextMap(map) &&
    Object.keys(map).length <= max &&
    Object.entries(map).every(([name, held]) => key.test(name) && value.test(held));
}

function invalidFields(fields: readonly string[]): EndUserMessagingError {
  return { status: 400, type: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED', fields };
}

function refusal({ status, type, reason, fields }: EndUserMessagingError): Response {
  return answer(status, {
    __type: type,
    Message: fields === undefined ? type : `Invalid: ${fields.join(', ')}`,
    ...(reason !== undefined && { Reason: reason }),
    ...(fields !== undefined && {
      Fields: fields.map((Name) => ({ Name, Message: `${Name} is not valid` })),
    }),
  });
}

function answer(status: number, body: object): Response {
  const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID() };
  return new Response(JSON.stringify(body), { status, headers });
}
