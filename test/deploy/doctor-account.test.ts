/** What `npm run doctor` says of secrets, the role, senders and WAF. */
import { describe, expect, it } from 'vitest';
import {
  createWorld,
  decideWell,
  GOOD_TABLE,
  GOOD_VARIABLES,
  notRead,
  type Sick,
  toMend,
} from '../support/doctor-world.ts';
import { STRONG_KEY } from '../support/keys.ts';

const { OTP_HASH_KEY: _, ...WITHOUT_KEY } = GOOD_VARIABLES;
const KEY_ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:key-abcdef';
const BY_ARN = { ...WITHOUT_KEY, OTP_HASH_KEY_SECRET: KEY_ARN };
const BY_NAME = { ...WITHOUT_KEY, OTP_HASH_KEY_SECRET: 'key' };
const KEY = { ARN: KEY_ARN, Name: 'key' };

const linesOn = (output: string, subject: string) =>
  output.split('\n').filter((line) => line.slice(6).startsWith(subject));

/** IAM as it should be, but for these actions. */
function deciding(decision: string, ...actions: readonly string[]) {
  return {
    decide: (action: string, resource: string) =>
      actions.includes(action) ? decision : decideWell(action, resource),
  };
}

function routesBy(...gateways: readonly object[]) {
  const SMS_ROUTES = JSON.stringify([{ countries: ['*'], gateways }]);
  return { ...GOOD_VARIABLES, SMS_ROUTES };
}

describe('npm run doctor, of secrets', () => {
  it('says that one is there, which it never reads', async () => {
    for (const [variables, id] of [[BY_ARN, KEY_ARN] as const, [BY_NAME, 'key'] as const]) {
      const { doctor, account } = await createWorld({
        variables,
        account: { secrets: { [id]: KEY } },
      });
      const { code, output } = await doctor();
      expect(output).toContain('ok    secret of OTP_HASH_KEY_SECRET is there.\n');
      expect(output).toContain(
        'ok    role phone-otp-role may secretsmanager:GetSecretValue on the secret of OTP_HASH_KEY_SECRET.\n',
      );
      expect(account.calls).not.toContain('GetSecretValue');
      expect(code).toBe(0);
    }
  });

  it('finds one that is not there or is being deleted', async () => {
    const missing = await createWorld({ variables: BY_NAME });
    expect(toMend((await missing.doctor()).output)).toEqual([
      expect.stringMatching(
        /secret of OTP_HASH_KEY_SECRET is not there, and should be: aws secretsmanager create-secret --region us-east-1 --name <name> .* set OTP_HASH_KEY_SECRET to that name$/,
      ),
    ]);
    const deleted = await createWorld({
      variables: BY_ARN,
      account: { secrets: { [KEY_ARN]: { ...KEY, DeletedDate: 1_790_000_000 } } },
    });
    expect(toMend((await deleted.doctor()).output)).toEqual([
      `MEND  secret of OTP_HASH_KEY_SECRET is being deleted, and nobody can read it: aws secretsmanager restore-secret --region eu-west-1 --secret-id ${KEY_ARN}`,
    ]);
  });

  it('never shows a key that is set in place of its name', async () => {
    for (const held of [STRONG_KEY, 'not a name at all']) {
      const { doctor } = await createWorld({
        variables: { ...WITHOUT_KEY, OTP_HASH_KEY_SECRET: held },
      });
      const { output } = await doctor();
      expect(output).toContain('MEND  secret of OTP_HASH_KEY_SECRET is not there');
      expect(output).not.toContain(held);
    }
  });
});

