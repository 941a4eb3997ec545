import { hourOf } from '../../domain/abuse/hour.ts';
import type { Conversion, ConversionCounter } from '../../domain/ports/conversion-counter.ts';

/** Counts in this process alone, for the hours that its countries sent last. */
export class MemoryConversionCounter implements ConversionCounter {
  readonly #hours = new Map<string, { readonly hour: number; sent: number; converted: number }>();

  async read(country: string, sentAt: number): Promise<Conversion> {
    const { sent, converted } = this.#at(country, sentAt);
    return { sent, converted };
  }

  async countSent(country: string, sentAt: number): Promise<void> {
    this.#at(country, sentAt).sent += 1;
  }

  async countConverted(country: string, sentAt: number): Promise<void> {
    this.#at(country, sentAt).converted += 1;
  }

  #at(country: string, sentAt: number) {
    const hour = hourOf(sentAt);
    const known = this.#hours.get(country);
    if (known !== undefined && known.hour === hour) {
      return known;
    }
    const counts = { hour, sent: 0, converted: 0 };
    // A code that is used after its hour must not push out the hour that has begun since.
    if (known === undefined || known.hour < hour) {
      this.#hours.set(country, counts);
    }
    return counts;
  }
}
