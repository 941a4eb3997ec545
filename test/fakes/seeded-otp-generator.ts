import type { OtpGenerator } from '../../src/domain/ports/otp-generator.ts';

/** The same codes in every run, spread evenly (mulberry32), and remembered in `codes`. */
export class SeededOtpGenerator implements OtpGenerator {
  readonly codes: string[] = [];
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  generate(length: number): string {
    let code = '';
    while (code.length < length) {
      code += Math.floor(this.#next() * 10);
    }
    this.codes.push(code);
    return code;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
