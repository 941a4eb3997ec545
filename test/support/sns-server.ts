/** Amazon SNS on 127.0.0.1, as far as Publish goes: the Query protocol with its XML answers, in any mood. */
import type { IncomingMessage } from 'node:http';
import { answer, type ProviderServer, startProviderServer } from './provider-server.ts';

export interface SnsError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Each request is known by its parameters. */
export type SnsServer = ProviderServer<URLSearchParams, SnsError>;

export function startSnsServer(): Promise<SnsServer> {
  return startProviderServer<URLSearchParams, SnsError>({
    read: (_, body) => new URLSearchParams(body),
    findFault,
    accept: (response) => answer(response, 200, PUBLISHED, HEADERS),
    refuse: (response, error) => answer(response, error.status, errorXml(error), HEADERS),
    echo: (response, words) =>
      answer(response, 400, errorXml({ status: 400, code: words, message: words }, words), {
        ...HEADERS,
        'x-amzn-requestid': words,
      }),
  });
}

/** What SNS itself would refuse in this request. */
function findFault(parameters: URLSearchParams, message: IncomingMessage): SnsError | undefined {
  if (!message.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    return { status: 403, code: 'MissingAuthenticationToken', message: 'Request is not signed' };
  }
  if (parameters.get('Action') !== 'Publish' || parameters.get('Version') !== '2010-03-31') {
    return { status: 400, code: 'InvalidAction', message: 'No such action' };
  }
  if (parameters.has('TopicArn') || parameters.has('TargetArn')) {
    return { status: 403, code: 'AuthorizationError', message: 'No access to topics' };
  }
  const number = parameters.get('PhoneNumber') ?? '';
  if (!/^\+[1-9]\d{6,14}$/.test(number)) {
    return NOT_SERVED(number);
  }
  return parameters.get('Message')
    ? undefined
    : { status: 400, code: 'InvalidParameter', message: 'Invalid parameter: Empty message' };
}

export const NOT_SERVED = (number: string): SnsError => ({
  status: 400,
  code: 'InvalidParameter',
  message: `Invalid parameter: PhoneNumber Reason: ${number} is not valid to publish to`,
});

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const REQUEST_ID = '9ea1e8c6-0000-5000-8000-d9a3b6c6e4f5';

const HEADERS = { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID };

const PUBLISHED = `<PublishResponse xmlns="${XMLNS}"><PublishResult><MessageId>94f20ce6-13c5-43a0-9a9e-ca52d816e90b</MessageId></PublishResult><ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></PublishResponse>`;

function errorXml({ status, code, message }: SnsError, requestId = REQUEST_ID): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return `<ErrorResponse xmlns="${XMLNS}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

/** The message attributes of a Publish, as `name → [type, value]`. */
export function messageAttributes(parameters: URLSearchParams): Record<string, [string, string]> {
  const attributes: Record<string, [string, string]> = {};
  for (let i = 1; parameters.has(`MessageAttributes.entry.${i}.Name`); i++) {
    const entry = `MessageAttributes.entry.${i}`;
    attributes[parameters.get(`${entry}.Name`) ?? ''] = [
      parameters.get(`${entry}.Value.DataType`) ?? '',
      parameters.get(`${entry}.Value.StringValue`) ?? '',
    ];
  }
  return attributes;
}
