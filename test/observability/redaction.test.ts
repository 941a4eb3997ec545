import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/observability/redaction.ts';

describe('What is told of an error', () => {
  it('does without a stack where the error has none', () => {
    const error = new RangeError('The code 123456 is out of range');
    delete error.stack;
    const message = 'The code (redacted) is out of range';
    expect(describeFault(error)).toEqual({ name: 'RangeError', message, stack: [] });
  });

  it('is its type, and what it says with numbers blotted out, where it is no error', () => {
    expect(describeFault('to +6591234567')).toEqual({
      name: 'string',
      message: 'to +(redacted)',
      stack: [],
    });
  });
});
