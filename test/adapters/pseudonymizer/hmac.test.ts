import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacPseudonymizer } from '../../../src/adapters/pseudonymizer/hmac.ts';
import { describePseudonymizerContract } from '../../contracts/pseudonymizer.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

describePseudonymizerContract('hmac', (key) => new HmacPseudonymizer(new HmacKeyRing([key])));

describe('HmacPseudonymizer', () => {
  it('keeps a user’s pseudonym while keys are replaced, as long as the lookup key stays', () => {
    const rings = [[KEY], [KEY, OTHER_KEY], [OTHER_KEY, KEY], [OTHER_KEY]] as const;
    const names = rings.map((secrets) =>
      new HmacPseudonymizer(new HmacKeyRing(secrets, KEY)).pseudonym('user-a'),
    );
    expect(new Set(names).size).toBe(1);
  });

  it('gives the pseudonyms of the version before: a log is searched over releases', () => {
    const pseudonymizer = new HmacPseudonymizer(new HmacKeyRing([KEY]));
    expect(pseudonymizer.pseudonym('user-a')).toBe('a389f3919c527a89');
  });
});
