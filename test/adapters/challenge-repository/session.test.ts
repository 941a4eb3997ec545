import { describe, expect, it } from 'vitest';
import { SessionChallengeRepository } from '../../../src/adapters/challenge-repository/session.ts';
import { HmacKeyRing } from '../../../src/adapters/lib/hmac-key-ring.ts';
import { newChallenge } from '../../../src/domain/challenge.ts';
import { describeChallengeRepositoryContract } from '../../contracts/challenge-repository.contract.ts';
import { KEY, OTHER_KEY } from '../../support/keys.ts';
import { V1 } from '../../support/stored-in-version-1.ts';
import { V2 } from '../../support/stored-in-version-2.ts';

const repositoryUnder = (...keys: [Uint8Array, ...Uint8Array[]]) =>
  new SessionChallengeRepository(new HmacKeyRing(keys));

describeChallengeRepositoryContract('session', () => repositoryUnder(KEY), {
  knowsThisSessionOnly: 'nothing is kept outside the session, whose string Cognito takes once',
});

describe('SessionChallengeRepository', () => {
  const { scope } = V1;

  it('finds nothing that was sealed under a key that is gone', async () => {
    const reference = repositoryUnder(KEY).referTo(newChallenge(V1.id), scope);
    expect(await repositoryUnder(OTHER_KEY, KEY).find(reference, scope)).toBeDefined();
    expect(await repositoryUnder(OTHER_KEY).find(reference, scope)).toBeUndefined();
  });

  it('does without a provider’s reference that is too long, rather than without the code', async () => {
    const repository = repositoryUnder(KEY);
    const code = { kind: 'live', digest: `${'d'.repeat(42)}A`, issuedAt: 1, expiresAt: 2 } as const;
    const challenge = {
      ...newChallenge(V1.id),
      code: { ...code, feedbackReference: 'r'.repeat(41) },
    };
    const reference = repository.referTo(challenge, scope);
    expect((await repository.find(reference, scope))?.code).toEqual(code);
  });

  it('reads what was written before refused sends were counted', async () => {
    expect(await repositoryUnder(KEY).find(V2.session, V2.scope)).toEqual({
      ...V2.challenge,
      refusedSends: 0,
      failures: 1,
      version: 0,
    });
  });

  it('reads what was written in version 1', async () => {
    const repository = repositoryUnder(KEY);
    expect(await repository.find(V1.session.live, scope)).toMatchObject({
      id: V1.id,
      code: { kind: 'live', unbound: true, issuedAt: V1.issuedAt, feedbackReference: '0:abc' },
      sends: 1,
      refusedSends: 0,
      failures: 1,
      resendAt: V1.issuedAt + 30_000,
    });
    expect(await repository.find(V1.session.decoy, scope)).toMatchObject({
      code: { kind: 'decoy' },
    });
    const altered = V1.session.live.replace('"fails":1', '"fails":0');
    expect(await repository.find(altered, scope)).toBeUndefined();
    expect(await repository.find(V1.session.live, { ...scope, username: 'b' })).toBeUndefined();
  });
});
