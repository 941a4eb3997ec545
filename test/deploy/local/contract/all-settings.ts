/** All settings that the endpoint keeps, each with something else than its default. */

export const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** All that can be set of a pool at any time, each to something else than its default. */
export const POOL_OPTIONS = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 20,
      RequireUppercase: false,
      RequireLowercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
      TemporaryPasswordValidityDays: 3,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
  },
  DeletionProtection: 'ACTIVE',
  LambdaConfig: {
    PreSignUp: arn('a'),
    PostConfirmation: arn('b'),
    PreAuthentication: arn('c'),
    PostAuthentication: arn('d'),
    DefineAuthChallenge: arn('e'),
    CreateAuthChallenge: arn('f'),
    VerifyAuthChallengeResponse: arn('g'),
    PreTokenGeneration: arn('h'),
    PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: arn('h') },
  },
  AutoVerifiedAttributes: ['phone_number', 'email'],
  SmsVerificationMessage: 'SMS {####}',
  EmailVerificationMessage: 'Mail {####}',
  EmailVerificationSubject: 'Subject',
  VerificationMessageTemplate: {
    SmsMessage: 'SMS {####}',
    EmailMessage: 'Mail {####}',
    EmailSubject: 'Subject',
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
  },
  MfaConfiguration: 'OFF',
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  EmailConfiguration: {
    SourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/a@example.com',
    ReplyToEmailAddress: 'a@example.com',
    EmailSendingAccount: 'DEVELOPER',
    From: 'a@example.com',
    ConfigurationSet: 'set',
  },
  SmsConfiguration: {
    SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
    ExternalId: 'id',
    SnsRegion: 'eu-west-1',
    EumsSms: {
      CallerArn: 'arn:aws:iam::000000000000:role/sms',
      ExternalId: 'id',
      OriginationIdentity: 'sender',
      ConfigurationSetName: 'set',
      InEntityId: 'entity',
      InTemplateId: 'template',
      Region: 'eu-west-1',
    },
  },
  UserPoolTags: { stage: 'test' },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: true,
    UnusedAccountValidityDays: 3,
    InviteMessageTemplate: {
      SMSMessage: 'SMS {username} {####}',
      EmailMessage: 'Mail {username} {####}',
      EmailSubject: 'Welcome',
    },
  },
  UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
  UserPoolTier: 'PLUS',
};

/** And all that can be set when it is made. */
export const POOL = {
  ...POOL_OPTIONS,
  PoolName: 'All of it',
  AliasAttributes: ['preferred_username', 'email'],
  UsernameConfiguration: { CaseSensitive: false },
};

/** All that can be set of an app client. */
export const CLIENT = {
  ClientName: 'All of it',
  RefreshTokenValidity: 2,
  AccessTokenValidity: 30,
  IdTokenValidity: 3,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'hours' },
  ReadAttributes: ['email'],
  WriteAttributes: ['name'],
  ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: ['https://example.com/in'],
  LogoutURLs: ['https://example.com/out'],
  DefaultRedirectURI: 'https://example.com/in',
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  AllowedOAuthFlowsUserPoolClient: true,
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: false,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: 4,
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 5 },
};
