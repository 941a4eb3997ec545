/** Twilio's Messages resource on 127.0.0.1: form in, JSON out, HTTP Basic credentials. */
import type { IncomingMessage } from 'node:http';
import { answer, type ProviderServer, startProviderServer } from './provider-server.ts';

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
              message: 'Refused: 8675309421 to +15551234567',
              more_info: `https://www.twilio.com/docs/errors/${code}`,
              status,
            },
        HEADERS,
      ),
  });
}

const FIELDS = new Set(['To', 'Body', 'From', 'MessagingServiceSid', 'ValidityPeriod']);

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
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return { status: 415, code: 20415 };
  }
  if (!/^\+[1-9]\d{6,14}$/.test(form.get('To') ?? '')) {
    return { status: 400, code: 21211 };
  }
  if (!form.get('Body')) {
    return { status: 400, code: 21602 };
  }
  if (form.has('From') === form.has('MessagingServiceSid')) {
    return { status: 400, code: 21603 };
  }
  const validity = Number(form.get('ValidityPeriod'));
  if (!(Number.isInteger(validity) && validity >= 1 && validity <= 36_000)) {
    return { status: 400, code: 21624 };
  }
  return [...form.keys()].every((field) => FIELDS.has(field))
    ? undefined
    : { status: 400, code: 20001 };
}
