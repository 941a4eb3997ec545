import type { Conversion, ConversionCounter } from '../../domain/ports/conversion-counter.ts';

/** Keeps no count. */
export class NoConversionCounter implements ConversionCounter {
  async read(): Promise<Conversion> {
    return { sent: 0, converted: 0 };
  }

  async countSent(): Promise<void> {}

  async countConverted(): Promise<void> {}
}
