import {
  PinpointSMSVoiceV2Client,
  PinpointSMSVoiceV2ServiceException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createEndUserMessagingClient,
  type EndUserMessagingSettings,
  EndUserMessagingSmsGateway,
} from '../../../src/adapters/sms-gateway/end-user-messaging.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeSmsGatewayContract, type Refusal } from '../../contracts/sms-gateway.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import {
  type EndUserMessagingError,
  MESSAGE_ID,
  startEndUserMessagingServer,
} from '../../support/end-user-messaging-server.ts';
import { setEnv } from '../../support/function.ts';
import { inItsWords } from '../../support/provider-server.ts';

const conflict = (reason: string) => ({ status: 400, type: 'ConflictException', reason });
const validation = (reason: string) => ({ status: 400, type: 'ValidationException', reason });
const quota = (reason: string) => ({ status: 400, type: 'ServiceQuotaExceededException', reason });

/** How AWS words each refusal: exception, status and reason. */
const REFUSALS = {
  throttled: { status: 400, type: 'ThrottlingException' },
  'opted-out': conflict('DESTINATION_PHONE_NUMBER_OPTED_OUT'),
  'invalid-number': { ...validation('INVALID_PARAMETER'), fields: ['DestinationPhoneNumber'] },
  'country-blocked': conflict('DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION'),
  'destination-not-served': {
    ...validation('INVALID_IDENTITY_FOR_DESTINATION_COUNTRY'),
    fields: ['destinationPhoneNumber'],
  },
  'price-over-limit': validation('PRICE_OVER_THRESHOLD'),
  'spend-limit': quota('MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT'),
  sandbox: conflict('DESTINATION_PHONE_NUMBER_NOT_VERIFIED'),
  unauthorised: { status: 400, type: 'AccessDeniedException', reason: 'ACCOUNT_DISABLED' },
  unavailable: { status: 500, type: 'InternalServerException' },
  rejected: conflict('NO_ORIGINATION_IDENTITIES_FOUND'),
} as const satisfies Record<Refusal, EndUserMessagingError>;

const clock = new ManualClock();

