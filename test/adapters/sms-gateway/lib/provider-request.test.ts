import { describe, expect, it } from 'vitest';
import { requestBefore } from '../../../../src/adapters/sms-gateway/lib/provider-request.ts';
import { Deadline } from '../../../../src/domain/deadline.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

describe('A request to a provider', () => {
  it('A42: may have left where something is thrown that is no error, of which the type alone is told', async () => {
    const deadline = Deadline.in(new ManualClock(), 1000);
    const requesting = requestBefore(deadline, () => Promise.reject('Your code is 123456'));
    await expect(requesting).rejects.toMatchObject({
      failure: 'unavailable',
      fate: 'unanswered',
      provider: { name: 'string' },
    });
  });
});
