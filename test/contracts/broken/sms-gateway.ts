import { Agent } from 'node:http';
import { SNSClient } from '@aws-sdk/client-sns';
import { onTestFinished, vi } from 'vitest';
import { oneAttempt } from '../../../src/adapters/sms-gateway/lib/aws-client.ts';
import { SnsSmsGateway } from '../../../src/adapters/sms-gateway/sns.ts';
import { TwilioSmsGateway } from '../../../src/adapters/sms-gateway/twilio.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import {
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsFate,
  type SmsGateway,
} from '../../../src/domain/ports/sms-gateway.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { inItsWords } from '../../support/provider-server.ts';
import { startSnsServer } from '../../support/sns-server.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  MESSAGING_SERVICE_SID,
  startTwilioServer,
} from '../../support/twilio-server.ts';
import { describeSmsGatewayContract, type SmsGatewayHarness } from '../sms-gateway.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const clock = new ManualClock();

const TWILIO_REFUSALS = {
  throttled: { status: 429, code: 20429 },
  'opted-out': { status: 400, code: 21610 },
  unavailable: { status: 503, code: 20503 },
};

async function startTwilio(
  changes: (gateway: SmsGateway) => Partial<SmsGateway> = () => ({}),
): Promise<SmsGatewayHarness> {
  const server = await startTwilioServer();
  const account = { accountSid: ACCOUNT_SID, secret: AUTH_TOKEN, apiUrl: server.url };
  const settings = { ...account, messagingServiceSid: MESSAGING_SERVICE_SID };
  return {
    gateway: altered<SmsGateway>(new TwilioSmsGateway(clock, settings), changes),
    provider: (behaviour) => server.behave(inItsWords(TWILIO_REFUSALS, behaviour)),
    attempts: () => server.requests.length,
    openConnections: () => server.openConnections(),
    accepted: () =>
      server.accepted.map((form) => ({ to: form.get('To') ?? '', text: form.get('Body') ?? '' })),
    validity: () => Number(server.accepted.at(-1)?.get('ValidityPeriod')),
    clock,
    close: () => server.close(),
  };
}

/** What a gateway hands to `fetch`, as these adapters fill it in. */
interface FetchOptions extends RequestInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: URLSearchParams;
}

/** Asks by requests that differ. */
const asking = (differ: (options: FetchOptions) => RequestInit) => () => {
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (url: string, options: FetchOptions) => fetch(url, differ(options)));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return startTwilio();
};

/** Fails in another way. */
const failing = (fail: (error: SmsDeliveryError, text: string) => unknown) => () =>
  startTwilio(({ send }) => ({
    send: (sms) =>
      send(sms).catch((error) => {
        throw fail(error, sms.text);
      }),
  }));

/** Sends once more where it failed in this way. */
const repeating = (again: (error: SmsDeliveryError) => boolean) => () =>
  startTwilio(({ send }) => ({
    send: (sms) => send(sms).catch((error) => (again(error) ? send(sms) : Promise.reject(error))),
  }));

/** Says this of every failure. */
const saying = (failure: SmsDeliveryFailure, fate: SmsFate) =>
  failing((error) => new SmsDeliveryError(failure, fate, error.provider));

