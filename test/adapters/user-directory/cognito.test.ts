import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LocalEndpointOptions, startLocalEndpoint } from '../../../deploy/local/endpoint.ts';
import { CognitoUserDirectory } from '../../../src/adapters/user-directory/cognito.ts';
import { describeUserDirectoryContract, inTime } from '../../contracts/user-directory.contract.ts';

const PHONE = '+15550100';

afterEach(() => vi.unstubAllEnvs());

async function startDirectory(client: LocalEndpointOptions['client'] = {}) {
  const users = [{ username: PHONE, attributes: { phone_number_verified: 'false' } }];
  const endpoint = await startLocalEndpoint({ users, client });
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', endpoint.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const { userPoolId, clientId } = endpoint;
  const scope = { userPoolId, clientId, username: PHONE };
  return { endpoint, directory: new CognitoUserDirectory(), scope };
}

describeUserDirectoryContract('cognito', async (clientKind) => {
  const flows = ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;
  const { endpoint, directory, scope } = await startDirectory({
    authFlows: clientKind === 'code-only' ? flows : [...flows, 'ALLOW_USER_PASSWORD_AUTH'],
  });
  const cognito = new CognitoIdentityProviderClient();
  return {
    directory,
    scope,
    isVerified: async () => {
      const command = new AdminGetUserCommand({
        UserPoolId: scope.userPoolId,
        Username: scope.username,
      });
      const { UserAttributes = [] } = await cognito.send(command);
      return UserAttributes.some(
        ({ Name, Value }) => Name === 'phone_number_verified' && Value === 'true',
      );
    },
    putOutOfReach: () => endpoint.close(),
    close: () => endpoint.close(),
  };
});

describe('CognitoUserDirectory', () => {
  it('asks about an app client once', async () => {
    const { endpoint, directory, scope } = await startDirectory();
    expect(await directory.provesPhoneAtEverySignIn(scope, inTime())).toBe(true);
    await endpoint.close();
    expect(await directory.provesPhoneAtEverySignIn(scope, inTime())).toBe(true);
  });

  it.each([
    [['CUSTOM_AUTH_FLOW_ONLY'], true],
    [['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'], false],
    [['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_AUTH'], false],
    [[], false],
  ] as const)('knows what %j prove', async (authFlows, proves) => {
    const { endpoint, directory, scope } = await startDirectory({ authFlows });
    expect(await directory.provesPhoneAtEverySignIn(scope, inTime())).toBe(proves);
    await endpoint.close();
  });

  it('counts a hosted page as another way in', async () => {
    const { scope, endpoint } = await startDirectory();
    await endpoint.close();
    const UserPoolClient = {
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
    };
    const server = createServer((_, response) => response.end(JSON.stringify({ UserPoolClient })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', `http://127.0.0.1:${port}`);
    expect(await new CognitoUserDirectory().provesPhoneAtEverySignIn(scope, inTime())).toBe(false);
    server.closeAllConnections();
    server.close();
  });
});
