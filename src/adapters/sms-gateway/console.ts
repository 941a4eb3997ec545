import * as v from 'valibot';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  type Sms,
  SmsDeliveryError,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import { defineSmsGateway } from '../sms-gateway-definition.ts';

export const definition = defineSmsGateway({
  settings: {
    lambda: {
      schema: v.undefined(),
      takes: 'nothing: "console" shows codes, which a Lambda function would leave in its log',
      variable: 'AWS_LAMBDA_FUNCTION_NAME',
      variableOnly: true,
    },
  },
  create: (_, clock) => new ConsoleSmsGateway((line) => process.stdout.write(line), clock),
});

/** Shows messages in the terminal, for development. */
export class ConsoleSmsGateway implements SmsGateway {
  readonly #write: (line: string) => void;
  readonly #clock: Clock;

  constructor(write: (line: string) => void, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  async send({ to, text, deadline }: Sms): Promise<SmsReceipt> {
    if (deadline <= this.#clock.now()) {
      throw new SmsDeliveryError('timed-out', false);
    }
    this.#write(`SMS to ${to}: ${text}\n`);
    return {};
  }
}
