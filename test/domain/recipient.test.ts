import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import { accountOf } from '../../src/domain/recipient.ts';
import { scope } from '../support/domain.ts';

describe('What is counted of somebody', () => {
  it('goes by the number, over all pools and usernames', () => {
    const destination = '+12025554567' as PhoneNumber;
    const recipient = { kind: 'phone', number: destination, destination, country: 'US' } as const;
    expect(accountOf(recipient, scope)).toEqual({ name: 'phone +12025554567', known: true });
  });

  it('goes by pool and username where no code can be sent, and is nobody to lock', () => {
    const nobody = { kind: 'nobody', reason: 'user-not-found' } as const;
    const name = 'user eu-west-1_Pool 6f1c0f8e-user';
    expect(accountOf(nobody, scope)).toEqual({ name, known: false });
  });
});
