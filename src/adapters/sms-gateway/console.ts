import * as v from 'valibot';
import {
  type Sms,
  SmsDeliveryError,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import { defineSmsGateway } from './lib/definition.ts';

/** What a route may set for this gateway, and how it is made. */
export const definition = defineSmsGateway({
  settings: {
    lambda: {
      schema: v.undefined(),
      takes: 'nothing: "console" shows codes, which a Lambda function would leave in its log',
      variable: 'AWS_LAMBDA_FUNCTION_NAME',
      variableOnly: true,
    },
  },
  create: () => new ConsoleSmsGateway((line) => process.stdout.write(line)),
});

/** Shows messages in the terminal, for development. */
export class ConsoleSmsGateway implements SmsGateway {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  async send({ to, text, deadline }: Sms): Promise<SmsReceipt> {
    if (deadline.passed) {
      throw new SmsDeliveryError('timed-out', 'unsent');
    }
    this.#write(`SMS to ${to}: ${text}\n`);
    return {};
  }
}
