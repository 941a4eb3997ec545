/** The ready-made app: its options, its regions, and the same as a plain template. */
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../../deploy/bundling/bundle.ts';
import { builtBundle } from '../../../deploy/cdk/built-bundle.ts';
import { placesOf } from '../../../deploy/cdk/function-settings.ts';
import { addStacks } from '../../../deploy/cdk/phone-otp-app.ts';
import { ConfigError } from '../../../src/settings.ts';
import { STRONG_KEY } from '../../support/keys.ts';
import { Program } from '../../support/program.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../../support/twilio-server.ts';
import { ofType, only, resourcesOf } from './synthesized.ts';

const BUDGET = { SENDS_PER_HOUR: '1000' };

const TWILIO = {
  ...BUDGET,
  SMS_ROUTES: '[{"countries":["*"],"gateways":[{"gateway":"twilio","from":"MyApp"}]}]',
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_SECRET_NAME: 'twilio',
};

let dist: string;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'cdk-'));
  await bundleFunction(dist);
});

afterAll(() => rm(dist, { recursive: true }));

async function stacksOf(options: Readonly<Record<string, string>>) {
  const app = new App({ analyticsReporting: false });
  const code = () => builtBundle(undefined, [dist]);
  const stacks = await addStacks(app, (name) => options[name], { code });
  const [stack] = stacks;
  if (stack === undefined) {
    throw new Error('The app has no stack');
  }
  return { app, stack, stacks };
}

function environment(stack: Stack): Readonly<Record<string, string>> {
  const { Environment } = only(resourcesOf(stack), 'AWS::Lambda::Function').Properties;
  return (Environment as { readonly Variables: Record<string, string> }).Variables;
}