describe('npm run doctor, of the role', () => {
  it.each<[string, Sick, RegExp]>([
    [
      'may not publish to phones',
      { account: deciding('implicitDeny', 'sns:Publish') },
      /role phone-otp-role may not sns:Publish on phone numbers, and should: aws iam put-role-policy --role-name phone-otp-role --policy-name phone-otp-sending --policy-document '.*"Effect":"Allow","Action":\["sns:Publish"\],"Resource":"\*".*'$/,
    ],
    [
      'may publish to topics',
      { account: { decide: () => 'allowed' } },
      /role phone-otp-role may sns:Publish on topics, and should not: aws iam put-role-policy .*"Effect":"Deny","Action":\["sns:Publish"\],"Resource":"arn:aws:sns:\*:\*:\*".*'$/,
    ],
    [
      'may not change the table',
      { account: deciding('implicitDeny', 'dynamodb:UpdateItem') },
      /may not dynamodb:UpdateItem on table phone-otp, and should: .*"Resource":"arn:aws:dynamodb:us-east-1:000000000000:table\/phone-otp".*'$/,
    ],
    [
      'may not read a secret',
      {
        variables: BY_ARN,
        account: {
          secrets: { [KEY_ARN]: KEY },
          ...deciding('implicitDeny', 'secretsmanager:GetSecretValue'),
        },
      },
      /may not secretsmanager:GetSecretValue on the secret of OTP_HASH_KEY_SECRET, and should: .* phone-otp-OTP_HASH_KEY_SECRET .*:secret:key-abcdef".*'$/,
    ],
    [
      'is denied what it should be allowed',
      { account: deciding('explicitDeny', 'dynamodb:GetItem') },
      /may not dynamodb:GetItem on table phone-otp, and should: take out of its policies what denies that$/,
    ],
    [
      'may not send by End User Messaging',
      {
        variables: routesBy({ gateway: 'end-user-messaging', feedback: true }),
        account: deciding('implicitDeny', 'sms-voice:PutMessageFeedback'),
      },
      /may not sms-voice:PutMessageFeedback on phone numbers, and should: /,
    ],
    [
      'may not confirm numbers',
      {
        variables: { ...GOOD_VARIABLES, CONFIRM_PHONE: 'true', REQUIRE_VERIFIED_PHONE: 'false' },
        account: deciding('implicitDeny', 'cognito-idp:AdminUpdateUserAttributes'),
      },
      /may not cognito-idp:AdminUpdateUserAttributes on the pool, and should: .*:userpool\/us-east-1_\w+".*'$/,
    ],
    [
      'is not there',
      { account: { decide: () => undefined } },
      /role phone-otp-role is not there, and should be: aws lambda update-function-configuration .* --role <ARN>$/,
    ],
  ])('finds that it %s, and says what mends it', async (_, sick, line) => {
    const { doctor } = await createWorld(sick);
    const { code, output } = await doctor();
    expect(toMend(output)).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(1);
  });

  it('asks for nothing that the settings have no use for', async () => {
    const { doctor } = await createWorld({
      variables: { ...routesBy({ gateway: 'console' }), TABLE_NAME: '' },
      account: { decide: () => 'implicitDeny' },
    });
    expect(linesOn((await doctor()).output, 'role')).toEqual([]);
  });
});

