/** The function in a CDK app, with all that it needs. */
import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { type UserPool, type UserPoolClient, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnPermission,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE } from '../../src/adapters/lib/dynamodb-item.ts';
import type { Config } from '../../src/config/config.ts';
import { type OwnGateways, secretVariablesOf } from '../../src/container/open-adapters.ts';
import { ConfigError } from '../../src/settings.ts';
import { gatewaysOf } from '../lib/role-actions.ts';
import { Alarms } from './alarms.ts';
import { builtBundle, SETTINGS_NAME } from './built-bundle.ts';
import { except } from './exceptions.ts';
import { configOf, flawsOf, placesOf, type Settings } from './function-settings.ts';
import { checkGatewaySecrets, flawsOfGatewaySecrets } from './gateway-secrets.ts';
import {
  confirmPhoneStatement,
  grantSecrets,
  sendingStatements,
  tableStatement,
} from './permissions.ts';
import { addPhoneClient, createPhoneUserPool } from './phone-user-pool.ts';
import { RateRule } from './rate-rule.ts';
import { createDashboard } from './sign-in-dashboard.ts';

/** What can be chosen. */
export interface PhoneOtpProps {
  /**
   * SMS that an hour refills: the ceiling on the bill, 1 to 999999999. It has no default, since
   * nobody else can choose it.
   */
  readonly smsBudgetPerHour: number;
  /** The pool to attach the function to, of the same app. Unset, one is made, with an app client. */
  readonly userPool?: UserPool | undefined;
  /**
   * Whether users may sign up by themselves: the function is attached to Pre sign-up. In a pool that
   * is made here, `REQUIRE_VERIFIED_PHONE` is then `false` and `CONFIRM_PHONE` is `true`, unless set.
   */
  readonly signUp?: boolean | undefined;
  /** Environment variables of deploy/configuration.md, such as `APP_NAME`; none that is a secret. */
  readonly settings?: Settings | undefined;
  /** Holds what `TWILIO_SECRET` would; needed where a route names `twilio`. */
  readonly twilioSecret?: ISecret | Secret | undefined;
  /** Puts a web ACL on the pool: calls that one IP address may make in 5 minutes, 10 to 2000000000. */
  readonly maxRequestsPerIp?: number | undefined;
  /** Containers that are kept for the function, and the most that it may have. */
  readonly reservedConcurrency?: number | undefined;
  /** Whether X-Ray traces the function; it does not unless this is `true`. */
  readonly tracing?: boolean | undefined;
  /** How long its log is kept: a month unless it is set. */
  readonly logRetention?: RetentionDays | undefined;
  /** The bundle, unless it is the one that `npm run build` left in dist/. */
  readonly code?: Code | undefined;
  /** Gateways beside those that ship, as `createHandler` has them in the bundle of `code`. */
  readonly gateways?: OwnGateways | undefined;
  /** Hold what secret variables of `gateways` would, by their names, such as `ACME_API_KEY`. */
  readonly gatewaySecrets?: Readonly<Record<string, ISecret | Secret>> | undefined;
}

/**
 * The function, attached to a user pool, with its table, keys, alarms and dashboard.
 *
 * @throws ConfigError when a property is wrong, in one sentence each. What is allowed but likely not
 * meant becomes a warning of the app.
 */
