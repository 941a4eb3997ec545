import { describe, expect, it } from 'vitest';
import { AcceptSignUp, type SignUpOutcome } from '../../src/domain/accept-sign-up.ts';
import { Recipients } from '../../src/domain/recipient.ts';
import { FakeNumberingPlan } from '../fakes/fake-numbering-plan.ts';

function signUp(phoneNumber: string | undefined, hasEmail = false, needsPhone = false) {
  const recipients = new Recipients(new FakeNumberingPlan(), {
    requireVerifiedPhone: true,
    isNamed: () => false,
    reviewOf: () => undefined,
  });
  const isServed = (number: string) => !number.startsWith('+65');
  return new AcceptSignUp(recipients, { needsPhone, isServed }).execute({ phoneNumber, hasEmail });
}

const refused = (reason: string) => ({ kind: 'sign-up-refused', reason });

describe('A sign-up', () => {
  it('is accepted with a number that a code can go to', () => {
    expect(signUp('+12025554567')).toEqual({ kind: 'sign-up-accepted' });
  });

  it.each([
    ['2025554567', 'number-not-e164'],
    ['+1555123', 'number-impossible'],
    ['+19005550100', 'number-special'],
    ['+6591234567', 'number-denied'],
  ])('is refused with any other, an e-mail address or not: %s', (number, reason) => {
    expect(signUp(number)).toEqual(refused(reason));
    expect(signUp(number, true)).toEqual(refused(reason));
  });

  it.each([undefined, ''])('without a number is left to the pool by e-mail alone: %j', (number) => {
    const byEmail: SignUpOutcome = { kind: 'sign-up-by-email' };
    expect(signUp(number, true)).toEqual(byEmail);
    expect(signUp(number, false)).toEqual(refused('number-missing'));
    expect(signUp(number, true, true)).toEqual(refused('number-missing'));
  });
});
