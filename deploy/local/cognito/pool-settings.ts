/** What is set of a user pool: read from a request, kept as it was set, and shown. */
import type {
  CreateUserPoolRequest,
  UpdateUserPoolRequest,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AttributeSchema, type SignInAttribute } from './attribute-schema.ts';
import { invalidParameter } from './errors.ts';
import { checkMessages, describeMessages } from './pool-messages.ts';
import { type PoolOptions, passwordPolicyOf } from './pool-options.ts';
import type { Checked } from './request-shape.ts';
import { type TriggerName, triggerNames } from './trigger-names.ts';

export type PreTokenGenerationVersion = 'V1_0' | 'V2_0';
export type AliasAttribute = SignInAttribute | 'preferred_username';

export interface UserPoolSettings {
  readonly id: string;
  readonly name: string;
  /** Where not empty, users are named by these alone and the pool makes up a UUID username. */
  readonly usernameAttributes: readonly SignInAttribute[];
  /** Further names for a user; a number or an address only once it is verified. */
  readonly aliasAttributes: readonly AliasAttribute[];
  /** Whether usernames, e-mail addresses and preferred usernames differ by their case. */
  readonly caseSensitive: boolean;
  readonly schema: AttributeSchema;
  /** Which function runs for which trigger, by ARN. */
  readonly triggers: ReadonlyMap<TriggerName, string>;
  readonly preTokenGenerationVersion: PreTokenGenerationVersion;
  readonly options: PoolOptions;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What a pool gets that is made without saying more. */
export const poolDefaults = {
  usernameAttributes: [],
  aliasAttributes: [],
  caseSensitive: true,
  schema: new AttributeSchema(),
  triggers: new Map(),
  preTokenGenerationVersion: 'V1_0',
  options: {},
} as const satisfies Partial<UserPoolSettings>;

/** @throws CognitoError InvalidParameterException */
export function readPoolSettings(
  id: string,
  input: Checked<CreateUserPoolRequest>,
  now: number,
): UserPoolSettings {
  const {
    PoolName,
    UsernameAttributes,
    AliasAttributes,
    UsernameConfiguration,
    Schema,
    LambdaConfig,
    ...options
  } = input;
  if (UsernameAttributes !== undefined && AliasAttributes !== undefined) {
    throw invalidParameter(
      'Only one of the parameters aliasAttributes and usernameAttributes can be set.',
    );
  }
  checkOptions(options);
  return {
    id,
    name: PoolName,
    usernameAttributes: UsernameAttributes ?? poolDefaults.usernameAttributes,
    aliasAttributes: AliasAttributes ?? poolDefaults.aliasAttributes,
    caseSensitive: UsernameConfiguration?.CaseSensitive ?? poolDefaults.caseSensitive,
    schema: Schema === undefined ? poolDefaults.schema : poolDefaults.schema.declaring(Schema),
    ...readTriggers(LambdaConfig),
    options,
    createdAt: now,
    modifiedAt: now,
  };
}

/** @throws CognitoError InvalidParameterException */
export function changePoolSettings(
  settings: UserPoolSettings,
  input: Checked<UpdateUserPoolRequest>,
  now: number,
): UserPoolSettings {
  const { PoolName = settings.name, LambdaConfig, UserPoolId: _, ...options } = input;
  checkOptions(options);
  return {
    ...settings,
    name: PoolName,
    ...readTriggers(LambdaConfig),
    options,
    modifiedAt: now,
  };
}

export function describePool(settings: UserPoolSettings, users: number): Checked<UserPoolType> {
  const { id, options, usernameAttributes, aliasAttributes, caseSensitive } = settings;
  const passwordPolicy = passwordPolicyOf(options);
  return {
    Id: id,
    Name: settings.name,
    Arn: `arn:aws:cognito-idp:${regionOf(id)}:000000000000:userpool/${id}`,
    CreationDate: new Date(settings.createdAt),
    LastModifiedDate: new Date(settings.modifiedAt),
    EstimatedNumberOfUsers: users,
    SchemaAttributes: settings.schema.rules,
    LambdaConfig: describeTriggers(settings),
    UsernameConfiguration: { CaseSensitive: caseSensitive },
    ...(usernameAttributes.length > 0 ? { UsernameAttributes: usernameAttributes } : {}),
    ...(aliasAttributes.length > 0 ? { AliasAttributes: aliasAttributes } : {}),
    DeletionProtection: 'INACTIVE',
    MfaConfiguration: 'OFF',
    UserPoolTier: 'ESSENTIALS',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    ...options,
    AutoVerifiedAttributes: options.AutoVerifiedAttributes ?? [],
    ...describeMessages(options),
    Policies: { ...options.Policies, PasswordPolicy: passwordPolicy },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      UnusedAccountValidityDays: passwordPolicy.TemporaryPasswordValidityDays,
      ...options.AdminCreateUserConfig,
    },
  };
}

/** The part of a pool's id before the underscore, as on AWS. */
export function regionOf(poolId: string): string {
  return poolId.slice(0, poolId.indexOf('_'));
}

/** @throws CognitoError InvalidParameterException */
function checkOptions(options: PoolOptions): void {
  checkMessages(options);
  const verified = options.AutoVerifiedAttributes ?? [];
  const held = options.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const unverifiable = held.find((name) => !verified.includes(name));
  if (unverifiable !== undefined) {
    throw invalidParameter(
      `Invalid value in AttributesRequireVerificationBeforeUpdate: ${unverifiable} is not in AutoVerifiedAttributes.`,
    );
  }
  const mechanisms = options.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  if (mechanisms.length > 1 && mechanisms.some(({ Name }) => Name === 'admin_only')) {
    throw invalidParameter(
      'Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
    );
  }
}

function readTriggers(
  config: PoolLambdaConfig,
): Pick<UserPoolSettings, 'triggers' | 'preTokenGenerationVersion'> {
  const triggers = new Map<TriggerName, string>();
  for (const trigger of triggerNames) {
    const attached = config?.[trigger];
    if (attached !== undefined) triggers.set(trigger, attached);
  }
  const versioned = config?.PreTokenGenerationConfig;
  if (versioned !== undefined) triggers.set('PreTokenGeneration', versioned.LambdaArn);
  const preTokenGenerationVersion = versioned?.LambdaVersion === 'V2_0' ? 'V2_0' : 'V1_0';
  return { triggers, preTokenGenerationVersion };
}
type PoolLambdaConfig = Checked<CreateUserPoolRequest>['LambdaConfig'];

function describeTriggers({
  triggers,
  preTokenGenerationVersion,
}: UserPoolSettings): NonNullable<PoolLambdaConfig> {
  const PreTokenGeneration = triggers.get('PreTokenGeneration');
  if (PreTokenGeneration === undefined) return Object.fromEntries(triggers);
  return {
    ...Object.fromEntries(triggers),
    PreTokenGenerationConfig: {
      LambdaVersion: preTokenGenerationVersion,
      LambdaArn: PreTokenGeneration,
    },
  };
}
