/** The settings of a pool that can change, and what follows from them. */
import type { UpdateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider';
import { defaultPasswordPolicy, type PasswordPolicy } from './password-policy.ts';
import type { Checked } from './request-shape.ts';

/** What UpdateUserPool can change of a pool, as the wire has it: kept so, it is shown as it was set. */
export type PoolOptions = Omit<
  Checked<UpdateUserPoolRequest>,
  'UserPoolId' | 'PoolName' | 'LambdaConfig'
>;

const nothingRequired: PasswordPolicy = {
  RequireUppercase: false,
  RequireLowercase: false,
  RequireNumbers: false,
  RequireSymbols: false,
};

/** A policy that is set asks for no kind of characters that it does not name. */
export function passwordPolicyOf({ Policies, AdminCreateUserConfig }: PoolOptions): PasswordPolicy {
  const { TemporaryPasswordValidityDays } = defaultPasswordPolicy;
  const set = Policies?.PasswordPolicy;
  // The older name for the same days.
  const days = AdminCreateUserConfig?.UnusedAccountValidityDays ?? TemporaryPasswordValidityDays;
  return {
    ...defaultPasswordPolicy,
    ...(set === undefined ? {} : nothingRequired),
    TemporaryPasswordValidityDays: days,
    ...set,
  };
}
