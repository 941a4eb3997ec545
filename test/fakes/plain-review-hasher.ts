import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { ReviewHasher } from '../../src/domain/ports/review-hasher.ts';
import { plainHash } from './plain-hash.ts';

/** Digests without a key. */
export class PlainReviewHasher implements ReviewHasher {
  numberDigest(number: PhoneNumber): string {
    return plainHash(JSON.stringify(['number', number]));
  }

  codeDigest(code: string, number: PhoneNumber, until: string): string {
    return plainHash(JSON.stringify(['code', number, until, code]));
  }
}
