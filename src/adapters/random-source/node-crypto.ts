import { randomInt } from 'node:crypto';
import type { RandomSource } from '../../domain/ports/random-source.ts';

// The widest range that randomInt takes.
const STEPS = 2 ** 48 - 1;

/** Numbers from the operating system's cryptographic source. */
export class NodeCryptoRandomSource implements RandomSource {
  next(): number {
    return randomInt(STEPS) / STEPS;
  }
}
