/** What was counted, summed up over the windows that reach back from a time. Times are epoch milliseconds. */
import {
  ANSWER_TIME_MS,
  BUCKET_MS,
  type Conversion,
  type RecentSms,
} from '../../../domain/ports/sms-traffic.ts';

/** A stretch of the day that SMS are counted by. */
export interface Span {
  readonly lengthMs: number;
  /** How many a window is made of, with the one under way. */
  readonly inWindow: number;
}

export const BUCKET: Span = { lengthMs: BUCKET_MS, inWindow: 12 };
export const HOUR: Span = { lengthMs: 3_600_000, inWindow: 24 };

/** What was counted at one place in the span that began then. */
export type Counts = (span: Span, from: number) => Conversion;

/** What became of a place's SMS, as it shows at `at`. */
export function recentSms(counts: Counts, at: number): RecentSms {
  const buckets = windowOf(BUCKET, at);
  const pending = buckets.filter((from) => from + BUCKET_MS + ANSWER_TIME_MS > at);
  const total = (span: Span, begins: readonly number[]) =>
    sum(begins.map((from) => counts(span, from)));
  return {
    latest: counts(BUCKET, beginOf(BUCKET, at)).sent,
    pending: total(BUCKET, pending),
    hour: total(BUCKET, buckets),
    day: total(HOUR, windowOf(HOUR, at)),
  };
}

/** The same before its newest SMS, which lies in every window. */
export function beforeNewest({ latest, pending, hour, day }: RecentSms): RecentSms {
  const less = ({ sent, converted }: Conversion) => ({ sent: sent - 1, converted });
  return { latest: latest - 1, pending: less(pending), hour: less(hour), day: less(day) };
}

/** When the span began that `at` lies in. */
export function beginOf({ lengthMs }: Span, at: number): number {
  return Math.floor(at / lengthMs) * lengthMs;
}

/** When the oldest span began that a window from `at` still reaches. */
export function oldestOf(span: Span, at: number): number {
  return beginOf(span, at) - (span.inWindow - 1) * span.lengthMs;
}

function windowOf(span: Span, at: number): number[] {
  const oldest = oldestOf(span, at);
  return Array.from({ length: span.inWindow }, (_, i) => oldest + i * span.lengthMs);
}

function sum(conversions: readonly Conversion[]): Conversion {
  let sent = 0;
  let converted = 0;
  for (const each of conversions) {
    sent += each.sent;
    converted += each.converted;
  }
  return { sent, converted };
}