describe('The app', () => {
  it('has one stack, for whichever region the command is told', async () => {
    const { stacks, stack } = await stacksOf(BUDGET);
    expect(stacks).toHaveLength(1);
    expect(stack.stackName).toBe('phone-otp');
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    expect(stack.terminationProtection).toBe(true);
  });

  it('has a stack of the same name for each region that it is told', async () => {
    const { stacks } = await stacksOf({ ...BUDGET, REGIONS: 'eu-west-1, us-east-1' });
    expect(stacks.map(({ node, stackName, region }) => [node.id, stackName, region])).toEqual([
      ['phone-otp-eu-west-1', 'phone-otp', 'eu-west-1'],
      ['phone-otp-us-east-1', 'phone-otp', 'us-east-1'],
    ]);
    const [first, second] = stacks.map((stack) =>
      Object.keys(Template.fromStack(stack).toJSON().Resources),
    );
    expect(second).toEqual(first);
  });

  it('hands the settings of the function on, and no secret', async () => {
    const { stack } = await stacksOf({
      ...TWILIO,
      APP_NAME: 'MyApp',
      LOCK_AFTER: '5',
      POWERTOOLS_LOG_LEVEL: 'WARN',
      OTP_HASH_KEY: STRONG_KEY,
      TWILIO_SECRET: AUTH_TOKEN,
      TABLE_NAME: 'mine',
      AWS_LAMBDA_FUNCTION_NAME: 'mine',
      PATH: '/bin',
    });
    expect(environment(stack)).toEqual({
      SENDS_PER_HOUR: '1000',
      APP_NAME: 'MyApp',
      LOCK_AFTER: '5',
      POWERTOOLS_LOG_LEVEL: 'WARN',
      SMS_ROUTES: TWILIO.SMS_ROUTES,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TABLE_NAME: '<PhoneOtpTable>',
      OTP_HASH_KEY_SECRET: '<PhoneOtpHashKey>',
      OTP_LOOKUP_KEY_SECRET: '<PhoneOtpLookupKey>',
      TWILIO_SECRET_SECRET:
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:twilio',
    });
  });

  it('takes the other options', async () => {
    const { stack } = await stacksOf({
      ...BUDGET,
      SIGN_UP: 'true',
      TRACING: 'true',
      MAX_REQUESTS_PER_IP: '100',
      RESERVED_CONCURRENCY: '50',
    });
    const resources = resourcesOf(stack);
    expect(environment(stack)).toMatchObject({ CONFIRM_PHONE: 'true' });
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({
      TracingConfig: { Mode: 'Active' },
      ReservedConcurrentExecutions: 50,
    });
    expect(JSON.stringify(only(resources, 'AWS::WAFv2::WebACL'))).toContain('"Limit":100');
  });

  it('tells what apps and operators need to know', async () => {
    const { stack } = await stacksOf(BUDGET);
    expect(Object.keys(Template.fromStack(stack).toJSON().Outputs)).toEqual([
      'UserPoolId',
      'UserPoolClientId',
      'FunctionName',
      'LogGroupName',
      'TableName',
      'HashKeyArn',
      'LookupKeyArn',
      'AlarmTopicArn',
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'no budget',
      { SENDS_PER_HOUR: '' },
      'SENDS_PER_HOUR is not set; it takes a whole number from 1 to 999999999: the SMS that an hour refills, a ceiling on the bill that only you can choose.',
    ],
    [
      'a region that there can not be',
      { ...BUDGET, REGIONS: 'here' },
      'REGIONS is "here"; it takes AWS regions, each once, such as eu-west-1,us-east-1.',
    ],
    [
      'a region twice',
      { ...BUDGET, REGIONS: 'eu-west-1,eu-west-1' },
      'REGIONS is "eu-west-1,eu-west-1"; it takes AWS regions, each once, such as eu-west-1,us-east-1.',
    ],
    [
      'neither true nor false',
      { ...BUDGET, SIGN_UP: 'yes' },
      'SIGN_UP is "yes"; it takes true or false.',
    ],
    [
      'too low a rate',
      { ...BUDGET, MAX_REQUESTS_PER_IP: '5' },
      'MAX_REQUESTS_PER_IP is "5"; it takes a whole number from 10 to 999999999.',
    ],
    [
      'a setting that the function does not take',
      { ...BUDGET, OTP_LENGTH: '4' },
      'OTP_LENGTH is "4"; it takes a whole number from 6 to 10.',
    ],
    [
      'a gateway that is set up wrong',
      { ...TWILIO, TWILIO_ACCOUNT_SID: 'AC1' },
      'TWILIO_ACCOUNT_SID, read by SMS_ROUTES rule 1, gateway 1 (twilio), is "AC1"; it takes AC and 32 hexadecimal digits.',
    ],
  ])('says in a sentence what is wrong: %s', async (_, options, sentence) => {
    await expect(stacksOf(options)).rejects.toThrow(new ConfigError(sentence));
  });

  it('says so in the terminal, and ends', async () => {
    const program = new Program('deploy/app.ts', [], { SENDS_PER_HOUR: 'many' });
    expect(await program.exited).toBe(1);
    expect(program.output).toMatch(/^SENDS_PER_HOUR is "many"; it takes .*\n$/);
  });

  it('takes no option on the command line that there is not, since it would do nothing', async () => {
    // As `cdk -c` hands them on, beside what is CDK's own.
    const context = {
      ...{ ...BUDGET, APP_NAME: 'MyApp', POWERTOOLS_LOG_LEVEL: 'WARN' },
      ...{ MAX_REQUEST_PER_IP: '100', SIGNUP: 'true', sign_up: 'true', OTP_HASH_KEY: STRONG_KEY },
      ...{ '@aws-cdk/core:bootstrapQualifier': 'hnb659fds', 'cli-telemetry': false },
    };
    const variables = { CDK_CONTEXT_JSON: JSON.stringify(context) };
    const program = new Program('deploy/app.ts', [], variables);
    expect(await program.exited).toBe(1);
    expect(program.output).toBe(
      `${['MAX_REQUEST_PER_IP', 'SIGNUP', 'sign_up', 'OTP_HASH_KEY']
        .map((name) => `${name} is no option here, and would do nothing: see deploy/README.md.`)
        .join(' ')}\n`,
    );
  });
});

describe('What is deployed', () => {
  it('is the same from one time to the next, as long as nothing has changed', async () => {
    const again = await mkdtemp(join(tmpdir(), 'cdk-'));
    try {
      await bundleFunction(again);
      await writeFile(join(again, 'function.zip'), 'left by a deployment by hand');
      const synthesized = async (bundle: string) => {
        const app = new App({ analyticsReporting: false });
        await addStacks(app, (name) => ({ ...BUDGET })[name], {
          code: () => builtBundle(undefined, [bundle]),
        });
        return app.synth().getStackByName('phone-otp').template;
      };
      const first = await synthesized(dist);
      expect(await synthesized(again)).toEqual(first);
      await appendFile(join(again, 'index.mjs'), '// changed\n');
      expect(await synthesized(again)).not.toEqual(first);
    } finally {
      await rm(again, { recursive: true });
    }
  });

  it('is of plain resource types, and looks nothing up', async () => {
    const { app, stack } = await stacksOf({
      ...TWILIO,
      SIGN_UP: 'true',
      MAX_REQUESTS_PER_IP: '100',
    });
    const types = new Set(resourcesOf(stack).map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Cognito::UserPool',
      'AWS::Cognito::UserPoolClient',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SecretsManager::Secret',
      'AWS::WAFv2::WebACL',
      'AWS::WAFv2::WebACLAssociation',
    ]);
    const assembly = app.synth();
    expect(assembly.manifest.missing ?? []).toEqual([]);
    expect(JSON.stringify(assembly.getStackByName('phone-otp').template)).not.toContain(
      '{{resolve:',
    );
  });

  it('has its settings beside it where the environment is too small for them', async () => {
    const app = new App({ analyticsReporting: false });
    const settings = { APP_NAME: 'MyApp' };
    new LambdaFunction(new Stack(app, 'Stack'), 'Function', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: builtBundle(settings, [dist]),
    });
    const { directory } = app.synth();
    const [asset = ''] = (await readdir(directory)).filter((name) => name.startsWith('asset.'));
    const folder = join(directory, asset);
    expect(JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'))).toEqual(settings);
    expect((await readdir(folder)).sort()).toEqual(
      [...(await readdir(dist)), 'settings.json'].sort(),
    );
  });

  /** Where CDK puts the code of functions in one app, each with a setting beside it. */
  const codesOf = (...functions: readonly (readonly [APP_NAME: string, bundle?: string])[]) => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
    for (const [index, [APP_NAME, bundle = dist]] of functions.entries()) {
      new LambdaFunction(stack, `Function${index}`, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: builtBundle({ APP_NAME }, [bundle]),
      });
    }
    const made = ofType(resourcesOf(stack), 'AWS::Lambda::Function');
    return made.map(({ Properties }) => Properties.Code);
  };

  it('is other code with other settings beside it, also in the same app', () => {
    const [first, same, other] = codesOf(['MyApp'], ['MyApp'], ['YourApp']);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('is the same code with the same settings beside it, whatever a deployment by hand has left', async () => {
    const left = await mkdtemp(join(tmpdir(), 'cdk-'));
    try {
      await cp(dist, left, { recursive: true });
      await writeFile(join(left, 'function.zip'), 'left by a deployment by hand');
      const [first, again] = codesOf(['MyApp'], ['MyApp', left]);
      expect(again).toEqual(first);
    } finally {
      await rm(left, { recursive: true });
    }
  });

  it('keeps what the log and the metrics go by in the environment, where alone they are read', () => {
    const log = { POWERTOOLS_LOG_LEVEL: 'WARN', POWERTOOLS_METRICS_DISABLED: 'true' };
    const few = { APP_NAME: 'MyApp', ...log };
    expect(placesOf(few)).toEqual({ environment: few });
    const many = { ...few, SMS_TEMPLATES: '.'.repeat(4000) };
    const { APP_NAME, SMS_TEMPLATES } = many;
    expect(placesOf(many)).toEqual({ environment: log, file: { APP_NAME, SMS_TEMPLATES } });
  });

  it('has a sentence for a bundle that has not been built', () => {
    expect(() => builtBundle(undefined, [tmpdir()])).toThrow('run npm run build first.');
  });
});

