import { createHash, randomBytes } from 'node:crypto';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacPseudonymizer } from '../../../src/adapters/pseudonymizer/hmac.ts';
import { describePseudonymizerContract } from '../pseudonymizer.contract.ts';
import { suitesOf } from './broken-port.ts';

const sound = (key: Uint8Array) => new HmacPseudonymizer(new HmacKeyRing([key]));

export const PSEUDONYMIZERS = suitesOf('pseudonymizer', describePseudonymizerContract, sound, {
  'hashes without a key': [
    'gives another pseudonym under another key',
    () => ({
      pseudonym: (identity) => createHash('sha256').update(identity).digest('hex').slice(0, 16),
    }),
  ],
  'names each container’s users anew': [
    'gives one identity one pseudonym',
    () => sound(randomBytes(32)),
  ],
  'looks at the beginning alone': [
    'gives different identities different pseudonyms',
    (key) => ({ pseudonym: (identity) => sound(key).pseudonym(identity.slice(0, 3)) }),
  ],
  'looks at a kilobyte at most': [
    'looks at long identities to their end',
    (key) => ({ pseudonym: (identity) => sound(key).pseudonym(identity.slice(0, 1024)) }),
  ],
  'gives the number away': [
    'gives one identity one pseudonym, of 16 hexadecimal digits',
    () => ({ pseudonym: (identity) => Buffer.from(identity).toString('hex') }),
  ],
});
