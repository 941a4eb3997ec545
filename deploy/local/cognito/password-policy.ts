/** What a password must have in a user pool. */
import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoError } from './errors.ts';

export type PasswordPolicy = Readonly<PasswordPolicyType>;

/** Of a pool that says nothing about passwords. */
export const defaultPasswordPolicy = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
} as const satisfies PasswordPolicy;

/** @throws CognitoError InvalidPasswordException */
export function checkPassword(policy: PasswordPolicy, password: string): void {
  const { MinimumLength = 0 } = policy;
  const rules = [
    [[...password].length >= MinimumLength, 'Password not long enough'],
    [!policy.RequireLowercase || /[a-z]/.test(password), 'Password must have lowercase characters'],
    [!policy.RequireUppercase || /[A-Z]/.test(password), 'Password must have uppercase characters'],
    [!policy.RequireNumbers || /\d/.test(password), 'Password must have numeric characters'],
    [
      !policy.RequireSymbols || /[^A-Za-z0-9]/.test(password),
      'Password must have symbol characters',
    ],
  ] as const;
  const broken = rules.find(([kept]) => !kept);
  if (broken === undefined) return;
  const message = `Password did not conform with policy: ${broken[1]}`;
  throw new CognitoError('InvalidPasswordException', message);
}