export class PhoneOtp extends Construct {
  /** The pool that it is attached to. */
  readonly userPool: UserPool;
  /** The app client of a pool that was made here. */
  readonly userPoolClient: UserPoolClient | undefined;
  readonly handler: LambdaFunction;
  readonly table: Table;
  /** The keys, which `npm run account` needs, too. */
  readonly hashKey: Secret;
  readonly lookupKey: Secret;
  /** Where alarms are told: subscribe to it. */
  readonly alarmTopic: Topic;
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: PhoneOtpProps) {
    super(scope, id);
    const settings = environmentOf(props);
    const config = checkedConfig(props, settings);
    for (const [index, warning] of config.warnings.entries()) {
      Annotations.of(this).addWarningV2(`cognito-phone-otp:${index + 1}`, warning);
    }
    this.table = createTable(this);
    this.hashKey = createKey(this, 'HashKey', 'OTP_HASH_KEY: signs codes');
    this.lookupKey = createKey(this, 'LookupKey', 'OTP_LOOKUP_KEY: finds counts');
    const { signUp = false, twilioSecret, maxRequestsPerIp, gatewaySecrets = {} } = props;
    const secretVariables = secretVariablesOf(props.gateways ?? {});
    const secrets = {
      OTP_HASH_KEY_SECRET: this.hashKey,
      OTP_LOOKUP_KEY_SECRET: this.lookupKey,
      ...(twilioSecret !== undefined && { TWILIO_SECRET_SECRET: twilioSecret }),
      ...Object.fromEntries(
        Object.entries(gatewaySecrets).map(([name, secret]) => [secretVariables[name], secret]),
      ),
    };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    except(role, 'role');
    for (const statement of [...sendingStatements(config), tableStatement(this.table)]) {
      role.addToPolicy(statement);
    }
    grantSecrets(Object.values(secrets), role);
    const { code, environment } = placed(settings, props.code);
    this.handler = createFunction(this, role, props, code, {
      ...environment,
      TABLE_NAME: this.table.tableName,
      ...arns(secrets),
    });

    this.userPool = props.userPool ?? createPhoneUserPool(this, signUp);
    this.userPoolClient =
      props.userPool === undefined
        ? addPhoneClient(this.userPool, config.policy.lifetimeMs)
        : undefined;
    attach(this.handler, this.userPool, signUp ? [...SIGN_IN, ...SIGN_UP] : SIGN_IN);
    if (config.confirmPhone) {
      // Apart from the role's own policy: the pool needs the function, which needs that policy.
      new Policy(this.userPool, 'PhoneOtpConfirmPhone', {
        roles: [role],
        statements: [confirmPhoneStatement(this.userPool)],
      });
    }
    if (maxRequestsPerIp !== undefined) {
      new RateRule(this.userPool, 'PhoneOtpRateRule', maxRequestsPerIp);
    }

    const watched = {
      handler: this.handler,
      table: this.table,
      smsBudgetPerHour: props.smsBudgetPerHour,
      unconverted: config.abuse.sends.unconverted,
    };
    const { topic, alarms } = new Alarms(this, 'Alarms', watched);
    this.alarmTopic = topic;
    this.dashboard = createDashboard(this, watched, alarms);
  }
}

/** What the props say, as environment variables; those that are known only once it is deployed are left out. */
function environmentOf({ smsBudgetPerHour, userPool, signUp, settings }: PhoneOtpProps): Settings {
  return {
    // A pool of ours has one client, which takes no password: the code proves the number.
    ...(signUp === true &&
      userPool === undefined && { REQUIRE_VERIFIED_PHONE: 'false', CONFIRM_PHONE: 'true' }),
    ...settings,
    SENDS_PER_HOUR: String(smsBudgetPerHour),
  };
}

/** @throws ConfigError with a sentence for each property that is wrong. */
function checkedConfig(props: PhoneOtpProps, settings: Settings): Config {
  const { smsBudgetPerHour, maxRequestsPerIp, reservedConcurrency, twilioSecret } = props;
  const { code, gateways } = props;
  const problems = [
    ...flawOfNumber('smsBudgetPerHour', smsBudgetPerHour, 1, 999_999_999),
    ...flawsOf(props.settings ?? {}),
    ...(maxRequestsPerIp === undefined
      ? []
      : flawOfNumber('maxRequestsPerIp', maxRequestsPerIp, 10, 2_000_000_000)),
    ...(reservedConcurrency === undefined
      ? []
      : flawOfNumber('reservedConcurrency', reservedConcurrency, 1, 100_000)),
    ...(gateways !== undefined && code === undefined
      ? ['gateways are not in the bundle that ships: set code to the one that has them.']
      : []),
    ...flawsOfGatewaySecrets(settings, gateways, props.gatewaySecrets),
  ];
  if (problems.length > 0) {
    throw new ConfigError(problems.join(' '));
  }
  const config = configOf(settings, gateways);
  checkGatewaySecrets(config, gateways, props.gatewaySecrets);
  const sendsByTwilio = gatewaysOf(config).some(({ gateway }) => gateway === 'twilio');
  if (sendsByTwilio !== (twilioSecret !== undefined)) {
    throw new ConfigError(
      sendsByTwilio
        ? 'twilioSecret (TWILIO_SECRET_NAME of npm run deploy) is not set; a route names twilio, which needs a secret that holds its auth token or the secret of its API key.'
        : 'twilioSecret (TWILIO_SECRET_NAME of npm run deploy) has no effect, since no route names twilio: leave it out, or add such a route to SMS_ROUTES.',
    );
  }
  return config;
}

