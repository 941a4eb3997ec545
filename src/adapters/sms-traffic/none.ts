import type {
  RecentSms,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';

const NONE = { sent: 0, converted: 0 };
const NO_SMS: RecentSms = { latest: 0, pending: NONE, hour: NONE, day: NONE };

/** Allows every SMS, and counts none. */
export class NoSmsTraffic implements SmsTraffic {
  async read(): Promise<Traffic> {
    return { ...NO_SMS, usedUntil: 0 };
  }

  async reserve(): Promise<Reservation> {
    return { kind: 'reserved', before: NO_SMS };
  }

  async probe(): Promise<Reservation> {
    return { kind: 'reserved', before: NO_SMS };
  }

  async giveBack(): Promise<void> {}

  async countConverted(): Promise<void> {}
}
