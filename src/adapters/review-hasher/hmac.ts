import type { PhoneNumber } from '../../domain/phone-number.ts';
import type { ReviewHasher } from '../../domain/ports/review-hasher.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/** HMAC-SHA-256 under the lookup secret, which stays while keys are replaced: a code lives for months. */
export class HmacReviewHasher implements ReviewHasher {
  readonly #keys: HmacKeyRing;

  constructor(keys: HmacKeyRing) {
    this.#keys = keys;
  }

  numberDigest(number: PhoneNumber): string {
    return this.#keys.lookupKey([number], 'review-number');
  }

  codeDigest(code: string, number: PhoneNumber, until: string): string {
    return this.#keys.lookupKey([number, until, code], 'review-code');
  }
}
