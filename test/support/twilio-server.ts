/** Twilio's Messages resource on 127.0.0.1: form in, JSON out, HTTP Basic credentials. */
import type { IncomingMessage } from 'node:http';
import { findTwilioFault } from '../../deploy/local/twilio.ts';
import { answer, type ProviderServer, startProviderServer, webHeaders } from './provider-server.ts';

export interface TwilioError {
  readonly status: number;
  /** Twilio's own number for it; a proxy's answer has none. */
  readonly code?: number;
}

/** Each request is known by its form. */
export type TwilioServer = ProviderServer<URLSearchParams, TwilioError>;

export const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
export const MESSAGING_SERVICE_SID = `MG${'1'.repeat(32)}`;
export const AUTH_TOKEN = 'test-token-0123456789abcdef';

const HEADERS = { 'twilio-request-id': 'RQ0123456789abcdef0123456789abcdef' };

/** @param user the name that the credentials must carry. */
export function startTwilioServer(user = ACCOUNT_SID): Promise<TwilioServer> {
  return startProviderServer<URLSearchParams, TwilioError>({
    read: (_, body) => new URLSearchParams(body),
    findFault: (form, message) => findFault(form, message, user),
    accept: (response, form) =>
      answer(
        response,
        201,
        { sid: `SM${'2'.repeat(32)}`, status: 'accepted', to: form.get('To') },
        HEADERS,
      ),
    refuse: (response, { status, code }) =>
      answer(
        response,
        status,
        code === undefined
          ? '<html>Bad gateway</html>'
          : {
              code,
              // Twilio's own texts quote what was sent.
              message: 'Refused: 8675309421 to +12025554567',
              more_info: `https://www.twilio.com/docs/errors/${code}`,
              status,
            },
        HEADERS,
      ),
    echo: (response, words) =>
      answer(
        response,
        400,
        { code: /^\d+$/.test(words) ? Number(words) : words, message: words, more_info: words },
        { 'twilio-request-id': words },
      ),
  });
}

function findFault(
  form: URLSearchParams,
  { method, url, headers }: IncomingMessage,
  user: string,
): TwilioError | undefined {
  if (method !== 'POST' || url !== `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`) {
    return { status: 404, code: 20404 };
  }
  if (headers.authorization !== `Basic ${btoa(`${user}:${AUTH_TOKEN}`)}`) {
    return { status: 401, code: 20003 };
  }
  return findTwilioFault(form, webHeaders(headers), ACCOUNT_SID);
}
