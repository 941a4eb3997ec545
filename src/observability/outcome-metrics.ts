/** What each invocation came to, in numbers: CloudWatch metrics, by way of the log (embedded metric format). */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Outcome } from '../dispatcher.ts';
import { NOWHERE } from '../domain/abuse/send-limits.ts';
import { StoreError } from '../domain/ports/store-error.ts';
import { smsRouting } from './outcome-log.ts';

/** Counts the outcome under its own kind, every SMS by gateway, country and result, and what an alarm should watch. */
export function countOutcome(metrics: Metrics, outcome: Outcome): void {
  const routing = smsRouting(outcome);
  for (const { gateway, attempt, segments, latencyMs, error } of routing?.attempts ?? []) {
    const result = error === undefined ? 'accepted' : error.failure;
    metrics
      .addDimensions({ gateway, country: routing?.country ?? '', result })
      .addMetadata('attempt', String(attempt))
      .addMetric('sms', MetricUnit.Count, 1)
      .addMetric('sms-segments', MetricUnit.Count, segments)
      .addMetric('sms-latency', MetricUnit.Milliseconds, latencyMs)
      .publishStoredMetrics();
  }
  for (const [name, dimensions] of alarms(outcome)) {
    count(metrics, name, dimensions);
  }
  count(metrics, outcome.kind);
}

/** Counts an invocation that came to no outcome. */
export function countFault(metrics: Metrics, error: unknown): void {
  if (error instanceof StoreError) {
    count(metrics, 'store-fault', { failure: error.failure });
  }
  count(metrics, 'fault');
}

type Count = readonly [name: string, dimensions?: Readonly<Record<string, string>>];

function alarms(outcome: Outcome): Count[] {
  const counts: Count[] = [];
  if ('fault' in outcome && outcome.fault instanceof StoreError) {
    counts.push(['store-fault', { failure: outcome.fault.failure }]);
  }
  if ('locksAccount' in outcome) {
    counts.push(['lockout']);
  }
  switch (outcome.kind) {
    case 'sent':
    case 'resent':
      counts.push(['country-sent', { country: outcome.country }]);
      if (outcome.unprovenSends) {
        counts.push(['unproven-sends', { country: outcome.country }]);
      }
      break;
    case 'verified':
      counts.push(['country-verified', { country: outcome.country ?? NOWHERE }]);
      break;
    case 'throttled':
      counts.push([
        'send-refused',
        { reason: outcome.reason, country: outcome.country ?? NOWHERE },
      ]);
      break;
    default:
  }
  return counts;
}

function count(metrics: Metrics, name: string, dimensions?: Readonly<Record<string, string>>) {
  if (dimensions !== undefined) {
    metrics.addDimensions(dimensions);
  }
  metrics.addMetric(name, MetricUnit.Count, 1).publishStoredMetrics();
}
