/** The smallest custom-auth functions there are: a fixed code, three tries. */
import type {
  CreateAuthChallengeTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from 'aws-lambda';
import type { TriggerHandlers } from '../../../deploy/local/endpoint.ts';

export const CODE = '123456';

export async function define(event: DefineAuthChallengeTriggerEvent) {
  const { session, userNotFound = false } = event.request;
  const last = session.at(-1);
  if (last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult && !userNotFound) {
    event.response.issueTokens = true;
  } else if (session.length >= 3) {
    event.response.failAuthentication = true;
  } else {
    event.response.challengeName = 'CUSTOM_CHALLENGE';
  }
  return event;
}

export async function create(event: CreateAuthChallengeTriggerEvent) {
  const round = event.request.session.length + 1;
  event.response.publicChallengeParameters = { message: `Round ${round}` };
  event.response.privateChallengeParameters = { code: CODE };
  event.response.challengeMetadata = `ROUND-${round}`;
  return event;
}

export async function verify(event: VerifyAuthChallengeResponseTriggerEvent) {
  const { challengeAnswer, privateChallengeParameters } = event.request;
  event.response.answerCorrect = challengeAnswer === privateChallengeParameters.code;
  return event;
}

export const textbookTriggers: TriggerHandlers = {
  DefineAuthChallenge: define,
  CreateAuthChallenge: create,
  VerifyAuthChallengeResponse: verify,
};

/** A Define that wants the password first, then the code: three tries of it. */
export async function definePasswordFirst(event: DefineAuthChallengeTriggerEvent) {
  const { session } = event.request;
  const last = session.at(-1);
  const codes = session.filter(({ challengeName }) => challengeName === 'CUSTOM_CHALLENGE');
  if (last?.challengeName === 'SRP_A') event.response.challengeName = 'PASSWORD_VERIFIER';
  else if (codes.at(-1)?.challengeResult) event.response.issueTokens = true;
  else if (last === undefined || codes.length >= 3) event.response.failAuthentication = true;
  else event.response.challengeName = 'CUSTOM_CHALLENGE';
  return event;
}
