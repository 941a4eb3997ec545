import * as v from 'valibot';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import { defineSmsGateway } from './lib/definition.ts';
import { requestBefore, serverFailure } from './lib/provider-request.ts';

// No maxPriceUsd: Twilio has ignored its MaxPrice since June 2024.
/** What a route may set for this gateway, and how it is made. */
export const definition = defineSmsGateway({
  settings: {
    messagingServiceSid: {
      schema: v.optional(v.pipe(v.string(), v.regex(/^MG[0-9a-fA-F]{32}$/))),
      takes: 'MG and 32 hexadecimal digits',
    },
    from: {
      schema: v.optional(
        v.pipe(v.string(), v.regex(/^(\+?\d{3,15}|(?=.*[A-Za-z])[\w &+-]{1,11})$/)),
      ),
      takes: 'a Twilio phone number, short code or sender ID',
    },
    accountSid: {
      schema: v.pipe(v.string(), v.regex(/^AC[0-9a-fA-F]{32}$/)),
      takes: 'AC and 32 hexadecimal digits',
      variable: 'TWILIO_ACCOUNT_SID',
    },
    apiUrl: {
      schema: v.pipe(v.string(), v.regex(/^(https:\/\/[\w.-]+|http:\/\/127\.0\.0\.1)(:\d+)?$/)),
      takes: 'an origin such as https://api.dublin.ie1.twilio.com',
      variable: 'TWILIO_API_URL',
      fallback: 'https://api.twilio.com',
    },
    apiKeySid: {
      schema: v.optional(v.pipe(v.string(), v.regex(/^SK[0-9a-fA-F]{32}$/))),
      takes: 'SK and 32 hexadecimal digits',
      variable: 'TWILIO_API_KEY_SID',
    },
    secret: {
      schema: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{20,}$/)),
      takes: "the account's auth token, or the secret of TWILIO_API_KEY_SID where that is set",
      variable: 'TWILIO_SECRET',
      variableOnly: true,
      secret: true,
    },
  },
  conflict: ({ messagingServiceSid, from }) =>
    (messagingServiceSid === undefined) === (from === undefined)
      ? `sets ${from === undefined ? 'neither' : 'both'} of messagingServiceSid and from; it takes one of them`
      : undefined,
  create: (settings, clock) => new TwilioSmsGateway(clock, settings),
});

/** The account that sends, and the sender's number or service. */
export interface TwilioSettings {
  readonly accountSid: string;
  /** An API key to sign with, in place of the account itself. */
  readonly apiKeySid?: string | undefined;
  /** The API key's secret, or the account's auth token. */
  readonly secret: string;
  /** Where the API is: an origin without a path. */
  readonly apiUrl: string;
  /** The messaging service that picks the sender; this or `from`. */
  readonly messagingServiceSid?: string | undefined;
  /** The sender: a number, short code or sender ID. */
  readonly from?: string | undefined;
}

/** Sends by Twilio Programmable Messaging. */
export class TwilioSmsGateway implements SmsGateway {
  readonly #clock: Clock;
  readonly #settings: TwilioSettings;

  constructor(clock: Clock, settings: TwilioSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
  async send({ to, text, deadline, expiresAt }: Sms): Promise<SmsReceipt> {
    const { accountSid, apiKeySid, secret, apiUrl, messagingServiceSid, from } = this.#settings;
    const body = new URLSearchParams({
      To: to,
      Body: text,
      ...(messagingServiceSid !== undefined && { MessagingServiceSid: messagingServiceSid }),
      ...(from !== undefined && { From: from }),
      ValidityPeriod: String(validityPeriod(expiresAt - this.#clock.now())),
    });
    await requestBefore(deadline, async (signal) => {
      const response = await fetch(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${apiKeySid ?? accountSid}:${secret}`)}`,
          // A connection that died while Lambda had the container frozen would fail the next send.
          connection: 'close',
        },
        body,
        // What a redirect asks to be sent again may have been sent already.
        redirect: 'manual',
        signal,
      });
      if (!response.ok) {
        throw await toDeliveryError(response);
      }
      // Accepted: what the body says, and whether it arrives, is of no matter.
      response.body?.cancel().catch(() => {});
    });
    return {};
  }
}

/** @returns whole seconds; Twilio takes 1 to 36,000. */
function validityPeriod(milliseconds: number): number {
  return Math.min(Math.max(Math.floor(milliseconds / 1000), 1), 36_000);
}

async function toDeliveryError(response: Response): Promise<SmsDeliveryError> {
  const { status, headers } = response;
  const code = errorCode(await response.json().catch(() => undefined));
  const provider = {
    name: isWellFormed(code) ? `TwilioError${code}` : 'TwilioError',
    httpStatus: status,
    requestId: headers.get('twilio-request-id') ?? undefined,
  };
  return status >= 500
    ? serverFailure(provider)
    : new SmsDeliveryError(refusal(status, code), 'unsent', provider);
}

function errorCode(body: unknown): number | undefined {
  return typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'number'
    ? body.code
    : undefined;
}

/** Whether it looks like Twilio's own, and not like something that was sent. */
function isWellFormed(code: number | undefined): boolean {
  return /^\d{5}$/.test(String(code));
}

/** @see https://www.twilio.com/docs/api/errors */
const BY_CODE: ReadonlyMap<number, SmsDeliveryFailure> = new Map([
  [20429, 'throttled'],
  [21611, 'throttled'],
  [63017, 'throttled'],
  [63038, 'throttled'],
  [21610, 'opted-out'],
  [21211, 'invalid-number'],
  [21217, 'invalid-number'],
  [21265, 'invalid-number'],
  [21614, 'invalid-number'],
  [21635, 'invalid-number'],
  [21408, 'destination-not-served'],
  [21606, 'destination-not-served'],
  [21612, 'destination-not-served'],
  [21657, 'destination-not-served'],
  [21659, 'destination-not-served'],
  [21607, 'sandbox'],
  [21608, 'sandbox'],
  [572002, 'sandbox'],
  [572005, 'sandbox'],
  [20003, 'unauthorised'],
  [21660, 'unauthorised'],
  // Too many messages between two numbers: the rate of this one, not ours.
  [14107, 'rejected'],
]);

function refusal(status: number, code: number | undefined): SmsDeliveryFailure {
  const known = code === undefined ? undefined : BY_CODE.get(code);
  if (known !== undefined) {
    return known;
  }
  if (status === 429) {
    return 'throttled';
  }
  return status === 401 || status === 403 ? 'unauthorised' : 'rejected';
}
