/** The textbook Define: the code, up to three times. */
import type { DefineAuthChallengeTriggerEvent } from 'aws-lambda';

export function define(event: DefineAuthChallengeTriggerEvent): DefineAuthChallengeTriggerEvent {
  const { session } = event.request;
  if (session.at(-1)?.challengeResult === true) {
    event.response.issueTokens = true;
    event.response.failAuthentication = false;
  } else if (session.length >= 3) {
    event.response.issueTokens = false;
    event.response.failAuthentication = true;
  } else {
    event.response.issueTokens = false;
    event.response.failAuthentication = false;
    event.response.challengeName = 'CUSTOM_CHALLENGE';
  }
  return event;
}

export const handler = async (event: DefineAuthChallengeTriggerEvent) => {
  console.log(JSON.stringify(event, null, 2));
  return define(event);
};
