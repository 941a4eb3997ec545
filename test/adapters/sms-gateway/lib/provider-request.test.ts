import { describe, expect, it } from 'vitest';
import {
  connectionFailure,
  requestBefore,
} from '../../../../src/adapters/sms-gateway/lib/provider-request.ts';
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

  it.each([
    ['ECONNREFUSED', 'unsent'],
    ['ENOTFOUND', 'unsent'],
    ['EAI_AGAIN', 'unsent'],
    ['EHOSTUNREACH', 'unsent'],
    ['ENETUNREACH', 'unsent'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unsent'],
    ['ECONNRESET', 'unanswered'],
    ['UND_ERR_SOCKET', 'unanswered'],
  ])('that ended with %s is %s', (code, fate) => {
    const cause = Object.assign(new Error('of the connection'), { code });
    for (const error of [cause, new TypeError('fetch failed', { cause })]) {
      expect(connectionFailure(error)).toMatchObject({
        failure: 'unavailable',
        fate,
        provider: { name: code },
      });
    }
  });

  it('that could not be signed was not sent', () => {
    const error = Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' });
    expect(connectionFailure(error)).toMatchObject({
      failure: 'unauthorised',
      fate: 'unsent',
      provider: { name: 'CredentialsProviderError' },
    });
  });

  it('whose error has a code that is no text goes by its name', () => {
    const error = Object.assign(new Error('strange'), { code: 5 });
    expect(connectionFailure(error)).toMatchObject({ provider: { name: 'Error' } });
  });
});