async function startGateway(settings: EndUserMessagingSettings = {}) {
  const server = await startEndUserMessagingServer();
  onTestFinished(() => server.close());
  setEnv({
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: server.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const client = createEndUserMessagingClient('ap-south-1');
  return { gateway: new EndUserMessagingSmsGateway(client, clock, settings), server };
}

describeSmsGatewayContract(
  'end-user-messaging',
  async () => {
    const { gateway, server } = await startGateway({ feedback: true });
    return {
      gateway,
      provider: (behaviour) => server.behave(inItsWords(REFUSALS, behaviour)),
      attempts: () => server.requests.length,
      openConnections: () => server.openConnections(),
      accepted: () =>
        server.accepted.map(({ input }) => ({
          to: String(input.DestinationPhoneNumber),
          text: String(input.MessageBody),
        })),
      validity: () => Number(server.accepted.at(-1)?.input.TimeToLive),
      clock,
      close: () => server.close(),
    };
  },
  Object.keys(REFUSALS) as Refusal[],
);

describe('EndUserMessagingSmsGateway', () => {
  function sms(lifetimeMs = 300_000) {
    const now = clock.now();
    const to = '+919876543210' as PhoneNumber;
    return {
      to,
      country: 'US',
      text: 'Hello',
      deadline: Deadline.in(clock, 2000),
      expiresAt: now + lifetimeMs,
    };
  }

  it('A41: marks every message as transactional, for as long as the code is valid', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms(299_900));
    expect(server.requests).toEqual([
      {
        action: 'SendTextMessage',
        input: {
          DestinationPhoneNumber: '+919876543210',
          MessageBody: 'Hello',
          MessageType: 'TRANSACTIONAL',
          TimeToLive: 299,
        },
      },
    ]);
  });

  it('asks for no shorter life than AWS takes', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms(1_000));
    expect(server.requests[0]?.input.TimeToLive).toBe(5);
  });

  it('A41: sets identity, sets, price limit, DLT ids and context where configured', async () => {
    const { gateway, server } = await startGateway({
      origination: 'MYAPP',
      configurationSet: 'otp',
      protectConfiguration: 'protect-0a1b',
      maxPriceUsd: '1',
      entityId: '1101456324675322134',
      templateId: '1107160412653314461',
      context: { service: 'sign-in' },
      feedback: true,
    });
    await gateway.send(sms());
    expect(server.accepted[0]?.input).toMatchObject({
      OriginationIdentity: 'MYAPP',
      ConfigurationSetName: 'otp',
      ProtectConfigurationId: 'protect-0a1b',
      MaxPrice: '1.0',
      DestinationCountryParameters: {
        IN_ENTITY_ID: '1101456324675322134',
        IN_TEMPLATE_ID: '1107160412653314461',
      },
      Context: { service: 'sign-in' },
      MessageFeedbackEnabled: true,
    });
  });

  it.each([
    ['1', '1.0'],
    ['0.50', '0.50'],
  ])('A41: gives a price limit of %s as AWS takes it', async (maxPriceUsd, MaxPrice) => {
    const { gateway, server } = await startGateway({ maxPriceUsd });
    await gateway.send(sms());
    expect(server.accepted[0]?.input).toMatchObject({ MaxPrice });
  });

  it('leaves to the account what no route sets', async () => {
    const { gateway, server } = await startGateway();
    await gateway.send(sms());
    expect(Object.keys(server.accepted[0]?.input ?? {}).toSorted()).toEqual([
      'DestinationPhoneNumber',
      'MessageBody',
      'MessageType',
      'TimeToLive',
    ]);
  });

  it.each<readonly [EndUserMessagingError, string]>([
    [conflict('DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE'), 'country-blocked'],
    [validation('DESTINATION_COUNTRY_BLOCKED'), 'destination-not-served'],
    [validation('COUNTRY_NOT_ENABLED'), 'destination-not-served'],
    [validation('INTERNATIONAL_SENDING_NOT_SUPPORTED'), 'destination-not-served'],
    [validation('INVALID_IDENTITY_FOR_DESTINATION_COUNTRY'), 'destination-not-served'],
    [validation('SENDER_ID_NOT_REGISTERED'), 'destination-not-served'],
    [validation('SENDER_ID_NOT_SUPPORTED'), 'destination-not-served'],
    [validation('SENDER_ID_REQUIRES_REGISTRATION'), 'destination-not-served'],
    [
      { ...validation('FIELD_VALIDATION_FAILED'), fields: ['destinationPhoneNumber'] },
      'invalid-number',
    ],
    [
      {
        ...validation('FIELD_VALIDATION_FAILED'),
        fields: ['MessageBody', 'DestinationPhoneNumber'],
      },
      'invalid-number',
    ],
    [{ ...validation('FIELD_VALIDATION_FAILED'), fields: ['MaxPrice'] }, 'rejected'],
    [
      {
        ...validation('FIELD_VALIDATION_FAILED'),
        fields: ['AnyDestinationPhoneNumber', 'DestinationPhoneNumbers'],
      },
      'rejected',
    ],
    [validation('FIELD_VALIDATION_FAILED'), 'rejected'],
    [quota('PHONE_NUMBERS_PER_ACCOUNT'), 'rejected'],
    [{ status: 429, type: 'TooManyRequestsException' }, 'throttled'],
    [{ status: 400, type: 'UnrecognizedClientException' }, 'unauthorised'],
    [{ status: 403, type: 'InvalidSignatureException' }, 'unauthorised'],
    [{ status: 400, type: 'ResourceNotFoundException' }, 'rejected'],
  ])('A42: maps %j to %s', async (error, failure) => {
    const { gateway, server } = await startGateway();
    server.behave(error);
    await expect(gateway.send(sms())).rejects.toMatchObject({ failure, fate: 'unsent' });
  });

  it.each([
    [400, 'rejected'],
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [429, 'throttled'],
  ])(
    'A42: maps a refusal that AWS did not write by its status: %i, %s',
    async (status, failure) => {
      const { gateway, server } = await startGateway();
      server.behave({ proxy: status });
      await expect(gateway.send(sms())).rejects.toMatchObject({
        failure,
        fate: 'unsent',
        provider: { name: 'UnreadableAnswer', httpStatus: status },
      });
    },
  );

  it('A42: maps a refusal that has no status by its name', async () => {
    const client = new PinpointSMSVoiceV2Client({
      region: 'ap-south-1',
      credentials: () =>
        Promise.reject(
          new PinpointSMSVoiceV2ServiceException({
            name: 'ThrottlingException',
            $fault: 'client',
            $metadata: {},
          }),
        ),
    });
    const gateway = new EndUserMessagingSmsGateway(client, clock, {});
    await expect(gateway.send(sms())).rejects.toMatchObject({
      failure: 'throttled',
      fate: 'unsent',
    });
  });

  it('tells the operator the exception, its reason and the request id', async () => {
    const { gateway, server } = await startGateway();
    server.behave(REFUSALS['spend-limit']);
    await expect(gateway.send(sms())).rejects.toMatchObject({
      provider: {
        name: 'ServiceQuotaExceededException',
        reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
        httpStatus: 400,
        requestId: '6b1a2c3d-0000-4000-8000-d9a3b6c6e4f5',
      },
    });
  });

  describe('with feedback', () => {
    it('tells AWS that the message was received', async () => {
      const { gateway, server } = await startGateway({ feedback: true });
      const { feedbackReference = '' } = await gateway.send(sms());
      expect(feedbackReference).toBe(MESSAGE_ID);
      await gateway.confirm(feedbackReference);
      expect(server.accepted.at(-1)).toEqual({
        action: 'PutMessageFeedback',
        input: { MessageId: MESSAGE_ID, MessageFeedbackStatus: 'RECEIVED' },
      });
    });

    it('gives no reference when it is not enabled', async () => {
      const { gateway } = await startGateway();
      expect(await gateway.send(sms())).toEqual({});
    });

    it.each<EndUserMessagingError | 'hang'>(['hang', REFUSALS.throttled])(
      'asks once, and rejects: %j',
      async (behaviour) => {
        const { gateway, server } = await startGateway({ feedback: true });
        server.behave(behaviour);
        await expect(gateway.confirm(MESSAGE_ID)).rejects.toThrow('SMS not delivered');
        expect(server.requests).toHaveLength(1);
      },
    );
  });
});
