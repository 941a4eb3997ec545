/** `/inbox`: what tests and people do with the SMS, and who may. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { startDemoPage } from '../../../deploy/local/demo-page.ts';
import type { LocalEndpoint } from '../../../deploy/local/endpoint.ts';
import { EventLog } from '../../../deploy/local/event-log.ts';
import { Inbox } from '../../../deploy/local/inbox.ts';
import { createInboxRoutes } from '../../../deploy/local/inbox-routes.ts';
import { ALICE, start } from './running.ts';

const BOB = '+6591234567';

async function startWithSms(): Promise<LocalEndpoint> {
  const { endpoint } = await start({ now: () => Date.parse('2025-01-02T03:04:05Z') });
  const sns = new SNSClient(localClientConfig(endpoint.url));
  onTestFinished(() => sns.destroy());
  for (const PhoneNumber of [ALICE, BOB]) {
    await sns.send(new PublishCommand({ PhoneNumber, Message: 'Your code is 123456' }));
  }
  return endpoint;
}

function numbers(endpoint: LocalEndpoint): readonly string[] {
  return endpoint.inbox.messages.map(({ to }) => to);
}

describe('/inbox', () => {
  test.each([BOB, encodeURIComponent(BOB)])('shows what went to one number: ?to=%s', async (to) => {
    const { url } = await startWithSms();
    expect(await (await fetch(`${url}/inbox?to=${to}`)).json()).toEqual([
      { to: BOB, message: 'Your code is 123456', at: '2025-01-02T03:04:05.000Z' },
    ]);
  });

  test('forgets what went to one number', async () => {
    const endpoint = await startWithSms();
    const answer = await fetch(`${endpoint.url}/inbox?to=${BOB}`, { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(numbers(endpoint)).toEqual([ALICE]);
  });

  test('forgets everything', async () => {
    const endpoint = await startWithSms();
    await fetch(`${endpoint.url}/inbox`, { method: 'DELETE' });
    expect(numbers(endpoint)).toEqual([]);
    expect(await (await fetch(`${endpoint.url}/inbox`)).json()).toEqual([]);
  });

  test.each([
    ['to=12', "'12' is no phone number in E.164, such as ?to=+12025550100."],
    ['to=', "'' is no phone number in E.164, such as ?to=+12025550100."],
    [`phone=${BOB}`, "There is no parameter 'phone', only ?to=+12025550100."],
  ])('says what is wrong with ?%s, and forgets nothing', async (query, message) => {
    const endpoint = await startWithSms();
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(`${endpoint.url}/inbox?${query}`, { method });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ message });
    }
    expect(numbers(endpoint)).toEqual([ALICE, BOB]);
  });

  test('may be emptied by the pages of this machine', async () => {
    const { url } = await startWithSms();
    const { headers } = await fetch(`${url}/inbox`, { method: 'OPTIONS' });
    expect(headers.get('access-control-allow-methods')).toBe('GET, DELETE');
  });
});

/** `fetch` sets the host itself. */
async function ask(url: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  request(url, { method, headers }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('SMS are kept from other sites', () => {
  const strangers: readonly [string, Readonly<Record<string, string>>][] = [
    ["the host 'rebound.example:9229'", { host: 'rebound.example:9229' }],
    ["the host '127.0.0.1.example'", { host: '127.0.0.1.example' }],
    ["the origin 'https://evil.example'", { origin: 'https://evil.example' }],
    ["the origin 'null'", { origin: 'null' }],
  ];

  test.each(strangers)('by the endpoint, which refuses %s', async (who, headers) => {
    const endpoint = await startWithSms();
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await ask(`${endpoint.url}/inbox`, headers, method);
      expect(status).toBe(403);
      expect(JSON.parse(body).message.toLowerCase()).toContain(`${who} is not known here`);
    }
    expect(numbers(endpoint)).toEqual([ALICE, BOB]);
  });

  test.each(strangers)('by the demo page, which refuses %s', async (_who, headers) => {
    const endpoint = await startWithSms();
    const files = new Map([['/index.html', 'the page']]);
    const page = await startDemoPage({ endpoint, log: new EventLog(), users: [], port: 0, files });
    onTestFinished(() => page.close());
    for (const path of ['/', '/events', '/inbox', '/config.json']) {
      const { status } = await ask(`${page.url}${path}`, headers);
      expect(status, path).toBe(403);
    }
  });

  test.each([
    { host: 'localhost:9229' },
    { host: '[::1]:9229' },
    { host: '127.0.0.1', origin: 'http://localhost:5173' },
    { origin: 'http://app.localhost' },
  ])('and shown to this machine: %j', async (headers) => {
    const { url } = await startWithSms();
    expect((await ask(`${url}/inbox`, headers)).status).toBe(200);
  });

  describe('where phones and containers are let in', () => {
    test.each([
      { host: '192.168.1.5:9229' },
      { host: '[fd00::5]:9229' },
      { host: 'cognito:9229' },
      { host: 'host.docker.internal:9229' },
      { host: '192.168.1.5:9229', origin: 'http://192.168.1.5:3000' },
      { host: 'localhost:9229' },
    ])('shown under addresses and the names of containers: %j', async (headers) => {
      const { endpoint } = await start({ host: '0.0.0.0' });
      expect((await ask(`${endpoint.url}/inbox`, headers)).status).toBe(200);
    });

    test('shown under the name that it was told to listen at', async () => {
      const routes = createInboxRoutes(new Inbox(), 'dev.example.com');
      for (const [host, status] of [
        ['dev.example.com:9229', 200],
        ['example.com', 403],
      ] as const) {
        expect((await routes.request('/', { headers: { host } })).status).toBe(status);
      }
    });

    test.each([
      { host: 'rebound.example' },
      { host: '192.168.1.5.example' },
      { host: '192.168.1.5:9229', origin: 'http://192.168.1.6:3000' },
      { host: 'localhost:9229', origin: 'http://6.6.6.6' },
      { host: '192.168.1.5:9229', origin: 'null' },
    ])('and kept from other sites all the same: %j', async (headers) => {
      const { endpoint } = await start({ host: '0.0.0.0' });
      const { status, body } = await ask(`${endpoint.url}/inbox`, headers);
      expect(status).toBe(403);
      expect(body).toContain('localhost, addresses, and names without a dot alone.');
    });
  });

  test('is shown under no name of a container where only this machine is let in', async () => {
    const { url } = await startWithSms();
    expect((await ask(`${url}/inbox`, { host: 'cognito:9229' })).status).toBe(403);
  });
});
