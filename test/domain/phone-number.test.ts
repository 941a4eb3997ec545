import { describe, expect, it } from 'vitest';
import { isPhoneNumber, maskPhoneNumber } from '../../src/domain/phone-number.ts';

describe('A phone number', () => {
  it.each(['+15550100', '+15551234567', '+6591234567', '+999123456789012'])(
    'A39: is E.164: %s',
    (text) => expect(isPhoneNumber(text)).toBe(true),
  );

  it.each([
    '',
    '15551234567',
    '+05551234567',
    '+1 555 123 4567',
    '+1555123456789012',
    '+123456',
    '+1555123456a',
    '+15551234567\n',
    'tel:+15551234567',
    '+１５５５１２３４５６７',
  ])('A39: is not E.164: %j', (text) => expect(isPhoneNumber(text)).toBe(false));

  it.each([
    ['+15551234567', '+*******4567'],
    ['+6591234567', '+******4567'],
    ['+15550100', '+****0100'],
  ])('is masked as Cognito masks it: %s', (text, masked) => {
    expect(isPhoneNumber(text) && maskPhoneNumber(text)).toBe(masked);
  });
});
