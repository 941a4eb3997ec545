import type { CreateAuthChallengeTriggerEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { context, createFunction } from './support/function.ts';
import { KNOWN_USER, SignInDriver, type Step, UNKNOWN_USER } from './support/sign-in-driver.ts';

function parametersOf(step: Step): Readonly<Record<string, string>> {
  if (step.kind !== 'challenge') {
    throw new Error(`Expected a challenge, got ${step.kind}.`);
  }
  return step.parameters;
}

/** What the function answered to the newest Create event. */
function created(signIn: SignInDriver): CreateAuthChallengeTriggerEvent['response'] {
  const answer = signIn.answers.at(-1);
  if (answer?.triggerSource !== 'CreateAuthChallenge_Authentication') {
    throw new Error('The newest event is no Create event.');
  }
  return answer.response;
}

const HIDING = { HIDE_USER_EXISTENCE: 'true' };

describe('A sign-in, as Cognito drives it', () => {
  it('gives tokens for the right code at once', async () => {
    const { handler, gateway } = createFunction();
    const signIn = new SignInDriver(handler);
    expect(parametersOf(await signIn.start())).toEqual({
      message: 'Enter the OTP sent to your phone',
      status: 'SENT',
      CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
      CODE_DELIVERY_DESTINATION: '+*******4567',
      codeLength: '6',
      expiresInSeconds: '180',
      attemptsRemaining: '3',
      resendsRemaining: '2',
      resendAfterSeconds: '30',
    });
    expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
  });

  it('pays for one SMS when the answers are wrong, wrong, right', async () => {
    const { handler, gateway } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    expect(parametersOf(await signIn.answer('1'))).toMatchObject({
      status: 'INCORRECT',
      message: 'Incorrect code, please try again',
      attemptsRemaining: '2',
    });
    expect(parametersOf(await signIn.answer('2'))).toMatchObject({ attemptsRemaining: '1' });
    expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
    expect(gateway.attempts).toBe(1);
  });

  it('fails after three wrong answers', async () => {
    const signIn = new SignInDriver(createFunction().handler);
    await signIn.start();
    await signIn.answer('1');
    await signIn.answer('2');
    expect(await signIn.answer('3')).toEqual({ kind: 'failed' });
  });

  it.each([{ action: 'resend' }, { resend: 'true' }, { action: 'RESEND' }, { resend: ' True ' }])(
    'sends a new code when ClientMetadata is %j, even if the answer was right',
    async (clientMetadata) => {
      const { handler, gateway, clock } = createFunction();
      const signIn = new SignInDriver(handler);
      await signIn.start();
      clock.advance(30_000);
      const oldCode = gateway.lastCode;
      expect(parametersOf(await signIn.answer(oldCode, clientMetadata))).toMatchObject({
        status: 'RESENT',
        message: 'New OTP sent to your phone',
        attemptsRemaining: '3',
      });
      expect(parametersOf(await signIn.answer(oldCode))).toMatchObject({ status: 'INCORRECT' });
      expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
    },
  );

  it('takes other ClientMetadata for no resend', async () => {
    const { handler, gateway } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    const metadata = { action: 'resent', resend: 'yes', phone_number: '+12025559999' };
    expect(await signIn.answer(gateway.lastCode, metadata)).toEqual({ kind: 'tokens' });
  });

  it.each(['\n', '\r\n', '\t', '\u200b', '\ufeff', '\u2060', '\u00ad'])(
    'A28: takes a code that was pasted with %j behind it',
    async (pasted) => {
      const { handler, gateway } = createFunction();
      const signIn = new SignInDriver(handler);
      await signIn.start();
      expect(await signIn.answer(`${gateway.lastCode}${pasted}`)).toEqual({ kind: 'tokens' });
    },
  );

  it.each(['true', 'True'])(
    'takes the attribute custom:resend for a wish, and still compares the answer: %s',
    async (wish) => {
      const { handler, gateway, clock } = createFunction();
      const userAttributes = { ...KNOWN_USER.userAttributes, 'custom:resend': wish };
      const signIn = new SignInDriver(handler, { ...KNOWN_USER, userAttributes });
      // The first round has nothing to send again.
      expect(parametersOf(await signIn.start())).toMatchObject({ status: 'SENT' });
      clock.advance(30_000);
      expect(parametersOf(await signIn.answer('1'))).toMatchObject({
        status: 'RESENT',
        attemptsRemaining: '2',
      });
      expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
      expect(gateway.attempts).toBe(2);
    },
  );

  it('A40: never takes the number from ClientMetadata', async () => {
    const { handler, gateway, clock } = createFunction();
    const signIn = new SignInDriver(handler);
    await signIn.start();
    clock.advance(30_000);
    await signIn.answer('', { action: 'resend', phone_number: '+12025559999' });
    expect(gateway.outbox.map(({ to }) => to)).toEqual(['+12025554567', '+12025554567']);
  });

  it('A18: gives the same number of tries with SRP_A in front', async () => {
    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null };
    const signIn = new SignInDriver(createFunction().handler, KNOWN_USER, [srp]);
    expect(parametersOf(await signIn.start())).toMatchObject({ attemptsRemaining: '3' });
    await signIn.answer('1');
    expect(parametersOf(await signIn.answer('2'))).toMatchObject({ attemptsRemaining: '1' });
    expect(await signIn.answer('3')).toEqual({ kind: 'failed' });
  });

  it('asks for the password first where that is configured', async () => {
    const { handler } = createFunction({ env: { PASSWORD_FIRST: 'true' } });
    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null };
    const password = { ...srp, challengeName: 'PASSWORD_VERIFIER' };
    const start = (session: (typeof srp)[]) =>
      new SignInDriver(handler, KNOWN_USER, session).start();
    expect(await start([])).toEqual({ kind: 'failed' });
    expect(await start([srp])).toEqual({ kind: 'password' });
    expect((await start([srp, password])).kind).toBe('challenge');
  });

  it('takes a LEGACY event, which has no userNotFound, for a known user', async () => {
    const { handler, gateway } = createFunction();
    const { userName, userAttributes } = KNOWN_USER;
    const signIn = new SignInDriver(handler, { userName, userAttributes });
    await signIn.start();
    expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
  });
});

