/** What a check-up finds: one line for each thing that was looked at. */
import { CallError } from '../aws.ts';

export interface Finding {
  /** What was looked at, such as `table phone-otp`. */
  readonly subject: string;
  readonly state: 'good' | 'to mend' | 'note' | 'not read';
  /** What is, and what should be; goes on from the subject. */
  readonly says: string;
  /** The command, or else the place, that mends it. */
  readonly mend?: string;
}

export function good(subject: string, says: string): Finding {
  return { subject, state: 'good', says };
}

export function toMend(subject: string, says: string, mend: string): Finding {
  return { subject, state: 'to mend', says, mend };
}

/** What is worth knowing, and may be as it is on purpose. */
export function note(subject: string, says: string): Finding {
  return { subject, state: 'note', says };
}

/** What is found of one thing; where it may not be read, that is a line of its own. */
export async function examine(
  subject: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return [notRead(subject, error)];
  }
}

/** What could be read, or else a line that says why not. */
export interface Read<T> {
  readonly is: T | undefined;
  readonly findings: readonly Finding[];
}

export async function readOrNot<T>(subject: string, read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { is: await read(), findings: [] };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { is: undefined, findings: [notRead(subject, error)] };
  }
}

export function notRead(subject: string, { action, fault, message }: CallError): Finding {
  const says =
    fault === 'denied'
      ? `can't be read: AWS refuses access; needs ${action}`
      : `can't be read: ${message.replace(/\.$/, '')}`;
  return { subject, state: 'not read', says };
}

const MARKS = { good: 'ok   ', 'to mend': 'MEND ', note: 'note ', 'not read': '?    ' } as const;

export function lineOf({ subject, state, says, mend }: Finding): string {
  return `${MARKS[state]} ${subject} ${says}${mend === undefined ? '.' : `: ${mend}`}`;
}
