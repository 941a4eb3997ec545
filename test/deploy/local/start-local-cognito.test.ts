/** The local endpoint as other projects' tests start it. */
import { join } from 'node:path';
import {
  AddCustomAttributesCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ExplicitAuthFlowsType,
  InitiateAuthCommand,
  ListGroupsCommand,
  RespondToAuthChallengeCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CreateAuthChallengeTriggerEvent } from 'aws-lambda';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import type { AuthFlow } from '../../../deploy/local/cognito-config.ts';
import {
  type LocalCognito,
  type LocalCognitoOptions,
  startLocalCognito,
} from '../../../deploy/local/start-local-cognito.ts';
import { authenticate, identityUser } from './clients/identity-js.ts';
import { createProject } from './project.ts';
import {
  create,
  define,
  definePasswordFirst,
  textbookTriggers,
  verify,
} from './textbook-triggers.ts';

const ALICE = '+12025550100';
const BOB = '+6591234567';
const PASSWORD = 'Correct-horse-1';
const PASSWORD_FIRST = { ...textbookTriggers, DefineAuthChallenge: definePasswordFirst };
const TRIGGERS_FILE = join(import.meta.dirname, 'fixtures/triggers.mjs');

interface Running {
  readonly cognito: LocalCognito;
  readonly client: CognitoIdentityProviderClient;
}

/** A Cognito with Alice in it, which ends with the test. */
async function start(options: LocalCognitoOptions = {}): Promise<Running> {
  const cognito = await startLocalCognito({
    users: [ALICE],
    triggers: textbookTriggers,
    ...options,
  });
  const client = new CognitoIdentityProviderClient({ ...cognito.clientConfig, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await cognito.close();
  });
  return { cognito, client };
}

function initiate({ client, cognito }: Running, username = ALICE, ClientId = cognito.clientId) {
  return client.send(
    new InitiateAuthCommand({
      ...{ AuthFlow: 'CUSTOM_AUTH', ClientId },
      AuthParameters: { USERNAME: username },
    }),
  );
}

function answer({ client, cognito }: Running, Session: string | undefined, ANSWER = '123456') {
  return client.send(
    new RespondToAuthChallengeCommand({
      ...{ ClientId: cognito.clientId, ChallengeName: 'CUSTOM_CHALLENGE', Session },
      ChallengeResponses: { USERNAME: ALICE, ANSWER },
    }),
  );
}

async function signIn(running: Running) {
  const { Session } = await initiate(running);
  return (await answer(running, Session)).AuthenticationResult;
}

function refresh({ client, cognito }: Running, token = '') {
  return client.send(
    new InitiateAuthCommand({
      ...{ AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId: cognito.clientId },
      AuthParameters: { REFRESH_TOKEN: token },
    }),
  );
}

function createUser({ client, cognito }: Running, Username: string) {
  return client.send(new AdminCreateUserCommand({ UserPoolId: cognito.poolId, Username }));
}

/** Gives the first pool a group, an attribute and a client that were not there at the beginning. */
async function extend({ client, cognito }: Running): Promise<void> {
  const { poolId: UserPoolId, clientId: ClientId } = cognito;
  const group = { GroupName: 'staff', Precedence: 1, RoleArn: 'arn:aws:iam::000000000000:role/it' };
  const CustomAttributes = [
    { Name: 'shoes', AttributeDataType: 'Number', Mutable: false },
  ] as const;
  await client.send(new CreateGroupCommand({ UserPoolId, ...group }));
  await client.send(
    new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [...CustomAttributes] }),
  );
  await client.send(
    new UpdateUserPoolClientCommand({
      ...{ UserPoolId, ClientId, ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
      ...{ ReadAttributes: ['email'], WriteAttributes: ['custom:shoes'] },
      ...{ AccessTokenValidity: 30, TokenValidityUnits: { AccessToken: 'minutes' } },
    }),
  );
}

/** What {@link extend} changes, as Cognito shows it. */
async function describeFirst({ client, cognito }: Running) {
  const { poolId: UserPoolId, clientId: ClientId } = cognito;
  const [groups, pool, app] = await Promise.all([
    client.send(new ListGroupsCommand({ UserPoolId })),
    client.send(new DescribeUserPoolCommand({ UserPoolId })),
    client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
  ]);
  return { groups: groups.Groups, pool: pool.UserPool, client: app.UserPoolClient };
}

