/**
 * A user pool or an app client as it is described, turned into the update that changes nothing:
 * Cognito resets whatever an update leaves out.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
import type {
  UpdateUserPoolClientRequest,
  UpdateUserPoolRequest,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** Every member has a line of its own, so that one that AWS adds does not compile until it has, too. */
type Whole<Request> = { readonly [Member in keyof Required<Request>]: Request[Member] | undefined };

/** What an update leaves out of what it could take, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'AdminCreateUserConfig.UnusedAccountValidityDays':
    'the older name of Policies.PasswordPolicy.TemporaryPasswordValidityDays, beside which it is refused',
};

export function poolUpdate(pool: UserPoolType): UpdateUserPoolRequest {
  const whole: Whole<UpdateUserPoolRequest> = {
    UserPoolId: pool.Id,
    PoolName: pool.Name,
    Policies: pool.Policies,
    DeletionProtection: pool.DeletionProtection,
    LambdaConfig: triggersOf(pool),
    AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
    ...messagesOf(pool),
    VerificationMessageTemplate: pool.VerificationMessageTemplate,
    SmsAuthenticationMessage: pool.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
    MfaConfiguration: pool.MfaConfiguration,
    DeviceConfiguration: pool.DeviceConfiguration,
    EmailConfiguration: pool.EmailConfiguration,
    SmsConfiguration: pool.SmsConfiguration,
    UserPoolTags: tagsOf(pool),
    AdminCreateUserConfig: invitationsOf(pool),
    UserPoolAddOns: pool.UserPoolAddOns,
    DcrConfiguration: pool.DcrConfiguration,
    AccountRecoverySetting: pool.AccountRecoverySetting,
    UserPoolTier: pool.UserPoolTier,
    KeyConfiguration: pool.KeyConfiguration,
    IssuerConfiguration: pool.IssuerConfiguration,
    AcrConfiguration: pool.AcrConfiguration,
  };
  return present(whole) as UpdateUserPoolRequest;
}

/** The secret is not taken: a client keeps the one it has. */
export function clientUpdate(client: UserPoolClientType): UpdateUserPoolClientRequest {
  const whole: Whole<UpdateUserPoolClientRequest> = {
    UserPoolId: client.UserPoolId,
    ClientId: client.ClientId,
    ClientName: client.ClientName,
    RefreshTokenValidity: client.RefreshTokenValidity,
    AccessTokenValidity: client.AccessTokenValidity,
    IdTokenValidity: client.IdTokenValidity,
    // Without its units, a lifetime of 30 minutes is one of 30 hours.
    TokenValidityUnits: client.TokenValidityUnits,
    ReadAttributes: client.ReadAttributes,
    WriteAttributes: client.WriteAttributes,
    ExplicitAuthFlows: client.ExplicitAuthFlows,
    SupportedIdentityProviders: client.SupportedIdentityProviders,
    CallbackURLs: client.CallbackURLs,
    LogoutURLs: client.LogoutURLs,
    DefaultRedirectURI: client.DefaultRedirectURI,
    AllowedOAuthFlows: client.AllowedOAuthFlows,
    AllowedOAuthScopes: client.AllowedOAuthScopes,
    AllowedOAuthFlowsUserPoolClient: client.AllowedOAuthFlowsUserPoolClient,
    AnalyticsConfiguration: client.AnalyticsConfiguration,
    PreventUserExistenceErrors: client.PreventUserExistenceErrors,
    EnableTokenRevocation: client.EnableTokenRevocation,
    EnablePropagateAdditionalUserContextData: client.EnablePropagateAdditionalUserContextData,
    AuthSessionValidity: client.AuthSessionValidity,
    RefreshTokenRotation: client.RefreshTokenRotation,
  };
  return present(whole) as UpdateUserPoolClientRequest;
}

/** The function behind a pre token generation trigger has two names, which must agree. */
function triggersOf({ LambdaConfig: triggers }: UserPoolType): UserPoolType['LambdaConfig'] {
  const versioned = triggers?.PreTokenGenerationConfig?.LambdaArn;
  return versioned === undefined ? triggers : { ...triggers, PreTokenGeneration: versioned };
}

/** The words that the template has, too: where the two differ, the template's are in use. */
function messagesOf(pool: UserPoolType) {
  const { SmsMessage, EmailMessage, EmailSubject } = pool.VerificationMessageTemplate ?? {};
  return {
    SmsVerificationMessage: agreeing(pool.SmsVerificationMessage, SmsMessage),
    EmailVerificationMessage: agreeing(pool.EmailVerificationMessage, EmailMessage),
    EmailVerificationSubject: agreeing(pool.EmailVerificationSubject, EmailSubject),
  };
}

function agreeing(older: string | undefined, template: string | undefined): string | undefined {
  return template === undefined || template === older ? older : undefined;
}

/** AWS's own tags, such as CloudFormation's, stay by themselves and are refused from anyone else. */
function tagsOf({ UserPoolTags: tags }: UserPoolType): UserPoolType['UserPoolTags'] {
  return (
    tags && Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')))
  );
}

function invitationsOf(pool: UserPoolType): UserPoolType['AdminCreateUserConfig'] {
  const { AdminCreateUserConfig: config, Policies: policies } = pool;
  if (config === undefined) return undefined;
  if (policies?.PasswordPolicy?.TemporaryPasswordValidityDays === undefined) return config;
  const { UnusedAccountValidityDays: _, ...others } = config;
  return others;
}

function present(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
