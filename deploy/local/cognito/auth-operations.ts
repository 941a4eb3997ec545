/** InitiateAuth, RespondToAuthChallenge and their Admin twins: the checks before any trigger runs. */
import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  type AuthFlowType,
  InitiateAuthCommand,
  type InitiateAuthRequest,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { type AppClient, checkSecretHash } from './app-client.ts';
import { isNameOf, resolveAgain, resolveCaller } from './caller.ts';
import { readAnswer } from './challenge-answers.ts';
import { type AuthResponse, answerChallenge, takeNextStep } from './custom-auth.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import { checkNewPassword } from './new-password.ts';
import { adminOperation, publicOperation } from './operation.ts';
import { type RefreshResponse, refreshTokenAuth } from './refresh.ts';
import type { Checked } from './request-shape.ts';
import type { CognitoService } from './service.ts';
import { parseClientPublic } from './srp.ts';
import { type CompletedChallenge, preAuthenticationEvent } from './trigger-events.ts';
import { customAuthTriggers } from './trigger-names.ts';
import type { UserPool } from './user-pool.ts';
import type { ClientOfPool } from './user-pools.ts';

type InitiateInput = Checked<InitiateAuthRequest>;
type RespondInput = Checked<RespondToAuthChallengeRequest>;

export const authOperations = [
  publicOperation(InitiateAuthCommand, (service, input) =>
    initiateAuth(service, service.pools.client(input.ClientId), input, 'ADMIN_'),
  ),
  publicOperation(RespondToAuthChallengeCommand, (service, input) =>
    respondToAuthChallenge(service, service.pools.client(input.ClientId), input),
  ),
  adminOperation(AdminInitiateAuthCommand, (service, input) =>
    initiateAuth(
      service,
      service.pools.client(input.ClientId, input.UserPoolId),
      input,
      'USER_PASSWORD_',
    ),
  ),
  adminOperation(AdminRespondToAuthChallengeCommand, (service, input) =>
    respondToAuthChallenge(service, service.pools.client(input.ClientId, input.UserPoolId), input),
  ),
];

/** @param foreign what the flows begin with that are for the other one of the two calls */
async function initiateAuth(
  service: CognitoService,
  target: ClientOfPool,
  input: InitiateInput,
  foreign: string,
): Promise<AuthResponse | RefreshResponse> {
  const { pool, client } = target;
  const { AuthFlow: flow, AuthParameters: parameters = {} } = input;
  if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') {
    return refreshTokenAuth(service, target, parameters);
  }
  if (flow.startsWith(foreign)) throw invalidParameter('Initiate Auth method not supported.');
  checkFlow(client, flow);
  checkSecretHash(client, parameters.USERNAME ?? '', parameters.SECRET_HASH);
  const typedUsername = nonEmpty(parameters, 'USERNAME');
  checkTriggersAttached(pool);
  const clientPublic = readSrpOffer(parameters);
  const caller = resolveCaller(target, typedUsername);
  // ClientMetadata of this call goes here alone: it is neither passed on nor remembered.
  const event = preAuthenticationEvent(caller, input.ClientMetadata);
  await service.triggers.runIfAttached(pool, 'PreAuthentication', event);
  return takeNextStep(service, {
    caller,
    typedUsername,
    clientPublic,
    history: clientPublic === undefined ? [] : [srpOffered],
    clientMetadata: undefined,
  });
}

async function respondToAuthChallenge(
  service: CognitoService,
  target: ClientOfPool,
  input: RespondInput,
): Promise<AuthResponse> {
  const { pool, client } = target;
  const { ChallengeResponses: responses = {} } = input;
  checkSecretHash(client, responses.USERNAME ?? '', responses.SECRET_HASH);
  const username = nonEmpty(responses, 'USERNAME');
  checkTriggersAttached(pool);
  if (input.Session === undefined) throw missingParameter('Session');

  // From here to consume() nothing may await, or two parallel answers could both go on.
  const waiting = service.sessions.open(
    input.Session,
    (pending) =>
      pending.clientId === client.id &&
      pending.challenge.name === input.ChallengeName &&
      isNameOf(pool, pending, username),
  );
  const answer = readAnswer(waiting.state.challenge, responses);
  const caller = resolveAgain(target, waiting.state);
  if (answer.kind === 'new-password' && caller.user !== undefined) {
    checkNewPassword({ ...caller, user: caller.user }, answer);
  }
  waiting.consume();

  const { typedUsername, clientPublic, history } = waiting.state;
  const clientMetadata = input.ClientMetadata;
  const step = { caller, typedUsername, clientPublic, history, clientMetadata };
  return answerChallenge(service, step, answer);
}

function checkFlow({ authFlows }: AppClient, flow: AuthFlowType): void {
  const customOnly = authFlows.includes('CUSTOM_AUTH_FLOW_ONLY');
  if (customOnly && flow !== 'CUSTOM_AUTH') {
    throw invalidParameter('Only custom auth (lambda driven) is enabled for this client.');
  }
  if (!customOnly && !authFlows.some((allowed) => allowed === `ALLOW_${flow}`)) {
    throw invalidParameter(notEnabled(flow));
  }
  if (flow !== 'CUSTOM_AUTH') {
    throw invalidParameter(`${flow} is not served here: only CUSTOM_AUTH and REFRESH_TOKEN_AUTH.`);
  }
}

/** Cognito has other words where a password is sent. */
function notEnabled(flow: AuthFlowType): string {
  if (flow === 'USER_PASSWORD_AUTH') return `${flow} flow not enabled for this client`;
  if (flow.startsWith('ADMIN_')) return 'Auth flow not enabled for this client';
  return `${flow} is not enabled for the client.`;
}

function checkTriggersAttached(pool: UserPool): void {
  if (customAuthTriggers.some((trigger) => !pool.settings.triggers.has(trigger))) {
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  }
}

/**
 * Some clients offer SRP in front. The offer stands as the first entry of the session, and Define
 * decides whether anything comes of it: older iOS clients offer it with no password in mind.
 */
const srpOffered: CompletedChallenge = {
  challengeName: 'SRP_A',
  challengeResult: true,
  challengeMetadata: null,
};

/** The client's public value, or undefined where it offers no SRP. */
function readSrpOffer(parameters: Readonly<Record<string, string>>): bigint | undefined {
  if (parameters.CHALLENGE_NAME !== 'SRP_A') return undefined;
  const clientPublic = parseClientPublic(nonEmpty(parameters, 'SRP_A'));
  if (clientPublic === undefined) throw invalidParameter('SRP_A is not a value to answer to.');
  return clientPublic;
}

function nonEmpty(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}
