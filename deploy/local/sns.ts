/**
 * The SNS side of the endpoint: the Query protocol (a form in, XML out) for the action that sends an
 * SMS, and for those that tell how an account stands. Requests are checked as strictly as SNS checks
 * them, so that a mistake in an adapter shows here and not on AWS.
 */
import { randomUUID } from 'node:crypto';
import { isSignedFor } from './signature.ts';
import type { SmsNetwork } from './sms-network.ts';

const API_VERSION = '2010-03-31';
const XML_NAMESPACE = `http://sns.amazonaws.com/doc/${API_VERSION}/`;
const E164 = /^\+[1-9]\d{1,14}$/;
const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/;
const DATA_TYPE = /^(String|Number|Binary|String\.Array)(\..+)?$/;
const SMS_MAX_CHARACTERS = 1600;

class SnsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export class SnsSide {
  readonly #network: SmsNetwork;

  constructor(network: SmsNetwork) {
    this.#network = network;
  }

  async answer(request: Request): Promise<Response> {
    const requestId = randomUUID();
    try {
      const form = new URLSearchParams(await request.text());
      checkSignature(request.headers.get('authorization'));
      checkAction(form);
      const action = form.get('Action') ?? '';
      if (action !== 'Publish') return xml(200, requestId, result(action, requestId));
      const { to, message } = readPublish(form);
      const fate = await this.#network.send(to, message);
      if (fate === 'throttle') throw new SnsError('Throttling', 'Rate exceeded');
      if (fate === 'refuse') throw invalid('PhoneNumber', `${to} is not valid to publish to`);
      return xml(200, requestId, result('Publish', requestId));
    } catch (error) {
      if (!(error instanceof SnsError)) throw error;
      return xml(error.status, requestId, errorResponse(error, requestId));
    }
  }
}

function checkSignature(authorization: string | null): void {
  if (authorization === null) {
    throw new SnsError(
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
      403,
    );
  }
  if (!isSignedFor('sns', authorization)) {
    throw new SnsError(
      'IncompleteSignature',
      'Authorization header is not a complete Signature Version 4 for service sns.',
    );
  }
}

function checkAction(form: URLSearchParams): void {
  const action = form.get('Action');
  const version = form.get('Version');
  if (action === null) throw new SnsError('MissingAction', 'Missing Action');
  if (!Object.hasOwn(RESULTS, action) || version !== API_VERSION) {
    throw new SnsError(
      'InvalidAction',
      `Could not find operation ${action} for version ${version}`,
    );
  }
}

function readPublish(form: URLSearchParams): { to: string; message: string } {
  const to = form.get('PhoneNumber');
  const message = form.get('Message');
  if (form.has('TopicArn') || form.has('TargetArn')) {
    throw new SnsError('NotFound', 'Topic does not exist', 404);
  }
  if (to === null || to === '') {
    throw invalid('TopicArn or TargetArn', 'no value for required parameter');
  }
  if (!E164.test(to)) throw invalid('PhoneNumber', `${to} is not valid to publish to`);
  if (message === null || message === '') {
    throw new SnsError('InvalidParameter', 'Invalid parameter: Empty message');
  }
  if (message.length > SMS_MAX_CHARACTERS) {
    throw new SnsError('InvalidParameter', 'Invalid parameter: Message too long');
  }
  checkMessageAttributes(form);
  return { to, message };
}

/** Message attributes arrive as `MessageAttributes.entry.<n>.{Name,Value.DataType,Value.…Value}`. */
function checkMessageAttributes(form: URLSearchParams): void {
  const names = new Set<string>();
  const entries = new Set<string>();
  for (const key of form.keys()) {
    if (!key.startsWith('MessageAttributes')) continue;
    const entry = /^MessageAttributes\.entry\.([1-9]\d*)\.(?:Name|Value\.\w+)$/.exec(key)?.[1];
    if (entry === undefined) throw new SnsError('MalformedQueryString', `Unexpected key ${key}`);
    entries.add(entry);
  }
  for (const entry of entries) {
    const field = (path: string) => form.get(`MessageAttributes.entry.${entry}.${path}`) ?? '';
    const name = field('Name');
    if (!ATTRIBUTE_NAME.test(name)) {
      throw badAttribute(`The message attribute name '${name}' is invalid.`);
    }
    if (names.has(name)) throw badAttribute(`The message attribute '${name}' is set twice.`);
    names.add(name);
    checkAttributeValue(name, field('Value.DataType'), field);
  }
}

function checkAttributeValue(name: string, type: string, field: (path: string) => string): void {
  if (!DATA_TYPE.test(type)) {
    throw badAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const value = field(type.startsWith('Binary') ? 'Value.BinaryValue' : 'Value.StringValue');
  if (value === '') {
    throw badAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type.startsWith('Number') && !/^-?\d+(\.\d+)?$/.test(value)) {
    throw badAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  const rule = smsAttributeRules.get(name);
  if (rule !== undefined && !rule.test(value)) throw invalid(name, `'${value}' is not allowed`);
}

/** What SNS accepts in the attributes that steer an SMS. */
const smsAttributeRules: ReadonlyMap<string, RegExp> = new Map([
  ['AWS.SNS.SMS.SMSType', /^(Promotional|Transactional)$/],
  ['AWS.SNS.SMS.SenderID', /^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/],
  ['AWS.SNS.SMS.MaxPrice', /^\d+(\.\d{1,5})?$/],
  ['AWS.MM.SMS.OriginationNumber', /^\+?\d{5,15}$/],
]);

function invalid(parameter: string, reason: string): SnsError {
  return new SnsError('InvalidParameter', `Invalid parameter: ${parameter} Reason: ${reason}`);
}

function badAttribute(message: string): SnsError {
  return new SnsError('ParameterValueInvalid', message);
}

function xml(status: number, requestId: string, body: string): Response {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  return new Response(body, { status, headers });
}

/** What each action answers. The account has left the sandbox, and may spend something. */
const RESULTS: Readonly<Record<string, () => string>> = {
  Publish: () => `<MessageId>${randomUUID()}</MessageId>`,
  GetSMSSandboxAccountStatus: () => '<IsInSandbox>false</IsInSandbox>',
  GetSMSAttributes: () =>
    '<attributes><entry><key>MonthlySpendLimit</key><value>1000</value></entry></attributes>',
};

function result(action: string, requestId: string): string {
  return `<${action}Response xmlns="${XML_NAMESPACE}">
  <${action}Result>
    ${RESULTS[action]?.()}
  </${action}Result>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</${action}Response>
`;
}

function errorResponse(error: SnsError, requestId: string): string {
  return `<ErrorResponse xmlns="${XML_NAMESPACE}">
  <Error>
    <Type>Sender</Type>
    <Code>${error.code}</Code>
    <Message>${escapeXml(error.message)}</Message>
  </Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
