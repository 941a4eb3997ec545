import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Deadline } from '../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import {
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsFate,
  type SmsGateway,
  type SmsReceipt,
} from '../../src/domain/ports/sms-gateway.ts';
import { describeFailedSms } from '../../src/observability/outcome-record.ts';

/** A gateway and the provider behind it, which the suite can put into any mood. */
export interface SmsGatewayHarness {
  readonly gateway: SmsGateway;
  /** What the provider does with the next messages. */
  provider(behaviour: ProviderBehaviour): void;
  /** Messages that reached the provider, whatever it did with them. */
  attempts(): number;
  /** Connections that are open to the provider, where it is asked by HTTP. */
  openConnections?(): number;
  /** Messages that the provider accepted. */
  accepted(): readonly { readonly to: string; readonly text: string }[];
  /** Seconds for which the newest message that it accepted is worth delivering, where it takes any. */
  validity?(): number;
  /** The gateway's own. */
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Refuses for the reason named, or says that it has trouble (`unavailable`); or what any provider may do. */
export type ProviderBehaviour = Refusal | Mood;
/**
 * Accepts; takes the request and never answers; drops the connection on it; asks for the request once more, by a
 * redirect; accepts after a while; has a proxy answer, with this status; refuses, and names its error, and all else
 * that is no free text, by these words.
 */
export type Mood =
  | 'accept'
  | 'hang'
  | 'reset'
  | 'redirect'
  | { readonly afterMs: number; readonly answer: 'accept' }
  | { readonly proxy: number }
  | { readonly echo: string };
const FAULTS = ['hang', 'reset'] as const;
export type Refusal = Exclude<SmsDeliveryFailure, 'timed-out'>;

const to = '+12025554567' as PhoneNumber;
const text = 'Your OTP for log in is 8675309421';
/** What a provider, or a proxy before it, may say of what it was sent. */
const ECHOES = [text, to, '8675309421', '12025554567', 'Code8675309421', '86753_09421'];

/** What a template may hold, by what a gateway that knows only plain English would make another text of. */
const TEXTS = {
  'with a last line for the browser': `${text}\n\n@example.com #8675309421`,
  'in any script': 'Ваш код é {8675309421} & <8675309421> + 100 % — உங்கள் 验证码 🔑',
  'longer than one SMS': `${text}.${' Tell nobody.'.repeat(20)}`,
} as const;

/** What differs from one message to another. */
interface Sending {
  readonly text?: string;
  readonly patience?: number | undefined;
  readonly lifetimeMs?: number;
}

/** Longer than it takes a request that nobody waits for to arrive. */
const WHILE_MS = 100;

/** How gateways may differ. */
export interface SmsGatewayTraits {
  /** Why this technology has no way to hang or to lose a connection. */
  readonly canNotFail?: string;
  /** Why no provider is asked by HTTP. */
  readonly speaksNoHttp?: string;
  /** Why the provider is not told how long a message is worth delivering. */
  readonly knowsNoExpiry?: string;
}

/** @param refusals what this provider can refuse for; the others have no case. */
export function describeSmsGatewayContract(
  name: string,
  start: () => Promise<SmsGatewayHarness>,
  refusals: readonly Refusal[],
  { canNotFail, speaksNoHttp, knowsNoExpiry }: SmsGatewayTraits = {},
): void {
  const skipped = canNotFail ? ` (skipped: ${canNotFail})` : '';
  const withoutHttp = speaksNoHttp ? ` (skipped: ${speaksNoHttp})` : '';
  const withoutExpiry = knowsNoExpiry ? ` (skipped: ${knowsNoExpiry})` : '';
  const moods = ['accept' as const, ...refusals, ...(canNotFail ? [] : FAULTS)];
  describe(`SmsGateway contract: ${name}`, () => {
    let harness: SmsGatewayHarness;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.close());

    function send({
      patience = 2000,
      lifetimeMs = 300_000,
      ...words
    }: Sending = {}): Promise<SmsReceipt> {
      const { clock } = harness;
      const deadline = Deadline.in(clock, patience);
      const expiresAt = clock.now() + lifetimeMs;
      return harness.gateway.send({ to, country: 'US', text, ...words, deadline, expiresAt });
    }

    async function failure(patience?: number): Promise<SmsDeliveryError> {
      const outcome = await send({ patience }).catch((error) => error);
      expect(outcome).toBeInstanceOf(SmsDeliveryError);
      return outcome;
    }

    it('delivers the text to the number, once', async () => {
      const { feedbackReference = '' } = await send();
      expect(harness.accepted()).toEqual([{ to, text }]);
      expect(harness.attempts()).toBe(1);
      expect(feedbackReference.length).toBeLessThanOrEqual(100);
    });

    it.each(Object.entries(TEXTS))('delivers every character of a text: %s', async (_, words) => {
      await send({ text: words });
      expect(harness.accepted()).toEqual([{ to, text: words }]);
    });

    it('delivers each message to a number, as soon as the one before is out', async () => {
      await send();
      await send({ text: 'Your OTP for log in is 1234987650' });
      expect(harness.accepted().map(({ text }) => text)).toEqual([
        text,
        'Your OTP for log in is 1234987650',
      ]);
    });

    it.each<ProviderBehaviour>(moods)(
      'sends nothing after it has answered: %s',
      async (behaviour) => {
        harness.provider(behaviour);
        await send({ patience: 200 }).catch(() => {});
        await setTimeout(WHILE_MS);
        expect(harness.attempts()).toBe(1);
      },
    );

    it('sends nothing ahead, whatever the provider would do', async () => {
      for (const mood of ['accept', ...(canNotFail ? [] : FAULTS)] as const) {
        harness.provider(mood);
        await harness.gateway.prepare?.();
      }
      expect(harness.attempts()).toBe(0);
      harness.provider('accept');
      await send();
      expect(harness.accepted()).toEqual([{ to, text }]);
    });

    it.skipIf(knowsNoExpiry).each([60, 300])(
      `A41: has the provider drop a message once its code is worthless: after %i seconds${withoutExpiry}`,
      async (seconds) => {
        await send({ lifetimeMs: seconds * 1000 });
        const validity = harness.validity?.();
        expect(validity).toBeLessThanOrEqual(seconds);
        expect(validity).toBeGreaterThanOrEqual(seconds - 1);
      },
    );

    it.each(refusals)('A42: tells why it was refused, after one attempt: %s', async (refusal) => {
      harness.provider(refusal);
      expect(await failure()).toMatchObject({
        code: 'SMS_DELIVERY_FAILED',
        failure: refusal,
        // A provider that has trouble may have sent it before.
        fate: refusal === 'unavailable' ? 'uncertain' : 'unsent',
      });
      expect(harness.attempts()).toBe(1);
    });

    it.skipIf(canNotFail)(
      `A34: gives up on a silent provider at the deadline, after one attempt${skipped}`,
      async () => {
        harness.provider('hang');
        expect(await failure(200)).toMatchObject({ failure: 'timed-out', fate: 'unanswered' });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(canNotFail)(
      `A34: takes no answer that comes after the deadline for one${skipped}`,
      async () => {
        harness.provider({ afterMs: 400, answer: 'accept' });
        expect(await failure(200)).toMatchObject({ failure: 'timed-out', fate: 'unanswered' });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(canNotFail)(
      `A34: does not repeat a message whose connection broke: it may have left${skipped}`,
      async () => {
        harness.provider('reset');
        expect(await failure()).toMatchObject({ failure: 'unavailable', fate: 'unanswered' });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(speaksNoHttp).each<readonly [number, SmsFate]>([
      [500, 'uncertain'],
      [503, 'uncertain'],
      [502, 'unanswered'],
      [504, 'unanswered'],
    ])(
      `knows what trouble says of the message, also where a proxy tells of it: %i, %s${withoutHttp}`,
      async (status, fate) => {
        harness.provider({ proxy: status });
        expect(await failure()).toMatchObject({ failure: 'unavailable', fate });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(speaksNoHttp).each([400, 403, 404, 429])(
      `knows that nothing left where a proxy refuses the request: %i${withoutHttp}`,
      async (status) => {
        harness.provider({ proxy: status });
        expect(await failure()).toMatchObject({ fate: 'unsent' });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(speaksNoHttp)(
      `does not follow a redirect, by which a message could go out twice${withoutHttp}`,
      async () => {
        harness.provider('redirect');
        await failure();
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(speaksNoHttp)(
      `keeps no connection: it could die while Lambda has the container frozen${withoutHttp}`,
      async () => {
        await send();
        harness.provider({ proxy: 503 });
        await failure();
        await vi.waitFor(() => expect(harness.openConnections?.()).toBe(0));
      },
    );

    it('sends nothing once the deadline has passed', async () => {
      expect(await failure(0)).toMatchObject({ failure: 'timed-out', fate: 'unsent' });
      expect(harness.attempts()).toBe(0);
    });

    it.each<ProviderBehaviour>([...refusals, ...(canNotFail ? [] : FAULTS)])(
      'A45: shows neither the text nor the number in its error: %s',
      async (behaviour) => {
        harness.provider(behaviour);
        const shown = inspect(await failure(200), { depth: null, showHidden: true });
        expect(shown).not.toContain('8675309421');
        expect(shown).not.toContain('2025554567');
      },
    );

    it.each<ProviderBehaviour>(moods)(
      'A45: writes neither the text nor the number into the log: %s',
      async (behaviour) => {
        const written = watchLog();
        harness.provider(behaviour);
        await send({ patience: 200 }).catch(() => {});
        const log = written();
        expect(log).not.toContain('8675309421');
        expect(log).not.toContain('2025554567');
      },
    );

    it.skipIf(canNotFail).each(ECHOES)(
      `A45: repeats nothing of what the provider calls its error, neither in its own nor in the log: %s${skipped}`,
      async (echo) => {
        harness.provider({ echo });
        const error = await failure();
        const shown = inspect(error, { depth: null, showHidden: true });
        const logged = JSON.stringify(describeFailedSms(error));
        for (const told of [shown, logged]) {
          expect(told).not.toContain(echo);
          expect(told).not.toMatch(/8675309|0255545|Your OTP/);
        }
      },
    );

    it.skipIf(canNotFail)(`delivers again when the trouble is over${skipped}`, async () => {
      harness.provider('reset');
      await failure();
      harness.provider('accept');
      await send();
      expect(harness.accepted()).toEqual([{ to, text }]);
    });
  });
}

/** Reads along, until the test ends, what on Lambda would be in the log. */
function watchLog(): () => string {
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  );
  const methods = (['debug', 'error', 'info', 'log', 'trace', 'warn'] as const).map((method) =>
    vi.spyOn(console, method).mockReturnValue(),
  );
  const spies = [...streams, ...methods];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () =>
    spies
      .flatMap(({ mock }) => mock.calls.flat())
      .map((told) => inspect(told, { depth: null }))
      .join('\n');
}
