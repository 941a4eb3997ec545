import type { CodeBinding, OtpHasher } from '../../src/domain/ports/otp-hasher.ts';
import { plainHash } from './plain-hash.ts';

/** Digests without a key. */
export class PlainOtpHasher implements OtpHasher {
  digest(code: string, binding: CodeBinding): string {
    return plainHash(JSON.stringify([code, binding]));
  }

  matches(code: string, binding: CodeBinding, digest: string): boolean {
    return this.digest(code, binding) === digest;
  }
}
