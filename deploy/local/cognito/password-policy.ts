/** What a password must have in a user pool that says nothing about it. */
import { CognitoError } from './errors.ts';

const rules: readonly (readonly [RegExp, string])[] = [
  [/^.{8,}$/su, 'Password not long enough'],
  [/[a-z]/, 'Password must have lowercase characters'],
  [/[A-Z]/, 'Password must have uppercase characters'],
  [/\d/, 'Password must have numeric characters'],
  [/[^A-Za-z0-9]/, 'Password must have symbol characters'],
];

/** @throws CognitoError InvalidPasswordException */
export function checkPassword(password: string): void {
  const broken = rules.find(([rule]) => !rule.test(password));
  if (broken === undefined) return;
  const message = `Password did not conform with policy: ${broken[1]}`;
  throw new CognitoError('InvalidPasswordException', message);
}
