import { describe, expect, test } from 'vitest';
import type { LambdaContext, LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { CODE } from '../textbook-triggers.ts';
import { createWorld, expectError } from './world.ts';

const UNRECOGNIZABLE = 'Unrecognizable lambda output';
const never = () => new Promise<never>(() => {});
const returning =
  (change: (event: Readonly<Record<string, unknown>>) => unknown): LambdaHandler =>
  async (event: Readonly<Record<string, unknown>>) =>
    change(event);
const responding = (response: unknown) => returning((event) => ({ ...event, response }));

describe('§6 a trigger that fails', () => {
  test.each([
    ['DefineAuthChallenge', '000000'],
    ['CreateAuthChallenge', '000000'],
    ['VerifyAuthChallengeResponse', '000000'],
    ['PreAuthentication', '000000'],
    ['PostAuthentication', CODE],
    ['PreTokenGeneration', CODE],
  ])('§6 %s throws', async (trigger, code) => {
    const world = await createWorld();
    const first = await world.initiate();
    world.endpoint.attach({ [trigger]: () => Promise.reject(new Error("'challengeMetaData'")) });
    const answer =
      trigger === 'PreAuthentication' ? await world.initiate() : await world.respond(first, code);
    expectError(
      answer,
      'UserLambdaValidationException',
      `${trigger} failed with error 'challengeMetaData'.`,
    );
  });

  test.each(['PreSignUp', 'PostConfirmation'])('§6 %s throws', async (trigger) => {
    const world = await createWorld({
      triggers: {
        PreSignUp: async (event: { response: object }) => {
          event.response = { autoConfirmUser: true };
          return event;
        },
        [trigger]: () => Promise.reject(new Error('no')),
      },
    });
    expectError(
      await world.signUp('+12025550111'),
      'UserLambdaValidationException',
      `${trigger} failed with error no.`,
    );
  });

  test('§6 an error thrown is not tried again', async () => {
    let calls = 0;
    const world = await createWorld({
      triggers: {
        DefineAuthChallenge: () => {
          calls += 1;
          throw new Error('no');
        },
      },
    });
    await world.initiate();
    expect(calls).toBe(1);
  });

  test('§6 three timeouts', async () => {
    const requestIds = new Set<string>();
    const world = await createWorld({
      triggerTimeoutMs: 5,
      triggers: {
        DefineAuthChallenge: (_event: object, { awsRequestId }: LambdaContext) => {
          requestIds.add(awsRequestId);
          return never();
        },
      },
    });
    expectError(
      await world.initiate(),
      'UnexpectedLambdaException',
      'DefineAuthChallenge invocation failed due to error Socket timeout while invoking Lambda function.',
    );
    expect(requestIds.size).toBe(3);
  });

  test('§6 a timeout followed by an answer is a success: the slow call ran too', async () => {
    let calls = 0;
    const world = await createWorld({
      triggerTimeoutMs: 30,
      triggers: {
        CreateAuthChallenge: async (event: object) => {
          calls += 1;
          return calls < 3
            ? never()
            : { ...event, response: { privateChallengeParameters: { code: CODE } } };
        },
      },
    });
    expect((await world.initiate()).status).toBe(200);
    expect(calls).toBe(3);
  });

  test('§6 the number of calls can be configured', async () => {
    let calls = 0;
    const world = await createWorld({
      triggerTimeoutMs: 5,
      triggerAttempts: 1,
      triggers: {
        DefineAuthChallenge: () => {
          calls += 1;
          return never();
        },
      },
    });
    await world.initiate();
    expect(calls).toBe(1);
  });

  test('§6 five seconds by default', async () => {
    let remaining = 0;
    const world = await createWorld({
      triggers: {
        DefineAuthChallenge: async (event: object, context: LambdaContext) => {
          remaining = context.getRemainingTimeInMillis();
          return { ...event, response: { challengeName: 'CUSTOM_CHALLENGE' } };
        },
      },
    });
    await world.initiate();
    expect(remaining).toBeGreaterThan(4000);
    expect(remaining).toBeLessThanOrEqual(5000);
  });

  test('§6 a function that is not there', async () => {
    const world = await createWorld();
    const DefineAuthChallenge = 'arn:aws:lambda:us-east-1:000000000000:function:none';
    const LambdaConfig = { ...world.textbookLambdaConfig(), DefineAuthChallenge };
    const { ClientId, UserPoolId } = await world.createPool({ LambdaConfig });
    await world.admin('AdminCreateUser', { UserPoolId, Username: 'alice' });
    expectError(
      await world.initiate({ USERNAME: 'alice' }, { ClientId }),
      'UnexpectedLambdaException',
      'DefineAuthChallenge invocation failed due to error ResourceNotFoundException.',
    );
  });
});

describe('§6 output that is no output', () => {
  test('§6 not JSON', async () => {
    const world = await createWorld({
      triggers: { DefineAuthChallenge: returning(() => () => {}) },
    });
    expectError(
      await world.initiate(),
      'InvalidLambdaResponseException',
      'Invalid lambda function output : Invalid JSON',
    );
  });

  const outputs: readonly [string, LambdaHandler][] = [
    ['null', returning(() => null)],
    ['nothing', returning(() => undefined)],
    ['a list', returning(() => [])],
    ['a text', returning(() => 'text')],
    ['an object without response', returning(({ response: _, ...event }) => event)],
    ['a response that is null', responding(null)],
    ['no decision at all', returning((event) => event)],
    ['an empty response', responding({})],
    ['a challengeName that is no string', responding({ challengeName: 1 })],
    ['an issueTokens that is no boolean', responding({ issueTokens: 'true' })],
    ['a failAuthentication that is no boolean', responding({ failAuthentication: 0 })],
    ['a challengeName nobody knows', responding({ challengeName: 'CAPTCHA' })],
  ];
  test.each(outputs)('§6 Define returning %s', async (_what, DefineAuthChallenge) => {
    const world = await createWorld({ triggers: { DefineAuthChallenge } });
    expectError(await world.initiate(), 'InvalidLambdaResponseException', UNRECOGNIZABLE);
  });

  const challenges: readonly [string, object][] = [
    ['public parameters that are no strings', { publicChallengeParameters: { tries: 3 } }],
    ['private parameters that are no strings', { privateChallengeParameters: { code: 123456 } }],
    ['a parameter that is null', { publicChallengeParameters: { message: null } }],
    ['parameters that are a list', { publicChallengeParameters: [] }],
    ['metadata that is no string', { challengeMetadata: {} }],
  ];
  test.each(challenges)('§6 Create returning %s', async (_what, response) => {
    const complete = { privateChallengeParameters: { code: CODE }, ...response };
    const world = await createWorld({ triggers: { CreateAuthChallenge: responding(complete) } });
    expectError(await world.initiate(), 'InvalidLambdaResponseException', UNRECOGNIZABLE);
  });

  test.each([
    ['a string', 'true'],
    ['a number', 1],
    ['null', null],
    ['nothing', undefined],
  ])('§6 Verify returning %s for answerCorrect', async (_what, answerCorrect) => {
    const VerifyAuthChallengeResponse = responding({ answerCorrect });
    const world = await createWorld({ triggers: { VerifyAuthChallengeResponse } });
    const answer = await world.respond(await world.initiate(), CODE);
    expectError(answer, 'InvalidLambdaResponseException', UNRECOGNIZABLE);
  });

  test.each([
    ['version 1 claims that are no strings', 'V1_0', { claimsToAddOrOverride: { level: 7 } }],
    ['a suppression that is no list', 'V1_0', { claimsToSuppress: 'email' }],
    ['groups that are no strings', 'V1_0', { groupOverrideDetails: { groupsToOverride: [1] } }],
    ['scopes that are no list', 'V2_0', { accessTokenGeneration: { scopesToAdd: 'a' } }],
    ['a generation that is no object', 'V2_0', { idTokenGeneration: 'x' }],
  ] as const)('§6 PreTokenGeneration returning %s', async (_what, version, details) => {
    const key = version === 'V2_0' ? 'claimsAndScopeOverrideDetails' : 'claimsOverrideDetails';
    const world = await createWorld({
      preTokenGenerationVersion: version,
      triggers: { PreTokenGeneration: responding({ [key]: details }) },
    });
    const answer = await world.respond(await world.initiate(), CODE);
    expectError(answer, 'InvalidLambdaResponseException', UNRECOGNIZABLE);
  });
});

describe('§6 strict about the whole event', () => {
  const decided = { challengeName: 'CUSTOM_CHALLENGE' };
  const incomplete: readonly [string, LambdaHandler][] = [
    ...[
      'version',
      'region',
      'userPoolId',
      'userName',
      'callerContext',
      'triggerSource',
      'request',
    ].map((key): [string, LambdaHandler] => [
      `without ${key}`,
      returning(({ [key]: _, ...event }) => ({ ...event, response: decided })),
    ]),
    [
      'with a callerContext that is a text',
      returning((event) => ({ ...event, callerContext: 'x', response: decided })),
    ],
    [
      'with a null where the event had none',
      returning((event) => ({
        ...event,
        request: { ...(event.request as object), clientMetadata: null },
        response: decided,
      })),
    ],
  ];
  test.each(incomplete)('§6 the event %s is refused', async (_what, DefineAuthChallenge) => {
    const world = await createWorld({ triggers: { DefineAuthChallenge } });
    expectError(await world.initiate(), 'InvalidLambdaResponseException', UNRECOGNIZABLE);
  });

  test.each(incomplete)('§6 and taken where not strict: %s', async (_what, DefineAuthChallenge) => {
    const world = await createWorld({
      strictTriggerOutput: false,
      triggers: { DefineAuthChallenge },
    });
    expect((await world.initiate()).status).toBe(200);
  });

  test('§6 nulls that the event had may come back', async () => {
    const world = await createWorld({
      triggers: { PreTokenGeneration: responding({ claimsOverrideDetails: null }) },
    });
    expect(await world.signIn()).toMatchObject({ TokenType: 'Bearer' });
  });

  test('§6 public parameters may stay null', async () => {
    const created = {
      publicChallengeParameters: null,
      privateChallengeParameters: { code: CODE },
      challengeMetadata: null,
    };
    const world = await createWorld({ triggers: { CreateAuthChallenge: responding(created) } });
    expect((await world.initiate()).status).toBe(200);
  });

  test.each([
    ['null', null],
    ['empty', {}],
  ])('§6 private parameters must not be %s', async (_what, privateChallengeParameters) => {
    const CreateAuthChallenge = responding({ privateChallengeParameters });
    const strict = await createWorld({ triggers: { CreateAuthChallenge } });
    expectError(await strict.initiate(), 'InvalidLambdaResponseException', UNRECOGNIZABLE);
    const lenient = await createWorld({
      strictTriggerOutput: false,
      triggers: { CreateAuthChallenge },
    });
    expect((await lenient.initiate()).status).toBe(200);
  });
});
