import { everyMs, type RateLimit } from '../../domain/abuse/rate-limit.ts';
import type {
  Conversion,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';
import { spend } from './lib/budget.ts';
import { DAY_MS, dayOf, hourOfDay } from './lib/utc-day.ts';

interface Hour {
  sent: number;
  converted: number;
}

interface Day {
  /** From when on it is of no use: a code of the day's last minutes is answered on the next. */
  readonly keepUntil: number;
  usedUntil: number;
  readonly hours: Map<number, Hour>;
}

/** Counts in this process alone, for today and yesterday. A budget is unused again when a day of UTC begins. */
export class MemorySmsTraffic implements SmsTraffic {
  readonly #days = new Map<string, Day>();

  async read(place: string, at: number): Promise<Traffic> {
    const day = this.#day(place, at);
    return { conversion: conversionOf(day, at), usedUntil: day.usedUntil };
  }

  async reserve(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const day = this.#day(place, at);
    if (budget !== undefined) {
      const spending = spend(day.usedUntil, budget, at);
      if (spending.kind === 'refused') {
        return spending;
      }
      day.usedUntil = spending.usedUntil;
    }
    hourOf(day, at).sent += 1;
    return { kind: 'reserved', conversion: conversionOf(day, at) };
  }

  async probe(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const day = this.#day(place, at);
    const spending = budget && spend(day.usedUntil, budget, at);
    return spending?.kind === 'refused'
      ? spending
      : { kind: 'reserved', conversion: conversionOf(day, at) };
  }

  async giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void> {
    const day = this.#day(place, at);
    const hour = hourOf(day, at);
    if (hour.sent > 0) {
      hour.sent -= 1;
      day.usedUntil -= budget === undefined ? 0 : everyMs(budget);
    }
  }

  async countConverted(place: string, sentAt: number, by: 1 | -1 = 1): Promise<void> {
    hourOf(this.#day(place, sentAt), sentAt).converted += by;
  }

  #day(place: string, at: number): Day {
    const name = `${place} ${dayOf(at)}`;
    const known = this.#days.get(name);
    if (known !== undefined) {
      return known;
    }
    for (const [other, { keepUntil }] of this.#days) {
      if (keepUntil <= at) {
        this.#days.delete(other);
      }
    }
    const day = { keepUntil: at + 2 * DAY_MS, usedUntil: 0, hours: new Map() };
    this.#days.set(name, day);
    return day;
  }
}

function hourOf({ hours }: Day, at: number): Hour {
  const hour = hours.get(hourOfDay(at)) ?? { sent: 0, converted: 0 };
  hours.set(hourOfDay(at), hour);
  return hour;
}

function conversionOf(day: Day, at: number): Conversion {
  return { ...hourOf(day, at) };
}