const twilio = suitesOf(
  'gateway',
  (name, make: () => Promise<SmsGatewayHarness>) =>
    describeSmsGatewayContract(name, make, ['throttled', 'opted-out', 'unavailable']),
  () => startTwilio(),
  {
    'follows redirects': [
      'does not follow a redirect',
      asking(({ redirect: _, ...options }) => options),
    ],
    'sends a message ahead': [
      'sends nothing ahead',
      () =>
        startTwilio(({ send }) => ({
          prepare: async () => {
            const deadline = Deadline.in(clock, 1000);
            const to = '+12025554567' as PhoneNumber;
            await send({ to, country: 'US', text: 'Hello', deadline, expiresAt: clock.now() });
          },
        })),
    ],
    'keeps its connection': [
      'keeps no connection',
      asking(({ headers: { connection: _, ...headers }, ...options }) => ({ ...options, headers })),
    ],
    'drops the expiry': [
      'A41: has the provider drop a message',
      asking((options) => {
        options.body.delete('ValidityPeriod');
        return options;
      }),
    ],
    'takes milliseconds for seconds in the expiry': [
      'A41: has the provider drop a message',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) => {
            const lifetime = sms.expiresAt - clock.now();
            return send({ ...sms, expiresAt: clock.now() + 1000 * lifetime });
          },
        })),
    ],
    'waits longer than the deadline': [
      'A34: gives up on a silent provider at the deadline',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) => send({ ...sms, deadline: Deadline.in(clock, 60_000) }),
        })),
    ],
    'accepts an answer that comes too late': [
      'A34: takes no answer that comes after the deadline',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) =>
            send({ ...sms, deadline: Deadline.in(clock, sms.deadline.timeLeft + 1000) }),
        })),
    ],
    'takes silence for consent': [
      'A34: gives up on a silent provider at the deadline',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) =>
            send(sms).catch((error) =>
              error.failure === 'timed-out' ? {} : Promise.reject(error),
            ),
        })),
    ],
    'sends after the deadline': [
      'sends nothing once the deadline has passed',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) => send({ ...sms, deadline: Deadline.in(clock, 1000) }),
        })),
    ],
    'repeats a message whose connection broke': [
      'A34: does not repeat a message whose connection broke',
      repeating(({ fate }) => fate === 'unanswered'),
    ],
    'repeats a message that was throttled': [
      'A42: tells why it was refused, after one attempt: throttled',
      repeating(({ failure }) => failure === 'throttled'),
    ],
    'says that nothing left where that is not known': [
      'knows what trouble says of the message',
      failing((error) => new SmsDeliveryError(error.failure, 'unsent', error.provider)),
    ],
    "takes a proxy's refusal for an answer that got lost": [
      'knows that nothing left where a proxy refuses',
      failing((error) =>
        error.provider?.httpStatus === 403
          ? new SmsDeliveryError('unavailable', 'unanswered', error.provider)
          : error,
      ),
    ],
    'takes all refusals for trouble': [
      'A42: tells why it was refused, after one attempt: opted-out',
      saying('unavailable', 'uncertain'),
    ],
    'throws what the network throws': [
      'A34: does not repeat a message whose connection broke',
      failing(() => new TypeError('fetch failed')),
    ],
    'keeps the text in its error': [
      'A45: shows neither the text nor the number in its error',
      failing((error, text) => Object.assign(error, { request: { text } })),
    ],
    'keeps the number in the cause of its error': [
      'A45: shows neither the text nor the number in its error',
      failing((error) => Object.assign(error, { cause: new Error('To +12025554567: refused') })),
    ],
    'keeps what the provider says': [
      'A45: repeats nothing of what the provider calls its error',
      () => {
        let said = '';
        const { fetch } = globalThis;
        vi.stubGlobal('fetch', async (url: string, options: FetchOptions) => {
          const response = await fetch(url, options);
          said = await response.clone().text();
          return response;
        });
        onTestFinished(() => {
          vi.unstubAllGlobals();
        });
        return failing((error) => Object.assign(error, { said }))();
      },
    ],
    'gives up for good': [
      'delivers again when the trouble is over',
      () =>
        startTwilio(({ send }) => {
          let failed: unknown;
          return {
            send: async (sms) => {
              if (failed !== undefined) {
                throw failed;
              }
              return send(sms).catch((error) => {
                failed = error;
                throw error;
              });
            },
          };
        }),
    ],
    'cuts a long text short': [
      'delivers every character of a text: longer than one SMS',
      asking((options) => {
        options.body.set('Body', options.body.get('Body')?.slice(0, 160) ?? '');
        return options;
      }),
    ],
    'writes no script but its own': [
      'delivers every character of a text: in any script',
      asking((options) => {
        options.body.set('Body', options.body.get('Body')?.replace(/[^ -~\n]/g, '?') ?? '');
        return options;
      }),
    ],
    'makes one line of several': [
      'delivers every character of a text: with a last line for the browser',
      asking((options) => {
        options.body.set('Body', options.body.get('Body')?.replaceAll('\n', ' ') ?? '');
        return options;
      }),
    ],
    "takes a number's next message for the one before": [
      'delivers each message to a number, as soon as the one before is out',
      () =>
        startTwilio(({ send }) => {
          const served = new Set<string>();
          return {
            send: async (sms) => {
              const receipt = served.has(sms.to) ? {} : await send(sms);
              served.add(sms.to);
              return receipt;
            },
          };
        }),
    ],
    'sends once more when its caller has gone': [
      'sends nothing after it has answered: accept',
      () =>
        startTwilio(({ send }) => ({
          send: async (sms) => {
            const receipt = await send(sms);
            setTimeout(() => send(sms).catch(() => {}), 10);
            return receipt;
          },
        })),
    ],
    'writes a refused message into the log': [
      'A45: writes neither the text nor the number into the log: opted-out',
      failing((error, text) => {
        // biome-ignore lint/suspicious/noConsole: this is its fault.
        console.error('refused', { text });
        return error;
      }),
    ],
    'writes each message into the log': [
      'A45: writes neither the text nor the number into the log: accept',
      () =>
        startTwilio(({ send }) => ({
          send: (sms) => {
            process.stdout.write(`${JSON.stringify(sms)}\n`);
            return send(sms);
          },
        })),
    ],
    'sends to a number of its own making': [
      'delivers the text to the number, once',
      asking((options) => {
        options.body.set('To', options.body.get('To')?.replace('+', '') ?? '');
        return options;
      }),
    ],
  },
);

/** @param differ what is different from a client that makes one attempt a call. */
const sns = (differ: object) => async (): Promise<SmsGatewayHarness> => {
  const server = await startSnsServer();
  const client = new SNSClient({
    ...oneAttempt('eu-west-1'),
    endpoint: server.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...differ,
  });
  const unavailable = { status: 500, code: 'InternalError', message: 'Internal failure' };
  return {
    gateway: new SnsSmsGateway(client, {}),
    provider: (behaviour) => server.behave(inItsWords({ unavailable }, behaviour)),
    attempts: () => server.requests.length,
    openConnections: () => server.openConnections(),
    accepted: () =>
      server.accepted.map((request) => ({
        to: request.get('PhoneNumber') ?? '',
        text: request.get('Message') ?? '',
      })),
    clock,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
};

const aws = suitesOf(
  'gateway on the AWS SDK',
  (name, make: () => Promise<SmsGatewayHarness>) =>
    describeSmsGatewayContract(name, make, ['unavailable'], {
      knowsNoExpiry: 'SNS takes none',
    }),
  sns({}),
  {
    'makes as many attempts as the SDK does': [
      'A42: tells why it was refused, after one attempt: unavailable',
      sns({ maxAttempts: 3 }),
    ],
    'keeps connections as the SDK does': [
      'keeps no connection',
      sns({ requestHandler: { httpAgent: new Agent({ keepAlive: true }) } }),
    ],
  },
);

export const SMS_GATEWAYS = [...twilio, ...aws];
