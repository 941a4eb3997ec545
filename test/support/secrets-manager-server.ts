/** AWS Secrets Manager on 127.0.0.1, as far as GetSecretValue goes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { setEnv } from './function.ts';

/** The region in a signature. */
const SIGNED_FOR = /Credential=[^/]+\/\d+\/([^/]+)\//;

/** Serves these secrets, by ARN or name, to whoever follows the environment, until the test ends. */
export async function startSecretsManager(secrets: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const regions: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const { SecretId } = (await json(request)) as { readonly SecretId: string };
    asked.push(SecretId);
    regions.push(SIGNED_FOR.exec(request.headers.authorization ?? '')?.[1]);
    const secret = secrets[SecretId];
    const found = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue' && secret;
    response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(found || { __type: 'ResourceNotFoundException' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  setEnv({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return { asked, regions };
}
