/** Events that Cognito would never send: whatever is in them, there are no tokens, and an answer or the one fixed error. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { context, createFunction } from '../support/function.ts';

const REFUSED =
  /^(Sign-in is not available right now, please try again \(reference [\w-]+\)|Sign-up needs a phone number .*)$/;

const attributes = {
  sub: '6f1c0f8e-aaaa-4bbb-8ccc-0123456789ab',
  phone_number: '+12025554567',
  phone_number_verified: 'true',
  email: 'a@example.com',
};
const round = {
  challengeName: 'CUSTOM_CHALLENGE',
  challengeResult: true,
  challengeMetadata: 'CODE-123456',
};
const base = {
  version: '1',
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_Abc123XyZ',
  userName: '6f1c0f8e-aaaa-4bbb-8ccc-0123456789ab',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '3n4b5urk1ft4fl3mg5' },
};

/** One event of each kind, whole and well-formed, and worth no tokens. */
const EVENTS = [
  {
    ...base,
    triggerSource: 'DefineAuthChallenge_Authentication',
    request: { userAttributes: attributes, session: [round], userNotFound: false },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  },
  {
    ...base,
    triggerSource: 'CreateAuthChallenge_Authentication',
    request: {
      userAttributes: attributes,
      challengeName: 'CUSTOM_CHALLENGE',
      session: [round],
      clientMetadata: { action: 'resend', locale: 'en' },
      userNotFound: false,
    },
    response: {},
  },
  {
    ...base,
    triggerSource: 'VerifyAuthChallengeResponse_Authentication',
    request: {
      userAttributes: attributes,
      privateChallengeParameters: { challenge: 'CODE-123456' },
      challengeAnswer: '123456',
      clientMetadata: { note: 'x' },
      userNotFound: false,
    },
    response: { answerCorrect: null },
  },
  {
    ...base,
    triggerSource: 'PreSignUp_SignUp',
    request: { userAttributes: attributes, validationData: null },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  },
];

/** What may stand anywhere: JSON of any kind, and the worst of each. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    ...[null, true, false, 0, -1, 1e308, '', ' ', '__proto__', 'constructor', '\u0000', '\ud800'],
    ...['+1', '+', '+99999999999999999999', 'x'.repeat(100_000), '1'.repeat(100_000)],
    ...['PASSWORD_VERIFIER', 'SRP_A', 'CUSTOM_CHALLENGE', 'resend'],
  ),
  fc.constant(Array.from({ length: 50 }, () => round)),
  fc.constant(JSON.parse('{"__proto__":{"issueTokens":true},"constructor":{"prototype":1}}')),
  fc.constant(undefined),
);

type Path = readonly (string | number)[];

/** Every place in the event, its whole included. */
function placesIn(value: unknown, path: Path = []): Path[] {
  return typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, held]) => placesIn(held, [...path, key]))]
    : [path];
}

/** What is in the response already is Cognito's own word, and handed back. */
function placesToChange(event: object): Path[] {
  return placesIn(event).filter(([first]) => first !== undefined && first !== 'response');
}

function withAt(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) {
    return put;
  }
  const held = value as Record<string, unknown>;
  const copy: Record<string, unknown> = Array.isArray(held)
    ? (Object.assign([], held) as never)
    : { ...held };
  copy[key] = withAt(held[key], rest, put);
  return copy;
}

const hostileEvent = fc.constantFrom(...EVENTS).chain((event) =>
  fc
    .array(fc.tuple(fc.constantFrom(...placesToChange(event)), anything), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) =>
      changes.reduce<unknown>((changed, [path, put]) => {
        try {
          return withAt(changed, path, put);
        } catch {
          return changed;
        }
      }, event),
    ),
);

describe('An event that Cognito would never send', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeAll(() => process.on('unhandledRejection', note));
  afterAll(() => process.off('unhandledRejection', note));

  const settings = [
    {},
    {
      HIDE_USER_EXISTENCE: 'true',
      REQUIRE_VERIFIED_PHONE: 'false',
      POWERTOOLS_LOGGER_LOG_EVENT: 'true',
    },
    { PASSWORD_FIRST: 'true', SIGN_UP_NEEDS_PHONE: 'true' },
  ];

  it.each(settings)(
    'brings an answer or the one fixed error, and never tokens: %j',
    async (env) => {
      const { handler } = createFunction({ env: { RATE_LIMITER: 'none', ...env } });
      await fc.assert(
        fc.asyncProperty(hostileEvent, async (event) => {
          try {
            const answer = (await handler(event as TriggerEvent, context)) as TriggerEvent;
            const { response } = answer as { response?: Record<string, unknown> };
            expect(Object(response).issueTokens).not.toBe(true);
            expect(Object(response).answerCorrect).not.toBe(true);
            expect(Object(response).autoVerifyPhone).not.toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect((error as Error).message).toMatch(REFUSED);
          }
        }),
        { numRuns: 1500 },
      );
      expect(unhandled).toEqual([]);
      expect(Object.prototype).not.toHaveProperty('issueTokens');
    },
  );
});
