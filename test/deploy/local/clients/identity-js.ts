/** amazon-cognito-identity-js as promises, to sign in at an endpoint with a client as apps use it. */
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import type { LocalEndpoint } from '../../../../deploy/local/endpoint.ts';

export type Outcome =
  | { readonly kind: 'signed-in'; readonly session: CognitoUserSession }
  | { readonly kind: 'challenge'; readonly parameters: Readonly<Record<string, string>> };

/** Keeps what a browser's localStorage would. */
function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
    clear: () => items.clear(),
  };
}

export function identityUser(
  endpoint: Pick<LocalEndpoint, 'url' | 'userPoolId' | 'clientId'>,
  username: string,
): CognitoUser {
  const storage = memoryStorage() as unknown as Storage;
  const pool = new CognitoUserPool({
    UserPoolId: endpoint.userPoolId,
    ClientId: endpoint.clientId,
    endpoint: endpoint.url,
    Storage: storage,
  });
  const user = new CognitoUser({ Username: username, Pool: pool, Storage: storage });
  user.setAuthenticationFlowType('CUSTOM_AUTH');
  return user;
}

/** Starts without a password. */
export function initiateAuth(user: CognitoUser, username: string): Promise<Outcome> {
  const details = new AuthenticationDetails({ Username: username });
  return settle((callbacks) => user.initiateAuth(details, callbacks));
}

/** Starts with a password, proven by SRP. */
export function authenticate(
  user: CognitoUser,
  username: string,
  password: string,
): Promise<Outcome> {
  const details = new AuthenticationDetails({ Username: username, Password: password });
  return settle((callbacks) => user.authenticateUser(details, callbacks));
}

export function answer(
  user: CognitoUser,
  text: string,
  clientMetadata?: Record<string, string>,
): Promise<Outcome> {
  return settle((callbacks) => user.sendCustomChallengeAnswer(text, callbacks, clientMetadata));
}

interface Callbacks {
  onSuccess(session: CognitoUserSession): void;
  onFailure(error: Error): void;
  customChallenge(parameters: Record<string, string>): void;
}

function settle(start: (callbacks: Callbacks) => void): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  start({
    onSuccess: (session) => resolve({ kind: 'signed-in', session }),
    onFailure: reject,
    customChallenge: (parameters) => resolve({ kind: 'challenge', parameters }),
  });
  return promise;
}
