import { describe, expect, test } from 'vitest';
import type { LambdaHandler } from '../../../../deploy/local/lambda.ts';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { CLIENT, createWorld, expectError, POOL, type World } from './world.ts';

const passOn: LambdaHandler = async (event: object) => event;
const answering =
  (change: (event: Record<string, unknown>) => unknown): LambdaHandler =>
  async (event: Record<string, unknown>) =>
    change(event);
const responding = (response: unknown) => answering((event) => ({ ...event, response }));
const hanging: LambdaHandler = () => new Promise(() => {});

const QUICK = { triggerTimeoutMs: 20 };

describe('§6 the 5 seconds and three calls', () => {
  test('§6 a function that never answers is called three times', async () => {
    let calls = 0;
    const counting: LambdaHandler = () => {
      calls += 1;
      return new Promise(() => {});
    };
    const world = await createWorld({ ...QUICK, triggers: { CreateAuthChallenge: counting } });
    expectError(
      await world.initiate(),
      'UnexpectedLambdaException',
      'CreateAuthChallenge invocation failed due to error Socket timeout while invoking Lambda function.',
    );
    expect(calls).toBe(3);
  });

  test('§6 an answer to a later call is taken', async () => {
    let calls = 0;
    const slowAtFirst: LambdaHandler = (event: object) => {
      calls += 1;
      return calls < 3
        ? new Promise(() => {})
        : { ...event, response: { challengeName: 'CUSTOM_CHALLENGE' } };
    };
    const world = await createWorld({ ...QUICK, triggers: { DefineAuthChallenge: slowAtFirst } });
    expect((await world.initiate()).status).toBe(200);
    expect(calls).toBe(3);
  });

  test('§6 every call gets the same event', async () => {
    const events: unknown[] = [];
    const remembering: LambdaHandler = (event: object) => {
      events.push(event);
      return new Promise(() => {});
    };
    const world = await createWorld({ ...QUICK, triggers: { CreateAuthChallenge: remembering } });
    await world.initiate();
    expect(events[1]).toEqual(events[0]);
    expect(events[2]).toEqual(events[0]);
  });

  test('§6 both numbers can be set', async () => {
    let calls = 0;
    const counting: LambdaHandler = () => {
      calls += 1;
      return new Promise(() => {});
    };
    const triggers = { DefineAuthChallenge: counting };
    const world = await createWorld({ triggerTimeoutMs: 5, triggerAttempts: 1, triggers });
    await world.initiate();
    expect(calls).toBe(1);
  });

  test('§6 an error that is thrown is not tried again', async () => {
    let calls = 0;
    const throwing: LambdaHandler = () => {
      calls += 1;
      throw new Error('no');
    };
    const world = await createWorld({ triggers: { DefineAuthChallenge: throwing } });
    await world.initiate();
    expect(calls).toBe(1);
  });
});

