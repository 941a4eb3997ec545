/** Starts endpoints that stop by themselves when the test that started them ends. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished } from 'vitest';
import {
  type LocalEndpoint,
  type LocalEndpointOptions,
  startLocalEndpoint,
} from '../../../deploy/local/endpoint.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export const ALICE = '+12025550100';

export interface Running {
  readonly endpoint: LocalEndpoint;
  readonly cognito: CognitoIdentityProviderClient;
}

/** An endpoint with one user, {@link ALICE}, and an SDK client for it. */
export async function start(options: LocalEndpointOptions = {}): Promise<Running> {
  const endpoint = await startLocalEndpoint({
    users: [{ username: ALICE, attributes: { phone_number_verified: 'true' } }],
    ...options,
  });
  const cognito = sdkClient(endpoint.url);
  onTestFinished(async () => {
    cognito.destroy();
    await endpoint.close();
  });
  return { endpoint, cognito };
}

export function sdkClient(endpoint: string): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint, credentials });
}
