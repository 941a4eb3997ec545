/**
 * The Twilio side of the endpoint: the Messages resource (a form in, JSON out). Requests are
 * checked as Twilio checks them, so that a mistake in an adapter shows here and not there.
 */
import { randomBytes } from 'node:crypto';
import type { SmsNetwork } from './sms-network.ts';

export interface TwilioError {
  readonly status: number;
  /** Twilio's own number for it. */
  readonly code: number;
}

export class TwilioSide {
  readonly #network: SmsNetwork;

  constructor(network: SmsNetwork) {
    this.#network = network;
  }

  /** @param accountSid the account in the request's path */
  async answer(request: Request, accountSid: string): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    const fault = findTwilioFault(form, request.headers, accountSid);
    if (fault !== undefined) return refusal(fault);
    const to = form.get('To') ?? '';
    const fate = await this.#network.send(to, form.get('Body') ?? '');
    if (fate === 'throttle') return refusal({ status: 429, code: 20429 });
    if (fate === 'refuse') return refusal({ status: 400, code: 21211 });
    const sid = `SM${randomBytes(16).toString('hex')}`;
    return answer(201, { sid, account_sid: accountSid, status: 'accepted', to });
  }
}

/**
 * What Twilio would refuse in this request.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function findTwilioFault(
  form: URLSearchParams,
  headers: Headers,
  accountSid: string,
): TwilioError | undefined {
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid)) return { status: 404, code: 20404 };
  if (!isSignedBy(accountSid, headers.get('authorization') ?? '')) {
    return { status: 401, code: 20003 };
  }
  if (!headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return { status: 415, code: 20415 };
  }
  if (!/^\+[1-9]\d{6,14}$/.test(form.get('To') ?? '')) return { status: 400, code: 21211 };
  const body = form.get('Body') ?? '';
  if (body === '') return { status: 400, code: 21602 };
  if (body.length > 1600) return { status: 400, code: 21617 };
  if (form.has('From') === form.has('MessagingServiceSid')) return { status: 400, code: 21603 };
  const validity = Number(form.get('ValidityPeriod') ?? 36_000);
  if (!(Number.isInteger(validity) && validity >= 1 && validity <= 36_000)) {
    return { status: 400, code: 21624 };
  }
  return [...form.keys()].every((field) => FIELDS.has(field))
    ? undefined
    : { status: 400, code: 20001 };
}

/** What an SMS without a template or media may have. */
const FIELDS = new Set([
  'To',
  'From',
  'MessagingServiceSid',
  'Body',
  'ValidityPeriod',
  'StatusCallback',
  'ProvideFeedback',
  'Attempt',
  'ContentRetention',
  'AddressRetention',
  'SmartEncoded',
  'ShortenUrls',
  'RiskCheck',
]);

/** By the account itself or an API key. Any secret will do: there is no account that it could belong to. */
function isSignedBy(accountSid: string, authorization: string): boolean {
  const credentials = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization)?.[1] ?? '';
  const [user = '', secret = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return secret !== '' && (user === accountSid || /^SK[0-9a-fA-F]{32}$/.test(user));
}

const MESSAGES: Readonly<Record<number, string>> = {
  20001: 'Unknown parameters',
  20003: 'Authenticate',
  20404: 'The requested resource was not found',
  20415: 'Unsupported media type',
  20429: 'Too Many Requests',
  21211: "Invalid 'To' Phone Number",
  21602: 'Message body is required.',
  21603: "A 'From' phone number or a 'MessagingServiceSid' is required, and only one of them.",
  21617: 'The concatenated message body exceeds the 1600 character limit',
  21624: "Invalid 'ValidityPeriod'",
};

function refusal({ status, code }: TwilioError): Response {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return answer(status, { code, message: MESSAGES[code] ?? 'Refused', more_info, status });
}

function answer(status: number, body: object): Response {
  const headers = {
    'content-type': 'application/json',
    'twilio-request-id': `RQ${randomBytes(16).toString('hex')}`,
  };
  return new Response(JSON.stringify(body), { status, headers });
}
