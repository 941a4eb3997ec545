import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacPseudonymizer } from '../../../src/adapters/pseudonymizer/hmac.ts';
import { describePseudonymizerContract } from '../../contracts/pseudonymizer.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

describePseudonymizerContract('hmac', () => new HmacPseudonymizer(new HmacKeyRing([KEY])));

describe('HmacPseudonymizer', () => {
  it('can not be computed without the key', () => {
    const ours = new HmacPseudonymizer(new HmacKeyRing([KEY]));
    const theirs = new HmacPseudonymizer(new HmacKeyRing([OTHER_KEY]));
    expect(ours.pseudonym('user-a')).not.toBe(theirs.pseudonym('user-a'));
  });

  it('keeps a user’s pseudonym while keys are replaced, as long as the lookup key stays', () => {
    const rings = [[KEY], [KEY, OTHER_KEY], [OTHER_KEY, KEY], [OTHER_KEY]] as const;
    const names = rings.map((secrets) =>
      new HmacPseudonymizer(new HmacKeyRing(secrets, KEY)).pseudonym('user-a'),
    );
    expect(new Set(names).size).toBe(1);
  });
});
