/** AWS End User Messaging SMS on 127.0.0.1: SendTextMessage and PutMessageFeedback in AWS's JSON protocol. */
import type { IncomingMessage } from 'node:http';
import {
  type EndUserMessagingCall,
  type EndUserMessagingError,
  findEndUserMessagingFault,
  readEndUserMessagingCall,
} from '../../deploy/local/end-user-messaging.ts';
import { answer, type ProviderServer, startProviderServer, webHeaders } from './provider-server.ts';

export type { EndUserMessagingError };

export type EndUserMessagingServer = ProviderServer<EndUserMessagingCall, EndUserMessagingError>;

export const MESSAGE_ID = 'm-0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const REQUEST_ID = '6b1a2c3d-0000-4000-8000-d9a3b6c6e4f5';
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-requestid': REQUEST_ID,
};

export function startEndUserMessagingServer(): Promise<EndUserMessagingServer> {
  return startProviderServer<EndUserMessagingCall, EndUserMessagingError>({
    read: ({ headers }, body) => readEndUserMessagingCall(webHeaders(headers), body),
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
          Message: 'Refused: 8675309421 to +12025554567',
          ...(reason !== undefined && { Reason: reason }),
          ...(fields !== undefined && {
            Fields: fields.map((Name) => ({ Name, Message: `${Name} +12025554567 is invalid` })),
          }),
        },
        HEADERS,
      ),
    echo: (response, words) =>
      answer(
        response,
        400,
        { __type: words, Message: words, Reason: words, Fields: [{ Name: words, Message: words }] },
        { ...HEADERS, 'x-amzn-requestid': words },
      ),
  });
}

function findFault(
  call: EndUserMessagingCall,
  { method, url, headers }: IncomingMessage,
): EndUserMessagingError | undefined {
  return method === 'POST' && url === '/'
    ? findEndUserMessagingFault(call, webHeaders(headers), (id) => id === MESSAGE_ID)
    : { status: 400, type: 'UnknownOperationException' };
}
