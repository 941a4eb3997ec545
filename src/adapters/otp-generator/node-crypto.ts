import { randomInt } from 'node:crypto';
import type { OtpGenerator } from '../../domain/ports/otp-generator.ts';

/** Codes from the operating system's cryptographic source, by way of `crypto.randomInt`. */
export class NodeCryptoOtpGenerator implements OtpGenerator {
  generate(length: number): string {
    // randomInt's upper bound is exclusive, so this is every number of that many digits, 9s included.
    return String(randomInt(10 ** length)).padStart(length, '0');
  }
}
