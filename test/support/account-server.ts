/** What `npm run doctor` asks of an account, beside its pool and its function, on 127.0.0.1. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import {
  type Account,
  answerInJson,
  answerInXml,
  deniedXml,
  missingXml,
} from './account-answers.ts';

export type { Account };

export interface AccountServer {
  readonly url: string;
  /** The variables that lead the SDK here. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of all calls. */
  readonly calls: string[];
  /** Answers these calls with AccessDenied. */
  refuse(pattern: RegExp): void;
}

const SERVICES = ['DYNAMODB', 'SNS', 'IAM', 'WAFV2', 'SECRETS_MANAGER', 'PINPOINT_SMS_VOICE_V2'];

/** Runs until the test ends. */
export async function startAccount(account: Account): Promise<AccountServer> {
  const calls: string[] = [];
  let refused: RegExp | undefined;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const json = (status: number, answer: object) => {
      const type = String(request.headers['content-type']);
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(answer));
    };
    const xml = (status: number, answer: string) => {
      response.writeHead(status, { 'content-type': 'text/xml' }).end(answer);
    };
    // SNS and IAM speak the older protocol.
    const query = new URLSearchParams(target === undefined ? body : '');
    const call = query.get('Action') ?? String(target).split('.')[1] ?? '';
    calls.push(call);
    if (target === undefined) {
      if (refused?.test(call)) return xml(403, deniedXml(call));
      const answer = answerInXml(call, query, account);
      return answer === undefined ? xml(404, missingXml(call)) : xml(200, answer);
    }
    if (refused?.test(call)) {
      return json(400, { __type: 'com.amazon.coral.service#AccessDeniedException' });
    }
    const answer = answerInJson(call, JSON.parse(body), account);
    return answer === undefined
      ? json(400, { __type: 'com.amazonaws.service#ResourceNotFoundException' })
      : json(200, answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: Object.fromEntries(SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, url])),
    calls,
    refuse: (pattern) => {
      refused = pattern;
    },
  };
}
