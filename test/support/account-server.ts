/** DynamoDB and SNS on 127.0.0.1, as far as a look at a table and at an account's SMS goes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What is there. */
export interface Account {
  /** By name; each as DescribeTable has it, with its Time to Live. */
  readonly tables: Readonly<Record<string, { readonly table: object; readonly expiry: object }>>;
  readonly isInSandbox: boolean;
  /** US dollars a month. */
  readonly spendLimit: string;
}

export interface AccountServer {
  readonly url: string;
  /** The names of all calls. */
  readonly calls: string[];
  /** Answers these calls with AccessDenied. */
  refuse(pattern: RegExp): void;
}

/** Runs until the test ends. */
export async function startAccount(account: Account): Promise<AccountServer> {
  const calls: string[] = [];
  let refused: RegExp | undefined;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const isSns = target === undefined;
    const query = new URLSearchParams(body);
    const call = (isSns ? query.get('Action') : String(target).split('.')[1]) ?? '';
    calls.push(call);
    const json = (status: number, answer: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answer));
    };
    const xml = (status: number, answer: string) => {
      response.writeHead(status, { 'content-type': 'text/xml' }).end(answer);
    };
    if (refused?.test(call)) {
      if (!isSns) return json(400, { __type: 'com.amazon.coral.service#AccessDeniedException' });
      return xml(403, errorXml('AuthorizationError'));
    }
    if (isSns) return xml(200, smsAnswer(call, account));
    const table = account.tables[JSON.parse(body).TableName];
    if (table === undefined) {
      return json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' });
    }
    return call === 'DescribeTable'
      ? json(200, { Table: table.table })
      : json(200, { TimeToLiveDescription: table.expiry });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse: (pattern) => {
      refused = pattern;
    },
  };
}

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';

function smsAnswer(call: string, { isInSandbox, spendLimit }: Account): string {
  const result =
    call === 'GetSMSAttributes'
      ? `<attributes><entry><key>MonthlySpendLimit</key><value>${spendLimit}</value></entry></attributes>`
      : `<IsInSandbox>${isInSandbox}</IsInSandbox>`;
  return `<${call}Response xmlns="${XMLNS}"><${call}Result>${result}</${call}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${call}Response>`;
}

function errorXml(code: string): string {
  return `<ErrorResponse xmlns="${XMLNS}"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
