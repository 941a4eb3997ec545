/**
 * What the SDK's model lacks: lengths, patterns, ranges and sets of values, as the API reference
 * has them. A list has the limits of its elements, and of their count.
 */
import {
  AdvancedSecurityModeType,
  AliasAttributeType,
  AttributeDataType,
  AuthFactorType,
  AuthFlowType,
  ChallengeNameType,
  ClientTypeType,
  DefaultEmailOptionType,
  DeletionProtectionType,
  DeliveryMediumType,
  EmailSendingAccountType,
  ExplicitAuthFlowsType,
  FeatureType,
  MessageActionType,
  OAuthFlowType,
  PreTokenGenerationLambdaVersionType,
  RecoveryOptionNameType,
  RevokeAssociatedSessionsType,
  TimeUnitsType,
  UsernameAttributeType,
  UserPoolMfaType,
  UserPoolTierType,
  VerifiedAttributeType,
} from '@aws-sdk/client-cognito-identity-provider';

export interface Limits {
  /** The length of a text, the size of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** How many entries a list has. */
  readonly fewest?: number;
  readonly most?: number;
}

/**
 * @param structure of the member: in a request itself, '' stands for it
 * @returns no limits for what has none
 */
export function limitsOf(structure: string, member: string): Limits {
  const name = structure === '' ? member : `${structure}.${member}`;
  return table[name] ?? {};
}

const WORD = /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u;
const NAME = /[\w\s+=,.@-]+/;
const oneOf = (values: Readonly<Record<string, string>>): Limits => ({
  values: Object.values(values),
});

