/** The textbook Create: makes a code and sends it, whatever round it is, by a client that is new each time. */
import { randomInt } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CreateAuthChallengeTriggerEvent } from 'aws-lambda';

type Send = (phoneNumber: string, message: string) => Promise<unknown>;

export async function create(
  event: CreateAuthChallengeTriggerEvent,
  send: Send,
): Promise<CreateAuthChallengeTriggerEvent> {
  const code = String(randomInt(100_000, 1_000_000));
  const phoneNumber = event.request.userAttributes.phone_number ?? '';
  await send(phoneNumber, `Your code is ${code}`);
  event.response.publicChallengeParameters = { phoneNumber };
  event.response.privateChallengeParameters = { code };
  event.response.challengeMetadata = 'CODE';
  return event;
}

export const handler = async (event: CreateAuthChallengeTriggerEvent) => {
  console.log(JSON.stringify(event, null, 2));
  return create(event, (PhoneNumber, Message) => {
    const client = new SNSClient({});
    return client.send(new PublishCommand({ PhoneNumber, Message }));
  });
};