function getUser({ client, cognito }: Running, Username = ALICE) {
  return client.send(new AdminGetUserCommand({ UserPoolId: cognito.poolId, Username }));
}

/** Signs in with Alice's password, as far as the code that is asked for next. */
async function provePassword({ cognito }: Running): Promise<string> {
  const { url, poolId: userPoolId, clientId } = cognito;
  const user = identityUser({ url, userPoolId, clientId }, ALICE);
  return (await authenticate(user, ALICE, PASSWORD)).kind;
}

/** A JSON file in a folder of its own, for as long as the test lasts. */
async function configFile(content: string, triggers = ''): Promise<string> {
  const folder = await createProject({ 'triggers.mjs': triggers, 'cognito.json': content });
  return join(folder, 'cognito.json');
}

describe('what it starts with', () => {
  it('signs a user in by triggers that are functions', async () => {
    expect(await signIn(await start())).toMatchObject({ TokenType: 'Bearer' });
  });

  it('signs a user in by triggers from files', async () => {
    const running = await start({
      triggers: {
        DefineAuthChallenge: TRIGGERS_FILE,
        CreateAuthChallenge: `${TRIGGERS_FILE}#handler`,
        VerifyAuthChallengeResponse: TRIGGERS_FILE,
      },
    });
    expect(await signIn(running)).toBeDefined();
  });

  it('runs any number side by side, each with users of its own', async () => {
    const [first, second] = await Promise.all([start(), start({ users: [BOB] })]);
    expect(first.cognito.url).not.toBe(second.cognito.url);
    expect(await getUser(first)).toMatchObject({ UserStatus: 'CONFIRMED' });
    await expect(getUser(second)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });

  it('has the pools, clients and users of a JSON file, and triggers from beside it', async () => {
    const code = `export const define = (event) => {
      event.response.challengeName = 'CUSTOM_CHALLENGE';
      return event;
    };
    export const create = (event) => {
      event.response.publicChallengeParameters = { from: 'the file' };
      event.response.privateChallengeParameters = { code: '123456' };
      return event;
    };`;
    const triggers = {
      DefineAuthChallenge: 'triggers.mjs#define',
      CreateAuthChallenge: 'triggers.mjs#create',
      VerifyAuthChallengeResponse: 'triggers.mjs#create',
    };
    const second = {
      ...{ id: 'local_Second', users: [{ username: BOB, groups: ['staff'] }] },
      triggers,
      clients: [{ id: 'web' }, { id: 'phone', authSessionValidityMinutes: 15 }],
    };
    const config = await configFile(
      JSON.stringify({ pools: [{ id: 'local_First' }, second], users: [ALICE] }),
      code,
    );
    const cognito = await startLocalCognito({ config });
    const client = new CognitoIdentityProviderClient(cognito.clientConfig);
    onTestFinished(async () => {
      client.destroy();
      await cognito.close();
    });

    expect(cognito).toMatchObject({ poolId: 'local_First', clientId: 'phoneotp' });
    expect(await getUser({ cognito, client })).toMatchObject({ UserStatus: 'CONFIRMED' });
    const challenge = await initiate({ cognito, client }, BOB, 'phone');
    expect(challenge.ChallengeParameters).toMatchObject({ from: 'the file' });
  });

  it('takes an option in place of the setting of that name in the file', async () => {
    const held = {
      users: [BOB],
      triggers: { DefineAuthChallenge: 'is-not-there.mjs' },
      triggerTimeoutMs: 10,
    };
    const running = await start({ config: await configFile(JSON.stringify(held)) });
    expect(await signIn(running)).toBeDefined();
    await expect(getUser(running, BOB)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });

  it('takes a setting that is undefined for one that is not there', async () => {
    const client = { id: undefined, authFlows: undefined, secret: undefined };
    const running = await start({ port: undefined, pools: [{ id: undefined, clients: [client] }] });
    expect(await signIn(running)).toBeDefined();
  });

  it('signs a user in by triggers in TypeScript', async () => {
    const folder = await createProject({
      'code.ts': "export enum Code { First = '123456' }",
      'index.ts': `import { Code } from './code';
        export const create = async (event: { response: object }) => {
          Object.assign(event.response, {
            publicChallengeParameters: {},
            privateChallengeParameters: { code: Code.First },
          });
          return event;
        };`,
    });
    const CreateAuthChallenge = join(folder, 'index.ts#create');
    const running = await start({ triggers: { ...textbookTriggers, CreateAuthChallenge } });
    expect(await signIn(running)).toBeDefined();
  });

  it('has the same module for all triggers of one file', async () => {
    const counting = `let calls = 0;
      export const confirmed = (event) => ({ ...event, response: { calls: (calls += 1) } });`;
    const file = join(await createProject({ 'index.mjs': counting }), 'index.mjs#confirmed');
    const running = await start({
      triggers: { ...textbookTriggers, PreAuthentication: file, PostAuthentication: file },
    });
    await signIn(running);
    expect(JSON.stringify(running.cognito.events)).toContain('"calls":2');
  });

  it('makes further pools where its first one is said to be', async () => {
    const { client } = await start({ pools: [{ id: 'eu-central-1_First' }] });
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Another' }));
    expect(UserPool?.Id).toMatch(/^eu-central-1_/);
  });

  it('is ready at once, and after reset()', async () => {
    const { cognito } = await start();
    const health = async () => (await fetch(`${cognito.url}/health`)).status;
    expect(await health()).toBe(200);
    cognito.reset();
    expect(await health()).toBe(200);
  });

  it('knows the auth flows that the AWS SDK knows', async () => {
    expectTypeOf<AuthFlow>().toEqualTypeOf<ExplicitAuthFlowsType>();
    const authFlows = Object.values(ExplicitAuthFlowsType);
    const running = await start({ pools: [{ clients: [{ authFlows }] }] });
    expect((await describeFirst(running)).client?.ExplicitAuthFlows).toEqual(authFlows);
  });

  it('lets clients read and write what they are said to', async () => {
    const rights = { readAttributes: ['email'], writeAttributes: ['locale'] };
    const running = await start({ pools: [{ clients: [rights] }] });
    expect((await describeFirst(running)).client).toMatchObject({
      ReadAttributes: ['email'],
      WriteAttributes: ['locale'],
    });
  });

  it('has users with passwords', async () => {
    const users = [{ username: ALICE, password: PASSWORD }];
    expect(await provePassword(await start({ users, triggers: PASSWORD_FIRST }))).toBe('challenge');
  });
});

describe('what it says of a configuration that is wrong', () => {
  it.each<[unknown, string]>([
    [{ usres: [] }, 'There is no setting usres.'],
    [{ port: 1.5 }, 'port takes a whole number from 0 to 65535, not 1.5.'],
    [{ triggers: { PreSignUp: 7 } }, 'triggers.PreSignUp takes a function or the name of a file'],
    [{ triggers: { PreSign: 'a.mjs' } }, 'There is no setting triggers.PreSign.'],
    [{ smsFault: 'lost' }, 'smsFault takes ("hang" | "throttle" | "refuse"), not "lost".'],
    [{ users: [{ username: ALICE, attributes: { zoneinfo: 5 } }] }, 'users.0.attributes.zoneinfo'],
    [{ pools: [] }, 'pools takes at least one, not 0.'],
    [{ pools: [{ id: 'x y' }] }, 'pools.0.id takes an id such as us-east-1_Example, not "x y".'],
    [{ pools: [{ id: `local_${'A'.repeat(50)}` }] }, 'pools.0.id takes an id such as'],
    [{ pools: [{}, {}] }, 'Every pool but the first needs an id'],
    [{ pools: [{ clients: [{}, {}] }] }, 'Every client but the first of the first pool needs'],
    [{ pools: [{ id: 'local_A' }, { id: 'local_A' }] }, 'There are two pools local_A'],
    [{ pools: [{ clients: [{ id: 'a' }, { id: 'a' }] }] }, 'There are two clients a:'],
    [{ users: ['bob'] }, "User 1 of pool us-east-1_PhoneOtp can't be added: Username should be"],
    [
      { users: [ALICE, ALICE] },
      "User 2 of pool us-east-1_PhoneOtp can't be added: An account with",
    ],
    [{ config: 'is-not-there.json' }, "is-not-there.json can't be read:"],
    [{ config: 'README.md' }, 'README.md holds no JSON:'],
  ])('%j', async (options, sentence) => {
    await expect(startLocalCognito(options as LocalCognitoOptions)).rejects.toMatchObject({
      code: 'COGNITO_CONFIG_INVALID',
      message: expect.stringContaining(sentence),
    });
  });

  it('names every wrong setting, and the file that holds it', async () => {
    const config = await configFile('{ "port": "80", "users": "all" }');
    await expect(startLocalCognito({ config })).rejects.toThrow(
      `${config}: users takes Array, not "all". port takes number, not "80".`,
    );
  });

  it('shows no phone number', async () => {
    const users = [Number(BOB)] as unknown as string[];
    await expect(startLocalCognito({ users })).rejects.toThrow('not ******4567.');
  });
});

describe('the inbox', () => {
  it('gives the code of the next SMS to a number, and each SMS once', async () => {
    const { cognito } = await start();
    const waiting = cognito.inbox.waitForCode(ALICE);
    await cognito.sms.send(BOB, 'Your code is 1111');
    await cognito.sms.send(ALICE, 'Shop 24: G-2222 is your code. Questions? +6561234567');
    await cognito.sms.send(ALICE, 'Your code is 333333');
    expect(await waiting).toBe('2222');
    expect(await cognito.inbox.waitForCode(ALICE)).toBe('333333');
    expect(await cognito.inbox.waitForCode(BOB)).toBe('1111');
  });

  it('serves whoever has waited longest first', async () => {
    const { cognito } = await start();
    const waiting = [cognito.inbox.waitForCode(ALICE), cognito.inbox.waitForCode(ALICE)];
    await cognito.sms.send(ALICE, '1111');
    await cognito.sms.send(ALICE, '2222');
    expect(await Promise.all(waiting)).toEqual(['1111', '2222']);
  });

  it('finds codes of another kind by a pattern', async () => {
    const { cognito } = await start();
    await cognito.sms.send(ALICE, 'Order 20261 is on its way');
    await cognito.sms.send(ALICE, 'Order 20262 needs your code: XK-42');
    expect(await cognito.inbox.waitForCode(ALICE, { pattern: /code: (\S+)/g })).toBe('XK-42');
  });

  it('says what came instead where no code comes, but neither the number nor a code', async () => {
    const { cognito } = await start();
    await cognito.sms.send(ALICE, 'Your code is 123456');
    await cognito.sms.send(ALICE, 'Welcome!');
    await cognito.inbox.waitForCode(ALICE);
    await expect(cognito.inbox.waitForCode(ALICE, { timeoutMs: 5 })).rejects.toThrow(
      'No code came to +*******0100: 5 ms have passed, with 1 SMS to it handed out before and 1 without a code.',
    );
  });

  it('wants numbers in full', async () => {
    const { inbox, sms } = (await start()).cognito;
    const sentence = /takes a phone number in E.164, with \+ and the country code/;
    await expect(inbox.waitForCode('91234567')).rejects.toThrow(sentence);
    await expect(sms.send('91234567', '1234')).rejects.toThrow(sentence);
  });

  it('lets a test fail before it awaits the code, without a word of its own', async () => {
    const { cognito } = await start();
    // Vitest fails where a rejection has no handler.
    void cognito.inbox.waitForCode(ALICE);
    await cognito.close();
  });

  it.each(['reset', 'close'] as const)('lets nobody wait past %s()', async (end) => {
    const { cognito } = await start();
    const waiting = expect(cognito.inbox.waitForCode(ALICE)).rejects.toThrow(`${end}() was called`);
    await cognito[end]();
    await waiting;
  });

  it('holds what a function sends through SNS', async () => {
    const { cognito } = await start();
    const sns = new SNSClient(cognito.clientConfig);
    onTestFinished(() => sns.destroy());
    await sns.send(new PublishCommand({ PhoneNumber: ALICE, Message: 'Your code is 5555' }));
    expect(cognito.inbox.messages(ALICE)).toMatchObject([{ message: 'Your code is 5555' }]);
    expect(cognito.inbox.messages(BOB)).toEqual([]);
    expect(cognito.inbox.messages()).toHaveLength(1);
  });

  it("holds it where the developer's own AWS profile is set, too", async () => {
    vi.stubEnv('AWS_PROFILE', 'of-no-file');
    const { cognito } = await start();
    for (const [name, value] of Object.entries(cognito.environment)) vi.stubEnv(name, value);
    const sns = new SNSClient();
    onTestFinished(() => {
      sns.destroy();
      vi.unstubAllEnvs();
    });
    await sns.send(new PublishCommand({ PhoneNumber: ALICE, Message: 'Your code is 5555' }));
    expect(cognito.inbox.messages(ALICE)).toHaveLength(1);
  });
});

describe('SMS faults', () => {
  it.each(['throttle', 'refuse'] as const)('come and go at command: %s', async (fault) => {
    const { cognito } = await start();
    cognito.sms.fail(fault);
    await expect(cognito.sms.send(ALICE, 'lost')).rejects.toThrow(`sms.fail('${fault}')`);
    cognito.sms.recover();
    await cognito.sms.send(ALICE, 'arrives');
    expect(cognito.inbox.messages()).toMatchObject([{ message: 'arrives' }]);
  });

  it('make a trigger time out where providers hang', async () => {
    const lost = async (event: CreateAuthChallengeTriggerEvent): Promise<unknown> => {
      await running.cognito.sms.send(ALICE, 'lost');
      return event;
    };
    const running: Running = await start({
      triggers: { ...textbookTriggers, CreateAuthChallenge: lost },
      ...{ smsFault: 'hang', triggerTimeoutMs: 5, triggerAttempts: 1 },
    });
    await expect(initiate(running)).rejects.toMatchObject({ name: 'UnexpectedLambdaException' });
  });
});

describe('the clock', () => {
  it('lets sessions and refresh tokens run out', async () => {
    const running = await start();
    const tokens = await signIn(running);
    const { Session } = await initiate(running);
    running.cognito.advance('3m');
    await expect(answer(running, Session)).rejects.toThrow('session is expired');
    expect((await refresh(running, tokens?.RefreshToken)).AuthenticationResult).toBeDefined();
    running.cognito.advance('30d');
    await expect(refresh(running, tokens?.RefreshToken)).rejects.toThrow('has expired');
  });

  it.each(['5 minutes', '-1s', -1, Number.NaN, '', '5'])('takes no %j', async (by) => {
    const { cognito } = await start();
    expect(() => cognito.advance(by as number)).toThrow(/advance takes milliseconds, or a time/);
  });
});

describe('events', () => {
  it('tell each step of a sign-in, without its secrets', async () => {
    const running = await start();
    const { Session } = await initiate(running);
    await answer(running, Session, '123456');
    await expect(answer(running, Session)).rejects.toThrow();
    const { events } = running.cognito;
    expect(events.map(({ kind }) => kind)).toEqual([
      ...['call', 'trigger', 'trigger', 'call', 'trigger', 'trigger'],
      ...['call', 'refusal'],
    ]);
    expect(JSON.stringify(events)).not.toContain('123456');
    expect(JSON.stringify(events)).not.toContain(ALICE.slice(1));
  });
});

describe('reset', () => {
  it('goes back to the users, pools and clients of the beginning', async () => {
    const running = await start();
    const { cognito, client } = running;
    const before = await getUser(running);
    await createUser(running, BOB);
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Another' }));
    await client.send(
      new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: 'Another' }),
    );
    cognito.reset();
    expect((await getUser(running)).UserAttributes).toEqual(before.UserAttributes);
    await expect(getUser(running, BOB)).rejects.toMatchObject({ name: 'UserNotFoundException' });
    expect(cognito.snapshot().pools).toHaveLength(1);
  });

  it('goes back to the groups, attributes and client settings of the beginning', async () => {
    const running = await start();
    const before = await describeFirst(running);
    await extend(running);
    expect(await describeFirst(running)).not.toEqual(before);
    running.cognito.reset();
    expect(await describeFirst(running)).toEqual(before);
  });

  it('forgets sessions, sign-ins, SMS, faults, events and the time', async () => {
    const running = await start();
    const { cognito } = running;
    const tokens = await signIn(running);
    const { Session } = await initiate(running);
    await cognito.sms.send(ALICE, 'Your code is 9999');
    cognito.advance('30d');
    cognito.sms.fail('refuse');

    cognito.reset();
    expect(cognito.events).toEqual([]);
    expect(cognito.inbox.messages()).toEqual([]);
    expect(await (await fetch(`${cognito.url}/inbox`)).json()).toEqual([]);
    await expect(answer(running, Session)).rejects.toThrow('Invalid session');
    await expect(refresh(running, tokens?.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
    await cognito.sms.send(ALICE, 'arrives');
    const [sms] = cognito.inbox.messages();
    expect(Date.parse(sms?.at ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('still signs in, with the keys that apps know already', async () => {
    const running = await start();
    const { cognito } = running;
    const keys = createRemoteJWKSet(
      new URL(`${cognito.url}/${cognito.poolId}/.well-known/jwks.json`),
    );
    const idToken = async () => (await signIn(running))?.IdToken ?? '';
    const before = await jwtVerify(await idToken(), keys);
    cognito.reset();
    const after = await jwtVerify(await idToken(), keys);
    expect(after.protectedHeader.kid).toBe(before.protectedHeader.kid);
    expect(after.payload.sub).toBe(before.payload.sub);
  });

  it('keeps a call that is under way out of the new beginning', async () => {
    const arrived = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = async (event: CreateAuthChallengeTriggerEvent) => {
      arrived.resolve();
      await goOn.promise;
      return create(event);
    };
    const running = await start({
      triggers: {
        DefineAuthChallenge: define,
        CreateAuthChallenge: slow,
        VerifyAuthChallengeResponse: verify,
      },
    });
    const late = initiate(running);
    await arrived.promise;
    running.cognito.reset();
    goOn.resolve();
    const { Session } = await late;
    await expect(answer(running, Session)).rejects.toThrow('Invalid session');
  });
});

describe('snapshot and restore', () => {
  it('go on with the same users, passwords included, in another endpoint, by way of JSON', async () => {
    const users = [{ username: ALICE, password: PASSWORD, groups: ['staff'] }];
    const first = await start({ users, triggers: PASSWORD_FIRST });
    const saved = JSON.stringify(first.cognito.snapshot());
    const second = await start({ users: [], triggers: PASSWORD_FIRST });
    second.cognito.restore(JSON.parse(saved));
    expect(second.cognito.snapshot()).toEqual(first.cognito.snapshot());
    expect((await getUser(second)).UserAttributes).toEqual((await getUser(first)).UserAttributes);
    expect(await provePassword(second)).toBe('challenge');
  });

  it('carry groups, attributes and client settings', async () => {
    const users = [{ username: ALICE, groups: ['clerks'] }];
    const first = await start({ users });
    await extend(first);
    const saved = JSON.stringify(first.cognito.snapshot());
    const second = await start({ users: [] });
    second.cognito.restore(JSON.parse(saved));
    expect(await describeFirst(second)).toEqual(await describeFirst(first));
    expect(second.cognito.snapshot()).toEqual(first.cognito.snapshot());
    const tokens = await signIn(second);
    expect(decodeJwt(tokens?.IdToken ?? '')).toMatchObject({ 'cognito:groups': ['clerks'] });
  });

  it('carry what attributes a pool takes', async () => {
    const { cognito, client } = await start();
    const Schema = [{ Name: 'shoes', AttributeDataType: 'Number' } as const];
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'B', Schema }));
    cognito.restore(JSON.parse(JSON.stringify(cognito.snapshot())));
    const create = (UserPoolId: string | undefined, Name: string, Value: string) => {
      const user = { UserPoolId, Username: BOB, UserAttributes: [{ Name, Value }] };
      return client.send(new AdminCreateUserCommand(user));
    };
    const invalid = { name: 'InvalidParameterException' };
    await expect(create(UserPool?.Id, 'custom:hat', '1')).rejects.toMatchObject(invalid);
    await expect(create(UserPool?.Id, 'custom:shoes', 'red')).rejects.toMatchObject(invalid);
    expect((await create(UserPool?.Id, 'custom:shoes', '44')).User).toBeDefined();
    expect((await create(cognito.poolId, 'custom:hat', 'red')).User).toBeDefined();
  });

  it('keep what the pool can do: run its triggers, and take more users', async () => {
    const running = await start();
    running.cognito.restore(running.cognito.snapshot());
    expect(await signIn(running)).toBeDefined();
    expect((await createUser(running, BOB)).User?.Enabled).toBe(true);
  });

  it('leave reset() what it was', async () => {
    const running = await start();
    await createUser(running, BOB);
    running.cognito.restore(running.cognito.snapshot());
    expect((await getUser(running, BOB)).UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    running.cognito.reset();
    await expect(getUser(running, BOB)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });

  it.each([undefined, {}, { version: 2, pools: [] }])('refuse what is none: %j', async (held) => {
    const { cognito } = await start();
    expect(() => cognito.restore(held as never)).toThrow('restore takes what snapshot() gave');
  });
});