const accessToken = { pattern: /[A-Za-z0-9-_=.]+/ };
const arn = {
  min: 20,
  max: 2048,
  pattern:
    /arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?/,
};
const attributeName = { min: 1, max: 32, pattern: WORD };
const clientSecret = { min: 1, max: 64, pattern: /[\w+]+/ };
const code = { min: 1, max: 2048, pattern: /[\S]+/ };
const page = { min: 1, max: 131_072, pattern: /[\S]+/ };
const password = { max: 256, pattern: /[\S]+.*[\S]+|[\S]/ };
const redirect = { min: 1, max: 1024, pattern: WORD };
const smsText = { min: 6, max: 140, pattern: /.*\{####\}.*/ };
const mailText = { min: 6, max: 20_000, pattern: /.*\{####\}.*/ };
const subject = { min: 1, max: 140 };
const validity = { min: 1, max: 86_400 };

const table: Readonly<Record<string, Limits>> = {
  AccessToken: accessToken,
  AccessTokenValidity: validity,
  AliasAttributes: oneOf(AliasAttributeType),
  AllowedOAuthFlows: { ...oneOf(OAuthFlowType), most: 3 },
  AllowedOAuthScopes: { min: 1, max: 256, most: 50 },
  AttributeName: attributeName,
  AttributesToGet: attributeName,
  AuthFlow: oneOf(AuthFlowType),
  AuthSessionValidity: { min: 3, max: 15 },
  AutoVerifiedAttributes: oneOf(VerifiedAttributeType),
  CallbackURLs: { ...redirect, most: 100 },
  ChallengeName: oneOf(ChallengeNameType),
  ClientId: { min: 1, max: 128, pattern: /[\w+]+/ },
  ClientName: { min: 1, max: 128, pattern: NAME },
  ClientSecret: clientSecret,
  ClientType: oneOf(ClientTypeType),
  Code: code,
  ConfirmationCode: code,
  CustomAttributes: { fewest: 1, most: 25 },
  DefaultRedirectURI: redirect,
  DeletionProtection: oneOf(DeletionProtectionType),
  Description: { max: 2048 },
  DesiredDeliveryMediums: oneOf(DeliveryMediumType),
  EmailVerificationMessage: mailText,
  EmailVerificationSubject: subject,
  ExplicitAuthFlows: oneOf(ExplicitAuthFlowsType),
  Filter: { max: 256 },
  GroupName: { min: 1, max: 128, pattern: WORD },
  IdTokenValidity: validity,
  Limit: { min: 0, max: 60 },
  LogoutURLs: { ...redirect, most: 100 },
  MaxResults: { min: 1, max: 60 },
  MessageAction: oneOf(MessageActionType),
  MfaConfiguration: oneOf(UserPoolMfaType),
  NextToken: page,
  PaginationToken: page,
  Password: password,
  PoolName: { min: 1, max: 128, pattern: NAME },
  Precedence: { min: 0, max: 2_147_483_647 },
  PreventUserExistenceErrors: { values: ['LEGACY', 'ENABLED'] },
  PreviousPassword: password,
  ProposedPassword: password,
  ReadAttributes: { min: 1, max: 2048 },
  RefreshToken: accessToken,
  RefreshTokenValidity: { min: 0, max: 315_360_000 },
  RevokeAssociatedSessions: oneOf(RevokeAssociatedSessionsType),
  RoleArn: arn,
  Schema: { fewest: 1, most: 50 },
  SecretHash: { min: 1, max: 128, pattern: /[\w+=/]+/ },
  Session: { min: 20, max: 2048 },
  SmsVerificationMessage: smsText,
  SupportedIdentityProviders: { min: 1, max: 32, pattern: WORD },
  TemporaryPassword: password,
  Token: accessToken,
  UserAttributeNames: attributeName,
  Username: { min: 1, max: 128, pattern: WORD },
  UsernameAttributes: oneOf(UsernameAttributeType),
  UserPoolId: { min: 1, max: 55, pattern: /[\w-]+_[0-9a-zA-Z]+/ },
  UserPoolTier: oneOf(UserPoolTierType),
  WriteAttributes: { min: 1, max: 2048 },

  'AccountRecoverySettingType.RecoveryMechanisms': { fewest: 1, most: 2 },
  'AdminCreateUserConfigType.UnusedAccountValidityDays': { min: 0, max: 365 },
  'AttributeType.Name': attributeName,
  'AttributeType.Value': { max: 2048 },
  'EmailConfigurationType.EmailSendingAccount': oneOf(EmailSendingAccountType),
  'LambdaConfigType.CreateAuthChallenge': arn,
  'LambdaConfigType.DefineAuthChallenge': arn,
  'LambdaConfigType.PostAuthentication': arn,
  'LambdaConfigType.PostConfirmation': arn,
  'LambdaConfigType.PreAuthentication': arn,
  'LambdaConfigType.PreSignUp': arn,
  'LambdaConfigType.PreTokenGeneration': arn,
  'LambdaConfigType.VerifyAuthChallengeResponse': arn,
  'MessageTemplateType.EmailMessage': mailText,
  'MessageTemplateType.EmailSubject': subject,
  'MessageTemplateType.SMSMessage': smsText,
  'PasswordPolicyType.MinimumLength': { min: 6, max: 99 },
  'PasswordPolicyType.TemporaryPasswordValidityDays': { min: 0, max: 365 },
  'PreTokenGenerationVersionConfigType.LambdaArn': arn,
  'PreTokenGenerationVersionConfigType.LambdaVersion': oneOf(PreTokenGenerationLambdaVersionType),
  'RecoveryOptionType.Name': oneOf(RecoveryOptionNameType),
  'RecoveryOptionType.Priority': { min: 1, max: 2 },
  'RefreshTokenRotationType.Feature': oneOf(FeatureType),
  'RefreshTokenRotationType.RetryGracePeriodSeconds': { min: 0, max: 60 },
  'SchemaAttributeType.AttributeDataType': oneOf(AttributeDataType),
  'SchemaAttributeType.Name': { min: 1, max: 20, pattern: WORD },
  'SignInPolicyType.AllowedFirstAuthFactors': oneOf(AuthFactorType),
  'SmsConfigurationType.SnsCallerArn': arn,
  'TokenValidityUnitsType.AccessToken': oneOf(TimeUnitsType),
  'TokenValidityUnitsType.IdToken': oneOf(TimeUnitsType),
  'TokenValidityUnitsType.RefreshToken': oneOf(TimeUnitsType),
  'UserPoolAddOnsType.AdvancedSecurityMode': oneOf(AdvancedSecurityModeType),
  'UserAttributeUpdateSettingsType.AttributesRequireVerificationBeforeUpdate':
    oneOf(VerifiedAttributeType),
  'VerificationMessageTemplateType.DefaultEmailOption': oneOf(DefaultEmailOptionType),
  'VerificationMessageTemplateType.EmailMessage': mailText,
  'VerificationMessageTemplateType.EmailSubject': subject,
  'VerificationMessageTemplateType.SmsMessage': smsText,
};
