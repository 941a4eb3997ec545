import {
  PinpointSMSVoiceV2Client,
  PutMessageFeedbackCommand,
  SendTextMessageCommand,
  type SendTextMessageCommandInput,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localClientConfig } from '../../../deploy/local/client-config.ts';
import { ALICE, start } from './running.ts';

const sms = { DestinationPhoneNumber: ALICE, MessageBody: 'Your code is 123456' };

function sdkClient(endpoint: string): PinpointSMSVoiceV2Client {
  const client = new PinpointSMSVoiceV2Client({ ...localClientConfig(endpoint), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

describe('sending by End User Messaging with the AWS SDK', () => {
  test('a message arrives in the inbox, whatever of the account it goes by', async () => {
    const { endpoint } = await start({ now: () => Date.UTC(2025, 0, 2, 3, 4, 5) });
    const { MessageId } = await sdkClient(endpoint.url).send(
      new SendTextMessageCommand({
        ...sms,
        OriginationIdentity: 'MYAPP',
        MessageType: 'TRANSACTIONAL',
        ConfigurationSetName: 'otp',
        ProtectConfigurationId: 'protect-0a1b',
        Keyword: 'OTP',
        MaxPrice: '1.0',
        TimeToLive: 300,
        Context: { service: 'sign-in' },
        DestinationCountryParameters: { IN_ENTITY_ID: '1101456324675322134' },
        MessageFeedbackEnabled: true,
      }),
    );
    expect(MessageId).toMatch(/^m-[0-9a-f]{32}$/);
    expect(endpoint.inbox.messages).toEqual([
      { to: ALICE, message: 'Your code is 123456', at: '2025-01-02T03:04:05.000Z' },
    ]);
  });

  test('a number needs no plus', async () => {
    const { endpoint } = await start();
    const number = ALICE.replace('+', '');
    await sdkClient(endpoint.url).send(
      new SendTextMessageCommand({ ...sms, DestinationPhoneNumber: number }),
    );
    expect(endpoint.inbox.latest(ALICE)?.message).toBe('Your code is 123456');
  });

  test('a dry run sends nothing', async () => {
    const { endpoint } = await start();
    await sdkClient(endpoint.url).send(new SendTextMessageCommand({ ...sms, DryRun: true }));
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test('feedback is taken on a message that was sent, and on no other', async () => {
    const { endpoint } = await start();
    const client = sdkClient(endpoint.url);
    const { MessageId } = await client.send(new SendTextMessageCommand(sms));
    const feedback = { MessageFeedbackStatus: 'RECEIVED' } as const;
    expect(
      await client.send(new PutMessageFeedbackCommand({ ...feedback, MessageId })),
    ).toMatchObject({ MessageId, ...feedback });
    await expect(
      client.send(new PutMessageFeedbackCommand({ ...feedback, MessageId: 'm-0' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<[string, Partial<SendTextMessageCommandInput>]>([
    ['DestinationPhoneNumber', { DestinationPhoneNumber: 'Alice' }],
    ['DestinationPhoneNumber', { DestinationPhoneNumber: undefined }],
    ['MessageBody', { MessageBody: undefined }],
    ['MessageBody', { MessageBody: 'x'.repeat(1601) }],
    ['OriginationIdentity', { OriginationIdentity: 'My app' }],
    ['MessageType', { MessageType: 'Transactional' as 'TRANSACTIONAL' }],
    ['MaxPrice', { MaxPrice: '1' }],
    ['TimeToLive', { TimeToLive: 4 }],
    ['Context', { Context: { 'two words': 'x' } }],
  ])('a wrong %s is refused: %j', async (field, change) => {
    const { endpoint } = await start();
    const call = sdkClient(endpoint.url).send(new SendTextMessageCommand({ ...sms, ...change }));
    await expect(call).rejects.toMatchObject({
      name: 'ValidationException',
      Reason: 'FIELD_VALIDATION_FAILED',
      Fields: [{ Name: field, Message: expect.any(String) }],
    });
    expect(endpoint.inbox.messages).toEqual([]);
  });
});

describe("End User Messaging's JSON protocol", () => {
  const signature = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const right = {
    'x-amz-target': 'PinpointSMSVoiceV2.SendTextMessage',
    'content-type': 'application/x-amz-json-1.0',
    authorization: signature('sms-voice'),
  };

  test.each<[string, Record<string, string>, string]>([
    ['no signature', { authorization: '' }, 'IncompleteSignatureException'],
    [
      "another service's signature",
      { authorization: signature('sns') },
      'IncompleteSignatureException',
    ],
    [
      'another action',
      { 'x-amz-target': 'PinpointSMSVoiceV2.SendVoiceMessage' },
      'UnknownOperationException',
    ],
    ['another type', { 'content-type': 'application/json' }, 'UnknownOperationException'],
  ])('%s is refused', async (_what, change, type) => {
    const { endpoint } = await start();
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: { ...right, ...change },
      body: JSON.stringify(sms),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: type });
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test.each([
    ['that is no JSON object', '['],
    ['with a member that there is none of', JSON.stringify({ ...sms, Colour: 'red' })],
  ])('a body %s is refused', async (_what, body) => {
    const { endpoint } = await start();
    const response = await fetch(endpoint.url, { method: 'POST', headers: right, body });
    expect(await response.json()).toMatchObject({ __type: 'ValidationException' });
    expect(endpoint.inbox.messages).toEqual([]);
  });
});

describe('a fault of End User Messaging', () => {
  test.each([
    ['throttle', { name: 'ThrottlingException' }],
    ['refuse', { name: 'ValidationException', Fields: [{ Name: 'DestinationPhoneNumber' }] }],
  ] as const)('%s is said in its own words, and nothing is delivered', async (smsFault, error) => {
    const { endpoint } = await start({ smsFault });
    const call = sdkClient(endpoint.url).send(new SendTextMessageCommand(sms));
    await expect(call).rejects.toMatchObject(error);
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test('hang answers nothing until the caller gives up', async () => {
    const { endpoint } = await start({ smsFault: 'hang' });
    const sending = sdkClient(endpoint.url).send(new SendTextMessageCommand(sms), {
      abortSignal: AbortSignal.timeout(50),
    });
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(endpoint.inbox.messages).toEqual([]);
  });
});
