import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { type LocalEndpointOptions, startLocalEndpoint } from '../../../deploy/local/endpoint.ts';
import { CognitoUserDirectory } from '../../../src/adapters/user-directory/cognito.ts';
import {
  describeUserDirectoryContract,
  inTime,
  PHONE,
} from '../../contracts/user-directory.contract.ts';

afterEach(() => vi.unstubAllEnvs());

async function startDirectory(options: LocalEndpointOptions = {}) {
  const attributes = { phone_number: PHONE, phone_number_verified: 'false' };
  const endpoint = await startLocalEndpoint({
    usernameAttributes: [],
    users: [{ username: 'alice', attributes }],
    ...options,
  });
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', endpoint.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const { userPoolId, clientId } = endpoint;
  const scope = { userPoolId, clientId, username: 'alice' };
  return { endpoint, directory: new CognitoUserDirectory(), scope };
}

describeUserDirectoryContract('cognito', async () => {
  const { endpoint, directory, scope } = await startDirectory();
  const cognito = new CognitoIdentityProviderClient();
  return {
    directory,
    scope,
    verifiedNumber: async () => {
      const { userPoolId: UserPoolId, username: Username } = scope;
      const user = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username }));
      const held = new Map(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]));
      return held.get('phone_number_verified') === 'true' ? held.get('phone_number') : undefined;
    },
    putOutOfReach: () => endpoint.close(),
    close: async () => {
      cognito.destroy();
      await endpoint.close();
    },
  };
});

it('writes number and mark in one call', async () => {
  const calls: string[] = [];
  const { endpoint, directory, scope } = await startDirectory({
    onCall: (operation) => calls.push(operation),
  });
  onTestFinished(() => endpoint.close());
  await directory.confirmPhone(scope, PHONE, inTime());
  expect(calls).toEqual(['AdminUpdateUserAttributes']);
});

/** Cognito where each connection dies behind its first call, as those do of a frozen container. */
async function startCognitoOfOneCall() {
  const used = new WeakSet<Socket>();
  const server = createServer((message, response) => {
    if (used.has(message.socket)) {
      message.socket.resetAndDestroy();
      return;
    }
    used.add(message.socket);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('survives that its connection died while the container was frozen', async () => {
  const { endpoint, directory, scope } = await startDirectory();
  onTestFinished(() => endpoint.close());
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', await startCognitoOfOneCall());
  await directory.confirmPhone(scope, PHONE, inTime());
  await directory.confirmPhone(scope, PHONE, inTime());
});
