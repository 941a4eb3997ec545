/** AWS Lambda on 127.0.0.1, as far as a function's configuration and its policy go. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { FunctionPolicies, type PolicyStatement } from '../../deploy/local/function-policies.ts';

const ACCOUNT = '000000000000';

export interface LambdaServer {
  readonly url: string;
  /** Of the function itself. */
  readonly arn: string;
  readonly statements: PolicyStatement[];
  /** Calls that changed something, such as `POST`. */
  readonly changes: string[];
  /** Answers calls whose method and path match with this error, such as AccessDeniedException. */
  refuse(pattern: RegExp, error: string): void;
}

/** Has one function in us-east-1, with aliases of any name, until the test ends. */
export async function startLambda(name: string, configuration: object = {}): Promise<LambdaServer> {
  const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;
  const policies = new FunctionPolicies();
  const changes: string[] = [];
  let refusal: { readonly pattern: RegExp; readonly error: string } | undefined;

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://lambda');
    const [, , , called = '', what, statementId] = pathname.split('/').map(decodeURIComponent);
    const body = await text(request);
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      return fail(response, 403, 'MissingAuthenticationTokenException');
    }
    if (refusal?.pattern.test(`${request.method} ${what}`)) {
      return fail(response, 403, refusal.error);
    }
    const [base = '', qualifier = searchParams.get('Qualifier')] = called
      .replace(/^arn:aws:lambda:us-east-1:\d+:function:/, '')
      .split(':');
    const resource = qualifier === null ? arn : `${arn}:${qualifier}`;
    if (base !== name) return fail(response, 404, 'ResourceNotFoundException');
    if (what === 'configuration') {
      return answer(response, 200, { FunctionName: name, FunctionArn: resource, ...configuration });
    }
    const held = policies.of(resource);
    switch (request.method) {
      case 'GET':
        if (held.length === 0) return fail(response, 404, 'ResourceNotFoundException');
        return answer(response, 200, {
          Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: held }),
        });
      case 'POST': {
        const added = policies.add(resource, JSON.parse(body));
        if (added === undefined) return fail(response, 409, 'ResourceConflictException');
        changes.push('POST');
        return answer(response, 201, { Statement: JSON.stringify(added) });
      }
      case 'DELETE':
        if (!policies.remove(resource, statementId ?? '')) {
          return fail(response, 404, 'ResourceNotFoundException');
        }
        changes.push('DELETE');
        return response.writeHead(204).end();
      default:
        return fail(response, 405, 'ServiceException');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arn,
    statements: policies.statements,
    changes,
    refuse: (pattern, error) => {
      refusal = { pattern, error };
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, type: string): void {
  response.setHeader('x-amzn-errortype', type);
  answer(response, status, { Type: 'User', Message: `${type}, as Lambda says it` });
}
