import { everyMs, type RateLimit } from '../../domain/abuse/rate-limit.ts';
import type {
  Conversion,
  RecentSms,
  Reservation,
  SmsTraffic,
  Traffic,
} from '../../domain/ports/sms-traffic.ts';
import { spend } from './lib/budget.ts';
import { stopOf } from './lib/stops.ts';
import { DAY_MS, nextDay } from './lib/utc-day.ts';
import { BUCKET, beginOf, HOUR, oldestOf, recentSms, type Span } from './lib/windows.ts';

/** Counts in this process alone, for each place as far back as its windows reach. A budget is unused again when a day of UTC begins. */
export class MemorySmsTraffic implements SmsTraffic {
  /** There are few: countries. */
  readonly #places = new Map<string, PlaceCounts>();
  readonly #stopped = new Set<string>();

  async read(place: string, at: number): Promise<Traffic> {
    const counts = this.#countsOf(place);
    const stopped = stopOf(place, this.#stopped);
    return { ...counts.recent(at), usedUntil: counts.usedUntil(at), stopped };
  }

  async reserve(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const counts = this.#countsOf(place);
    if (budget !== undefined) {
      const spending = spend(counts.usedUntil(at), budget, at);
      if (spending.kind === 'refused') {
        return spending;
      }
      counts.use(spending.usedUntil, at);
    }
    const before = counts.recent(at);
    counts.add({ sent: 1, converted: 0 }, at);
    return { kind: 'reserved', before };
  }

  async probe(place: string, budget: RateLimit | undefined, at: number): Promise<Reservation> {
    const counts = this.#countsOf(place);
    const spending = budget && spend(counts.usedUntil(at), budget, at);
    return spending?.kind === 'refused'
      ? spending
      : { kind: 'reserved', before: counts.recent(at) };
  }

  async giveBack(place: string, budget: RateLimit | undefined, at: number): Promise<void> {
    const counts = this.#countsOf(place);
    if (counts.recent(at).latest > 0) {
      counts.add({ sent: -1, converted: 0 }, at);
      if (budget !== undefined) {
        counts.use(counts.usedUntil(at) - everyMs(budget), at);
      }
    }
  }

  async countConverted(place: string, sentAt: number, by: 1 | -1 = 1): Promise<void> {
    this.#countsOf(place).add({ sent: 0, converted: by }, sentAt);
  }

  async stop(place: string): Promise<ReadonlySet<string>> {
    this.#stopped.add(place);
    return new Set(this.#stopped);
  }

  async resume(place: string): Promise<ReadonlySet<string>> {
    this.#stopped.delete(place);
    return new Set(this.#stopped);
  }

  #countsOf(place: string): PlaceCounts {
    const counts = this.#places.get(place) ?? new PlaceCounts();
    this.#places.set(place, counts);
    return counts;
  }
}

/** What is kept of one place, by when it began. */
class PlaceCounts {
  readonly #spans = new Map<Span, Map<number, Conversion>>([
    [BUCKET, new Map()],
    [HOUR, new Map()],
  ]);
  /** How far each day's budget is used. */
  readonly #usedUntil = new Map<number, number>();

  recent(at: number): RecentSms {
    return recentSms((span, from) => this.#spans.get(span)?.get(from) ?? NONE, at);
  }

  add({ sent, converted }: Conversion, at: number): void {
    for (const [span, kept] of this.#spans) {
      const from = beginOf(span, at);
      const before = kept.get(from) ?? NONE;
      kept.set(from, {
        sent: before.sent + sent,
        converted: before.converted + converted,
      });
      forgetBefore(kept, oldestOf(span, at));
    }
  }

  usedUntil(at: number): number {
    return this.#usedUntil.get(nextDay(at)) ?? 0;
  }

  use(usedUntil: number, at: number): void {
    this.#usedUntil.set(nextDay(at), usedUntil);
    forgetBefore(this.#usedUntil, nextDay(at) - DAY_MS);
  }
}

const NONE: Conversion = { sent: 0, converted: 0 };

function forgetBefore(kept: Map<number, unknown>, oldest: number): void {
  for (const from of kept.keys()) {
    if (from < oldest) {
      kept.delete(from);
    }
  }
}
