import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deadline } from '../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import {
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsGateway,
  type SmsReceipt,
} from '../../src/domain/ports/sms-gateway.ts';

/** A gateway and the provider behind it, which the suite can put into any mood. */
export interface SmsGatewayHarness {
  readonly gateway: SmsGateway;
  /** What the provider does with the next messages. */
  provider(behaviour: ProviderBehaviour): void;
  /** Messages that reached the provider, whatever it did with them. */
  attempts(): number;
  /** Messages that the provider accepted. */
  accepted(): readonly { readonly to: string; readonly text: string }[];
  /** The gateway's own. */
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Accepts; refuses for the reason named; takes the request and never answers; drops the connection on it. */
export type ProviderBehaviour = 'accept' | 'hang' | 'reset' | Refusal;
const FAULTS = ['hang', 'reset'] as const;
export type Refusal = Exclude<SmsDeliveryFailure, 'timed-out'>;

const to = '+12025554567' as PhoneNumber;
const text = 'Your OTP for log in is 8675309421';

/**
 * @param refusals what this provider can refuse for; the others have no case.
 * @param canNotFail why this technology has no way to hang or to lose a connection.
 */
export function describeSmsGatewayContract(
  name: string,
  start: () => Promise<SmsGatewayHarness>,
  refusals: readonly Refusal[],
  { canNotFail }: { readonly canNotFail?: string } = {},
): void {
  const skipped = canNotFail ? ` (skipped: ${canNotFail})` : '';
  describe(`SmsGateway contract: ${name}`, () => {
    let harness: SmsGatewayHarness;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.close());

    function send(patience = 2000): Promise<SmsReceipt> {
      const { clock } = harness;
      const deadline = Deadline.in(clock, patience);
      const expiresAt = clock.now() + 300_000;
      return harness.gateway.send({ to, country: 'US', text, deadline, expiresAt });
    }

    async function failure(patience?: number): Promise<SmsDeliveryError> {
      const outcome = await send(patience).catch((error) => error);
      expect(outcome).toBeInstanceOf(SmsDeliveryError);
      return outcome;
    }

    it('delivers the text to the number, once', async () => {
      const { feedbackReference = '' } = await send();
      expect(harness.accepted()).toEqual([{ to, text }]);
      expect(harness.attempts()).toBe(1);
      expect(feedbackReference.length).toBeLessThanOrEqual(100);
    });

    it.each(refusals)('A42: tells why it was refused, after one attempt: %s', async (refusal) => {
      harness.provider(refusal);
      expect(await failure()).toMatchObject({
        code: 'SMS_DELIVERY_FAILED',
        failure: refusal,
        mayHaveLeft: false,
      });
      expect(harness.attempts()).toBe(1);
    });

    it.skipIf(canNotFail)(
      `A34: gives up on a silent provider at the deadline, after one attempt${skipped}`,
      async () => {
        harness.provider('hang');
        expect(await failure(200)).toMatchObject({ failure: 'timed-out', mayHaveLeft: true });
        expect(harness.attempts()).toBe(1);
      },
    );

    it.skipIf(canNotFail)(
      `A34: does not repeat a message whose connection broke: it may have left${skipped}`,
      async () => {
        harness.provider('reset');
        expect(await failure()).toMatchObject({ failure: 'unavailable', mayHaveLeft: true });
        expect(harness.attempts()).toBe(1);
      },
    );

    it('sends nothing once the deadline has passed', async () => {
      expect(await failure(0)).toMatchObject({ failure: 'timed-out', mayHaveLeft: false });
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

    it.skipIf(canNotFail)(`delivers again when the trouble is over${skipped}`, async () => {
      harness.provider('reset');
      await failure();
      harness.provider('accept');
      await send();
      expect(harness.accepted()).toEqual([{ to, text }]);
    });
  });
}
