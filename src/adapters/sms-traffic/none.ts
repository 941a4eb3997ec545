import type {
  RecentSms,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';

const NONE = { sent: 0, converted: 0 };
const NO_SMS: RecentSms = { latest: 0, pending: NONE, hour: NONE, day: NONE };

/** Allows every SMS, and counts and stops none. */
export class NoSmsTraffic implements SmsTraffic {
  async read(): Promise<Traffic> {
    return { ...NO_SMS, usedUntil: 0, stopped: undefined };
  }

  async reserve(): Promise<Reservation> {
    return { kind: 'reserved', before: NO_SMS };
  }

  async probe(): Promise<Reservation> {
    return { kind: 'reserved', before: NO_SMS };
  }

  async giveBack(): Promise<void> {}

  async countConverted(): Promise<void> {}

  async stop(): Promise<ReadonlySet<string>> {
    return new Set();
  }

  async resume(): Promise<ReadonlySet<string>> {
    return new Set();
  }
}
