/** The construct: what it makes, and what it refuses to make. */
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { PhoneOtp, type PhoneOtpProps } from '../../../deploy/cdk/phone-otp.ts';
import { defineSmsGateway } from '../../../src/adapters/sms-gateway/lib/definition.ts';
import { readConfig } from '../../../src/container/open-adapters.ts';
import { ConfigError } from '../../../src/settings.ts';
import { STRONG_KEY } from '../../support/keys.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../../support/twilio-server.ts';
import { DEFAULTS, ofType, only, type Resource, resourcesOf, synthesize } from './synthesized.ts';

function routesTo(...gateways: readonly object[]) {
  return { SMS_ROUTES: JSON.stringify([{ countries: ['*'], gateways }]) };
}

const TWILIO = {
  ...routesTo({ gateway: 'twilio', from: 'MyApp' }),
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
};

/** A stack with a secret of Twilio's, which it names to the construct. */
function synthesizeWithTwilio(find: (stack: Stack) => Secret | ReturnType<typeof byName>) {
  const stack = new Stack(new App(), 'Stack');
  new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, settings: TWILIO, twilioSecret: find(stack) });
  return resourcesOf(stack);
}

function byName(stack: Stack) {
  return Secret.fromSecretNameV2(stack, 'Twilio', 'twilio');
}

/** What the roles of the template may do. */
function statements(resources: readonly Resource[]): readonly unknown[] {
  return ofType(resources, 'AWS::IAM::Policy').flatMap(
    ({ Properties }) => (Properties.PolicyDocument as { readonly Statement: unknown[] }).Statement,
  );
}

function environment(resources: readonly Resource[]): Readonly<Record<string, string>> {
  const { Environment } = only(resources, 'AWS::Lambda::Function').Properties;
  return (Environment as { readonly Variables: Record<string, string> }).Variables;
}

const BY_SNS = [
  { Action: 'sns:Publish', Effect: 'Allow', Resource: '*' },
  { Action: 'sns:Publish', Effect: 'Deny', Resource: 'arn:<AWS::Partition>:sns:*:*:*' },
];

const ITEMS = {
  Action: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ],
  Effect: 'Allow',
  Resource: '<PhoneOtpTable.Arn>',
};

const KEYS = {
  Action: 'secretsmanager:GetSecretValue',
  Effect: 'Allow',
  Resource: ['<PhoneOtpHashKey>', '<PhoneOtpLookupKey>'],
};

const LOG = {
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Effect: 'Allow',
  Resource: '<PhoneOtpLog.Arn>',
};

