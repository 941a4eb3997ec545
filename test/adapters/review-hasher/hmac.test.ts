import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacReviewHasher } from '../../../src/adapters/review-hasher/hmac.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeReviewHasherContract } from '../../contracts/review-hasher.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

const NUMBER = '+12025550100' as PhoneNumber;

describeReviewHasherContract('hmac', () => new HmacReviewHasher(new HmacKeyRing([KEY])));

describe('HmacReviewHasher', () => {
  const digests = (ring: HmacKeyRing) => {
    const hasher = new HmacReviewHasher(ring);
    return [hasher.numberDigest(NUMBER), hasher.codeDigest('30582914', NUMBER, '2027-02-24')];
  };

  it('makes the digests of the version before: settings hold them for months', () => {
    expect(digests(new HmacKeyRing([KEY]))).toEqual([
      'yM55qmxC0lEKoZvzE_ZroHmnXf75AIFJXog4XjTJNks',
      'P8UBdtD4Sgdu4Kv99q8ND1rVOG7WlvkMDMLb_NQRvOc',
    ]);
  });

  it('can not be computed without the key', () => {
    const ours = digests(new HmacKeyRing([KEY]));
    const theirs = digests(new HmacKeyRing([OTHER_KEY]));
    expect(ours.filter((digest) => theirs.includes(digest))).toEqual([]);
  });

  it('keeps its digests while keys are replaced, as long as the lookup key stays', () => {
    const rings = [[KEY], [KEY, OTHER_KEY], [OTHER_KEY, KEY], [OTHER_KEY]] as const;
    const all = rings.map((secrets) => digests(new HmacKeyRing(secrets, KEY)).join());
    expect(new Set(all).size).toBe(1);
  });
});
