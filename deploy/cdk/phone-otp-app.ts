/** The ready-made app: one stack for each region, made from options. */
import { type App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as v from 'valibot';
import { GATEWAY_VARIABLES } from '../../src/adapters/sms-gateway/lib/registry.ts';
import { CONFIG_VARIABLES } from '../../src/config/config.ts';
import {
  AWS_REGION,
  ConfigError,
  readSettings,
  type Settings,
  type SettingValues,
  validOrThrow,
  wholeNumber,
} from '../../src/settings.ts';
import {
  checkSettings,
  type Settings as FunctionSettings,
  LOG_VARIABLES,
  NOT_SETTINGS,
} from './function-settings.ts';
import { PhoneOtp } from './phone-otp.ts';

/** An option's value; an empty one counts as unset. */
export type ReadOption = (name: string) => string | undefined;

const flag = {
  schema: v.pipe(
    v.picklist(['true', 'false']),
    v.transform((text) => text === 'true'),
  ),
  fallback: 'false',
  takes: 'true or false',
};

function optionalNumber(min: number, max: number) {
  const { schema, takes } = wholeNumber(min, max, '');
  return { schema: v.optional(schema), takes };
}

/** What can be chosen beside the function's own settings. */
const OPTIONS = {
  SENDS_PER_HOUR: {
    schema: wholeNumber(1, 999_999_999, '').schema,
    takes:
      'a whole number from 1 to 999999999: the SMS that an hour refills, a ceiling on the bill that only you can choose',
  },
  REGIONS: {
    schema: v.optional(
      v.pipe(
        v.string(),
        v.transform((text) => text.split(',').map((region) => region.trim())),
        v.array(AWS_REGION.schema),
        v.check((regions) => new Set(regions).size === regions.length),
      ),
    ),
    takes: 'AWS regions, each once, such as eu-west-1,us-east-1',
  },
  SIGN_UP: flag,
  MAX_REQUESTS_PER_IP: optionalNumber(10, 999_999_999),
  RESERVED_CONCURRENCY: optionalNumber(1, 100_000),
  TRACING: flag,
  TWILIO_SECRET_NAME: {
    schema: v.optional(v.pipe(v.string(), v.regex(/^[\w/+=.@-]{1,512}$/))),
    takes: 'the name of a secret in Secrets Manager',
  },
} as const satisfies Settings;

/** The names of these options. */
export const APP_OPTIONS: readonly string[] = Object.keys(OPTIONS);

type Options = SettingValues<typeof OPTIONS>;

/** How the stacks are made, where it is not as the `cdk` command needs it. */
export interface StackChoices extends Pick<StackProps, 'synthesizer'> {
  /** Given the stack, where its function's code is. */
  readonly code?: (stack: Stack) => Code;
}

/**
 * Puts a stack into the app for each region, or one for whichever the `cdk` command is told.
 *
 * @throws ConfigError when an option is wrong, in one sentence each.
 */
export async function addStacks(
  app: App,
  option: ReadOption,
  choices: StackChoices = {},
): Promise<readonly Stack[]> {
  const read = readSettings(OPTIONS, {
    value: (name) => option(name) || undefined,
    title: (name) => name,
  });
  const options = validOrThrow(read);
  const settings = functionSettings(option);
  await checkSettings(settings);
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  return options.REGIONS === undefined
    ? [createStack(app, STACK, {}, options, settings, choices)]
    : options.REGIONS.map((region) => {
        const env = { region, ...(account !== undefined && { account }) };
        return createStack(app, `${STACK}-${region}`, { env }, options, settings, choices);
      });
}

const STACK = 'phone-otp';

/** What options are written like: CDK's own context is not. */
const LIKE_AN_OPTION = /^([A-Z][A-Z0-9]*|\w+_\w+)$/;

/**
 * @param names of what the `cdk` command was told.
 * @throws ConfigError with a sentence for each that looks like an option and is none.
 */
export function checkNames(names: readonly string[]): void {
  const known = [...APP_OPTIONS, ...settingNames()];
  const strange = names.filter((name) => LIKE_AN_OPTION.test(name) && !known.includes(name));
  if (strange.length > 0) {
    const sentences = strange.map(
      (name) => `${name} is no option here, and would do nothing: see deploy/README.md.`,
    );
    throw new ConfigError(sentences.join(' '));
  }
}

/** Names of the variables of deploy/configuration.md, but for secrets and what the construct sets. */
function settingNames(): readonly string[] {
  return [...CONFIG_VARIABLES, ...GATEWAY_VARIABLES, ...LOG_VARIABLES].filter(
    (name) => !(name in NOT_SETTINGS) && !name.startsWith('AWS_'),
  );
}

/** Those of them that are set. */
function functionSettings(option: ReadOption): FunctionSettings {
  return Object.fromEntries(
    settingNames().flatMap((name) => {
      const value = option(name);
      return value ? [[name, value]] : [];
    }),
  );
}

function createStack(
  app: App,
  id: string,
  props: StackProps,
  options: Options,
  settings: FunctionSettings,
  { code, ...choices }: StackChoices,
): Stack {
  const stack = new Stack(app, id, {
    // The same in every region, so that a second one leaves the first as it is.
    stackName: STACK,
    description: 'Phone sign-in for Amazon Cognito, by a code in an SMS',
    terminationProtection: true,
    ...props,
    ...choices,
  });
  const { TWILIO_SECRET_NAME } = options;
  const phoneOtp = new PhoneOtp(stack, 'PhoneOtp', {
    smsBudgetPerHour: options.SENDS_PER_HOUR,
    settings,
    signUp: options.SIGN_UP,
    maxRequestsPerIp: options.MAX_REQUESTS_PER_IP,
    reservedConcurrency: options.RESERVED_CONCURRENCY,
    tracing: options.TRACING,
    ...(TWILIO_SECRET_NAME !== undefined && {
      twilioSecret: Secret.fromSecretNameV2(stack, 'TwilioSecret', TWILIO_SECRET_NAME),
    }),
    ...(code !== undefined && { code: code(stack) }),
  });
  for (const [name, value] of Object.entries(outputsOf(phoneOtp))) {
    new CfnOutput(stack, name, { value });
  }
  return stack;
}

/** What apps and operators need to know. */
function outputsOf(phoneOtp: PhoneOtp): Readonly<Record<string, string>> {
  const { userPool, userPoolClient, handler, table, hashKey, lookupKey, alarmTopic } = phoneOtp;
  return {
    UserPoolId: userPool.userPoolId,
    ...(userPoolClient !== undefined && { UserPoolClientId: userPoolClient.userPoolClientId }),
    FunctionName: handler.functionName,
    LogGroupName: handler.logGroup.logGroupName,
    TableName: table.tableName,
    HashKeyArn: hashKey.secretArn,
    LookupKeyArn: lookupKey.secretArn,
    AlarmTopicArn: alarmTopic.topicArn,
  };
}