describe('The function', () => {
  it('runs as it must, and logs in JSON to a group of its own for a month', () => {
    const { resources } = synthesize();
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 5,
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '<PhoneOtpLog>' },
    });
    expect(only(resources, 'AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 30 });
  });

  it('is neither bounded nor traced unless it is asked for', () => {
    const byDefault = only(synthesize().resources, 'AWS::Lambda::Function').Properties;
    expect(byDefault).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(byDefault).not.toHaveProperty('TracingConfig');
    const { resources } = synthesize({
      reservedConcurrency: 50,
      tracing: true,
      logRetention: RetentionDays.ONE_WEEK,
    });
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({
      ReservedConcurrentExecutions: 50,
      TracingConfig: { Mode: 'Active' },
    });
    expect(only(resources, 'AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 7 });
  });

  it.each<[string, Partial<PhoneOtpProps>]>([
    ['by default', {}],
    ['with sign-up', { signUp: true }],
    ['with settings', { settings: { APP_NAME: 'MyApp', OTP_LENGTH: '8' } }],
  ])('starts with the environment that it gets, and has nothing to warn of: %s', (_, props) => {
    const { OTP_HASH_KEY_SECRET, OTP_LOOKUP_KEY_SECRET, TABLE_NAME, ...rest } = environment(
      synthesize(props).resources,
    );
    expect({ OTP_HASH_KEY_SECRET, OTP_LOOKUP_KEY_SECRET, TABLE_NAME }).toEqual({
      OTP_HASH_KEY_SECRET: '<PhoneOtpHashKey>',
      OTP_LOOKUP_KEY_SECRET: '<PhoneOtpLookupKey>',
      TABLE_NAME: '<PhoneOtpTable>',
    });
    const config = readConfig({
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Stack-PhoneOtpFunction',
      OTP_HASH_KEY: STRONG_KEY,
      OTP_LOOKUP_KEY: STRONG_KEY,
      TABLE_NAME: 'Stack-PhoneOtpTable-1A2B3C',
      ...rest,
    });
    expect(config.warnings).toEqual([]);
    expect(config.abuse).toMatchObject({
      challengeRepository: 'dynamodb',
      rateLimiter: 'dynamodb',
      sends: { overall: { max: 1000, windowMs: 3_600_000 } },
    });
  });

  it('confirms the numbers of users who sign up in a pool of its own, unless it is told not to', () => {
    const told = { settings: { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'false' } };
    const variables = (props: Partial<PhoneOtpProps>) => {
      const { REQUIRE_VERIFIED_PHONE, CONFIRM_PHONE } = environment(synthesize(props).resources);
      return [REQUIRE_VERIFIED_PHONE, CONFIRM_PHONE];
    };
    expect(variables({})).toEqual([undefined, undefined]);
    expect(variables({ signUp: true })).toEqual(['false', 'true']);
    expect(variables({ signUp: true, ...told })).toEqual(['false', 'false']);
  });

  it('is called by its pool alone, in this account', () => {
    const { resources } = synthesize({ signUp: true });
    expect(only(resources, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: '<PhoneOtpFunction.Arn>',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: '<PhoneOtpUserPool.Arn>',
      SourceAccount: '<AWS::AccountId>',
    });
  });
});

describe('The role', () => {
  it('may send to phones and not to topics, use its items, read its keys and write its log', () => {
    const { resources } = synthesize();
    expect(statements(resources)).toEqual([...BY_SNS, ITEMS, KEYS, LOG]);
    expect(only(resources, 'AWS::IAM::Role').Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it.each([
    [{}, 'sms-voice:SendTextMessage'],
    [{ feedback: true }, ['sms-voice:SendTextMessage', 'sms-voice:PutMessageFeedback']],
  ])(
    'may send by End User Messaging in place of SNS where a route says so: %j',
    (route, Action) => {
      const settings = routesTo({ gateway: 'end-user-messaging', ...route });
      const byEndUserMessaging = { Action, Effect: 'Allow', Resource: '*' };
      expect(statements(synthesize({ settings }).resources)).toEqual([
        byEndUserMessaging,
        ITEMS,
        KEYS,
        LOG,
      ]);
    },
  );

  it('may send by both where routes name both', () => {
    const settings = routesTo({ gateway: 'end-user-messaging' }, { gateway: 'sns' });
    const actions = statements(synthesize({ settings }).resources).slice(0, 3);
    expect(actions).toEqual([
      ...BY_SNS,
      expect.objectContaining({ Action: 'sms-voice:SendTextMessage' }),
    ]);
  });

  it("may confirm numbers in its pool alone, and only where it is to, without the pool's waiting for itself", () => {
    const { resources } = synthesize({ signUp: true });
    const confirming = {
      Action: 'cognito-idp:AdminUpdateUserAttributes',
      Effect: 'Allow',
      Resource: '<PhoneOtpUserPool.Arn>',
    };
    // The template would not synthesize if it had a circle.
    expect(statements(resources)).toEqual([...BY_SNS, ITEMS, KEYS, LOG, confirming]);
  });

  it("may read Twilio's secret beside its keys, by its ARN or by its name", () => {
    const secretsRead = (resources: readonly Resource[]) =>
      statements(resources).filter((statement) =>
        JSON.stringify(statement).includes('secretsmanager:'),
      );
    const own = synthesizeWithTwilio((stack) => new Secret(stack, 'Twilio'));
    expect(environment(own).TWILIO_SECRET_SECRET).toBe('<Twilio>');
    expect(secretsRead(own)).toEqual([{ ...KEYS, Resource: [...KEYS.Resource, '<Twilio>'] }]);

    const named = synthesizeWithTwilio(byName);
    const arn = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:twilio';
    expect(environment(named).TWILIO_SECRET_SECRET).toBe(arn);
    expect(secretsRead(named)).toEqual([
      { ...KEYS, Resource: [...KEYS.Resource, `${arn}-??????`] },
    ]);
  });

  it('may decrypt a secret that has a key of its own', () => {
    const resources = synthesizeWithTwilio(
      (stack) => new Secret(stack, 'Twilio', { encryptionKey: new Key(stack, 'Key') }),
    );
    expect(statements(resources)).toContainEqual(
      expect.objectContaining({ Action: 'kms:Decrypt', Resource: '<Key.Arn>' }),
    );
  });
});

describe('A function with a gateway of its own', () => {
  const acme = defineSmsGateway({ settings: {}, create: () => ({ send: async () => ({}) }) });
  const gateways = { acme };
  const settings = routesTo({ gateway: 'acme' });

  it('may send by it, for which the role needs nothing', () => {
    const { resources } = synthesize({ gateways, settings });
    expect(environment(resources).SMS_ROUTES).toBe(settings.SMS_ROUTES);
    expect(statements(resources)).toEqual([ITEMS, KEYS, LOG]);
  });

  it('is in a bundle of its own, without which it is refused', () => {
    expect(() => synthesize({ gateways, settings, code: undefined })).toThrow(
      new ConfigError(
        'gateways are not in the bundle that ships: set code to the one that has them.',
      ),
    );
  });
});

describe('A secret of a gateway of its own', () => {
  const ACME_API_KEY = 'ACME_API_KEY';
  const acme = (schema: v.GenericSchema<unknown, unknown> = v.string()) => ({
    acme: defineSmsGateway({
      settings: {
        apiKey: { schema, takes: 'an Acme API key', variable: ACME_API_KEY, secret: true },
      },
      create: () => ({ send: async () => ({}) }),
    }),
  });
  const settings = routesTo({ gateway: 'acme' });

  function synthesizeWith(props: Omit<Partial<PhoneOtpProps>, 'gatewaySecrets'>, name?: string) {
    const stack = new Stack(new App(), 'Stack');
    const gatewaySecrets = name === undefined ? undefined : { [name]: new Secret(stack, 'Acme') };
    new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, settings, gatewaySecrets, ...props });
    return resourcesOf(stack);
  }

  it('is named to it, and read by its role', () => {
    const resources = synthesizeWith({ gateways: acme() }, ACME_API_KEY);
    expect(environment(resources).ACME_API_KEY_SECRET).toBe('<Acme>');
    expect(statements(resources)).toContainEqual({
      ...KEYS,
      Resource: [...KEYS.Resource, '<Acme>'],
    });
  });

  it('may be done without where the gateway does without', () => {
    const resources = synthesizeWith({ gateways: acme(v.optional(v.string())) });
    expect(environment(resources)).not.toHaveProperty('ACME_API_KEY_SECRET');
  });

  it.each<
    readonly [string, Omit<Partial<PhoneOtpProps>, 'gatewaySecrets'>, string | undefined, string]
  >([
    [
      'that is missing',
      { gateways: acme() },
      undefined,
      'gatewaySecrets.ACME_API_KEY is not set; a route names acme, which needs a secret that holds an Acme API key.',
    ],
    [
      'in the environment',
      { gateways: acme(), settings: { ...settings, ACME_API_KEY: 'key' } },
      ACME_API_KEY,
      'settings.ACME_API_KEY is a secret: keep it in Secrets Manager, and set gatewaySecrets.ACME_API_KEY to that.',
    ],
    [
      'named in the environment',
      { gateways: acme(), settings: { ...settings, ACME_API_KEY_SECRET: 'acme' } },
      ACME_API_KEY,
      'settings.ACME_API_KEY_SECRET has a property of its own: set gatewaySecrets.ACME_API_KEY.',
    ],
    [
      'by a name that no gateway knows',
      { gateways: acme() },
      'ACME_KEY',
      'gatewaySecrets.ACME_KEY is no secret of gateways; they have ACME_API_KEY.',
    ],
    [
      'where there is no gateway',
      { settings: {} },
      'ACME_KEY',
      'gatewaySecrets.ACME_KEY is no secret of gateways; they have none.',
    ],
  ])('is told in a sentence: one %s', (_, props, name, sentence) => {
    expect(() => synthesizeWith(props, name)).toThrow(sentence);
  });
});

describe('What is kept', () => {
  it('is in a table that grows on demand, can be restored, and outlives the stack', () => {
    const table = only(synthesize().resources, 'AWS::DynamoDB::Table');
    expect(table).toEqual({
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('is found by keys of 64 letters and digits that Secrets Manager makes, and that outlive the stack', () => {
    const keys = ofType(synthesize().resources, 'AWS::SecretsManager::Secret');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key.Properties.GenerateSecretString).toEqual({
        PasswordLength: 64,
        ExcludePunctuation: true,
      });
      expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('has no secret in the template', () => {
    const written = JSON.stringify(synthesizeWithTwilio(byName));
    expect(written).not.toContain('{{resolve:');
    expect(Object.keys(environment(synthesizeWithTwilio(byName)))).not.toEqual(
      expect.arrayContaining(['OTP_HASH_KEY', 'OTP_LOOKUP_KEY', 'TWILIO_SECRET']),
    );
  });
});

describe('A pool of its own', () => {
  const triggers = (resources: readonly Resource[]) =>
    Object.keys(only(resources, 'AWS::Cognito::UserPool').Properties.LambdaConfig as object).sort();

  it('knows users by their number, sends nothing by itself, and outlives the stack', () => {
    const pool = only(synthesize().resources, 'AWS::Cognito::UserPool');
    expect(pool.Properties).toMatchObject({
      UsernameAttributes: ['phone_number'],
      AutoVerifiedAttributes: [],
      MfaConfiguration: 'OFF',
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      DeletionProtection: 'ACTIVE',
    });
    expect(pool.Properties).not.toHaveProperty('SmsConfiguration');
    expect(pool).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('is of the plan that its price was told for, which Cognito does not take by itself', () => {
    const pool = only(synthesize().resources, 'AWS::Cognito::UserPool');
    expect(pool.Properties).toMatchObject({ UserPoolTier: 'LITE' });
  });

  it('lets users sign up only where it is asked to, past the function', () => {
    const closed = synthesize().resources;
    expect(triggers(closed)).toEqual([
      'CreateAuthChallenge',
      'DefineAuthChallenge',
      'VerifyAuthChallengeResponse',
    ]);
    const adminOnly = (resources: readonly Resource[]) =>
      only(resources, 'AWS::Cognito::UserPool').Properties.AdminCreateUserConfig;
    expect(adminOnly(closed)).toEqual({ AllowAdminCreateUserOnly: true });
    const open = synthesize({ signUp: true }).resources;
    expect(triggers(open)).toContain('PreSignUp');
    expect(adminOnly(open)).toEqual({ AllowAdminCreateUserOnly: false });
  });

  it('has a client that takes codes alone, hides users, and writes no number', () => {
    const { phoneOtp, resources } = synthesize();
    expect(phoneOtp.userPoolClient).toBeDefined();
    expect(only(resources, 'AWS::Cognito::UserPoolClient').Properties).toEqual({
      UserPoolId: '<PhoneOtpUserPool>',
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: false,
      SupportedIdentityProviders: ['COGNITO'],
      PreventUserExistenceErrors: 'ENABLED',
      AuthSessionValidity: 5,
      WriteAttributes: ['locale'],
    });
  });
});

describe("A round's answer", () => {
  it.each([
    ['60', 5],
    ['300', 5],
    ['301', 6],
    ['600', 10],
  ])('is taken for as long as its code lives: %s seconds, %i minutes', (lifetime, minutes) => {
    const { resources } = synthesize({ settings: { OTP_TTL_SECONDS: lifetime } });
    expect(only(resources, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      AuthSessionValidity: minutes,
    });
  });
});

describe('A pool that is there', () => {
  it('gets the triggers, and no client', () => {
    const stack = new Stack(new App(), 'Stack');
    const userPool = new UserPool(stack, 'Pool');
    const { userPoolClient } = new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, userPool });
    const resources = resourcesOf(stack);
    expect(userPoolClient).toBeUndefined();
    expect(ofType(resources, 'AWS::Cognito::UserPoolClient')).toEqual([]);
    expect(only(resources, 'AWS::Cognito::UserPool').Properties.LambdaConfig).toEqual({
      CreateAuthChallenge: '<PhoneOtpFunction.Arn>',
      DefineAuthChallenge: '<PhoneOtpFunction.Arn>',
      VerifyAuthChallengeResponse: '<PhoneOtpFunction.Arn>',
    });
    expect(only(resources, 'AWS::Lambda::Permission').Properties).toMatchObject({
      SourceArn: '<Pool.Arn>',
    });
  });

  it('leaves it to the settings whether numbers are confirmed', () => {
    const stack = new Stack(new App(), 'Stack');
    const userPool = new UserPool(stack, 'Pool');
    new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, userPool, signUp: true });
    expect(environment(resourcesOf(stack))).not.toHaveProperty('CONFIRM_PHONE');
  });

  it('may be in another stack', () => {
    const app = new App();
    const poolStack = new Stack(app, 'PoolStack');
    const stack = new Stack(app, 'Stack');
    const userPool = new UserPool(poolStack, 'Pool');
    const settings = { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'true' };
    new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, userPool, settings, maxRequestsPerIp: 100 });
    expect(() => app.synth()).not.toThrow();
    expect(poolStack.dependencies).toEqual([stack]);
    expect(stack.dependencies).toEqual([]);
  });

  it('is not taken from another function', () => {
    const stack = new Stack(new App(), 'Stack');
    const userPool = new UserPool(stack, 'Pool');
    const other = LambdaFunction.fromFunctionName(stack, 'Other', 'other');
    userPool.addTrigger(UserPoolOperation.CREATE_AUTH_CHALLENGE, other);
    expect(() => new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, userPool })).toThrow(
      /trigger for the operation createAuthChallenge already exists/,
    );
  });
});

describe('The web ACL', () => {
  it('is not there unless it is asked for', () => {
    expect(ofType(synthesize().resources, 'AWS::WAFv2::WebACL')).toEqual([]);
  });

  it('bounds how often an IP address begins and answers sign-ins, and signs up', () => {
    const { resources } = synthesize({ maxRequestsPerIp: 100 });
    const { Rules, DefaultAction } = only(resources, 'AWS::WAFv2::WebACL').Properties;
    const [rule, ...others] = Rules as {
      readonly Action: object;
      readonly Statement: { readonly RateBasedStatement: Record<string, unknown> };
    }[];
    expect(DefaultAction).toEqual({ Allow: {} });
    expect(others).toEqual([]);
    expect(rule?.Action).toEqual({ Block: {} });
    const { ScopeDownStatement, ...rate } = rule?.Statement.RateBasedStatement ?? {};
    expect(rate).toEqual({ AggregateKeyType: 'IP', Limit: 100, EvaluationWindowSec: 300 });
    const scope = JSON.stringify(ScopeDownStatement);
    const calls = ['InitiateAuth', 'SignUp', 'RespondToAuthChallenge'];
    const found = [...scope.matchAll(/"SearchString":"([^"]+)"/g)].map(([, text]) => text);
    expect(found.sort()).toEqual(
      [...calls, ...calls.map((call) => `AWSCognitoIdentityProviderService.${call}`)].sort(),
    );
    expect(only(resources, 'AWS::WAFv2::WebACLAssociation').Properties).toEqual({
      ResourceArn: '<PhoneOtpUserPool.Arn>',
      WebACLArn: expect.stringMatching(/WebAcl\.Arn>$/),
    });
  });
});

describe('Properties that are wrong', () => {
  it.each<[string, Partial<PhoneOtpProps>, string]>([
    [
      'no budget',
      { smsBudgetPerHour: undefined as unknown as number },
      'smsBudgetPerHour is not set; it takes a whole number from 1 to 999999999.',
    ],
    [
      'a budget of nothing',
      { smsBudgetPerHour: 0 },
      'smsBudgetPerHour is 0; it takes a whole number from 1 to 999999999.',
    ],
    [
      'too low a rate',
      { maxRequestsPerIp: 9 },
      'maxRequestsPerIp is 9; it takes a whole number from 10 to 2000000000.',
    ],
    [
      'no containers',
      { reservedConcurrency: 0 },
      'reservedConcurrency is 0; it takes a whole number from 1 to 100000.',
    ],
    [
      'a setting that the function does not take',
      { settings: { OTP_LENGTH: '4' } },
      'OTP_LENGTH is "4"; it takes a whole number from 6 to 10.',
    ],
    [
      'a key in the environment',
      { settings: { OTP_HASH_KEY: STRONG_KEY } },
      'settings.OTP_HASH_KEY is a secret: leave it out, Secrets Manager makes one.',
    ],
    [
      "Twilio's secret in the environment",
      { settings: { ...TWILIO, TWILIO_SECRET: AUTH_TOKEN } },
      'settings.TWILIO_SECRET is a secret: keep it in Secrets Manager, and set twilioSecret to that.',
    ],
    [
      'a budget in two places',
      { settings: { SENDS_PER_HOUR: '5' } },
      'settings.SENDS_PER_HOUR has a property of its own: set smsBudgetPerHour.',
    ],
    [
      'another table',
      { settings: { TABLE_NAME: 'mine' } },
      'settings.TABLE_NAME is set to the table that is made: leave it out.',
    ],
    [
      'a route by Twilio without its secret',
      { settings: TWILIO },
      'twilioSecret (TWILIO_SECRET_NAME of npm run deploy) is not set; a route names twilio, which needs a secret that holds its auth token or the secret of its API key.',
    ],
  ])('are told in a sentence: %s', (_, props, sentence) => {
    expect(() => synthesize(props)).toThrow(new ConfigError(sentence));
  });

  it('include settings that fit no environment, where the bundle is not made here', () => {
    const text = JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 26 }, (_, i) => [
          String.fromCharCode(97 + i, 97 + i),
          `Kod: {code} ${'.'.repeat(120)}`,
        ]),
      ),
    );
    expect(() => synthesize({ settings: { SMS_TEMPLATES: text } })).toThrow(
      /^settings are too many .* 4 KB: put them into a JSON file .* SETTINGS_FILE to its name\.$/,
    );
  });

  it('are told all at once', () => {
    const wrong = { smsBudgetPerHour: -1, settings: { OTP_HASH_KEY: 'a', TABLE_NAME: 'b' } };
    expect(() => synthesize(wrong)).toThrow(
      /^smsBudgetPerHour .* settings\.OTP_HASH_KEY .* settings\.TABLE_NAME /,
    );
  });

  it('include a secret that is for no route', () => {
    const stack = new Stack(new App(), 'Stack');
    const twilioSecret = byName(stack);
    expect(() => new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, twilioSecret })).toThrow(
      'has no effect, since no route names twilio',
    );
  });

  it('include what is known only at deployment, and can not be checked', () => {
    const stack = new Stack(new App(), 'Stack');
    const settings = { APP_NAME: stack.stackId };
    expect(() => new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, settings })).toThrow(
      'settings.APP_NAME is known only at deployment; it takes a text that can be checked before.',
    );
  });

  it('become warnings of the app where they are allowed, but likely not meant', () => {
    const { stack } = synthesize({ settings: { OTP_LENGHT: '6' } });
    const warning = 'OTP_LENGHT is no setting of this function.*Is OTP_LENGTH meant\\?';
    Annotations.fromStack(stack).hasWarning('/Stack/PhoneOtp', Match.stringLikeRegexp(warning));
  });
});