describe('npm run doctor, of senders', () => {
  const senders = {
    senderIds: [
      { SenderId: 'Other', IsoCountryCode: 'DE', Registered: true },
      { SenderId: 'MyApp', IsoCountryCode: 'SG', Registered: true },
    ],
    phoneNumbers: [
      { PhoneNumber: '+18005550100', IsoCountryCode: 'US', Status: 'ACTIVE' },
      {
        ...{ PhoneNumber: '+18005550199', IsoCountryCode: 'US', Status: 'PENDING' },
        PhoneNumberId: 'phone-0123456789abcdef',
      },
    ],
  };

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a registered sender ID',
      { ...GOOD_VARIABLES, SMS_SENDER_ID: 'MyApp' },
      'ok    SMS_SENDER_ID is registered for SG in us-east-1.',
    ],
    [
      'a sender ID that the account does not have',
      { ...GOOD_VARIABLES, SMS_SENDER_ID: 'Nobody' },
      "note  SMS_SENDER_ID is no sender ID of the account in us-east-1: countries that ask for a registered one don't take it.",
    ],
    [
      'a number, in another region',
      { ...GOOD_VARIABLES, SMS_ORIGINATION_NUMBER: '18005550100', SMS_REGION: 'us-west-2' },
      'ok    SMS_ORIGINATION_NUMBER is a number for US in us-west-2.',
    ],
    [
      'a number that the account does not have',
      { ...GOOD_VARIABLES, SMS_ORIGINATION_NUMBER: '+18005550111' },
      'MEND  SMS_ORIGINATION_NUMBER is no number of the account in us-east-1, and should be: name one of aws pinpoint-sms-voice-v2 describe-phone-numbers --region us-east-1',
    ],
    [
      'a number that is not registered yet, by its id',
      routesBy({ gateway: 'end-user-messaging', origination: 'phone-0123456789abcdef' }),
      'MEND  origination of SMS_ROUTES rule 1, gateway 1 (end-user-messaging) is a number for US that is PENDING, and should be ACTIVE: finish its registration: https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations.html tells which countries ask for what',
    ],
    [
      'a sender of a route, in its region',
      routesBy({ gateway: 'sns', senderId: 'MyApp', region: 'ap-southeast-1' }),
      'ok    senderId of SMS_ROUTES rule 1, gateway 1 (sns) is registered for SG in ap-southeast-1.',
    ],
    [
      'a pool of numbers',
      routesBy({ gateway: 'end-user-messaging', origination: 'pool-0123456789abcdef' }),
      'note  origination of SMS_ROUTES rule 1, gateway 1 (end-user-messaging) is no sender ID and no number of the account in us-east-1: maybe a pool.',
    ],
  ])('tells of %s, without what the setting holds', async (_, variables, line) => {
    const { doctor } = await createWorld({ variables, account: senders });
    const { output } = await doctor();
    expect(output.split('\n')).toContain(line);
    expect(output).not.toMatch(/1800555|MyApp|Nobody|0123456789abcdef/);
  });

  it('tells where a sender ID is not registered', async () => {
    const senderIds = [
      { SenderId: 'MyApp', IsoCountryCode: 'SG', Registered: true },
      { SenderId: 'MyApp', IsoCountryCode: 'IN', Registered: false },
    ];
    const { doctor } = await createWorld({
      variables: { ...GOOD_VARIABLES, SMS_SENDER_ID: 'MyApp' },
      account: { senderIds },
    });
    expect(linesOn((await doctor()).output, 'SMS_SENDER_ID')).toEqual([
      expect.stringMatching(
        /^note .* is not registered for IN in us-east-1, and is for SG: https:/,
      ),
    ]);
  });

  it('does not look for any where no gateway of AWS sends', async () => {
    const { doctor, account } = await createWorld({ variables: routesBy({ gateway: 'console' }) });
    expect((await doctor()).output).not.toContain('senders');
    expect(account.calls).not.toContain('DescribeSenderIds');
  });
});

describe('npm run doctor', () => {
  it('notes that a pool has no web ACL, which is a choice', async () => {
    const { doctor } = await createWorld({ account: { webAcl: undefined } });
    const { code, output } = await doctor();
    expect(output).toContain('note  web ACL of the pool is not there: ');
    expect(code).toBe(0);
  });

  it('looks at table, secrets and role all the same where settings are in a file', async () => {
    const { doctor } = await createWorld({
      variables: { ...BY_ARN, SETTINGS_FILE: 'settings.json' },
      account: { secrets: { [KEY_ARN]: KEY }, tables: { 'phone-otp': GOOD_TABLE } },
    });
    const { code, output } = await doctor();
    expect(linesOn(output, 'role')).toHaveLength(2);
    expect(linesOn(output, 'secret')).toHaveLength(1);
    expect(linesOn(output, 'table')).toHaveLength(2);
    expect(code).toBe(0);
  });

  it.each([
    ['DescribeSecret', 'secret of OTP_HASH_KEY_SECRET', 'secretsmanager:DescribeSecret'],
    ['DescribeSenderIds', 'SMS_SENDER_ID', 'sms-voice:DescribeSenderIds'],
    ['DescribePhoneNumbers', 'SMS_ORIGINATION_NUMBER', 'sms-voice:DescribePhoneNumbers'],
  ])('says what it needs to read: %s', async (call, subject, action) => {
    const senders = { SMS_SENDER_ID: 'MyApp', SMS_ORIGINATION_NUMBER: '+18005550100' };
    const { doctor, account } = await createWorld({
      variables: { ...BY_NAME, ...senders },
      account: {
        secrets: { key: KEY },
        phoneNumbers: [{ PhoneNumber: '+18005550100', Status: 'ACTIVE', IsoCountryCode: 'US' }],
      },
    });
    account.refuse(new RegExp(`^${call}$`));
    const { code, output } = await doctor();
    expect(notRead(output)).toEqual([
      `?     ${subject} can't be read: AWS refuses access; needs ${action}.`,
    ]);
    expect(code).toBe(2);
  });
});
