import { BUCKET_MS, type Conversion, type RecentSms } from '../ports/sms-traffic.ts';

/**
 * SMS that sign nobody in are the mark of pumped traffic. A country is suspect in two cases:
 *
 * - Of the SMS that had the time to be answered, too many were not: of the last hour's more than
 *   `allowance`, and than `share` of all; or of the last day's more than five times the allowance, and
 *   than the same share.
 * - More SMS wait for an answer than it has credit for: what the hour's unanswered ones have left of
 *   the allowance, and as many as were answered in the last hour, or in an average one of the last day.
 *
 * Where suspect SMS are refused, a few pass all the same, lest a country can be closed: an hour's
 * allowance, spread over its buckets.
 */
export interface UnconvertedSendsPolicy {
  readonly action: 'report' | 'refuse';
  readonly allowance: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** What becomes of an SMS: a `marked` one is sent, and reported. */
export type Verdict = 'clear' | 'marked' | 'refused';

const DAY_ALLOWANCES = 5;
const HOURS_PER_DAY = 24;
const BUCKETS_PER_HOUR = 3_600_000 / BUCKET_MS;

/**
 * What becomes of one more SMS.
 *
 * @param recent what was counted before it.
 * @see UnconvertedSendsPolicy
 */
export function judge(recent: RecentSms, policy: UnconvertedSendsPolicy): Verdict {
  if (!isSuspect(recent, policy)) {
    return 'clear';
  }
  const floor = Math.ceil(policy.allowance / BUCKETS_PER_HOUR);
  return policy.action === 'refuse' && recent.latest >= floor ? 'refused' : 'marked';
}

/** When a refused SMS may be asked for again: when the next bucket begins, in epoch milliseconds. */
export function nextBucket(at: number): number {
  return (Math.floor(at / BUCKET_MS) + 1) * BUCKET_MS;
}

function isSuspect(
  { pending, hour, day }: RecentSms,
  { allowance, share }: UnconvertedSendsPolicy,
): boolean {
  const hourly = without(pending, hour);
  const allowanceLeft = Math.max(0, allowance - unconverted(hourly));
  const credit = allowanceLeft + Math.max(hour.converted, day.converted / HOURS_PER_DAY);
  return (
    unconverted(pending) > credit ||
    isTooMany(hourly, allowance, share) ||
    isTooMany(without(pending, day), DAY_ALLOWANCES * allowance, share)
  );
}

function isTooMany(judged: Conversion, allowance: number, share: number): boolean {
  return unconverted(judged) > Math.max(allowance, share * judged.sent);
}

/** Those of the window that had the time to be answered. */
function without(pending: Conversion, { sent, converted }: Conversion): Conversion {
  return { sent: sent - pending.sent, converted: converted - pending.converted };
}

function unconverted({ sent, converted }: Conversion): number {
  return sent - converted;
}
