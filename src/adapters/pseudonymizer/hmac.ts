import type { Pseudonymizer } from '../../domain/ports/pseudonymizer.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

const HEX_DIGITS = 16;

/** Pseudonyms from HMAC-SHA-256 under the lookup secret: a user keeps one while keys are replaced, and containers agree on it. */
export class HmacPseudonymizer implements Pseudonymizer {
  readonly #keys: HmacKeyRing;

  constructor(keys: HmacKeyRing) {
    this.#keys = keys;
  }

  pseudonym(identity: string): string {
    const digest = Buffer.from(this.#keys.lookupKey([identity], 'pseudonym'), 'base64url');
    return digest.toString('hex').slice(0, HEX_DIGITS);
  }
}
