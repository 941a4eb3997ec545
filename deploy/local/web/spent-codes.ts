/** Which SMS hold codes that no longer work, kept through a reload of this tab. */
import type { Sms } from '../inbox.ts';

const KEY = 'phone-sign-in.spent';

const spent = new Set<string>(JSON.parse(sessionStorage.getItem(KEY) ?? '[]'));

export function spend(messages: readonly Sms[]): void {
  for (const sms of messages) spent.add(nameOf(sms));
  sessionStorage.setItem(KEY, JSON.stringify([...spent]));
}

export function isSpent(sms: Sms): boolean {
  return spent.has(nameOf(sms));
}

/** No two SMS are alike in all of it. */
function nameOf({ to, at, message }: Sms): string {
  return [to, at, message].join();
}
