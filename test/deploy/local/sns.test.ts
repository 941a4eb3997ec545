import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ALICE, start } from './running.ts';

const sms = { PhoneNumber: ALICE, Message: 'Your code is 123456' } as const;

function snsClient(endpoint: string): SNSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sns = new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  onTestFinished(() => sns.destroy());
  return sns;
}

async function post(url: string, form: Record<string, string>, authorization?: string) {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: authorization === undefined ? {} : { authorization },
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

const SIGNED = `AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/sns/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

const publish = {
  Action: 'Publish',
  Version: '2010-03-31',
  PhoneNumber: ALICE,
  Message: 'Your code is 123456',
};

describe('publishing with the AWS SDK', () => {
  test('a message arrives in the inbox, oldest first', async () => {
    const { endpoint } = await start({ now: () => Date.UTC(2025, 0, 2, 3, 4, 5) });
    const sns = snsClient(endpoint.url);
    const { MessageId } = await sns.send(
      new PublishCommand({
        ...sms,
        MessageAttributes: {
          'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
          'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: '0.05' },
        },
      }),
    );
    await sns.send(new PublishCommand({ PhoneNumber: '+12025550101', Message: 'Two & <two>' }));

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const at = '2025-01-02T03:04:05.000Z';
    const inbox = await fetch(`${endpoint.url}/inbox`);
    expect(await inbox.json()).toEqual([
      { to: ALICE, message: 'Your code is 123456', at },
      { to: '+12025550101', message: 'Two & <two>', at },
    ]);
    expect(endpoint.inbox.latest(ALICE)?.message).toBe('Your code is 123456');
  });

  const refused: readonly [string, Partial<PublishCommandInput>, string, string][] = [
    ['no E.164 number', { PhoneNumber: '2025550100' }, 'InvalidParameter', 'PhoneNumber'],
    ['an empty message', { Message: '' }, 'InvalidParameter', 'Empty message'],
    ['a message too long', { Message: 'x'.repeat(1601) }, 'InvalidParameter', 'too long'],
    [
      'an attribute without a value',
      { MessageAttributes: { Colour: { DataType: 'String', StringValue: '' } } },
      'ParameterValueInvalid',
      'non-empty',
    ],
    [
      'an attribute of an unknown type',
      { MessageAttributes: { Colour: { DataType: 'Text', StringValue: 'x' } } },
      'ParameterValueInvalid',
      'type prefixes',
    ],
    [
      'a number that is none',
      { MessageAttributes: { Count: { DataType: 'Number', StringValue: 'x' } } },
      'ParameterValueInvalid',
      'number',
    ],
    [
      'an unknown SMS type',
      { MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'x' } } },
      'InvalidParameter',
      'SMSType',
    ],
    [
      'a topic',
      { PhoneNumber: undefined, TopicArn: 'arn:aws:sns:us-east-1:000000000000:none' },
      'NotFound',
      'Topic',
    ],
    ['no destination', { PhoneNumber: undefined }, 'InvalidParameter', 'TopicArn or TargetArn'],
  ];
  test.each(refused)('%s is refused', async (_what, change, code, message) => {
    const { endpoint } = await start();
    const call = snsClient(endpoint.url).send(new PublishCommand({ ...sms, ...change }));
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect((error as Error & { Error: { Code: string } }).Error.Code).toBe(code);
    expect(endpoint.inbox.messages).toEqual([]);
  });
});

describe('the Query protocol', () => {
  test('answers XML with a request id', async () => {
    const { endpoint } = await start();
    const { status, body, headers } = await post(endpoint.url, publish, SIGNED);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/xml');
    expect(body).toContain(`<RequestId>${headers.get('x-amzn-requestid')}</RequestId>`);
  });

  const refused: readonly [string, Record<string, string>, string | undefined, number, string][] = [
    ['no signature', publish, undefined, 403, 'MissingAuthenticationToken'],
    ['a signature of another kind', publish, 'Bearer x', 400, 'IncompleteSignature'],
    ['no action', { Version: '2010-03-31' }, SIGNED, 400, 'MissingAction'],
    ['another action', { ...publish, Action: 'Subscribe' }, SIGNED, 400, 'InvalidAction'],
    ['another version', { ...publish, Version: '2009-01-01' }, SIGNED, 400, 'InvalidAction'],
    [
      'attributes that are no entries',
      { ...publish, 'MessageAttributes.Name': 'x' },
      SIGNED,
      400,
      'MalformedQueryString',
    ],
    [
      'an attribute twice',
      Object.assign(
        { ...publish },
        ...[1, 2].map((n) => ({
          [`MessageAttributes.entry.${n}.Name`]: 'Colour',
          [`MessageAttributes.entry.${n}.Value.DataType`]: 'String',
          [`MessageAttributes.entry.${n}.Value.StringValue`]: 'x',
        })),
      ),
      SIGNED,
      400,
      'ParameterValueInvalid',
    ],
  ];
  test.each(refused)('%s is refused', async (_what, form, authorization, status, code) => {
    const { endpoint } = await start();
    const answer = await post(endpoint.url, form, authorization);
    expect(answer).toMatchObject({ status, body: expect.stringContaining(`<Code>${code}</Code>`) });
  });
});

describe('a fault', () => {
  test.each([
    ['throttle', 'Throttling'],
    ['refuse', 'InvalidParameter'],
  ] as const)('%s answers %s and delivers nothing', async (smsFault, code) => {
    const { endpoint } = await start({ smsFault });
    const call = snsClient(endpoint.url).send(new PublishCommand(sms));
    await expect(call).rejects.toMatchObject({ Error: { Code: code } });
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test('hang answers nothing until the caller gives up', async () => {
    const { endpoint } = await start({ smsFault: 'hang' });
    const sending = snsClient(endpoint.url).send(new PublishCommand(sms), {
      abortSignal: AbortSignal.timeout(50),
    });
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(endpoint.inbox.messages).toEqual([]);
  });

  test('can be mended while the endpoint runs', async () => {
    const { endpoint } = await start({ smsFault: 'throttle' });
    endpoint.smsFault = undefined;
    await snsClient(endpoint.url).send(new PublishCommand(sms));
    expect(endpoint.inbox.messages).toHaveLength(1);
  });
});
