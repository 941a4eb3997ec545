/** Keyed digests for every adapter that needs one: the first key signs, all keys verify. */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** What a digest is for. Digests of the same parts for two purposes have nothing in common. */
export type Purpose =
  | 'otp'
  | 'challenge'
  | 'pseudonym'
  | 'store-key'
  | 'review-number'
  | 'review-code';

/**
 * HMAC-SHA-256 under one or more keys, so that a key can be replaced while sign-ins are under way: a
 * new one is first known, then signs, and then the old one is dropped.
 */
export class HmacKeyRing {
  readonly #signingKey: KeyObject;
  readonly #keys: readonly KeyObject[];
  readonly #lookupKey: KeyObject;

  /**
   * @param secrets the first one signs, all verify.
   * @param lookupSecret what lookups go by, so that they stay while `secrets` change; the last of these if there is none.
   */
  constructor(secrets: readonly [Uint8Array, ...Uint8Array[]], lookupSecret?: Uint8Array) {
    const [first, ...others] = secrets;
    this.#signingKey = createSecretKey(first);
    this.#keys = [this.#signingKey, ...others.map((secret) => createSecretKey(secret))];
    this.#lookupKey = createSecretKey(lookupSecret ?? others.at(-1) ?? first);
  }

  /** @returns 43 characters of base64url. */
  sign(purpose: Purpose, parts: readonly string[]): string {
    return hmac(this.#signingKey, purpose, parts);
  }

  /**
   * A digest to find or to name something by: the same in every container, and as long as the lookup
   * secret stays.
   *
   * @returns 43 characters of base64url.
   */
  lookupKey(parts: readonly string[], purpose: Purpose = 'store-key'): string {
    return hmac(this.#lookupKey, purpose, parts);
  }

  /** Takes the same time for every `digest` of the right length, and throws for none. */
  verify(digest: string, purpose: Purpose, parts: readonly string[]): boolean {
    const offered = Buffer.from(digest);
    let matches = false;
    for (const key of this.#keys) {
      const expected = Buffer.from(hmac(key, purpose, parts));
      matches =
        (expected.length === offered.length && timingSafeEqual(expected, offered)) || matches;
    }
    return matches;
  }
}

function hmac(key: KeyObject, purpose: Purpose, parts: readonly string[]): string {
  // JSON keeps the parts apart: ["ab","c"] and ["a","bc"] must not share a digest.
  return createHmac('sha256', key)
    .update(JSON.stringify([purpose, ...parts]))
    .digest('base64url');
}
