import { describe, expect, test } from 'vitest';
import { ALICE } from '../running.ts';
import { CODE } from '../textbook-triggers.ts';
import { anyUuid, CLIENT, createWorld, POOL, type World } from './world.ts';

const LEGACY = { client: { preventUserExistenceErrors: 'LEGACY' } } as const;

const DEFINE = 'DefineAuthChallenge_Authentication';
const CREATE = 'CreateAuthChallenge_Authentication';
const VERIFY = 'VerifyAuthChallengeResponse_Authentication';

/** Two wrong answers: three Defines, three Creates, two Verifies. */
async function twoWrongAnswers(world: World): Promise<void> {
  const first = await world.initiate();
  const second = await world.respond(first, '000000');
  await world.respond(second, '111111');
}

function round(number: number, challengeResult: boolean) {
  const challengeMetadata = `ROUND-${number}`;
  return { challengeName: 'CUSTOM_CHALLENGE', challengeResult, challengeMetadata };
}

describe('§3 the envelope', () => {
  test('§3 has the keys of a real event, in their order', async () => {
    const world = await createWorld();
    await world.initiate();
    const [event] = world.events;
    expect(Object.keys(event ?? {})).toEqual([
      'version',
      'region',
      'userPoolId',
      'userName',
      'callerContext',
      'triggerSource',
      'request',
      'response',
    ]);
    expect(event).toMatchObject({
      version: '1',
      region: 'us-east-1',
      userPoolId: POOL,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: CLIENT },
      triggerSource: DEFINE,
    });
    expect(Object.keys(event?.callerContext ?? {})).toEqual(['awsSdkVersion', 'clientId']);
  });

  test('§3 userName is the canonical username, not the alias typed', async () => {
    const world = await createWorld();
    const { body } = await world.initiate({ USERNAME: ALICE });
    expect(world.events.map(({ userName }) => userName)).toEqual(
      Array(2).fill(body.ChallengeParameters?.USERNAME),
    );
    expect(world.events[0]?.userName).toEqual(anyUuid);
  });

  test('§3 userName is the plain name in a pool with usernames', async () => {
    const world = await createWorld({ usernameAttributes: [], users: [{ username: 'alice' }] });
    await world.initiate({ USERNAME: 'alice' });
    expect(world.events[0]?.userName).toBe('alice');
  });
});

describe('§3 userAttributes', () => {
  test('§3 are strings: sub, status, the attributes and the alias', async () => {
    const attributes = {
      phone_number_verified: 'true',
      email: 'a@example.com',
      'custom:team': '7',
    };
    const world = await createWorld({ users: [{ username: ALICE, attributes }] });
    const { body } = await world.initiate();
    expect(world.events[0]?.request.userAttributes).toEqual({
      sub: body.ChallengeParameters?.USERNAME,
      'cognito:user_status': 'CONFIRMED',
      'cognito:phone_number_alias': ALICE,
      phone_number_verified: 'true',
      email: 'a@example.com',
      email_verified: 'false',
      'custom:team': '7',
      phone_number: ALICE,
    });
  });

  test('§3 carry cognito:email_alias where the email is a verified alias', async () => {
    const attributes = { email: 'a@example.com', email_verified: 'true' };
    const world = await createWorld({
      aliasAttributes: ['email'],
      users: [{ username: 'alice', attributes }],
    });
    await world.initiate({ USERNAME: 'alice' });
    expect(world.events[0]?.request.userAttributes).toMatchObject({
      'cognito:email_alias': 'a@example.com',
    });
  });

  test('§3 carry cognito:token_nbf after a global sign-out', async () => {
    const world = await createWorld();
    await world.admin('AdminUserGlobalSignOut', { Username: ALICE });
    await world.initiate();
    expect(world.events[0]?.request.userAttributes).toMatchObject({
      'cognito:token_nbf': String(world.now),
    });
  });

  test('§3 are the current ones in every round', async () => {
    const world = await createWorld();
    const first = await world.initiate();
    const UserAttributes = [{ Name: 'custom:resend', Value: 'true' }];
    await world.admin('AdminUpdateUserAttributes', { Username: ALICE, UserAttributes });
    await world.respond(first, '000000');
    const seen = world.events.map(({ request }) => request.userAttributes);
    expect(seen[1]).not.toHaveProperty('custom:resend');
    for (const attributes of seen.slice(2)) {
      expect(attributes).toMatchObject({ 'custom:resend': 'true' });
    }
  });
});