describe('What goes back to Cognito', () => {
  it('is the whole event, with nothing but the response changed', async () => {
    const signIn = new SignInDriver(createFunction().handler);
    await signIn.start();
    await signIn.answer('1');
    for (const { response, ...envelope } of signIn.answers) {
      expect(Object.keys(envelope).sort()).toEqual([
        'callerContext',
        'region',
        'request',
        'triggerSource',
        'userName',
        'userPoolId',
        'version',
      ]);
      expect(Object.values(response)).not.toContain(undefined);
    }
  });

  it('tells Cognito of each Define event to go on, to issue tokens or to fail, and never two of them', async () => {
    const decisions = ({ answers }: SignInDriver) =>
      answers
        .filter(({ triggerSource }) => triggerSource === 'DefineAuthChallenge_Authentication')
        .map(({ response }) => response);
    const asked = {
      challengeName: 'CUSTOM_CHALLENGE',
      issueTokens: false,
      failAuthentication: false,
    };

    const { handler, gateway } = createFunction();
    const right = new SignInDriver(handler);
    await right.start();
    await right.answer(gateway.lastCode);
    expect(decisions(right)).toEqual([
      asked,
      { challengeName: null, issueTokens: true, failAuthentication: false },
    ]);

    const wrong = new SignInDriver(createFunction({ env: { OTP_MAX_ATTEMPTS: '1' } }).handler);
    await wrong.start();
    await wrong.answer('1');
    expect(decisions(wrong)).toEqual([
      asked,
      { challengeName: null, issueTokens: false, failAuthentication: true },
    ]);

    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null };
    const { handler: askingFirst } = createFunction({ env: { PASSWORD_FIRST: 'true' } });
    const password = new SignInDriver(askingFirst, KNOWN_USER, [srp]);
    await password.start();
    expect(decisions(password)).toEqual([{ ...asked, challengeName: 'PASSWORD_VERIFIER' }]);
  });

  it('keeps the reference where the version before looks for it: a sign-in may outlive a deployment', async () => {
    const signIn = new SignInDriver(createFunction().handler);
    await signIn.start();
    const { privateChallengeParameters, challengeMetadata } = created(signIn);
    expect(privateChallengeParameters).toEqual({
      challenge: challengeMetadata,
      round: expect.any(String),
    });
  });

  it('A27: holds strings alone, and private parameters always', async () => {
    for (const user of [KNOWN_USER, UNKNOWN_USER]) {
      const signIn = new SignInDriver(createFunction({ env: HIDING }).handler, user);
      await signIn.start();
      const { publicChallengeParameters, privateChallengeParameters, challengeMetadata } =
        created(signIn);
      expect(Object.keys(privateChallengeParameters)).not.toHaveLength(0);
      for (const value of [
        ...Object.values(publicChallengeParameters),
        ...Object.values(privateChallengeParameters),
        challengeMetadata,
      ]) {
        expect(value).toBeTypeOf('string');
      }
    }
  });

  it('names each call for a round in private: for Verify alone', async () => {
    const names = new Set<unknown>();
    for (let call = 0; call < 3; call++) {
      const signIn = new SignInDriver(createFunction().handler);
      await signIn.start();
      const { publicChallengeParameters, privateChallengeParameters, challengeMetadata } =
        created(signIn);
      const { round } = privateChallengeParameters;
      names.add(round);
      expect(round).toMatch(/^[0-9a-f-]{36}$/);
      expect(JSON.stringify([publicChallengeParameters, challengeMetadata])).not.toContain(round);
    }
    expect(names.size).toBe(3);
  });

  it('A25: shows the client no code, no digest and no full number', async () => {
    const { handler, gateway } = createFunction({ env: { OTP_LENGTH: '10' } });
    const signIn = new SignInDriver(handler);
    await signIn.start();
    const { publicChallengeParameters, challengeMetadata } = created(signIn);
    const kept = Buffer.from(challengeMetadata, 'base64url');
    const digest = kept.subarray(18, 50).toString('base64url');
    expect(digest).not.toMatch(/^A+$/);
    const shown = JSON.stringify(publicChallengeParameters);
    for (const secret of [gateway.lastCode, digest, '2025554567']) {
      expect(shown).not.toContain(secret);
    }
  });

  it('A26: keeps the code out of the metadata, whose size is always the same', async () => {
    const { handler, gateway, clock } = createFunction({
      env: { OTP_LENGTH: '10', OTP_MAX_ATTEMPTS: '10', OTP_MAX_SENDS: '10' },
    });
    const signIn = new SignInDriver(handler);
    await signIn.start();
    for (let round = 0; round < 9; round++) {
      clock.advance(30_000);
      await (round % 2 === 0 ? signIn.answer('1') : signIn.resend());
    }
    const sizes = signIn.session.map(({ challengeMetadata }) => challengeMetadata?.length ?? 0);
    expect(new Set(sizes)).toEqual(new Set([200]));
    const kept = JSON.stringify(signIn.session);
    for (const { text } of gateway.outbox) {
      expect(kept).not.toContain(text.slice(-10));
    }
  });

  it('A22: has the same keys, rounds, statuses and end for unknown users', async () => {
    const story = async (user: typeof KNOWN_USER) => {
      const { handler, clock } = createFunction({ env: HIDING });
      const signIn = new SignInDriver(handler, user);
      const steps = [await signIn.start(), await signIn.answer('1'), await signIn.resend()];
      clock.advance(30_000);
      steps.push(await signIn.resend());
      clock.advance(301_000);
      steps.push(await signIn.answer('2'), await signIn.answer('3'));
      return steps.map((step) => (step.kind === 'challenge' ? step.parameters : step));
    };
    expect(await story(UNKNOWN_USER)).toEqual(await story(KNOWN_USER));
  });

  it('A21: is never tokens for an unknown user, even if Verify was said to be right', async () => {
    const { handler } = createFunction({ env: HIDING });
    const signIn = new SignInDriver(handler, UNKNOWN_USER);
    await signIn.start();
    await signIn.answer('1');
    const session = signIn.session.map((round) => ({ ...round, challengeResult: true }));
    const forged = new SignInDriver(handler, UNKNOWN_USER, session);
    expect(await forged.start()).toEqual({ kind: 'failed' });
  });

  it('is the event untouched for a trigger that is not ours', async () => {
    const { handler } = createFunction();
    const event = {
      version: '1',
      triggerSource: 'PostConfirmation_ConfirmSignUp',
      userName: 'user',
      request: { userAttributes: { phone_number: '+12025554567' } },
      response: {},
    };
    const before = structuredClone(event);
    expect(await handler(event as never, context)).toEqual(before);
  });
});

