import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from '../../../../deploy/local/https.ts';
import {
  connectionFailure,
  requestBefore,
} from '../../../../src/adapters/sms-gateway/lib/provider-request.ts';
import { Deadline } from '../../../../src/domain/deadline.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

/** A server that nobody vouches for. */
async function startUntrusted() {
  const requests: string[] = [];
  const { key, cert } = await createCertificate(['127.0.0.1']);
  const server = createServer({ key, cert }, (message, response) => {
    requests.push(`${message.method} ${message.url}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** As the AWS SDK sends. */
function send(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent: false }, resolve).on('error', reject).end('Your code');
  });
}

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
    ['CERT_HAS_EXPIRED', 'unsent'],
    ['CERT_NOT_YET_VALID', 'unsent'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unsent'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unsent'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unsent'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unsent'],
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

  it.each([
    ['fetch', (url: string) => fetch(url, { method: 'POST', body: 'Your code' })],
    ["Node's own client", send],
  ])('to a server that nobody vouches for was not sent: %s', async (_, sending) => {
    const { url, requests } = await startUntrusted();
    const deadline = Deadline.in(new ManualClock(), 10_000);
    await expect(requestBefore(deadline, () => sending(url))).rejects.toMatchObject({
      failure: 'unavailable',
      fate: 'unsent',
      provider: { name: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
    expect(requests).toEqual([]);
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
