/** Keyed digests for every adapter that needs one: the first key signs, all keys verify. */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** What a digest is for. Digests of the same parts for two purposes have nothing in common. */
export type Purpose = 'otp' | 'challenge' | 'pseudonym' | 'store-key';

/** HMAC-SHA-256 under one or more keys, so that a key can be replaced while sign-ins are under way. */
export class HmacKeyRing {
  readonly #signingKey: KeyObject;
  readonly #keys: readonly KeyObject[];

  /** @param secrets newest first. */
  constructor(secrets: readonly [Uint8Array, ...Uint8Array[]]) {
    const [first, ...others] = secrets;
    this.#signingKey = createSecretKey(first);
    this.#keys = [this.#signingKey, ...others.map((secret) => createSecretKey(secret))];
  }

  /** @returns 43 characters of base64url. */
  sign(purpose: Purpose, parts: readonly string[]): string {
    return hmac(this.#signingKey, purpose, parts);
  }

  /** A digest to find something by: it stays the same when a key is put in front, and changes when the last one is taken out. */
  lookupKey(parts: readonly string[]): string {
    return hmac(this.#keys.at(-1) ?? this.#signingKey, 'store-key', parts);
  }

  /** What `sign` would return under each key, newest first. */
  signatures(purpose: Purpose, parts: readonly string[]): string[] {
    return this.#keys.map((key) => hmac(key, purpose, parts));
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
