import { beforeEach, describe, expect, it } from 'vitest';
import { newChallenge } from '../../src/domain/challenge.ts';
import type { DefineRequest } from '../../src/domain/define-auth-challenge.ts';
import { MAX_ROUNDS } from '../../src/domain/otp-policy.ts';
import { StoreError } from '../../src/domain/ports/store-error.ts';
import type { Round } from '../../src/domain/sign-in.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  scope,
  stranger,
} from '../support/domain.ts';

const srp: Round = { challengeName: 'SRP_A', passed: true, reference: undefined };
const passwordRight: Round = {
  challengeName: 'PASSWORD_VERIFIER',
  passed: true,
  reference: undefined,
};
const passwordWrong: Round = { ...passwordRight, passed: false };

describe('Deciding what comes next', () => {
  let domain: Domain;
  beforeEach(() => {
    domain = createDomain();
  });

  function decide(rounds: readonly Round[], changes: Partial<DefineRequest> = {}) {
    const request = { scope, userNotFound: false, resendRequested: false, rounds, ...changes };
    return domain.define.execute(request);
  }

  /** A reference to a challenge of which so many answers were wrong. */
  async function challengeWith(failures: number): Promise<string> {
    const { challenges } = domain;
    const challenge = newChallenge(challenges.nextId());
    await challenges.save(challenge);
    for (let i = 0; i < failures; i++) {
      await challenges.takeAnswer(challenge, failures);
    }
    return challenges.referTo(challenge, scope);
  }

  it('asks for a code at the start', async () => {
    expect(await decide([])).toEqual({ kind: 'code-asked' });
  });

  it('A19: asks for a code, and gives no tokens, after SRP_A alone', async () => {
    expect(await decide([srp])).toEqual({ kind: 'code-asked' });
  });

  it('issues tokens after the right code', async () => {
    const reference = await challengeWith(0);
    expect(await decide([codeRound(reference, true)])).toEqual({ kind: 'tokens-issued' });
  });

  it('knows a round of ours by the name that Cognito gives it', async () => {
    const reference = await challengeWith(0);
    const round = { challengeName: 'CUSTOM_CHALLENGE', passed: true, reference };
    expect(await decide([round])).toEqual({ kind: 'tokens-issued' });
  });

  it('asks no store about a round without metadata', async () => {
    domain.challenges.fail('find');
    domain.challenges.fail('recognises');
    for (const passed of [true, false]) {
      expect(await decide([codeRound(undefined, passed)])).toEqual({
        kind: 'failed',
        reason: 'foreign-metadata',
      });
    }
  });

  it('issues tokens for the right code on the last try', async () => {
    const reference = await challengeWith(2);
    const rounds = [codeRound('a'), codeRound('b'), codeRound(reference, true)];
    expect(await decide(rounds)).toEqual({ kind: 'tokens-issued' });
  });

  it('A21: never issues tokens to an unknown user, whatever the answer', async () => {
    const reference = await challengeWith(0);
    const outcome = await decide([codeRound(reference, true)], { userNotFound: true });
    expect(outcome).toEqual({ kind: 'failed', reason: 'user-not-found' });
  });

  it('A21: never does so where that is hidden either', async () => {
    domain = createDomain({ hideUserExistence: true });
    const user = stranger();
    const { reference } = await domain.create.execute(createRequest(domain, user));
    expect(await decide([], user)).toEqual({ kind: 'code-asked' });
    expect(await decide([codeRound(reference, true)], user)).toEqual({
      kind: 'failed',
      reason: 'user-not-found',
    });
  });

  it('A21: never does so for a user who was deleted in between', async () => {
    domain = createDomain({ hideUserExistence: true });
    const reference = await challengeWith(0);
    expect(await decide([codeRound(reference, true)], { userNotFound: true })).toEqual({
      kind: 'failed',
      reason: 'foreign-metadata',
    });
  });

  it.each([1, 2, 3, 10])('A20: gives exactly %i tries', async (maxAttempts) => {
    domain = createDomain({ policy: { maxAttempts } });
    for (let wrong = 1; wrong <= maxAttempts + 1; wrong++) {
      const reference = await challengeWith(wrong);
      expect((await decide([codeRound(reference)])).kind).toBe(
        wrong < maxAttempts ? 'code-asked' : 'failed',
      );
    }
  });

  it('A18: gives the same tries with SRP_A in front', async () => {
    const second = await challengeWith(2);
    const third = await challengeWith(3);
    expect(await decide([srp, codeRound('a'), codeRound(second)])).toEqual({ kind: 'code-asked' });
    expect(await decide([srp, codeRound('a'), codeRound('b'), codeRound(third)])).toEqual({
      kind: 'failed',
      reason: 'attempts-used-up',
    });
  });

  it('goes on with a new code while there are tries left, and no longer', async () => {
    const resend = async (failures: number) =>
      decide([codeRound(await challengeWith(failures))], { resendRequested: true });
    expect(await resend(2)).toEqual({ kind: 'code-asked' });
    expect(await resend(3)).toEqual({ kind: 'failed', reason: 'attempts-used-up' });
  });

  it('reads nothing after a right answer: that it was right is our own word', async () => {
    const reference = await challengeWith(0);
    domain.challenges.fail('find');
    expect(await decide([codeRound(reference, true)])).toEqual({ kind: 'tokens-issued' });
    await expect(decide([codeRound(reference)])).rejects.toThrow(StoreError);
  });

  it('counts the rounds where the repository can not count answers', async () => {
    domain.challenges.instead('afterAnswer', (challenge) => ({
      ...challenge,
      failures: challenge.failures + 1,
    }));
    const last = [codeRound(await challengeWith(2))];
    expect(await decide(last)).toEqual({ kind: 'failed', reason: 'attempts-used-up' });
    expect(await decide(last, { resendRequested: true })).toEqual({ kind: 'code-asked' });
  });

  it('fails a sign-in of more than 20 rounds, however few tries it used', async () => {
    const reference = await challengeWith(0);
    const rounds = (count: number) => Array(count).fill(codeRound(reference));
    const resendRequested = true;
    expect(await decide(rounds(MAX_ROUNDS - 1), { resendRequested })).toEqual({
      kind: 'code-asked',
    });
    expect(await decide(rounds(MAX_ROUNDS), { resendRequested })).toEqual({
      kind: 'failed',
      reason: 'too-many-rounds',
    });
  });

  it('still issues tokens for the right code in round 20', async () => {
    const reference = await challengeWith(0);
    const rounds = [
      ...Array(MAX_ROUNDS - 1).fill(codeRound(reference)),
      codeRound(reference, true),
    ];
    expect(await decide(rounds)).toEqual({ kind: 'tokens-issued' });
  });

  it.each<readonly [string, (ours: string) => Round[]]>([
    ['an unknown challenge', () => [{ ...srp, challengeName: 'SMS_MFA' }]],
    ['a failed SRP_A', () => [{ ...srp, passed: false }]],
    ['SRP_A twice', () => [srp, srp]],
    ['a password that nobody asked for', () => [srp, passwordRight]],
    ['a password alone', () => [passwordRight]],
    ['SRP_A after a code', (ours) => [codeRound(ours), srp]],
    [
      'an unknown challenge after a right code',
      (ours) => [codeRound(ours, true), { ...srp, challengeName: 'DEVICE_SRP_AUTH' }],
    ],
    ['a code after a right one', (ours) => [codeRound(ours, true), codeRound(ours)]],
    ['two right codes', (ours) => [codeRound(ours, true), codeRound(ours, true)]],
  ])('A19: fails on %s', async (_, rounds) => {
    const outcome = await decide(rounds(await challengeWith(0)));
    expect(outcome).toEqual({ kind: 'failed', reason: 'unexpected-round' });
  });

  it.each([
    ['none', undefined],
    ['foreign', 'CODE-123456'],
  ])('A19: fails when the last metadata is %s, even after a right answer', async (_, reference) => {
    const failure = { kind: 'failed', reason: 'foreign-metadata' };
    expect(await decide([codeRound(reference)])).toEqual(failure);
    expect(await decide([codeRound(reference, true)])).toEqual(failure);
    expect(await decide([codeRound(reference)], { resendRequested: true })).toEqual(failure);
  });

  it('A16: fails when the last metadata is another user’s, even after a right answer', async () => {
    const reference = await challengeWith(0);
    const other = { scope: { ...scope, username: 'user-b' } };
    for (const passed of [false, true]) {
      const outcome = await decide([codeRound(reference, passed)], other);
      expect(outcome).toEqual({ kind: 'failed', reason: 'foreign-metadata' });
    }
  });

  describe('with the password first', () => {
    beforeEach(() => {
      domain = createDomain({ passwordFirst: true });
    });

    it('asks for the password, then for the code, then issues tokens', async () => {
      const reference = await challengeWith(0);
      expect(await decide([srp])).toEqual({ kind: 'password-asked' });
      expect(await decide([srp, passwordRight])).toEqual({ kind: 'code-asked' });
      expect(await decide([srp, passwordRight, codeRound(reference, true)])).toEqual({
        kind: 'tokens-issued',
      });
    });

    it('gives the same tries', async () => {
      const rounds = [srp, passwordRight, codeRound(await challengeWith(2))];
      expect(await decide(rounds)).toEqual({ kind: 'code-asked' });
      const last = [srp, passwordRight, codeRound(await challengeWith(3))];
      expect(await decide(last)).toMatchObject({ reason: 'attempts-used-up' });
    });

    it.each([
      'NEW_PASSWORD_REQUIRED',
      'DEVICE_SRP_AUTH',
      'DEVICE_PASSWORD_VERIFIER',
      'SMS_MFA',
      'EMAIL_OTP',
      'SOFTWARE_TOKEN_MFA',
      'SELECT_MFA_TYPE',
      'MFA_SETUP',
    ])('still asks for the code after %s, which Cognito asks by itself', async (challengeName) => {
      const opening = [srp, passwordRight, { ...passwordRight, challengeName }];
      expect(await decide(opening)).toEqual({ kind: 'code-asked' });
      const code = codeRound(await challengeWith(0), true);
      expect(await decide([...opening, code])).toEqual({ kind: 'tokens-issued' });
    });

    it('still asks for the code after a known device, which takes two rounds', async () => {
      const device = ['DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER'].map((challengeName) => ({
        ...passwordRight,
        challengeName,
      }));
      expect(await decide([srp, passwordRight, ...device])).toEqual({ kind: 'code-asked' });
    });

    it.each<readonly [string, (ours: string) => Round[], string]>([
      ['no password', () => [], 'password-missing'],
      ['a failed SRP_A', () => [{ ...srp, passed: false }, passwordRight], 'unexpected-round'],
      [
        'a password without SRP_A',
        () => [{ ...srp, challengeName: 'DEVICE_SRP_AUTH' }, passwordRight],
        'unexpected-round',
      ],
      [
        'a second factor that failed',
        (ours) => [
          srp,
          passwordRight,
          { ...passwordRight, challengeName: 'SMS_MFA', passed: false },
          codeRound(ours, true),
        ],
        'unexpected-round',
      ],
      [
        'a challenge of an unknown name behind it',
        () => [srp, passwordRight, { ...passwordRight, challengeName: 'WEB_AUTHN' }],
        'unexpected-round',
      ],
      [
        'a second factor behind a wrong password',
        () => [srp, passwordWrong, { ...passwordRight, challengeName: 'SMS_MFA' }],
        'unexpected-round',
      ],
      [
        'a second factor between codes',
        (ours) => [
          srp,
          passwordRight,
          codeRound(ours),
          { ...passwordRight, challengeName: 'SMS_MFA' },
        ],
        'unexpected-round',
      ],
      ['a code instead of it', (ours) => [codeRound(ours, true)], 'password-missing'],
      ['a wrong password', () => [srp, passwordWrong], 'password-wrong'],
      [
        'a code after a wrong password',
        (ours) => [srp, passwordWrong, codeRound(ours, true)],
        'password-wrong',
      ],
      ['a code after SRP_A alone', (ours) => [srp, codeRound(ours, true)], 'unexpected-round'],
      ['the password twice', () => [srp, passwordRight, passwordRight], 'unexpected-round'],
      [
        'another challenge in its place',
        () => [srp, { ...passwordRight, challengeName: 'SMS_MFA' }],
        'unexpected-round',
      ],
    ])('A19: fails on %s', async (_, rounds, reason) => {
      expect(await decide(rounds(await challengeWith(0)))).toEqual({ kind: 'failed', reason });
    });
  });
});
