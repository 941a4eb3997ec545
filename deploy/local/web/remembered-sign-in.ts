/** The page's half of a sign-in that is under way, kept through a reload of this tab. */
import type { CodeRound } from './phone-sign-in.ts';

export interface RememberedSignIn {
  /** E.164 */
  readonly phoneNumber: string;
  /** The newest one. */
  readonly round: CodeRound;
}

const KEY = 'phone-sign-in.under-way';

export function remember(signIn: RememberedSignIn): void {
  sessionStorage.setItem(KEY, JSON.stringify(signIn));
}

export function remembered(): RememberedSignIn | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : JSON.parse(text);
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}
