import { describe, expect, it } from 'vitest';
import { CHALLENGE_STATUSES, type ShownRound } from '../src/domain/create-outcome.ts';
import { Deadline } from '../src/domain/deadline.ts';
import {
  createRequest,
  defineRequest,
  outlineEvent,
  publicChallengeParameters,
  signUpRequest,
  subjectOf,
  type TriggerEvent,
  verifyRequest,
} from '../src/trigger-events.ts';
import { ManualClock } from './fakes/manual-clock.ts';

const ENVELOPE = {
  version: '1',
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_Abc123XyZ',
  userName: '6f1c0f8e-user',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '3n4b5urk1ft4fl3mg5' },
};

/** Whatever the request holds: Cognito leaves out more than the published types allow for. */
function eventWith(request: object, triggerSource = 'CreateAuthChallenge_Authentication') {
  // biome-ignore lint/suspicious/noExplicitAny: it stands for the event of any trigger.
  return { ...ENVELOPE, triggerSource, request, response: {} } as any;
}

const deadline = Deadline.in(new ManualClock(), 4200);
const scope = {
  userPoolId: 'eu-west-1_Abc123XyZ',
  clientId: '3n4b5urk1ft4fl3mg5',
  username: '6f1c0f8e-user',
};

describe('An event', () => {
  const nobody = { scope, userNotFound: false, resendRequested: false };
  const noPhone = { number: undefined, verified: false };

  it.each([
    {},
    { userAttributes: null, session: null, clientMetadata: null, challengeAnswer: null },
  ])('may lack all that it can tell of a user: %j', (request) => {
    const event = eventWith(request);
    expect(defineRequest(event)).toEqual({ ...nobody, rounds: [] });
    expect(createRequest(event, deadline)).toEqual({
      ...nobody,
      rounds: [],
      phone: noPhone,
      resendAttribute: false,
      locales: [undefined, undefined],
      deadline,
    });
    expect(verifyRequest(event, deadline)).toEqual({
      ...nobody,
      reference: undefined,
      phone: noPhone,
      answer: '',
      deadline,
    });
    expect(signUpRequest(event)).toEqual({ phoneNumber: undefined, hasEmail: false });
    expect(subjectOf(event).identity).toBe(ENVELOPE.userName);
  });

  it('asks for the language of the client before that of the record', () => {
    const event = eventWith({
      userAttributes: { locale: 'de-CH' },
      clientMetadata: { locale: 'fr-CA' },
    });
    expect(createRequest(event, deadline).locales).toEqual(['fr-CA', 'de-CH']);
  });

  it.each([42, ['123456'], { code: '123456' }])('holds no answer that is no text: %j', (answer) => {
    expect(verifyRequest(eventWith({ challengeAnswer: answer }), deadline).answer).toBe('');
  });

  it('is about the user of this sub, which outlives a username', () => {
    expect(subjectOf(eventWith({ userAttributes: { sub: 'sub-1' } }))).toEqual({
      trigger: 'CreateAuthChallenge_Authentication',
      userPool: 'eu-west-1_Abc123XyZ',
      appClient: '3n4b5urk1ft4fl3mg5',
      identity: 'sub-1',
    });
  });
});

describe('The outline of an event', () => {
  it('has its fields, how long their text is, and of words only those that are Cognito’s', () => {
    const event: TriggerEvent = eventWith({
      userAttributes: { phone_number: '+12025554567', 'custom:resend': '' },
      session: [
        {
          challengeName: 'CUSTOM_CHALLENGE',
          challengeResult: false,
          challengeMetadata: 'CODE-123456',
        },
        { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null },
      ],
      clientMetadata: { '+12025554567': 'a', action: 'resend' },
      validationData: { '123456': 'b' },
      userNotFound: false,
    });
    expect(outlineEvent(event)).toEqual({
      version: '1',
      region: 'eu-west-1',
      userPoolId: 'eu-west-1_Abc123XyZ',
      callerContext: ENVELOPE.callerContext,
      triggerSource: 'CreateAuthChallenge_Authentication',
      request: {
        userAttributes: { phone_number: '(12 characters)', 'custom:resend': '(0 characters)' },
        session: [
          {
            challengeName: 'CUSTOM_CHALLENGE',
            challengeResult: false,
            challengeMetadata: '(11 characters)',
          },
          { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null },
        ],
        clientMetadata: '(2 entries)',
        validationData: '(1 entries)',
        userNotFound: false,
      },
    });
  });
});

describe('What a client reads of a round', () => {
  const round: ShownRound = {
    status: 'SENT',
    destination: '+*******4567',
    codeLength: 6,
    expiresInMs: 179_999,
    attemptsRemaining: 3,
    resendsRemaining: 2,
    resendAfterMs: 29_001,
  };

  it('promises no more time than there is, and no resend too early', () => {
    expect(publicChallengeParameters(round)).toMatchObject({
      expiresInSeconds: '179',
      resendAfterSeconds: '30',
    });
  });

  it('is a sentence of its own for each status', () => {
    const messages = CHALLENGE_STATUSES.map(
      (status) => publicChallengeParameters({ ...round, status }).message,
    );
    expect(new Set(messages).size).toBe(CHALLENGE_STATUSES.length);
    for (const message of messages) {
      expect(message).toMatch(/^[A-Z][\w ,-]+$/);
    }
  });
});