describe('A sign-up, where the function is attached to PreSignUp', () => {
  function signUp(userAttributes: Record<string, string>, env = {}) {
    const event = {
      version: '1',
      triggerSource: 'PreSignUp_SignUp',
      userPoolId: 'eu-west-1_Abc123XyZ',
      userName: 'user',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '3n4b5urk1ft4fl3mg5' },
      request: { userAttributes, validationData: null },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    };
    return createFunction({ env }).handler(event as never, context);
  }

  it('confirms the user, and never takes the number for verified', async () => {
    const { response } = await signUp({ phone_number: '+12025554567' });
    expect(response).toEqual({
      autoConfirmUser: true,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    });
  });

  it.each<Record<string, string>>([{}, { phone_number: '' }, { phone_number: '0151 234567' }])(
    'refuses one without a number in E.164, and says what is needed: %j',
    async (userAttributes) => {
      await expect(signUp(userAttributes)).rejects.toThrow(
        /^Sign-up needs a phone number in international format, such as \+14155550100$/,
      );
    },
  );

  it('tells programs a refusal by its code', async () => {
    await expect(signUp({})).rejects.toMatchObject({ code: 'SIGN_UP_REFUSED' });
  });

  it.each([
    '+4407418084106',
    '+6104312345678',
    '+4901701234567',
    '+141555501001',
    '+852987654321',
    '+1555123',
    '+999123456789',
  ])('A39: refuses a number that no plan allows: %s', async (phone_number) => {
    await expect(signUp({ phone_number })).rejects.toThrow(
      'Sign-up needs a phone number in international format, such as +14155550100',
    );
  });

  it.each([
    '+979123456789',
    '+19005550100',
    '+449012345678',
    '+447012345678',
    '+448451234567',
    '+443031234567',
    '+447640123456',
    '+8816123456789',
    '+88213123456789',
    '+80012345678',
  ])('A39: refuses a number that costs whoever sends to it: %s', async (phone_number) => {
    await expect(signUp({ phone_number })).rejects.toThrow(
      'Sign-up needs a phone number of a person, not one of a premium or other service',
    );
  });

  it('refuses a number that no route sends to', async () => {
    const SMS_ROUTES = JSON.stringify([
      { countries: ['RU'], deny: true },
      { prefixes: ['+1202'], deny: true },
      { countries: ['US', 'SG'], gateways: [{ gateway: 'sns' }] },
    ]);
    for (const phone_number of ['+79261234567', '+12025554567', '+4915112345678']) {
      await expect(signUp({ phone_number }, { SMS_ROUTES })).rejects.toThrow(
        'Sign-up needs a phone number that codes are sent to, which those of this country are not',
      );
    }
    const { response } = await signUp({ phone_number: '+6591234567' }, { SMS_ROUTES });
    expect(response).toMatchObject({ autoConfirmUser: true });
  });

  it('takes such a number where a route names it', async () => {
    const SMS_ROUTES = JSON.stringify([
      { prefixes: ['+881'], gateways: [{ gateway: 'sns' }] },
      { countries: ['*'], gateways: [{ gateway: 'sns' }] },
    ]);
    const { response } = await signUp({ phone_number: '+8816123456789' }, { SMS_ROUTES });
    expect(response).toMatchObject({ autoConfirmUser: true });
  });

  it.each([861, 436, 624, 621, 357, 837])(
    'takes a number in an area younger than the shipped plan: +1 %s',
    async (area) => {
      const { response } = await signUp({ phone_number: `+1${area}5550100` });
      expect(response).toMatchObject({ autoConfirmUser: true });
    },
  );

  it('leaves a sign-up by e-mail to the pool, which confirms the address', async () => {
    const { response } = await signUp({ email: 'a@example.com' });
    expect(response).toEqual({
      autoConfirmUser: false,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    });
  });

  it('refuses one by e-mail where SIGN_UP_NEEDS_PHONE=true', async () => {
    const env = { SIGN_UP_NEEDS_PHONE: 'true' };
    await expect(signUp({ email: 'a@example.com' }, env)).rejects.toThrow('Sign-up needs a phone');
  });

  it('leaves users that an administrator creates alone', async () => {
    const event = { triggerSource: 'PreSignUp_AdminCreateUser', request: {}, response: {} };
    expect(await createFunction().handler(event as never, context)).toEqual(event);
  });
});

