import {
  type ProviderError,
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsFate,
  type SmsGateway,
  type SmsReceipt,
} from '../../src/domain/ports/sms-gateway.ts';
import type { ProviderBehaviour } from '../contracts/sms-gateway.contract.ts';

interface Failure {
  readonly kind: SmsDeliveryFailure;
  readonly fate: SmsFate;
  readonly provider?: ProviderError;
}

/** A phone network in memory: `outbox` holds what was accepted, `fail…` says what befalls the rest. */
export class FakeSmsGateway implements SmsGateway {
  readonly outbox: Pick<Sms, 'to' | 'text'>[] = [];
  /** When the newest message that was accepted is worthless, in epoch milliseconds. */
  newestExpiry: number | undefined;
  #attempts = 0;
  #failure: Failure | undefined;

  /** Messages handed to the provider, accepted or not. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The code in the newest message. */
  get lastCode(): string {
    const code = /\d{6,10}(?!.*\d)/s.exec(this.outbox.at(-1)?.text ?? '')?.[0];
    if (code === undefined) {
      throw new Error('No code was sent.');
    }
    return code;
  }

  accept(): void {
    this.#failure = undefined;
  }

  failByRefusing(kind: SmsDeliveryFailure): void {
    this.#failure = { kind, fate: 'unsent' };
  }

  /** Says that it has trouble, and may have sent the message before. */
  failInDoubt(): void {
    this.#failure = { kind: 'unavailable', fate: 'uncertain' };
  }

  failWithoutAnswer(kind: 'timed-out' | 'unavailable'): void {
    this.#failure = { kind, fate: 'unanswered' };
  }

  /** Refuses the number, and calls its error by these words. */
  failByEchoing(words: string): void {
    const provider = { name: words, requestId: words, reason: words };
    this.#failure = { kind: 'opted-out', fate: 'unsent', provider };
  }

  /** As the contract's provider, as far as it can without a wire. */
  behave(behaviour: ProviderBehaviour): void {
    if (typeof behaviour === 'object' && 'afterMs' in behaviour) {
      this.failWithoutAnswer('timed-out');
      return;
    }
    if (behaviour === 'redirect' || (typeof behaviour === 'object' && 'proxy' in behaviour)) {
      throw new TypeError('Nothing here speaks HTTP.');
    }
    if (typeof behaviour === 'object') {
      this.failByEchoing(behaviour.echo);
      return;
    }
    switch (behaviour) {
      case 'accept':
        this.accept();
        break;
      case 'hang':
        this.failWithoutAnswer('timed-out');
        break;
      case 'reset':
        this.failWithoutAnswer('unavailable');
        break;
      case 'unavailable':
        this.failInDoubt();
        break;
      default:
        this.failByRefusing(behaviour);
    }
  }

  async send({ to, text, deadline, expiresAt }: Sms): Promise<SmsReceipt> {
    if (deadline.passed) {
      throw new SmsDeliveryError('timed-out', 'unsent');
    }
    this.#attempts += 1;
    if (this.#failure !== undefined) {
      const { kind, fate, provider } = this.#failure;
      throw new SmsDeliveryError(kind, fate, provider);
    }
    this.outbox.push({ to, text });
    this.newestExpiry = expiresAt;
    return {};
  }
}

/** A provider that wants to know which of its messages were read. */
export class ConfirmingSmsGateway extends FakeSmsGateway {
  /** Messages that it was told of. */
  readonly confirmed: string[] = [];
  readonly #feedbackReference: string;

  constructor(feedbackReference = 'message-1') {
    super();
    this.#feedbackReference = feedbackReference;
  }

  override async send(sms: Sms): Promise<SmsReceipt> {
    return { ...(await super.send(sms)), feedbackReference: this.#feedbackReference };
  }

  async confirm(reference: string): Promise<void> {
    this.confirmed.push(reference);
  }
}
