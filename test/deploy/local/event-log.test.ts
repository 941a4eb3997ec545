/** The event log of the demo page: what it tells, and what it must not. */
import { describe, expect, it } from 'vitest';
import type { TriggerRun } from '../../../deploy/local/cognito/triggers.ts';
import { EventLog } from '../../../deploy/local/event-log.ts';
import type { JsonObject } from '../../../deploy/local/json.ts';

const AT = '2026-01-15T12:00:00.000Z';

function newLog(): EventLog {
  return new EventLog(() => Date.parse(AT));
}

function run(request: JsonObject, result: TriggerRun['result']): TriggerRun {
  const event = {
    version: '1',
    region: 'us-east-1',
    userPoolId: 'us-east-1_PhoneOtp',
    userName: 'alice',
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'phoneotp' },
    triggerSource: 'CreateAuthChallenge_Authentication',
    request,
    response: {},
  };
  return { trigger: 'CreateAuthChallenge', event, result };
}

function returned(response: JsonObject): TriggerRun['result'] {
  return { kind: 'returned', payload: JSON.stringify({ response }) };
}

describe('EventLog', () => {
  it('masks whatever may be a secret, and shows the words of the contract', () => {
    const log = newLog();
    const request = {
      userAttributes: { sub: 'a1b2', phone_number: '+12025554567', email: 'a@example.com' },
      session: [
        { challengeName: 'CUSTOM_CHALLENGE', challengeResult: false, challengeMetadata: 'v1.x' },
      ],
      challengeAnswer: '123456',
      clientMetadata: { action: 'resend', device: 'abc' },
    };
    const response = {
      publicChallengeParameters: { status: 'SENT', message: 'Your code is 123456', hint: 'psst' },
      privateChallengeParameters: { answer: '123456' },
      challengeMetadata: 'CODE-123456',
    };
    log.ran(run(request, returned(response)));
    expect(log.entries).toEqual([
      {
        kind: 'trigger',
        at: AT,
        trigger: 'CreateAuthChallenge',
        request: {
          userAttributes: {
            sub: '(4 characters)',
            phone_number: '+*******4567',
            email: '(13 characters)',
          },
          session: [
            {
              challengeName: 'CUSTOM_CHALLENGE',
              challengeResult: false,
              challengeMetadata: '(4 characters)',
            },
          ],
          challengeAnswer: '(6 characters)',
          clientMetadata: { action: 'resend', device: '(3 characters)' },
        },
        outcome: {
          kind: 'returned',
          response: {
            publicChallengeParameters: {
              status: 'SENT',
              message: 'Your code is ******',
              hint: '(4 characters)',
            },
            privateChallengeParameters: { answer: '(6 characters)' },
            challengeMetadata: '(11 characters)',
          },
        },
      },
    ]);
  });

  it.each([
    [{ kind: 'failed', errorMessage: 'no luck with 123456' } as const, 'no luck with ******'],
    [{ kind: 'timed-out' } as const, 'It did not answer in time.'],
    [{ kind: 'no-such-function' } as const, 'There is no such function.'],
  ])('says why a function gave nothing back: %j', (result, reason) => {
    const log = newLog();
    log.ran(run({}, result));
    expect(log.entries[0]).toMatchObject({ outcome: { kind: 'failed', reason } });
  });

  it.each(['', 'null', '"text"', '{}'])('takes any output: %j', (payload) => {
    const log = newLog();
    log.ran(run({}, { kind: 'returned', payload }));
    expect(log.entries[0]).toMatchObject({ outcome: { kind: 'returned', response: null } });
  });

  it('masks a code that a function gives as a number, which Cognito refuses', () => {
    const log = newLog();
    log.ran(run({}, returned({ privateChallengeParameters: { answer: 123456, tries: 3 } })));
    expect(log.entries[0]).toMatchObject({
      outcome: { response: { privateChallengeParameters: { answer: '******', tries: 3 } } },
    });
  });

  it('tells what a refused function should have done, and no code in it', () => {
    const log = newLog();
    const code = 'InvalidLambdaResponseException';
    log.refused('InitiateAuth', { code, message: 'No.', hint: 'said 123456, not a text' });
    expect(log.entries[0]).toMatchObject({ code, hint: 'said ******, not a text' });
  });

  it('tells its listeners until they have heard enough', () => {
    const log = newLog();
    const heard: string[] = [];
    const stop = log.subscribe(({ kind }) => heard.push(kind));
    log.called('InitiateAuth');
    log.refused('InitiateAuth', { code: 'NotAuthorizedException', message: 'No.' });
    stop();
    log.called('InitiateAuth');
    expect(heard).toEqual(['call', 'refusal']);
  });

  it('forgets the oldest of many entries', () => {
    const log = newLog();
    for (let n = 0; n < 201; n += 1) log.called(`Operation${n}`);
    expect(log.entries).toHaveLength(200);
    expect(log.entries[0]).toMatchObject({ operation: 'Operation1' });
  });
});
