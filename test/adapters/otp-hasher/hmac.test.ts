import { describe, expect, it } from 'vitest';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { HmacOtpHasher } from '../../../src/adapters/otp-hasher/hmac.ts';
import { describeOtpHasherContract } from '../../contracts/otp-hasher.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

describeOtpHasherContract('hmac', (key) => new HmacOtpHasher(new HmacKeyRing([key])));

describe('HmacOtpHasher', () => {
  const binding = {
    challengeId: 'challenge-a',
    scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
  };
  const before = new HmacOtpHasher(new HmacKeyRing([KEY]));

  it('still knows codes from before a key was added in front', () => {
    const after = new HmacOtpHasher(new HmacKeyRing([OTHER_KEY, KEY]));
    expect(after.matches('012345', binding, before.digest('012345', binding))).toBe(true);
  });

  it('signs with the first key', () => {
    const after = new HmacOtpHasher(new HmacKeyRing([OTHER_KEY, KEY]));
    expect(before.matches('012345', binding, after.digest('012345', binding))).toBe(false);
  });

  it('forgets codes whose key was taken out', () => {
    const after = new HmacOtpHasher(new HmacKeyRing([OTHER_KEY]));
    expect(after.matches('012345', binding, before.digest('012345', binding))).toBe(false);
  });
});
