/** `npm run doctor`, run as the process it is. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createWorld,
  DOCTOR,
  GOOD_CLIENT,
  GOOD_POOL,
  GOOD_TABLE,
  GOOD_VARIABLES,
  notRead,
  OURS,
  type Sick,
  toMend,
} from '../support/doctor-world.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { createOperatorWorld } from '../support/operator-world.ts';
import { arn } from './local/contract/all-settings.ts';

describe('npm run doctor', () => {
  it('finds nothing to mend where all is as it should be', async () => {
    const { doctor, clientId } = await createWorld();
    const { code, output } = await doctor();
    expect(output).toBe(`ok    user pool knows users by phone number.
ok    user pool is of the plan Lite.
ok    web ACL of the pool is guard.
ok    trigger DefineAuthChallenge calls ${OURS}.
ok    trigger CreateAuthChallenge calls ${OURS}.
ok    trigger VerifyAuthChallengeResponse calls ${OURS}.
ok    app client web (${clientId}) signs users in by code alone.
ok    function phone-otp has a timeout of 5 seconds.
ok    function phone-otp runs on nodejs24.x.
ok    function phone-otp has 256 MB of memory.
ok    permission lets the pool call the function.
ok    environment has what the function starts with: OTP_HASH_KEY, SENDS_PER_HOUR, TABLE_NAME.
ok    role phone-otp-role may sns:Publish on phone numbers.
ok    role phone-otp-role may not sns:Publish on topics.
ok    role phone-otp-role may dynamodb:GetItem, dynamodb:BatchGetItem, dynamodb:UpdateItem, dynamodb:DeleteItem on table phone-otp.
ok    table phone-otp has the key pk.
ok    table phone-otp lets items expire by expiresAt.
ok    SMS by SNS in us-east-1 are out of the sandbox.
ok    SMS by SNS in us-east-1 may cost 500 USD a month.
note  senders are left to AWS: some countries take SMS from registered ones alone.
19 as they should be, 0 to mend.
`);
    expect(code).toBe(0);
  });

  it('says how to mend it by the package, where that was called', async () => {
    const { run, userPoolId, directory, account } = await createWorld({ account: { tables: {} } });
    const command = join(directory, 'cognito-phone-otp.js');
    await writeFile(command, `import(${JSON.stringify(resolve('deploy/cli.ts'))});`);
    const { output } = await run(command, ['doctor', '--user-pool', userPoolId], account.env);
    expect(toMend(output)).toEqual([
      expect.stringMatching(/: npx cognito-phone-otp table create --table phone-otp /),
    ]);
  });

  it('changes nothing, and asks only to read', async () => {
    const { doctor, account, lambda, readPool } = await createWorld();
    const before = await readPool();
    await doctor();
    expect(account.calls.filter((call) => !/^(Describe|Get|Simulate)/.test(call))).toEqual([]);
    expect(lambda.changes).toEqual([]);
    expect(await readPool()).toEqual(before);
  });

  it.each<[string, Sick, RegExp]>([
    [
      'a trigger that calls nothing',
      { pool: { LambdaConfig: { DefineAuthChallenge: OURS, CreateAuthChallenge: OURS } } },
      /trigger VerifyAuthChallengeResponse calls nothing, and should call the function: npm run attach -- --user-pool us-east-1_\w+ --function arn:aws:lambda:us-east-1:000000000000:function:phone-otp$/,
    ],
    [
      'a trigger that calls another function',
      { pool: { LambdaConfig: { ...GOOD_POOL.LambdaConfig, CreateAuthChallenge: arn('theirs') } } },
      /trigger CreateAuthChallenge calls .*:theirs, and should call .*:phone-otp: npm run attach -- .* --replace$/,
    ],
    [
      'a trigger that calls another version of it',
      {
        pool: { LambdaConfig: { ...GOOD_POOL.LambdaConfig, CreateAuthChallenge: `${OURS}:old` } },
      },
      /trigger CreateAuthChallenge calls .*:phone-otp:old, another version of it, and should call .*:phone-otp: npm run attach -- .* --replace$/,
    ],
    [
      'a client that takes passwords',
      { client: { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH'] } },
      /app client web \(\w+\) allows ALLOW_USER_SRP_AUTH: .*: npm run attach -- .* --client \w+ --mend-clients$/,
    ],
    [
      'a client whose sessions end before its codes',
      { variables: { ...GOOD_VARIABLES, OTP_TTL_SECONDS: '600' } },
      /app client .* ends a round after 5 minutes, .*: set AuthSessionValidity to 10: /,
    ],
    [
      'a short timeout',
      { configuration: { Timeout: 3 } },
      /has a timeout of 3 seconds, and should have 5: aws lambda update-function-configuration --function-name phone-otp --region us-east-1 --timeout 5$/,
    ],
    [
      'an old runtime',
      { configuration: { Runtime: 'nodejs20.x' } },
      /runs on nodejs20\.x, and is built for nodejs24\.x: aws lambda .* --runtime nodejs24\.x$/,
    ],
    [
      'a setting that is missing',
      { variables: { TABLE_NAME: 'phone-otp' } },
      /environment lets the function not start: look at OTP_HASH_KEY: /,
    ],
    [
      'a setting that is wrong',
      { variables: { ...GOOD_VARIABLES, OTP_LENGTH: '99' } },
      /environment lets the function not start: look at OTP_LENGTH: /,
    ],
    [
      'a setting that a route needs',
      {
        variables: {
          ...GOOD_VARIABLES,
          SMS_ROUTES: JSON.stringify([
            { countries: ['*'], gateways: [{ gateway: 'twilio', from: 'MyApp' }] },
          ]),
        },
      },
      /environment lets the function not start: look at TWILIO_ACCOUNT_SID, TWILIO_SECRET, SMS_ROUTES: /,
    ],
    [
      'no table',
      { account: { tables: {} } },
      /table phone-otp is not there, and should be: npm run table -- create --table phone-otp --region us-east-1/,
    ],
    [
      'a table with another key',
      {
        account: {
          tables: {
            'phone-otp': {
              ...GOOD_TABLE,
              table: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
            },
          },
        },
      },
      /table phone-otp has the key id, and should have pk, a string, alone: /,
    ],
    [
      'a table that grows for ever',
      { account: { tables: { 'phone-otp': { ...GOOD_TABLE, expiry: {} } } } },
      /table phone-otp lets no item expire, and should by expiresAt: aws dynamodb update-time-to-live .* Enabled=true,AttributeName=expiresAt$/,
    ],
    [
      'the SMS sandbox',
      { account: { isInSandbox: true } },
      /SMS by SNS in us-east-1 are in the sandbox, .*: ask AWS to move the account out of it/,
    ],
    [
      'the spend limit of a new account',
      { account: { spendLimit: '1' } },
      /may cost 1 USD a month, .*: ask AWS .* aws sns set-sms-attributes --region us-east-1 /,
    ],
  ])('finds %s, and says what mends it', async (_, sick, line) => {
    const { doctor } = await createWorld(sick);
    const { code, output } = await doctor();
    expect(toMend(output)).toEqual([expect.stringMatching(line)]);
    expect(output).toMatch(/ 1 to mend\.\n$/);
    expect(code).toBe(1);
  });

  it('finds that the pool may not call the function, and that any pool may', async () => {
    const { doctor, lambda, permission } = await createWorld();
    lambda.statements.splice(0, 1, permission('open'));
    const { output } = await doctor();
    expect(toMend(output)).toEqual([
      expect.stringMatching(
        /permission does not let the pool call the function, .*: npm run attach/,
      ),
      expect.stringMatching(
        /open lets any user pool call .*: aws lambda remove-permission .* open$/,
      ),
    ]);
  });

  it('notes that a function may bring a gateway along, whose settings it does not know', async () => {
    const gateways = [{ gateway: 'sns' }, { gateway: 'acme', channel: 'otp' }];
    const { doctor } = await createWorld({
      variables: {
        ...GOOD_VARIABLES,
        SMS_ROUTES: JSON.stringify([{ countries: ['*'], gateways }]),
      },
    });
    const { code, output } = await doctor();
    expect(output).toContain(
      "note  environment names a gateway that does not ship (acme): the function starts if it brings that along, which can't be seen from here.\n",
    );
    expect(toMend(output)).toEqual([]);
    expect(code).toBe(0);
  });

  it('goes by a function that is named, attached or not', async () => {
    const { doctor } = await createWorld({ pool: { LambdaConfig: {} } });
    const unnamed = await doctor();
    expect(unnamed.output).toContain('note  function is not known: no trigger calls one');
    const { output } = await doctor('--function', 'phone-otp');
    expect(toMend(output)).toHaveLength(3);
    expect(output).toContain('ok    function phone-otp has a timeout of 5 seconds.\n');
  });

  it('holds a client to signing in by code that is named, and others with CONFIRM_PHONE alone', async () => {
    const passwords = { ...GOOD_CLIENT, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] };
    const plain = await createWorld();
    const other = await plain.addClient(passwords);
    expect((await plain.doctor()).code).toBe(0);
    expect((await plain.doctor('--client', plain.clientId)).code).toBe(0);
    expect((await plain.doctor('--client', other)).output).toContain(
      `app client web (${other}) does not allow ALLOW_CUSTOM_AUTH`,
    );
    const variables = {
      ...GOOD_VARIABLES,
      CONFIRM_PHONE: 'true',
      REQUIRE_VERIFIED_PHONE: 'false',
    };
    const confirming = await createWorld({ variables });
    await confirming.addClient(passwords);
    const { output } = await confirming.doctor();
    expect(toMend(output)).toEqual([
      expect.stringMatching(/allows ALLOW_USER_SRP_AUTH: .*, while .* CONFIRM_PHONE=true: /),
    ]);
  });

  it('tells what may be so on purpose without ending in 1', async () => {
    const { doctor } = await createWorld({
      pool: { UsernameAttributes: ['email'], UserPoolTier: 'ESSENTIALS' },
      configuration: { MemorySize: 128 },
      variables: { OTP_HASH_KEY: STRONG_KEY, LOCK_AFTERR: '3' },
    });
    const { code, output } = await doctor();
    expect(code).toBe(0);
    expect(output).toContain('note  user pool knows users by e-mail address: ');
    expect(output).toContain(
      'note  user pool is of the plan ESSENTIALS: this function needs Lite alone, at less than half its price a user.',
    );
    expect(output).toContain('note  function phone-otp has 128 MB of memory, ');
    expect(output).toContain(
      'note  environment has a warning: LOCK_AFTERR is no setting of this function',
    );
    expect(output).toContain('note  environment has a warning: Without a DynamoDB table');
  });

  it('tells of every review number, and of one that has ended', async () => {
    const until = new Date().toISOString().slice(0, 10);
    const open = { number: 'n'.repeat(43), code: 'c'.repeat(43), until, perDay: 20 };
    const ended = { ...open, number: 'o'.repeat(43), until: '2026-01-31' };
    const { doctor } = await createWorld({
      variables: { ...GOOD_VARIABLES, REVIEW_NUMBERS: JSON.stringify([open, ended]) },
    });
    const { output } = await doctor();
    expect(output).toContain(
      `note  environment has a warning: REVIEW_NUMBERS entry 1 lets a number sign in without an SMS until the end of ${until}`,
    );
    expect(output).toContain(
      'note  environment has a warning: REVIEW_NUMBERS entry 2 ended with 2026-01-31',
    );
    expect(output).not.toContain(open.code);
  });

  it('looks where the SMS are sent, and not at SNS where no route sends by it', async () => {
    const away = await createWorld({ variables: { ...GOOD_VARIABLES, SMS_REGION: 'eu-west-1' } });
    expect((await away.doctor()).output).toContain('ok    SMS by SNS in eu-west-1 ');
    const SMS_ROUTES = JSON.stringify([
      { countries: ['*'], gateways: [{ gateway: 'end-user-messaging' }] },
    ]);
    const elsewhere = await createWorld({ variables: { ...GOOD_VARIABLES, SMS_ROUTES } });
    expect((await elsewhere.doctor()).output).not.toContain('SNS');
  });

  it('never shows what a variable holds', async () => {
    const secret = `${STRONG_KEY.slice(0, -4)}0000`;
    for (const variables of [
      { ...GOOD_VARIABLES, OTP_HASH_KEY: secret },
      { ...GOOD_VARIABLES, OTP_HASH_KEY: 'hunter2hunter2' },
      // In a variable that is not theirs.
      { ...GOOD_VARIABLES, APP_NAME: secret },
      { ...GOOD_VARIABLES, OTP_HASH_KEI: secret, SMS_TEMPLATES: secret, SMS_ROUTES: secret },
    ]) {
      const { doctor } = await createWorld({ variables });
      const { output } = await doctor();
      const { stdout } = await doctor('--json');
      for (const held of [secret, 'hunter2hunter2', STRONG_KEY]) {
        expect(output + stdout).not.toContain(held);
      }
    }
  });

  it('takes secrets that are kept elsewhere to be right', async () => {
    const { OTP_HASH_KEY: _, ...others } = GOOD_VARIABLES;
    const { doctor } = await createWorld({
      variables: { ...others, OTP_HASH_KEY_SECRET: 'key' },
      account: {
        secrets: {
          key: { ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:key-abcdef' },
        },
      },
    });
    expect((await doctor()).code).toBe(0);
  });

  it('tells programs the same in one object', async () => {
    const { doctor } = await createWorld({ configuration: { Timeout: 3 } });
    const { code, stdout } = await doctor('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings).toContainEqual({
      subject: 'function phone-otp',
      state: 'to mend',
      says: 'has a timeout of 3 seconds, and should have 5',
      mend: expect.stringContaining('--timeout 5') as unknown,
    });
  });
});

describe('What may not be read', () => {
  it.each([
    ['GET policy', /permission .*; needs lambda:GetPolicy\.$/],
    ['GET configuration', /function arn:.*; needs lambda:GetFunctionConfiguration\.$/],
  ])('is a line of its own: %s of Lambda', async (call, line) => {
    const { doctor, lambda } = await createWorld();
    lambda.refuse(new RegExp(`^${call}`), 'AccessDeniedException');
    const { code, output } = await doctor();
    expect(code).toBe(2);
    expect(notRead(output)).toEqual([expect.stringMatching(line)]);
    expect(output).toMatch(/ 0 to mend, 1 not read\.\n$/);
  });

  it.each([
    ['DescribeTable', 'table phone-otp', 'dynamodb:DescribeTable'],
    ['DescribeTimeToLive', 'table phone-otp', 'dynamodb:DescribeTimeToLive'],
    ['SimulatePrincipalPolicy', 'role phone-otp-role', 'iam:SimulatePrincipalPolicy'],
    [
      'GetWebACLForResource',
      'web ACL of the pool',
      'wafv2:GetWebACLForResource and cognito-idp:GetWebACLForResource',
    ],
    ['GetSMSAttributes', 'SMS by SNS in us-east-1', 'sns:GetSMSAttributes'],
    ['GetSMSSandboxAccountStatus', 'SMS by SNS in us-east-1', 'sns:GetSMSSandboxAccountStatus'],
  ])('is a line of its own: %s', async (call, subject, action) => {
    const { doctor, account } = await createWorld();
    account.refuse(new RegExp(`^${call}$`));
    const { code, output } = await doctor();
    expect(code).toBe(2);
    expect(notRead(output)).toEqual([
      `?     ${subject} can't be read: AWS refuses access; needs ${action}.`,
    ]);
  });

  it('is a line of its own: variables under a key of KMS', async () => {
    const Environment = { Error: { ErrorCode: 'AccessDeniedException', Message: 'no' } };
    const { doctor } = await createWorld({ configuration: { Environment } });
    expect(notRead((await doctor()).output)).toEqual([
      "?     environment can't be read: AccessDeniedException; needs kms:Decrypt on the function's key.",
    ]);
  });

  it('is as much as the pool itself', async () => {
    const { run, account } = await createWorld();
    const env = { ...account.env, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: account.url };
    account.refuse(/UserPool/);
    const { code, output } = await run(DOCTOR, ['--user-pool', 'us-east-1_Theirs'], env);
    expect(code).toBe(2);
    expect(notRead(output)).toEqual([
      "?     user pool can't be read: AWS refuses access; needs cognito-idp:DescribeUserPool.",
      "?     app clients can't be read: AWS refuses access; needs cognito-idp:ListUserPoolClients.",
    ]);
  });

  it('does not count where that is said, beside what is to be mended', async () => {
    const { doctor, lambda } = await createWorld();
    lambda.refuse(/^GET policy/, 'AccessDeniedException');
    expect((await doctor('--unread-ok')).code).toBe(0);
    const sick = await createWorld({ configuration: { Timeout: 3 } });
    sick.lambda.refuse(/^GET policy/, 'AccessDeniedException');
    expect((await sick.doctor()).code).toBe(1);
    expect((await sick.doctor('--unread-ok')).code).toBe(1);
  });
});

describe('npm run doctor says in one sentence', () => {
  it('that there is no such pool, client or function', async () => {
    const { run, doctor } = await createWorld();
    const pool = await run(DOCTOR, ['--user-pool', 'us-east-1_None']);
    expect(pool).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There is no user pool/),
    });
    const client = await doctor('--client', 'none');
    expect(client.output).toMatch(/^User pool us-east-1_\w+ has no app client none: .*\n$/);
    const none = await doctor('--function', 'none');
    expect(none.output).toMatch(/^There is no function none there: .*\n$/);
  });

  it('of each thing that it needs credentials for, where it has none', async () => {
    const { doctor } = await createWorld();
    const { code, output } = await doctor('--profile', 'none');
    expect(code).toBe(2);
    expect(notRead(output)[0]).toBe(
      "?     user pool can't be read: There are no AWS credentials: set them in the environment, or name a profile with --profile.",
    );
    expect(output).not.toContain('AWS refuses access');
  });

  it('what it looks at, when asked', async () => {
    const { run } = await createOperatorWorld();
    const { code, output } = await run(DOCTOR, ['--help']);
    expect(code).toBe(0);
    expect(output).toContain('npm run doctor -- --user-pool ID');
  });
});
