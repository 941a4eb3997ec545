/** The page's half of a sign-in that is under way, kept through a reload of this tab. */
import type { CodeRound } from './phone-sign-in.ts';

const KEY = 'phone-sign-in.round';

export function remember(round: CodeRound): void {
  sessionStorage.setItem(KEY, JSON.stringify(round));
}

export function remembered(): CodeRound | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : JSON.parse(text);
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}
