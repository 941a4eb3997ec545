/** The textbook Verify: compares the answer with the code that Cognito kept. */
import type { VerifyAuthChallengeResponseTriggerEvent } from 'aws-lambda';

export function verify(
  event: VerifyAuthChallengeResponseTriggerEvent,
): VerifyAuthChallengeResponseTriggerEvent {
  const { challengeAnswer, privateChallengeParameters } = event.request;
  event.response.answerCorrect = challengeAnswer === privateChallengeParameters.code;
  return event;
}

export const handler = async (event: VerifyAuthChallengeResponseTriggerEvent) => {
  console.log(JSON.stringify(event, null, 2));
  return verify(event);
};
