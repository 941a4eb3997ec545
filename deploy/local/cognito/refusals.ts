/**
 * What the operations here do not do, though Cognito does: a caller who asks for it is told so by
 * name, instead of being taken at their word and let down later. What is told for threat protection
 * and analytics, such as `UserContextData`, is not refused: clients send it unasked.
 */

/** By the path of the member, such as `LambdaConfig.CustomMessage`: the values taken all the same. */
export type Refusals = Readonly<Record<string, readonly string[]>>;

const never: readonly string[] = [];

const ofPools: Refusals = {
  'Policies.PasswordPolicy.PasswordHistorySize': never,
  'Policies.SignInPolicy.AllowedFirstAuthFactors': ['PASSWORD'],
  'LambdaConfig.CustomMessage': never,
  'LambdaConfig.UserMigration': never,
  'LambdaConfig.CustomSMSSender': never,
  'LambdaConfig.CustomEmailSender': never,
  'LambdaConfig.KMSKeyID': never,
  'LambdaConfig.InboundFederation': never,
  'LambdaConfig.PreTokenGenerationConfig.LambdaVersion': ['V1_0', 'V2_0'],
  'VerificationMessageTemplate.EmailMessageByLink': never,
  'VerificationMessageTemplate.EmailSubjectByLink': never,
  'VerificationMessageTemplate.DefaultEmailOption': ['CONFIRM_WITH_CODE'],
  SmsAuthenticationMessage: never,
  MfaConfiguration: ['OFF'],
  DeviceConfiguration: never,
  'UserPoolAddOns.AdvancedSecurityAdditionalFlows': never,
  'UserPoolAddOns.AdvancedSecurityMode': ['OFF'],
  DcrConfiguration: never,
  KeyConfiguration: never,
  IssuerConfiguration: never,
  AcrConfiguration: never,
};

const ofClients: Refusals = {
  AnalyticsConfiguration: never,
  SupportedIdentityProviders: ['COGNITO'],
};

/** It is for the flow USER_AUTH, in which a confirmed sign-up signs in at once. */
const autoSignIn: Refusals = { Session: never };

const refusals: Readonly<Record<string, Refusals>> = {
  InitiateAuth: autoSignIn,
  AdminInitiateAuth: autoSignIn,
  ConfirmSignUp: autoSignIn,
  GetTokensFromRefreshToken: { DeviceKey: never },
  RevokeToken: { RevokeAssociatedSessions: ['NONE'] },
  ListUserPoolClients: { ClientType: ['REGULAR'] },
  CreateUserPool: ofPools,
  UpdateUserPool: ofPools,
  CreateUserPoolClient: ofClients,
  UpdateUserPoolClient: ofClients,
};

export function refusalsOf(operation: string): Refusals {
  return refusals[operation] ?? {};
}
