import { SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../../src/adapters/clock/system.ts';
import { oneAttempt } from '../../../src/adapters/sms-gateway/lib/aws-client.ts';
import {
  createSnsClient,
  SnsSmsGateway,
  type SnsSmsSettings,
} from '../../../src/adapters/sms-gateway/sns.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeSmsGatewayContract, type Refusal } from '../../contracts/sms-gateway.contract.ts';
import { setEnv } from '../../support/function.ts';
import { inItsWords } from '../../support/provider-server.ts';
import {
  messageAttributes,
  NOT_SERVED,
  type SnsError,
  startSnsServer,
} from '../../support/sns-server.ts';

const clock = new SystemClock();
const to = '+12025554567' as PhoneNumber;

/** How SNS words each refusal: its own error codes and statuses. */
const REFUSALS = {
  throttled: { status: 429, code: 'Throttled', message: 'Rate exceeded' },
  'opted-out': { status: 400, code: 'OptedOut', message: `Phone number ${to} is opted out` },
  'destination-not-served': NOT_SERVED(to),
  unauthorised: { status: 403, code: 'AuthorizationError', message: 'Not allowed: SNS:Publish' },
  unavailable: { status: 500, code: 'InternalError', message: 'Internal failure' },
  rejected: { status: 400, code: 'InvalidParameter', message: 'Invalid parameter: SenderID' },
} as const satisfies Partial<Record<Refusal, SnsError>>;
type SnsRefusal = keyof typeof REFUSALS;

async function startGateway(settings: SnsSmsSettings = {}) {
  const server = await startSnsServer();
  onTestFinished(() => server.close());
  setEnv({
    AWS_ENDPOINT_URL_SNS: server.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return { gateway: new SnsSmsGateway(createSnsClient('eu-west-1'), settings), server };
}

describeSmsGatewayContract(
  'sns',
  async () => {
    const { gateway, server } = await startGateway();
    return {
      gateway,
      provider: (behaviour) => server.behave(inItsWords(REFUSALS, behaviour)),
      attempts: () => server.requests.length,
      openConnections: () => server.openConnections(),
      accepted: () =>
        server.accepted.map((request) => ({
          to: request.get('PhoneNumber') ?? '',
          text: request.get('Message') ?? '',
        })),
      clock,
      close: () => server.close(),
    };
  },
  Object.keys(REFUSALS) as SnsRefusal[],
  { knowsNoExpiry: 'SNS takes none' },
);

describe('SnsSmsGateway', () => {
  function sms() {
    const now = clock.now();
    return {
      to,
      country: 'US',
      text: 'Hello',
      deadline: Deadline.in(clock, 2000),
      expiresAt: now + 300_000,
    };
  }

  it('A41: marks every message as transactional, and sets nothing else by itself', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms());
    expect(messageAttributes(server.requests[0] as URLSearchParams)).toEqual({
      'AWS.SNS.SMS.SMSType': ['String', 'Transactional'],
    });
  });

  it('A41: sets sender, origination, price limit and DLT ids where configured', async () => {
    const { gateway, server } = await startGateway({
      senderId: 'MyApp',
      maxPriceUsd: '0.50',
      originationNumber: '+12065550100',
      entityId: '1101456324675322134',
      templateId: '1107160412653314461',
    });
    await gateway.send(sms());
    expect(messageAttributes(server.requests[0] as URLSearchParams)).toEqual({
      'AWS.SNS.SMS.SMSType': ['String', 'Transactional'],
      'AWS.SNS.SMS.SenderID': ['String', 'MyApp'],
      'AWS.SNS.SMS.MaxPrice': ['Number', '0.50'],
      'AWS.MM.SMS.OriginationNumber': ['String', '+12065550100'],
      'AWS.MM.SMS.EntityId': ['String', '1101456324675322134'],
      'AWS.MM.SMS.TemplateId': ['String', '1107160412653314461'],
    });
  });

  it('publishes to the phone number itself, never to a topic', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms());
    expect(server.requests[0]?.get('PhoneNumber')).toBe(to);
    expect(server.requests[0]?.has('TopicArn')).toBe(false);
  });

  it.each<readonly [string, SnsError, string]>([
    ['Throttling', { status: 400, code: 'Throttling', message: 'Rate exceeded' }, 'throttled'],
    ['ThrottlingException', { status: 400, code: 'ThrottlingException', message: '' }, 'throttled'],
    [
      'ParameterValueInvalid',
      { ...NOT_SERVED(to), code: 'ParameterValueInvalid' },
      'destination-not-served',
    ],
    [
      'InvalidClientTokenId',
      { status: 403, code: 'InvalidClientTokenId', message: '' },
      'unauthorised',
    ],
    ['ExpiredToken', { status: 400, code: 'ExpiredToken', message: '' }, 'unauthorised'],
    ['EndpointDisabled', { status: 400, code: 'EndpointDisabled', message: '' }, 'rejected'],
  ])('A42: maps %s', async (_, error, failure) => {
    const { gateway, server } = await startGateway();
    server.behave(error);
    await expect(gateway.send(sms())).rejects.toMatchObject({ failure, fate: 'unsent' });
  });

  it('tells the operator the error name, status and request id', async () => {
    const { gateway, server } = await startGateway();
    server.behave(REFUSALS['opted-out']);
    await expect(gateway.send(sms())).rejects.toMatchObject({
      provider: {
        name: 'OptedOutException',
        httpStatus: 400,
        requestId: '9ea1e8c6-0000-5000-8000-d9a3b6c6e4f5',
      },
    });
  });
});

describe('SnsSmsGateway without a provider to reach', () => {
  beforeEach(async () => {
    const { server } = await startGateway();
    await server.close();
  });

  it.each([
    ['credentials that are missing', 'unauthorised', () => Promise.reject(noCredentials())],
    ['a fault of our own', 'unavailable', () => Promise.reject(new RangeError('out of range'))],
    ['a refusal that has no status', 'throttled', () => Promise.reject(noStatus('Throttling'))],
    ['credentials that never come', 'timed-out', () => new Promise<never>(() => {})],
  ] as const)('A42: knows that nothing left after %s', async (_, kind, credentials) => {
    const client = new SNSClient({ ...oneAttempt('eu-west-1'), credentials });
    const gateway = new SnsSmsGateway(client, {});
    const deadline = Deadline.in(clock, 100);
    const sms = { to, country: 'US', text: 'Hello', deadline, expiresAt: clock.now() + 300_000 };
    await expect(gateway.send(sms)).rejects.toMatchObject({ failure: kind, fate: 'unsent' });
  });

  it('A42: knows that nothing left when no connection could be made', async () => {
    const gateway = new SnsSmsGateway(createSnsClient('eu-west-1'), {});
    const now = clock.now();
    const sms = {
      to,
      country: 'US',
      text: 'Hello',
      deadline: Deadline.in(clock, 2000),
      expiresAt: now + 300_000,
    };
    await expect(gateway.send(sms)).rejects.toMatchObject({
      failure: 'unavailable',
      fate: 'unsent',
      provider: { name: 'ECONNREFUSED' },
    });
  });
});

function noCredentials(): Error {
  return Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
}

function noStatus(name: string): Error {
  return new SNSServiceException({ name, $fault: 'client', $metadata: {} });
}
