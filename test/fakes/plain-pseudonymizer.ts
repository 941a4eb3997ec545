import type { Pseudonymizer } from '../../src/domain/ports/pseudonymizer.ts';
import { plainHash } from './plain-hash.ts';

/** Pseudonyms without a key. */
export class PlainPseudonymizer implements Pseudonymizer {
  pseudonym(identity: string): string {
    return plainHash(identity);
  }
}
