import { describe, expect, test } from 'vitest';
import type { LocalEndpoint } from '../../../deploy/local/endpoint.ts';
import { ALICE, start } from './running.ts';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const API_KEY = `SK${'1'.repeat(32)}`;

const sms = { To: ALICE, From: 'MyApp', Body: 'Your code is 123456', ValidityPeriod: '300' };

interface Changes {
  readonly account?: string;
  readonly credentials?: string;
  readonly signal?: AbortSignal;
}

/** Posts a message as Twilio's own helper does. */
async function post(
  { url }: LocalEndpoint,
  form: Readonly<Record<string, string>>,
  { account = ACCOUNT, credentials = `${account}:secret`, signal }: Changes = {},
) {
  const response = await fetch(`${url}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(credentials)}` },
    body: new URLSearchParams(form),
    ...(signal !== undefined && { signal }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe('sending by Twilio', () => {
  test('a message arrives in the inbox', async () => {
    const { endpoint } = await start({ now: () => Date.UTC(2025, 0, 2, 3, 4, 5) });
    const { status, body, headers } = await post(endpoint, sms);
    expect(status).toBe(201);
    expect(body).toMatchObject({ sid: expect.stringMatching(/^SM[0-9a-f]{32}$/), to: ALICE });
    expect(headers.get('twilio-request-id')).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(endpoint.inbox.messages).toEqual([
      { to: ALICE, message: 'Your code is 123456', at: '2025-01-02T03:04:05.000Z' },
    ]);
  });

  test('an API key may sign, and a messaging service may send', async () => {
    const { endpoint } = await start();
    const { From: _, ...rest } = sms;
    const form = { ...rest, MessagingServiceSid: `MG${'2'.repeat(32)}` };
    const { status } = await post(endpoint, form, { credentials: `${API_KEY}:secret` });
    expect(status).toBe(201);
    expect(endpoint.inbox.messages).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, number]>([
    ['no E.164 number', { To: '2025550100' }, 21211],
    ['an empty message', { Body: '' }, 21602],
    ['a message too long', { Body: 'x'.repeat(1601) }, 21617],
    ['two senders', { MessagingServiceSid: `MG${'2'.repeat(32)}` }, 21603],
    ['a life too long', { ValidityPeriod: '36001' }, 21624],
    ['a life that is no number', { ValidityPeriod: 'x' }, 21624],
    ['a field that there is none of', { Colour: 'red' }, 20001],
  ])('%s is refused', async (_what, change, code) => {
    const { endpoint } = await start();
    const { status, body } = await post(endpoint, { ...sms, ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code, status: 400, message: expect.any(String) });
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test.each<[string, Changes, number, number]>([
    ['an account that is none', { account: 'me' }, 404, 20404],
    ["another account's credentials", { credentials: `AC${'9'.repeat(32)}:secret` }, 401, 20003],
    ['credentials without a secret', { credentials: `${ACCOUNT}:` }, 401, 20003],
  ])('%s: refused', async (_what, changes, status, code) => {
    const { endpoint } = await start();
    expect(await post(endpoint, sms, changes)).toMatchObject({ status, body: { code } });
    expect(endpoint.inbox.messages).toEqual([]);
  });
});

describe('a fault of Twilio', () => {
  test.each([
    ['throttle', 429, 20429],
    ['refuse', 400, 21211],
  ] as const)(
    '%s is said in its own words, and nothing is delivered',
    async (smsFault, status, code) => {
      const { endpoint } = await start({ smsFault });
      expect(await post(endpoint, sms)).toMatchObject({ status, body: { code } });
      expect(endpoint.inbox.messages).toEqual([]);
    },
  );

  test('hang answers nothing until the caller gives up', async () => {
    const { endpoint } = await start({ smsFault: 'hang' });
    const sending = post(endpoint, sms, { signal: AbortSignal.timeout(50) });
    await expect(sending).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(endpoint.inbox.messages).toEqual([]);
  });
});