describe('The number that a right code proves, with CONFIRM_PHONE=true', () => {
  const { userName, userAttributes } = KNOWN_USER;
  const { phone_number_verified: _, ...unmarked } = userAttributes;

  async function signIn(attributes: Record<string, string>, { reachable = true, env = {} } = {}) {
    const { handler, gateway, userDirectory, log } = createFunction({
      env: { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'true', ...env },
    });
    userDirectory.reachable = reachable;
    const driver = new SignInDriver(handler, { userName, userAttributes: attributes });
    await driver.start();
    const step = await driver.answer(gateway.lastCode);
    const line = log.lines().find(({ outcome }) => outcome === 'verified');
    return { step, line, verified: userDirectory.verified };
  }

  it.each([unmarked, { ...unmarked, phone_number_verified: 'false' }])(
    'is recorded as the user’s own: %j',
    async (attributes) => {
      const { step, line, verified } = await signIn(attributes);
      expect(step).toEqual({ kind: 'tokens' });
      expect([...verified]).toEqual([[userName, '+12025554567']]);
      expect(line).toMatchObject({ level: 'INFO', phone: 'confirmed' });
    },
  );

  it('is left alone where it is verified already', async () => {
    const { line } = await signIn(userAttributes, { reachable: false });
    expect(line).toMatchObject({ level: 'INFO' });
    expect(line).not.toHaveProperty('phone');
  });

  it('stops no sign-in when it can not be recorded, and the log says why', async () => {
    const { step, line, verified } = await signIn(unmarked, { reachable: false });
    expect(step).toEqual({ kind: 'tokens' });
    expect(verified.size).toBe(0);
    expect(line).toMatchObject({
      level: 'WARN',
      phone: 'not-confirmed',
      fault: { message: 'The user directory is out of reach.' },
    });
  });

  it('is recorded nowhere without it', async () => {
    const { step, line, verified } = await signIn(unmarked, { env: { CONFIRM_PHONE: '' } });
    expect(step).toEqual({ kind: 'tokens' });
    expect(verified.size).toBe(0);
    expect(line).not.toHaveProperty('phone');
  });
});
