import { describe, expect, it } from 'vitest';
import { isPhoneNumber, maskPhoneNumber } from '../../src/domain/phone-number.ts';

describe('A phone number', () => {
  it.each(['+12025550100', '+12025554567', '+6591234567', '+999123456789012'])(
    'A39: is E.164: %s',
    (text) => expect(isPhoneNumber(text)).toBe(true),
  );

  it.each([
    '',
    '12025554567',
    '+02025554567',
    '+1 202 555 4567',
    '+1555123456789012',
    '+123456',
    '+1555123456a',
    '+12025554567\n',
    'tel:+12025554567',
    '+１５５５１２３４５６７',
  ])('A39: is not E.164: %j', (text) => expect(isPhoneNumber(text)).toBe(false));

  it.each([
    ['+12025554567', '+*******4567'],
    ['+6591234567', '+******4567'],
    ['+12025550100', '+*******0100'],
  ])('is masked as Cognito masks it: %s', (text, masked) => {
    expect(isPhoneNumber(text) && maskPhoneNumber(text)).toBe(masked);
  });
});