describe('§6 what a function answers', () => {
  const failures: readonly (readonly [string, LambdaHandler, string, string])[] = [
    [
      'an error',
      () => Promise.reject(new Error("'challengeMetaData'")),
      'UserLambdaValidationException',
      "CreateAuthChallenge failed with error 'challengeMetaData'.",
    ],
    [
      'an error by the callback',
      ((_event: never, _context: never, callback: (error: Error) => void) => {
        callback(new Error('old'));
      }) as LambdaHandler,
      'UserLambdaValidationException',
      'CreateAuthChallenge failed with error old.',
    ],
    [
      'what JSON can not hold',
      answering(() => () => 'a function'),
      'InvalidLambdaResponseException',
      'Invalid lambda function output : Invalid JSON',
    ],
    ...(
      [
        ['null', () => null],
        ['nothing', () => undefined],
        ['a string', () => 'yes'],
        ['a list', () => []],
        ['no response', ({ response, ...rest }: Record<string, unknown>) => rest],
        ['a null response', (event: object) => ({ ...event, response: null })],
        ['the response alone', ({ response }: Record<string, unknown>) => ({ response })],
        ['no version', ({ version, ...rest }: Record<string, unknown>) => rest],
        ['no userName', ({ userName, ...rest }: Record<string, unknown>) => rest],
        ['no callerContext', ({ callerContext, ...rest }: Record<string, unknown>) => rest],
        ['a null that was none', (event: object) => ({ ...event, userName: null })],
      ] as const
    ).map(
      ([what, change]) =>
        [
          what,
          answering(change as (event: object) => unknown),
          'InvalidLambdaResponseException',
          'Unrecognizable lambda output',
        ] as const,
    ),
    ...(
      [
        ['a numeric public parameter', { publicChallengeParameters: { tries: 3 } }],
        ['a public parameter that is null', { publicChallengeParameters: { tries: null } }],
        ['public parameters in a list', { publicChallengeParameters: [] }],
        ['a numeric private parameter', { privateChallengeParameters: { code: 123456 } }],
        ['no private parameters', { privateChallengeParameters: {} }],
        ['metadata that is no string', { challengeMetadata: { round: 1 } }],
      ] as const
    ).map(
      ([what, changes]) =>
        [
          what,
          responding({ privateChallengeParameters: { code: CODE }, ...changes }),
          'InvalidLambdaResponseException',
          'Unrecognizable lambda output',
        ] as const,
    ),
  ];

  test.each(failures)('§6 Create: %s', async (_, handler, code, message) => {
    const world = await createWorld({ triggers: { CreateAuthChallenge: handler } });
    expectError(await world.initiate(), code, message);
  });

  test('§6 Create: public parameters left null are fine', async () => {
    const response = {
      publicChallengeParameters: null,
      privateChallengeParameters: { code: CODE },
      challengeMetadata: null,
    };
    const world = await createWorld({ triggers: { CreateAuthChallenge: responding(response) } });
    expect((await world.initiate()).status).toBe(200);
  });

  test.each([
    ['no decision', {}],
    ['a decision of nulls', { challengeName: null, issueTokens: null, failAuthentication: null }],
    ['issueTokens "true"', { issueTokens: 'true' }],
    ['failAuthentication 1', { failAuthentication: 1 }],
    ['a challengeName that is no string', { challengeName: 7 }],
  ])('§6 Define: %s', async (_, response) => {
    const world = await createWorld({ triggers: { DefineAuthChallenge: responding(response) } });
    const refused = await world.initiate();
    expectError(refused, 'InvalidLambdaResponseException', 'Unrecognizable lambda output');
  });

  test.each([
    ['"true"', { answerCorrect: 'true' }],
    ['1', { answerCorrect: 1 }],
    ['null', { answerCorrect: null }],
    ['nothing', {}],
  ])('§6 Verify: answerCorrect %s is coerced to nothing', async (_, response) => {
    const triggers = { VerifyAuthChallengeResponse: responding(response) };
    const world = await createWorld({ triggers });
    const refused = await world.respond(await world.initiate(), CODE);
    expectError(refused, 'InvalidLambdaResponseException', 'Unrecognizable lambda output');
  });

  test('§6 strictness about the envelope and private parameters can be turned off', async () => {
    const lax = answering(() => ({ response: { privateChallengeParameters: {} } }));
    const triggers = { CreateAuthChallenge: lax };
    const world = await createWorld({ strictTriggerOutput: false, triggers });
    expect((await world.initiate()).status).toBe(200);
  });

  test('§6 a function that does not exist can not be invoked', async () => {
    const world = await createWorld();
    const missing = 'arn:aws:lambda:us-east-1:000000000000:function:missing';
    const LambdaConfig = { ...world.textbookLambdaConfig(), DefineAuthChallenge: missing };
    const { ClientId } = await world.createPool({ LambdaConfig });
    const refused = await world.initiate({}, { ClientId });
    // A LEGACY client's unknown user is refused first, so this one has to exist.
    expect(refused.body.__type).toBe('UserNotFoundException');
    expect(await initiateWithUser(world, LambdaConfig)).toMatchObject({
      __type: 'UnexpectedLambdaException',
      message: 'DefineAuthChallenge invocation failed due to error ResourceNotFoundException.',
    });
  });
});

