import type { CodeBinding, OtpHasher } from '../../domain/ports/otp-hasher.ts';
import type { HmacKeyRing } from '../lib/hmac-key-ring.ts';

/** Digests codes with HMAC-SHA-256: six digits alone would be found from a plain hash at once. */
export class HmacOtpHasher implements OtpHasher {
  readonly #keys: HmacKeyRing;

  constructor(keys: HmacKeyRing) {
    this.#keys = keys;
  }

  digest(code: string, binding: CodeBinding): string {
    return this.#keys.sign('otp', parts(code, binding));
  }

  matches(code: string, binding: CodeBinding, digest: string): boolean {
    return this.#keys.verify(digest, 'otp', parts(code, binding));
  }
}

function parts(code: string, { challengeId, scope, number }: CodeBinding): string[] {
  const { userPoolId, clientId, username } = scope;
  return [challengeId, userPoolId, clientId, username, ...(number ? [number] : []), code];
}