describe('npm run template', () => {
  it('prints the same resources, with the code from a bucket', async () => {
    const options = { ...BUDGET, SIGN_UP: 'true', MAX_REQUESTS_PER_IP: '100' };
    // The tests' own, which is an option, too.
    const variables = { ...options, POWERTOOLS_METRICS_DISABLED: undefined };
    const program = new Program('deploy/template.ts', [], variables);
    expect(await program.exited).toBe(0);
    const template = JSON.parse(program.output);
    const { stack } = await stacksOf(options);
    const expected = Template.fromStack(stack).toJSON();

    const parameters = Object.keys(template.Parameters).sort();
    expect(parameters).toEqual(['CodeBucket', 'CodeKey']);
    expect(template.Outputs).toEqual(expected.Outputs);
    expect(takeCode(template)).toEqual({
      S3Bucket: { Ref: 'CodeBucket' },
      S3Key: { Ref: 'CodeKey' },
    });
    takeCode(expected);
    expect(template.Resources).toEqual(expected.Resources);
    expect(template).not.toHaveProperty('Rules');
  });

  it('says in a sentence what is wrong', async () => {
    const program = new Program('deploy/template.ts', [], {});
    expect(await program.exited).toBe(1);
    expect(program.output).toMatch(/^SENDS_PER_HOUR is not set; .*\n$/);
  });
});

/** Takes the function's code out of the template, and returns it. */
function takeCode({ Resources }: ReturnType<Template['toJSON']>): unknown {
  const handler = Object.values<Record<string, unknown>>(Resources).find(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
  const properties = handler?.Properties as { Code?: unknown };
  const { Code } = properties;
  delete properties.Code;
  return Code;
}
