/** The least that signs in: one function, one client made at its start, one SMS, and nothing else. */
import { randomInt } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AuthChallengeEvent } from '../../src/trigger-events.ts';

const client = new SNSClient({});

export const handler = async (event: AuthChallengeEvent) => {
  switch (event.triggerSource) {
    case 'DefineAuthChallenge_Authentication': {
      const passed = event.request.session.at(-1)?.challengeResult === true;
      event.response.issueTokens = passed;
      event.response.failAuthentication = false;
      event.response.challengeName = 'CUSTOM_CHALLENGE';
      break;
    }
    case 'CreateAuthChallenge_Authentication': {
      const code =
        event.request.session.at(-1)?.challengeMetadata ??
        (await sendCode(event.request.userAttributes.phone_number));
      event.response.publicChallengeParameters = {};
      event.response.privateChallengeParameters = { code };
      // Cognito shows it to no client, and hands it back with the session.
      event.response.challengeMetadata = code;
      break;
    }
    case 'VerifyAuthChallengeResponse_Authentication': {
      const { challengeAnswer, privateChallengeParameters } = event.request;
      event.response.answerCorrect = challengeAnswer === privateChallengeParameters.code;
    }
  }
  return event;
};

async function sendCode(PhoneNumber: string | undefined): Promise<string> {
  const code = String(randomInt(100_000, 1_000_000));
  await client.send(new PublishCommand({ PhoneNumber, Message: `Your code is ${code}` }));
  return code;
}