function flawOfNumber(name: string, value: number, min: number, max: number): string[] {
  return Number.isInteger(value) && value >= min && value <= max
    ? []
    : [
        `${name} ${value === undefined ? 'is not set' : `is ${value}`}; it takes a whole number from ${min} to ${max}.`,
      ];
}

/**
 * Settings are in the function's environment, or where they are too many in a file beside its bundle.
 *
 * @throws ConfigError where that is somebody else's.
 */
function placed(settings: Settings, code: Code | undefined) {
  const { environment, file } = placesOf(settings);
  if (file === undefined) {
    return { code: code ?? builtBundle(), environment };
  }
  if (code !== undefined) {
    throw new ConfigError(
      "settings are too many for a function's environment, which holds 4 KB: put them into a JSON file in the bundle that is deployed, and set SETTINGS_FILE to its name.",
    );
  }
  return { code: builtBundle(file), environment: { ...environment, SETTINGS_FILE: SETTINGS_NAME } };
}

function createTable(scope: Construct): Table {
  return new Table(scope, 'Table', {
    partitionKey: { name: KEY_ATTRIBUTE, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: EXPIRY_ATTRIBUTE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** A key that the function takes: in base64, 64 letters and digits are 48 bytes. */
function createKey(scope: Construct, id: string, description: string): Secret {
  const key = new Secret(scope, id, {
    description,
    // To change this is to make another key.
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  except(key, 'key');
  return key;
}

function arns(secrets: Readonly<Record<string, ISecret | Secret>>): Settings {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, { secretArn }]) => [name, secretArn]),
  );
}

function createFunction(
  scope: Construct,
  role: Role,
  { logRetention, reservedConcurrency, tracing }: PhoneOtpProps,
  code: Code,
  environment: Record<string, string>,
): LambdaFunction {
  const logGroup = new LogGroup(scope, 'Log', {
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  logGroup.grantWrite(role);
  return new LambdaFunction(scope, 'Function', {
    description: 'Signs users of a Cognito user pool in by a code in an SMS',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code,
    memorySize: 512,
    // As long as Cognito waits.
    timeout: Duration.seconds(5),
    role,
    environment,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    ...(tracing === true && { tracing: Tracing.ACTIVE }),
  });
}

const SIGN_IN = [
  UserPoolOperation.DEFINE_AUTH_CHALLENGE,
  UserPoolOperation.CREATE_AUTH_CHALLENGE,
  UserPoolOperation.VERIFY_AUTH_CHALLENGE_RESPONSE,
];

const SIGN_UP = [UserPoolOperation.PRE_SIGN_UP];

/**
 * Attaches the function, and lets this pool of this account call it. What names the pool is made in
 * its scope, so that either may be in a stack of its own.
 */
function attach(
  { functionArn }: LambdaFunction,
  userPool: UserPool,
  triggers: readonly UserPoolOperation[],
): void {
  const trigger = LambdaFunction.fromFunctionAttributes(userPool, 'PhoneOtp', {
    functionArn,
    sameEnvironment: false,
    // CDK's own permissions, one for each trigger, would not pin the account.
    skipPermissions: true,
  });
  for (const operation of triggers) {
    userPool.addTrigger(operation, trigger);
  }
  new CfnPermission(userPool, 'PhoneOtpPermission', {
    action: 'lambda:InvokeFunction',
    functionName: functionArn,
    principal: 'cognito-idp.amazonaws.com',
    sourceArn: userPool.userPoolArn,
    sourceAccount: Stack.of(userPool).account,
  });
}
