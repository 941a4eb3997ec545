/** Secrets Manager with one secret, and Lambda with one function, on 127.0.0.1, as far as replacing a key goes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

const NAME = 'phone-otp';
const ARN = `arn:aws:lambda:us-east-1:000000000000:function:${NAME}`;

/** A function's configuration, or a version of it. */
type Configuration = Record<string, unknown>;

/** Runs until the test ends. Its one alias is `live`. */
export async function startRotation(secretText: string, variables: Record<string, string>) {
  let versions = [{ id: '11111111-aaaa-4bbb-8ccc-000000000000', text: secretText }];
  let clockMs = Date.now();
  let revision = 0;
  let latest: Configuration = {
    FunctionName: NAME,
    FunctionArn: ARN,
    CodeSha256: 'code',
    RevisionId: '0',
    LastUpdateStatus: 'Successful',
    LastModified: '2026-01-15T12:00:00.000+0000',
    Environment: { Variables: variables },
  };
  const published: Configuration[] = [{ ...latest }];
  let live = 1;
  let isShared = false;
  let failing: RegExp | undefined;
  const changes: string[] = [];
  const secretRegions = new Set<string | undefined>();

  const secret = (call: string, body: Record<string, string>) => {
    const current = versions.at(-1);
    if (call === 'GetSecretValue') {
      const CreatedDate = clockMs / 1000;
      return { VersionId: current?.id, SecretString: current?.text, CreatedDate };
    }
    const { ClientRequestToken: id = '', SecretString = '' } = body;
    const same = versions.find((version) => version.id === id);
    if (same !== undefined && same.text !== SecretString) return 'ResourceExistsException';
    if (same === undefined) versions = [...versions, { id, text: SecretString }];
    return { VersionId: id };
  };
  const lambda = (method: string, path: string, qualifier: string | null, body: Configuration) => {
    const [, what] = path.split('/');
    if (method === 'PUT' && what === 'configuration') {
      if (body.RevisionId !== latest.RevisionId) return 'PreconditionFailedException';
      revision += 1;
      const { Environment } = body;
      const LastModified = new Date(clockMs).toISOString().replace('Z', '+0000');
      latest = { ...latest, Environment, RevisionId: String(revision), LastModified };
      return latest;
    }
    if (method === 'POST') {
      published.push({ ...latest });
      return { Version: String(published.length) };
    }
    if (method === 'PUT') {
      live = Number(body.FunctionVersion);
      return {};
    }
    if (what === 'aliases') {
      const AdditionalVersionWeights = isShared ? { [String(live + 1)]: 0.1 } : {};
      return { FunctionVersion: String(live), RoutingConfig: { AdditionalVersionWeights } };
    }
    const serving = qualifier === 'live' ? published[live - 1] : latest;
    const FunctionArn = qualifier === null ? ARN : `${ARN}:${qualifier}`;
    const configuration = { ...serving, FunctionArn };
    return what === undefined ? { Configuration: configuration } : configuration;
  };

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const held = body === '' ? {} : JSON.parse(body);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://aws');
    const target = request.headers['x-amz-target'];
    const method = String(request.method);
    const path = decodeURIComponent(pathname).replace('/2015-03-31/functions/', '');
    const [named = '', ...rest] = path.replace(`${ARN}`, NAME).split('/');
    const [, qualifier = searchParams.get('Qualifier')] = named.split(':');
    const call =
      target === undefined ? `${method} ${rest.join('/')}` : String(target).split('.')[1];
    const refuse = (name: string) => {
      response.setHeader('x-amzn-errortype', name);
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ __type: name, message: 'no' }));
    };
    if (target !== undefined) secretRegions.add(regionOf(request.headers.authorization));
    if (failing?.test(call ?? '')) return refuse('AccessDeniedException');
    if (!/^(GET|GetSecretValue)/.test(call ?? '')) changes.push(String(call));
    const answer =
      target === undefined
        ? lambda(method, [named, ...rest].join('/'), qualifier, held)
        : secret(String(call), held);
    if (typeof answer === 'string') return refuse(answer);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The keys of the secret as it is now. */
    keys: () => (versions.at(-1)?.text ?? '').split(','),
    /** How often the secret was written. */
    writes: () => versions.length - 1,
    /** Calls that changed something. */
    changes,
    /** The regions whose Secrets Manager was asked. */
    secretRegions,
    /** The variables that sign-ins are served with: at the function itself, or at its alias. */
    variables: (alias?: 'live') => {
      const { Environment } = (alias && published[live - 1]) ?? latest;
      return (Environment as { Variables: Record<string, string> }).Variables;
    },
    /** Lets all that is done from here on have been done so long ago. */
    age: (minutes: number) => {
      clockMs = Date.now() - minutes * 60_000;
      latest = { ...latest, LastModified: new Date(clockMs).toISOString().replace('Z', '+0000') };
      published[live - 1] = { ...published[live - 1], LastModified: latest.LastModified };
    },
    /** Other code, or other configuration, than the alias serves. */
    changeLatest: (changes: Configuration = { CodeSha256: 'other' }) => {
      latest = { ...latest, ...changes };
    },
    /** Has the alias lead a tenth of the calls to another version. */
    shareCalls: () => {
      isShared = true;
    },
    /** Denies calls such as `PUT configuration` or `PutSecretValue`. */
    deny: (pattern: RegExp | undefined) => {
      failing = pattern;
    },
  };
}

/** The region that a request is signed for. */
function regionOf(authorization = ''): string | undefined {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1];
}
