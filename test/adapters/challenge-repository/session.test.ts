import { describe, expect, it } from 'vitest';
import { SessionChallengeRepository } from '../../../src/adapters/challenge-repository/session.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { newChallenge } from '../../../src/domain/challenge.ts';
import { describeChallengeRepositoryContract } from '../../contracts/challenge-repository.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';

describeChallengeRepositoryContract(
  'session',
  () => new SessionChallengeRepository(new HmacKeyRing([KEY])),
  { canNotConsume: 'nothing is kept outside the session, whose string Cognito takes once' },
);

describe('SessionChallengeRepository', () => {
  const scope = { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' };

  it('writes one versioned JSON object', async () => {
    const repository = new SessionChallengeRepository(new HmacKeyRing([KEY]));
    const reference = await repository.save(newChallenge('id-1'), scope);
    expect(JSON.parse(reference)).toMatchObject({ v: 1, id: 'id-1', sends: 0, fails: 0 });
  });

  it('finds nothing that was sealed under a key that is gone', async () => {
    const before = new SessionChallengeRepository(new HmacKeyRing([KEY]));
    const after = new SessionChallengeRepository(new HmacKeyRing([OTHER_KEY]));
    const reference = await before.save(newChallenge('id-1'), scope);
    expect(await after.find(reference, scope)).toBeUndefined();
  });
});