describe('§3 Define, Create, Verify', () => {
  const table: readonly [string, string, readonly string[], object][] = [
    [
      'Define',
      DEFINE,
      ['userAttributes', 'session'],
      { challengeName: null, issueTokens: null, failAuthentication: null },
    ],
    [
      'Create',
      CREATE,
      ['userAttributes', 'challengeName', 'session'],
      {
        publicChallengeParameters: null,
        privateChallengeParameters: null,
        challengeMetadata: null,
      },
    ],
    [
      'Verify',
      VERIFY,
      ['userAttributes', 'privateChallengeParameters', 'challengeAnswer'],
      { answerCorrect: null },
    ],
  ];

  test.each(table)('§3 %s: request keys, and every response field null', async (...row) => {
    const [, source, requestKeys, response] = row;
    const world = await createWorld(LEGACY);
    await world.respond(await world.initiate(), '000000');
    const event = world.eventsOf(source)[0];
    expect(Object.keys(event?.request ?? {})).toEqual(requestKeys);
    expect(JSON.stringify(event?.response)).toBe(JSON.stringify(response));
  });

  test('§3 Verify gets what the latest Create made, and the answer as one string', async () => {
    const world = await createWorld();
    await world.respond(await world.initiate(), '000000');
    expect(world.eventsOf(VERIFY)[0]?.request).toMatchObject({
      privateChallengeParameters: { code: CODE },
      challengeAnswer: '000000',
    });
  });

  test('§3 an empty ANSWER is passed through', async () => {
    const world = await createWorld();
    await world.respond(await world.initiate(), '');
    expect(world.eventsOf(VERIFY)[0]?.request.challengeAnswer).toBe('');
  });
});

describe('§3 session', () => {
  test('§3 holds one entry for each completed challenge, the pending one not among them', async () => {
    const world = await createWorld();
    await twoWrongAnswers(world);
    const sessions = (source: string) =>
      world.eventsOf(source).map(({ request }) => request.session);
    const grown = [[], [round(1, false)], [round(1, false), round(2, false)]];
    expect(sessions(DEFINE)).toEqual(grown);
    expect(sessions(CREATE)).toEqual(grown);
  });

  test('§3 an entry has three keys in their order', async () => {
    const world = await createWorld();
    await twoWrongAnswers(world);
    const last = world.eventsOf(DEFINE).at(-1)?.request.session as readonly object[];
    for (const entry of last) {
      expect(Object.keys(entry)).toEqual(['challengeName', 'challengeResult', 'challengeMetadata']);
    }
  });

  test('§3 challengeMetadata is null, and there, where Create gave none', async () => {
    const world = await createWorld({
      triggers: {
        CreateAuthChallenge: async (event: object) => ({
          ...event,
          response: { privateChallengeParameters: { code: CODE } },
        }),
      },
    });
    await twoWrongAnswers(world);
    const entry = { ...round(1, false), challengeMetadata: null };
    expect(world.eventsOf(DEFINE)[1]?.request.session).toEqual([entry]);
  });

  test('§3 an offer of SRP is the first entry, for Define and Create', async () => {
    const world = await createWorld();
    await world.initiate({ CHALLENGE_NAME: 'SRP_A', SRP_A: 'abc' });
    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null };
    expect(world.eventsOf(DEFINE)[0]?.request.session).toEqual([srp]);
    expect(world.eventsOf(CREATE)[0]?.request.session).toEqual([srp]);
  });
});

describe('§3 userNotFound', () => {
  const seen = (world: World) => world.events.map(({ request }) => request.userNotFound);

  test('§3 is absent from all three events with LEGACY', async () => {
    const world = await createWorld(LEGACY);
    await world.respond(await world.initiate(), CODE);
    expect(world.events).toHaveLength(4);
    for (const { request } of world.events) expect(request).not.toHaveProperty('userNotFound');
  });

  test('§3 is false in all three for a known user with ENABLED', async () => {
    const world = await createWorld();
    await world.respond(await world.initiate(), CODE);
    expect(seen(world)).toEqual([false, false, false, false]);
  });

  test('§3 is true in all three for an unknown user with ENABLED', async () => {
    const world = await createWorld();
    const USERNAME = '+12025559999';
    const first = await world.initiate({ USERNAME });
    await world.respond(first, CODE, { ChallengeResponses: { USERNAME, ANSWER: CODE } });
    expect(seen(world).slice(0, 4)).toEqual([true, true, true, true]);
    expect(new Set(world.events.map(({ userName }) => userName)).size).toBe(1);
    for (const { request } of world.events) expect(request.userAttributes).toEqual({});
  });

  test('§3 an unknown user has a version 3 UUID, the same every time', async () => {
    const world = await createWorld();
    const nameOf = async (USERNAME: string) =>
      (await world.initiate({ USERNAME })).body.ChallengeParameters?.USERNAME;
    const name = await nameOf('+12025559999');
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await nameOf('+12025559999')).toBe(name);
    expect(await nameOf('+12025559998')).not.toBe(name);
    expect(world.events[0]?.userName).toBe(name);
  });
});
