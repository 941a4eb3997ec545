import type { OtpGenerator } from '../../src/domain/ports/otp-generator.ts';
import { SeededRandomSource } from './seeded-random-source.ts';

/** The same codes in every run, spread evenly, and remembered in `codes`. */
export class SeededOtpGenerator implements OtpGenerator {
  readonly codes: string[] = [];
  readonly #random: SeededRandomSource;

  constructor(seed = 1) {
    this.#random = new SeededRandomSource(seed);
  }

  generate(length: number): string {
    let code = '';
    while (code.length < length) {
      code += Math.floor(this.#random.next() * 10);
    }
    this.codes.push(code);
    return code;
  }
}
