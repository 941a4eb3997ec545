/** What UpdateUserPool can change of a pool, as the wire has it. */
import type { UpdateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider';
import { defaultPasswordPolicy, type PasswordPolicy } from './password-policy.ts';
import type { Checked } from './request-shape.ts';

export type PoolOptions = Omit<
  Checked<UpdateUserPoolRequest>,
  'UserPoolId' | 'PoolName' | 'LambdaConfig'
>;

/** A policy that is set asks for nothing that it does not name, but for a length. */
export function passwordPolicyOf({ Policies, AdminCreateUserConfig }: PoolOptions): PasswordPolicy {
  const { MinimumLength, TemporaryPasswordValidityDays } = defaultPasswordPolicy;
  const set = Policies?.PasswordPolicy;
  // The older name for the same days.
  const days = AdminCreateUserConfig?.UnusedAccountValidityDays ?? TemporaryPasswordValidityDays;
  return {
    ...(set === undefined ? defaultPasswordPolicy : { MinimumLength }),
    TemporaryPasswordValidityDays: days,
    ...set,
  };
}
