import { describe, expect, it } from 'vitest';
import { otpMessage } from '../../src/domain/sms-message.ts';

describe('The SMS', () => {
  it('names the app and the code', () => {
    expect(otpMessage('Acme', '012345')).toBe('Your OTP for log in to Acme is 012345');
  });

  it('reads well without an app name', () => {
    expect(otpMessage('', '012345')).toBe('Your OTP for log in is 012345');
  });
});