async function initiateWithUser(world: World, LambdaConfig: object) {
  const pool = await world.createPool({ LambdaConfig, UsernameAttributes: ['phone_number'] });
  const { UserPoolId, ClientId } = pool;
  await world.admin('AdminCreateUser', { UserPoolId, Username: ALICE });
  return (await world.initiate({}, { ClientId })).body;
}

describe('§6 request checks', () => {
  test('§6 unknown ClientId', async () => {
    const world = await createWorld();
    const refused = await world.initiate({}, { ClientId: 'nobody' });
    expectError(refused, 'ResourceNotFoundException', 'User pool client nobody does not exist.');
  });

  test('§6 unknown pool', async () => {
    const world = await createWorld();
    const members = { UserPoolId: 'local_Nowhere', Username: ALICE };
    const refused = await world.admin('AdminGetUser', members);
    expectError(refused, 'ResourceNotFoundException', 'User pool local_Nowhere does not exist.');
  });

  test('§6 a client of another pool', async () => {
    const world = await createWorld();
    const { ClientId } = await world.createPool();
    const refused = await world.admin('AdminInitiateAuth', {
      UserPoolId: POOL,
      ClientId,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: ALICE },
    });
    expectError(
      refused,
      'ResourceNotFoundException',
      `User pool client ${ClientId} does not exist.`,
    );
  });

  test('§6 a client without ALLOW_CUSTOM_AUTH', async () => {
    const world = await createWorld({ client: { authFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] } });
    const refused = await world.initiate();
    expectError(refused, 'InvalidParameterException', 'CUSTOM_AUTH is not enabled for the client.');
  });

  test('§6 a client for custom auth alone, and another flow', async () => {
    const world = await createWorld({ client: { authFlows: ['CUSTOM_AUTH_FLOW_ONLY'] } });
    const refused = await world.initiate({}, { AuthFlow: 'USER_SRP_AUTH' });
    expectError(
      refused,
      'InvalidParameterException',
      'Only custom auth (lambda driven) is enabled for this client.',
    );
    expect((await world.initiate()).status).toBe(200);
  });

  test('§6 no SECRET_HASH, and a wrong one', async () => {
    const world = await createWorld({ client: { secret: 'secret' } });
    expectError(
      await world.initiate(),
      'NotAuthorizedException',
      `Client ${CLIENT} is configured with secret but SECRET_HASH was not received`,
    );
    expectError(
      await world.initiate({ SECRET_HASH: 'd3Jvbmc=' }),
      'NotAuthorizedException',
      `Unable to verify secret hash for client ${CLIENT}`,
    );
  });

  test.each([
    ['absent', { USERNAME: null }],
    ['empty', { USERNAME: '' }],
  ])('§6 no USERNAME: %s', async (_, parameters) => {
    const world = await createWorld();
    const refused = await world.initiate(parameters);
    expectError(refused, 'InvalidParameterException', 'Missing required parameter USERNAME');
  });

  test.each(['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'])(
    '§6 a pool without %s has no custom auth',
    async (trigger) => {
      const world = await createWorld();
      const { [trigger]: _, ...LambdaConfig } = world.textbookLambdaConfig();
      const { ClientId } = await world.createPool({ LambdaConfig });
      expectError(
        await world.initiate({}, { ClientId }),
        'InvalidParameterException',
        'Custom auth lambda trigger is not configured for the user pool.',
      );
    },
  );

  test('§6 a trigger that hangs keeps nobody else waiting', async () => {
    const world = await createWorld({ triggers: { PreAuthentication: passOn } });
    world.endpoint.attach({ CreateAuthChallenge: hanging });
    const stuck = world.initiate();
    const { status } = await world.admin('AdminGetUser', { Username: ALICE });
    expect(status).toBe(200);
    await world.endpoint.close();
    await expect(stuck).rejects.toThrow();
  });
});
