import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/observability/redaction.ts';
import { ConfigError } from '../../src/settings.ts';

const told = (message: string) => describeFault(new Error(message)).message;

describe('What the log tells of an error', () => {
  it.each([
    ['a code', 'the code 123456 was refused', 'the code (redacted) was refused'],
    ['a code of four digits', 'code 1234', 'code (redacted)'],
    ['a grouped code', 'code 123 456', 'code (redacted)'],
    ['a code with hyphens', 'code 12-34-56', 'code (redacted)'],
    ['a phone number', 'no route to +12025554567', 'no route to +(redacted)'],
    ['a spaced phone number', 'to +1 202 555-4567.', 'to +(redacted).'],
    ['a session', `session ${'AbcdefGhi_-'.repeat(4)}9 ended`, 'session (redacted) ended'],
    ['a token of 20 letters and digits', 'token abcdefghijklmnopqrs1', 'token (redacted)'],
  ])('has %s blotted out', (_, message, expected) => {
    expect(told(message)).toBe(expected);
  });

  it.each([
    ['short numbers', 'status 503 after 3 of 12 tries'],
    ['numbers apart', 'between 1, 22 and 333'],
    ['long words without a digit', 'ProvisionedThroughputExceededException'],
    ['words with a digit', 'EAI_AGAIN on host-1.example.com'],
  ])('keeps %s', (_, message) => {
    expect(told(message)).toBe(message);
  });

  it('ends after 1000 characters', () => {
    expect(told('x '.repeat(600))).toBe('x '.repeat(500));
  });

  it('has the same blotted out of its name, its code and its causes', () => {
    const cause = Object.assign(new Error('sent 123456'), { name: 'Fault123456' });
    const error = Object.assign(new Error('outer', { cause }), { code: 'E-123456' });
    expect(describeFault(error)).toMatchObject({
      name: 'Error',
      message: 'outer',
      code: 'E-(redacted)',
      cause: { name: 'Fault(redacted)', message: 'sent (redacted)' },
    });
  });

  it('keeps the numbers of settings, which repeat no secret', () => {
    const error = new ConfigError('OTP_TTL_SECONDS is "10000"; it takes a whole number');
    expect(describeFault(error).message).toBe(error.message);
  });

  it('says where it was thrown, and not once more what', () => {
    const error = new Error('first line\n  look at 123456');
    error.stack = `Error: first line\n  look at 123456\n    at send (sns.ts:1:2)\n    at open (a.ts:3:4)`;
    expect(describeFault(error).stack).toEqual(['at send (sns.ts:1:2)', 'at open (a.ts:3:4)']);
  });

  it('does without what is not there', () => {
    const error = Object.assign(new Error('bare'), { code: 42 });
    delete error.stack;
    expect(describeFault(error)).toStrictEqual({ name: 'Error', message: 'bare', stack: [] });
  });

  it.each([
    ['123456', 'string', '(redacted)'],
    [42, 'number', '42'],
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
  ])('is what was thrown where that is no error: %j', (thrown, name, message) => {
    expect(describeFault(thrown)).toStrictEqual({ name, message, stack: [] });
  });

  it('follows five causes, and no endless chain', () => {
    const error = new Error('its own cause');
    error.cause = error;
    let depth = 0;
    for (let { cause } = describeFault(error); cause !== undefined; { cause } = cause) {
      depth += 1;
    }
    expect(depth).toBe(5);
  });
});
