/** InitiateAuth, RespondToAuthChallenge and their Admin twins: the checks before any trigger runs. */
import { type AppClient, checkSecretHash } from './app-client.ts';
import { isNameOf, resolveAgain, resolveCaller } from './caller.ts';
import { type AuthResponse, answerCustomChallenge, takeNextStep } from './custom-auth.ts';
import { invalidParameter, missingParameter, notAuthorized } from './errors.ts';
import { clientId, session, userPoolId } from './members.ts';
import { adminOperation, publicOperation } from './operation.ts';
import { type Input, oneOf, required, textMap } from './request-shape.ts';
import type { CognitoService } from './service.ts';
import { type CompletedChallenge, triggerNames } from './trigger-events.ts';
import type { UserPool } from './user-pool.ts';
import type { ClientOfPool } from './user-pools.ts';

const authFlows = [
  ...(['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN', 'CUSTOM_AUTH'] as const),
  ...([
    'ADMIN_NO_SRP_AUTH',
    'USER_PASSWORD_AUTH',
    'ADMIN_USER_PASSWORD_AUTH',
    'USER_AUTH',
  ] as const),
] as const;

const challengeNames = [
  ...(['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA', 'SELECT_MFA_TYPE', 'MFA_SETUP'] as const),
  ...(['PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE', 'SELECT_CHALLENGE', 'DEVICE_SRP_AUTH'] as const),
  ...(['DEVICE_PASSWORD_VERIFIER', 'ADMIN_NO_SRP_AUTH', 'NEW_PASSWORD_REQUIRED'] as const),
  ...(['SMS_OTP', 'PASSWORD', 'WEB_AUTHN', 'PASSWORD_SRP'] as const),
] as const;

const initiateAuthShape = {
  AuthFlow: required(oneOf(authFlows)),
  ClientId: required(clientId()),
  AuthParameters: textMap(),
  ClientMetadata: textMap(),
  Session: session(),
};

const respondShape = {
  ClientId: required(clientId()),
  ChallengeName: required(oneOf(challengeNames)),
  Session: session(),
  ChallengeResponses: textMap(),
  ClientMetadata: textMap(),
};

const ofPool = { UserPoolId: required(userPoolId()) };

export const authOperations = {
  InitiateAuth: publicOperation(initiateAuthShape, (service, input) =>
    initiateAuth(service, service.pools.client(input.ClientId), input),
  ),
  RespondToAuthChallenge: publicOperation(respondShape, (service, input) =>
    respondToAuthChallenge(service, service.pools.client(input.ClientId), input),
  ),
  AdminInitiateAuth: adminOperation({ ...ofPool, ...initiateAuthShape }, (service, input) =>
    initiateAuth(service, service.pools.client(input.ClientId, input.UserPoolId), input),
  ),
  AdminRespondToAuthChallenge: adminOperation({ ...ofPool, ...respondShape }, (service, input) =>
    respondToAuthChallenge(service, service.pools.client(input.ClientId, input.UserPoolId), input),
  ),
};

async function initiateAuth(
  service: CognitoService,
  target: ClientOfPool,
  input: Input<typeof initiateAuthShape>,
): Promise<AuthResponse> {
  const { AuthFlow: flow, AuthParameters: parameters = {} } = input;
  checkFlowAllowed(target.client, flow);
  checkSecretHash(target.client, parameters.USERNAME ?? '', parameters.SECRET_HASH);
  const typedUsername = nonEmpty(parameters, 'USERNAME');
  checkTriggersAttached(target.pool);
  const history = srpHistory(parameters);
  const caller = resolveCaller(target, typedUsername);
  // ClientMetadata of this call reaches neither Define nor Create, and is not remembered.
  return takeNextStep(service, { caller, typedUsername, history, clientMetadata: undefined });
}

async function respondToAuthChallenge(
  service: CognitoService,
  target: ClientOfPool,
  input: Input<typeof respondShape>,
): Promise<AuthResponse> {
  const { pool, client } = target;
  const { ChallengeResponses: responses = {} } = input;
  checkSecretHash(client, responses.USERNAME ?? '', responses.SECRET_HASH);
  const username = nonEmpty(responses, 'USERNAME');
  checkTriggersAttached(pool);
  if (input.ChallengeName !== 'CUSTOM_CHALLENGE')
    throw notAuthorized('Invalid session for the user.');
  const { ANSWER: answer } = responses;
  if (answer === undefined) throw missingParameter('ANSWER');
  if (input.Session === undefined) throw missingParameter('Session');

  // From here to consume() nothing may await, or two parallel answers could both go on.
  const waiting = service.sessions.open(
    input.Session,
    (pending) => pending.clientId === client.id && isNameOf(pool, pending, username),
  );
  const { challenge, history, typedUsername } = waiting.state;
  const caller = resolveAgain(target, waiting.state);
  waiting.consume();

  const clientMetadata = input.ClientMetadata;
  const step = { caller, typedUsername, history, clientMetadata };
  return answerCustomChallenge(service, step, challenge, answer);
}

function checkFlowAllowed(client: AppClient, flow: (typeof authFlows)[number]): void {
  const customOnly = client.authFlows.includes('CUSTOM_AUTH_FLOW_ONLY');
  if (flow === 'CUSTOM_AUTH' && (customOnly || client.authFlows.includes('ALLOW_CUSTOM_AUTH'))) {
    return;
  }
  if (customOnly) {
    throw invalidParameter('Only custom auth (lambda driven) is enabled for this client.');
  }
  throw invalidParameter(`${flow} is not enabled for the client.`);
}

function checkTriggersAttached(pool: UserPool): void {
  if (triggerNames.some((trigger) => !pool.settings.triggers.has(trigger))) {
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  }
}

/**
 * Older iOS clients offer SRP even where no password will be asked for. The offer stands as the
 * first entry of the session, and Define decides whether anything comes of it.
 */
function srpHistory(parameters: Readonly<Record<string, string>>): readonly CompletedChallenge[] {
  if (parameters.CHALLENGE_NAME !== 'SRP_A') return [];
  nonEmpty(parameters, 'SRP_A');
  return [{ challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null }];
}

function nonEmpty(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}
