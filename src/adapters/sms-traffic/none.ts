import type {
  Conversion,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';

const NONE: Conversion = { sent: 0, converted: 0 };

/** Allows every SMS, and counts none. */
export class NoSmsTraffic implements SmsTraffic {
  async read(): Promise<Traffic> {
    return { conversion: NONE, usedUntil: 0 };
  }

  async reserve(): Promise<Reservation> {
    return { kind: 'reserved', conversion: NONE };
  }

  async probe(): Promise<Reservation> {
    return { kind: 'reserved', conversion: NONE };
  }

  async giveBack(): Promise<void> {}

  async countConverted(): Promise<void> {}
}
