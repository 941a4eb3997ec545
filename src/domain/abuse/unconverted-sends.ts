import type { Conversion } from '../ports/sms-traffic.ts';

/**
 * SMS that sign nobody in are the mark of pumped traffic. A country's hour is suspect when its
 * unconverted SMS are more than `allowance`, and more than `share` of all its SMS.
 */
export interface UnconvertedSendsPolicy {
  readonly action: 'report' | 'refuse';
  readonly allowance: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** @see UnconvertedSendsPolicy */
export function isSuspect(
  { sent, converted }: Conversion,
  { allowance, share }: UnconvertedSendsPolicy,
): boolean {
  return sent - converted > Math.max(allowance, share * sent);
}
