/** Amazon SNS on 127.0.0.1, as far as Publish goes: the Query protocol with its XML answers, in any mood. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers, hangs, drops the connection, or refuses with an error of SNS's own. */
export type SnsBehaviour = 'accept' | 'hang' | 'reset' | SnsError;

export interface SnsError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface SnsServer {
  readonly url: string;
  /** Each request's parameters, in order of arrival. */
  readonly requests: URLSearchParams[];
  /** Requests that were answered with a message id. */
  readonly accepted: URLSearchParams[];
  /** Open or past connections. */
  connections(): number;
  behave(behaviour: SnsBehaviour): void;
  close(): Promise<void>;
}

export async function startSnsServer(): Promise<SnsServer> {
  const requests: URLSearchParams[] = [];
  const accepted: URLSearchParams[] = [];
  let behaviour: SnsBehaviour = 'accept';
  let connections = 0;

  const server = createServer(async (request, response) => {
    const parameters = new URLSearchParams(await text(request));
    requests.push(parameters);
    if (behaviour === 'hang') {
      return;
    }
    if (behaviour === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const error =
      behaviour === 'accept' ? findFault(request, parameters) : (behaviour satisfies SnsError);
    if (error === undefined) {
      accepted.push(parameters);
      answer(response, 200, PUBLISHED);
    } else {
      answer(response, error.status, errorXml(error));
    }
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    accepted,
    connections: () => connections,
    behave(next) {
      behaviour = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What SNS itself would refuse in this request. */
function findFault(request: IncomingMessage, parameters: URLSearchParams): SnsError | undefined {
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
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
    return INVALID_NUMBER(number);
  }
  return parameters.get('Message')
    ? undefined
    : { status: 400, code: 'InvalidParameter', message: 'Invalid parameter: Empty message' };
}

export const INVALID_NUMBER = (number: string): SnsError => ({
  status: 400,
  code: 'InvalidParameter',
  message: `Invalid parameter: PhoneNumber Reason: ${number} is not valid to publish to`,
});

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const REQUEST_ID = '9ea1e8c6-0000-5000-8000-d9a3b6c6e4f5';

const PUBLISHED = `<PublishResponse xmlns="${XMLNS}"><PublishResult><MessageId>94f20ce6-13c5-43a0-9a9e-ca52d816e90b</MessageId></PublishResult><ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></PublishResponse>`;

function errorXml({ status, code, message }: SnsError): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return `<ErrorResponse xmlns="${XMLNS}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`;
}

function answer(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID });
  response.end(xml);
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
