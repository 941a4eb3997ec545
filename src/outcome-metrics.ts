/** What each invocation came to, in numbers: CloudWatch metrics, by way of the log (embedded metric format). */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Outcome } from './dispatcher.ts';
import { smsRouting } from './outcome-log.ts';

/** Counts the outcome under its own kind, and every SMS by gateway, country and result. */
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
  metrics.addMetric(outcome.kind, MetricUnit.Count, 1).publishStoredMetrics();
}

/** Counts an invocation that came to no outcome. */
export function countFault(metrics: Metrics): void {
  metrics.addMetric('fault', MetricUnit.Count, 1).publishStoredMetrics();
}
