/** The two signing keys of a user pool: one for id tokens, one for access tokens. */
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

export class PoolKeys {
  #keys: { readonly id: Promise<SigningKey>; readonly access: Promise<SigningKey> } | undefined;

  /** Signs id tokens. */
  get id(): Promise<SigningKey> {
    return this.#both.id;
  }

  /** Signs access tokens. */
  get access(): Promise<SigningKey> {
    return this.#both.access;
  }

  /** The public half of both keys, as published at the pool's `jwks.json`. */
  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    const keys = await Promise.all([this.id, this.access]);
    return { keys: keys.map((key) => key.publicJwk) };
  }

  // Made at first need: most pools of a test run never sign anything, and RSA keys take a while.
  get #both() {
    this.#keys ??= { id: createKey(), access: createKey() };
    return this.#keys;
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const { e, kty, n } = (await exportJWK(publicKey)) as { e: string; kty: string; n: string };
  const kid = await calculateJwkThumbprint({ e, kty, n });
  return { kid, privateKey, publicKey, publicJwk: { alg: 'RS256', e, kid, kty, n, use: 'sig' } };
}
