/** Cognito's JSON protocol over HTTP: one POST per call, the operation named in a header. */
import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../json.ts';
import { CognitoError } from './errors.ts';
import { operations } from './operations.ts';
import type { CognitoService } from './service.ts';

const SERVICE = 'AWSCognitoIdentityProviderService';

/** Told of every call that was refused, so that a terminal can show why. */
export type RefusalListener = (operation: string, error: CognitoError) => void;

/** Told of every call of an operation that exists, before it runs. */
export type CallListener = (operation: string) => void;

export interface CallListeners {
  readonly onCall: CallListener;
  readonly onRefusal: RefusalListener;
  /** Told once a call has done what it does, whether or not it was refused. */
  readonly onAnswered: () => void;
}

export async function answerCall(
  service: CognitoService,
  request: Request,
  { onCall, onRefusal, onAnswered }: CallListeners,
): Promise<Response> {
  const target = request.headers.get('x-amz-target') ?? '';
  const name = target.slice(target.lastIndexOf('.') + 1);
  try {
    const operation = target.startsWith(`${SERVICE}.`) ? operations.get(name) : undefined;
    if (operation === undefined) {
      throw new CognitoError('UnknownOperationException', unknownOperation(target));
    }
    onCall(name);
    if (operation.signed && !request.headers.has('authorization')) {
      throw new CognitoError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    return answer(200, await operation.run(service, parseBody(await request.text())));
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    onRefusal(name, error);
    return answerError(error);
  } finally {
    onAnswered();
  }
}

/** The answer to a fault of the endpoint itself. */
export function answerInternalError(): Response {
  return answerError(new CognitoError('InternalErrorException', 'Internal error', { status: 500 }));
}

function unknownOperation(target: string): string {
  if (!target.startsWith(`${SERVICE}.`)) return `${target} is of no service of this endpoint.`;
  const name = target.slice(SERVICE.length + 1);
  const known = [...operations.keys()].sort().join(', ');
  return `${name} is not an operation of this endpoint, which has ${known}.`;
}

function answerError(error: CognitoError): Response {
  const { code, message, status } = error;
  return answer(
    status,
    { __type: code, message },
    { 'x-amzn-errortype': `${code}:`, 'x-amzn-errormessage': headerText(message) },
  );
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  return new Response(JSON.stringify(body, withEpochSeconds), {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      ...headers,
    },
  });
}

/** Times are epoch seconds on the wire. By the time a value gets here, it is a text. */
function withEpochSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const held = this[key];
  return held instanceof Date ? held.getTime() / 1000 : value;
}

/** Functions' error messages may hold what a header can't. */
function headerText(message: string): string {
  return message.replace(/[^\x20-\x7e]+/g, ' ').trim();
}

function parseBody(text: string): JsonObject {
  const body = parseJson(text);
  if (!isJsonObject(body))
    throw new CognitoError('SerializationException', 'Body is no JSON object');
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CognitoError('SerializationException', 'Body is no JSON');
  }
}
